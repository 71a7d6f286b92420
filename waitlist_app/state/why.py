"""Why somebody stands where they do, in a dialog: for staff, and for the person themselves."""

from collections.abc import Callable

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.explain_entry import Explanation, explain_entry, explain_own
from waitlist_app.state import notices
from waitlist_app.state.access import allow, allow_signed_in
from waitlist_app.state.asking import ask

NOTHING = Explanation(
    registration_id="",
    session="",
    name="",
    status="",
    position=0,
    waiting=0,
    why="",
    says=(),
    takes=(),
    passed=(),
)


class WhyDialog(rx.State):
    """One registration, explained."""

    is_open: bool = False
    told: Explanation = NOTHING

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def explain(self, registration_id: str) -> rx.event.EventSpec | None:
        """Explain a registration to staff."""
        return await self._show(explain_entry, registration_id)

    @rx.event
    @allow(Permission.READ_OWN)
    async def explain_own(self, registration_id: str) -> rx.event.EventSpec | None:
        """Explain somebody's own registration to them, without anybody's name."""
        return await self._show(explain_own, registration_id)

    @rx.event
    @allow_signed_in
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow_signed_in
    async def close(self) -> None:
        """Close the dialog."""
        self.is_open = False

    async def _show(self, use_case: Callable[..., Explanation], registration_id: str) -> rx.event.EventSpec | None:
        try:
            self.told = await ask(use_case, registration_id=registration_id)
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)
        self.is_open = True
        return None
