"""Giving up somebody's place or offer: one dialog that says who, asks why, and does it."""

from typing import Literal

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.revoke_offer import revoke_offer
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask

Act = Literal["drop", "leave", "revoke"]


class LeavingDialog(rx.State):
    """Whose place is about to be given up, and how."""

    is_open: bool = False
    act: Act = "drop"
    name: str = ""
    trouble: str = ""

    _registration_id: str = ""

    @rx.event
    @allow(Permission.EDIT)
    async def drop(self, registration_id: str, name: str) -> None:
        """Ask why somebody gives a seat back."""
        self._ask("drop", registration_id, name)

    @rx.event
    @allow(Permission.EDIT)
    async def leave(self, registration_id: str, name: str) -> None:
        """Ask why somebody leaves the line."""
        self._ask("leave", registration_id, name)

    @rx.event
    @allow(Permission.DECIDE)
    async def revoke(self, registration_id: str, name: str) -> None:
        """Ask why an offer is taken back."""
        self._ask("revoke", registration_id, name)

    @rx.event
    @allow(Permission.READ)
    async def confirm(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Do what the dialog asks about; the use case checks who may."""
        reason = str(form.get("reason", "")).strip()
        if not reason:
            self.trouble = "Required. Say it in a few words."
            return None
        use_case = revoke_offer if self.act == "revoke" else drop_registration
        try:
            said = await ask(use_case, registration_id=self._registration_id, reason=reason)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            self.is_open = False
        return notices.done(said)

    @rx.event
    @allow(Permission.READ)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key or button."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow(Permission.READ)
    async def close(self) -> None:
        """Close the dialog; nothing was done."""
        self.is_open = False

    def _ask(self, act: Act, registration_id: str, name: str) -> None:
        self.act, self.name, self.trouble = act, name, ""
        self._registration_id = registration_id
        self.is_open = True
