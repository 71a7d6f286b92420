"""Moving somebody in the line: by drag, by menu, to a position; always with a reason, always revocable."""

import reflex as rx

from waitlist_app.errors import Refused, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.preview_move import preview_move
from waitlist_app.services.revoke_override import revoke_override
from waitlist_app.services.show_session import show_session
from waitlist_app.services.views import MovePreview
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask
from waitlist_app.state.session import SessionView, draw_again
from waitlist_app.state.wire import NO_MOVE

Shown = rx.event.EventSpec | None


class OverrideDialog(rx.State):
    """A move that is shown but not yet made."""

    is_open: bool = False
    move: MovePreview = NO_MOVE
    trouble: str = ""

    is_choosing: bool = False
    chosen_name: str = ""
    chosen_position: int = 0
    last_position: int = 0

    _chosen: str = ""
    _version: int = 0

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def dropped(self, moved: str, before: str) -> Shown:
        """Ask for the reason of a drag: `moved` was put down before the entry `before`, or last."""
        view = await self.get_state(SessionView)
        # The end of the window that is shown is not the end of the line.
        return await self._propose(view, moved, before or view.after_window)

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def move_up(self, registration_id: str) -> Shown:
        """Ask for the reason of moving somebody one place up."""
        view = await self.get_state(SessionView)
        return await self._to(view, registration_id, _position(view, registration_id) - 1)

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def move_down(self, registration_id: str) -> Shown:
        """Ask for the reason of moving somebody one place down."""
        view = await self.get_state(SessionView)
        return await self._to(view, registration_id, _position(view, registration_id) + 1)

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def choose(self, registration_id: str) -> None:
        """Ask for the position that somebody should get."""
        view = await self.get_state(SessionView)
        self._chosen = registration_id
        self.chosen_position = _position(view, registration_id)
        self.chosen_name = next((row.name for row in view.waiting if row.id == registration_id), "")
        self.last_position = view.waiting_total
        self.trouble = ""
        self.is_choosing = True

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def move_to(self, form: dict[str, str]) -> Shown:
        """Ask for the reason of moving somebody to the position that was typed."""
        typed = str(form.get("position", "")).strip()
        if not typed.isdecimal() or not 1 <= int(typed) <= self.last_position:
            self.trouble = f"A position from 1 to {self.last_position}."
            return None
        self.is_choosing = False
        view = await self.get_state(SessionView)
        return await self._to(view, self._chosen, int(typed))

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def confirm(self, form: dict[str, str]) -> Shown:
        """Make the move, with the reason that was given."""
        reason = str(form.get("reason", "")).strip()
        if not reason:
            self.trouble = "Required. A move without a reason is not made."
            return None
        try:
            said = await ask(
                move_entry,
                registration_id=self.move.registration_id,
                before_id=self.move.before_id,
                reason=reason,
                version=self._version,
            )
        except WaitlistError as error:
            return await self._return(error)
        self.is_open = False
        return notices.done(said)

    @rx.event
    @allow(Permission.READ)
    async def put_back(self) -> None:
        """Close the dialog and show the line as it is."""
        self.is_open = self.is_choosing = False
        draw_again(await self.get_state(SessionView))

    @rx.event
    @allow(Permission.READ)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialogs when they are closed by key."""
        if not is_open:
            self.is_open = self.is_choosing = False
            draw_again(await self.get_state(SessionView))

    @rx.event
    @allow(Permission.ASK_OVERRIDE)
    async def undo(self, override_id: str) -> Shown:
        """Take an override back."""
        try:
            return notices.done(await ask(revoke_override, override_id=override_id))
        except WaitlistError as error:
            return notices.failed(error)

    async def _to(self, view: SessionView, registration_id: str, position: int) -> Shown:
        try:
            before = await _entry_after_move(view, registration_id, position)
        except WaitlistError as error:
            return notices.failed(error)
        return await self._propose(view, registration_id, before)

    async def _propose(self, view: SessionView, registration_id: str, before_id: str) -> Shown:
        self.trouble = ""
        self._version = view.version
        try:
            self.move = await ask(preview_move, registration_id=registration_id, before_id=before_id)
        except WaitlistError as error:
            draw_again(view, registration_id)
            return notices.failed(error)
        self.is_open = True
        return None

    async def _return(self, error: WaitlistError) -> Shown:
        self.is_open = False
        draw_again(await self.get_state(SessionView), self.move.registration_id)
        if isinstance(error, Refused):
            return notices.put_back(f"The entry was put back. {error}")
        return notices.failed(error)


def _position(view: SessionView, registration_id: str) -> int:
    return next((row.position for row in view.waiting if row.id == registration_id), 0)


async def _entry_after_move(view: SessionView, registration_id: str, position: int) -> str:
    # Moved down, the entry itself leaves a gap that those below it close.
    position += position >= _position(view, registration_id)
    if position > view.waiting_total:
        return ""
    page = await ask(show_session, session_id=view.id, waiting_from=max(1, position), waiting_count=1)
    return page.waiting[0].id if page.waiting else ""
