"""The dialog in which an owner erases a person: find them, read what will happen, type once more who it is."""

from typing import Literal

import reflex as rx

from waitlist_app.errors import InvalidInput, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.erase_person import PersonToErase, erase_person, find_to_erase
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask

Step = Literal["find", "confirm"]
NOBODY = PersonToErase(id="", name="", known_by="", department="", registrations=0)


class EraseDialog(rx.State):
    """Who is about to be erased."""

    is_open: bool = False
    step: Step = "find"
    person: PersonToErase = NOBODY
    trouble: str = ""
    field: str = ""

    @rx.event
    @allow(Permission.ADMINISTER)
    async def start(self) -> None:
        """Ask who it is about."""
        self._begin()
        self.is_open = True

    @rx.event
    @allow(Permission.ADMINISTER)
    async def find(self, form: dict[str, str]) -> None:
        """Show who was found and what erasing them means."""
        try:
            person = await ask(find_to_erase, who=form.get("who") or "")
        except WaitlistError as error:
            self._explain(error)
            return
        self.person, self.step, self.trouble, self.field = person, "confirm", "", ""

    @rx.event
    @allow(Permission.ADMINISTER)
    async def erase(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Erase them for good; what is wrong is said beside its field."""
        said = {name: form.get(name) or "" for name in ("typed", "reason")}
        try:
            done = await ask(erase_person, person_id=self.person.id, gives_back=self.person.places, **said)
        except WaitlistError as error:
            self._explain(error)
            return None
        self._begin()
        self.is_open = False
        return notices.done(done)

    @rx.event
    @allow(Permission.ADMINISTER)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key or button."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow(Permission.ADMINISTER)
    async def close(self) -> None:
        """Close the dialog; nobody was erased."""
        self._begin()
        self.is_open = False

    def _begin(self) -> None:
        self.step, self.person, self.trouble, self.field = "find", NOBODY, "", ""

    def _explain(self, error: WaitlistError) -> None:
        self.trouble, self.field = str(error), error.field if isinstance(error, InvalidInput) else ""
