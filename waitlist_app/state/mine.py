"""What employees have, and what managers' teams have: the pages `/my-sessions` and `/my-team`."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.answer_own import accept_own_offer, decline_own_offer, leave_own
from waitlist_app.services.answer_sign_off import answer_sign_off_of_team
from waitlist_app.services.list_own import list_own_registrations, list_team_registrations
from waitlist_app.services.views import OwnRow
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, ask, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.shell import show_who

Act = Literal["decline", "leave"]
"""What is asked about before it is done."""

NO_ROW = OwnRow(
    id="",
    name="",
    title="",
    when="",
    where="",
    status="",
    say="",
    is_offered=False,
    may_leave=False,
    needs_answer=False,
)


class _Own(rx.State, mixin=True):
    """What both pages have: their rows, and the dialog about one of them."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[OwnRow, ...] = ()
    about: OwnRow = NO_ROW
    """The row that the dialog asks about."""
    is_asking: bool = False

    @rx.event
    @allow(Permission.READ_OWN)
    async def keep(self) -> None:
        """Close the dialog; nothing was done."""
        self.is_asking = False

    @rx.event
    @allow(Permission.READ_OWN)
    async def asked(self, is_asking: bool) -> None:
        """Follow the dialog when it is closed by key."""
        self.is_asking = self.is_asking and is_asking

    def _ask_about(self, registration_id: str) -> None:
        self.about = self._row(registration_id) or NO_ROW
        self.is_asking = self.about.id != ""

    def _row(self, registration_id: str) -> OwnRow | None:
        return next((row for row in self.rows if row.id == registration_id), None)

    async def _do(self, use_case: Callable[..., str], **wanted: Any) -> rx.event.EventSpec:
        self.is_asking = False
        try:
            said = await ask(use_case, **wanted)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            await self._load()
        return notices.done(said)

    async def _load(self) -> None:
        raise NotImplementedError

    async def _fill(self, use_case: Callable[..., tuple[OwnRow, ...]]) -> None:
        await show_who(self)
        try:
            self.rows = await ask(use_case)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.phase = "ready"


class MySessions(_Own, rx.State):
    """The page `/my-sessions`."""

    act: Act = "leave"

    @rx.event
    @allow(Permission.READ_OWN)
    async def open(self) -> None:
        """Show what the person has, and keep it up to date."""
        watch(self, MySessions.reload)
        self.is_asking = False
        await self._load()

    @rx.event
    @allow(Permission.READ_OWN)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def accept(self, registration_id: str) -> rx.event.EventSpec | None:
        """Take the seat that is held."""
        row = self._row(registration_id)
        if row and not row.is_offered:
            return None  # the button was pressed twice; the row says what came of it
        return await self._do(accept_own_offer, registration_id=registration_id)

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def consider(self, registration_id: str, act: str) -> None:
        """Ask whether the person means it."""
        if act in get_args(Act):
            self.act = act  # pyright: ignore[reportAttributeAccessIssue]
            self._ask_about(registration_id)

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def give_up(self) -> rx.event.EventSpec | None:
        """Do what was asked about."""
        if not self.is_asking:
            return None
        return await self._do(decline_own_offer if self.act == "decline" else leave_own, registration_id=self.about.id)

    async def _load(self) -> None:
        await self._fill(list_own_registrations)


class MyTeam(_Own, rx.State):
    """The page `/my-team`."""

    @rx.event
    @allow(Permission.READ_TEAM)
    async def open(self) -> None:
        """Show what the team has, and keep it up to date."""
        watch(self, MyTeam.reload)
        self.is_asking = False
        await self._load()

    @rx.event
    @allow(Permission.READ_TEAM)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def sign_off(self, registration_id: str) -> rx.event.EventSpec | None:
        """Let somebody have a seat."""
        row = self._row(registration_id)
        if row and not row.needs_answer:
            return None  # the button was pressed twice; the row says what came of it
        return await self._do(answer_sign_off_of_team, registration_id=registration_id, is_given=True)

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def consider(self, registration_id: str) -> None:
        """Ask why somebody may not."""
        self._ask_about(registration_id)

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def decline(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Say no; the person reads the reason."""
        if not self.is_asking:
            return None
        reason = str(form.get("reason", ""))
        return await self._do(answer_sign_off_of_team, registration_id=self.about.id, is_given=False, reason=reason)

    async def _load(self) -> None:
        await self._fill(list_team_registrations)
