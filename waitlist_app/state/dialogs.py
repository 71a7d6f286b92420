"""Leaving a page leaves its dialogs."""

import reflex as rx

from waitlist_app.state.access import allow_signed_in
from waitlist_app.state.erasing import EraseDialog
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.leaving import LeavingDialog
from waitlist_app.state.override import OverrideDialog
from waitlist_app.state.request import RequestDialog
from waitlist_app.state.team import InviteDialog, MemberDialog
from waitlist_app.state.why import WhyDialog


class Dialogs(rx.State):
    """All dialogs of a tab."""

    @rx.event
    @allow_signed_in
    async def leave(self) -> None:
        """Close whatever is open; the page it stood on is gone."""
        (await self.get_state(EvidenceDialog)).is_open = False
        (await self.get_state(LeavingDialog)).is_open = False
        (await self.get_state(RequestDialog)).is_open = False
        (await self.get_state(InviteDialog)).is_open = False
        (await self.get_state(MemberDialog)).is_open = False
        (await self.get_state(EraseDialog)).is_open = False
        (await self.get_state(WhyDialog)).is_open = False
        override = await self.get_state(OverrideDialog)
        override.is_open = override.is_choosing = False
