"""Everything that awaits a decision, across sessions."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.show_inbox import seen_by, show_inbox
from waitlist_app.services.views import InboxRow
from waitlist_app.state.access import allow, present_actor
from waitlist_app.state.asking import Phase, face_of
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.live import watch
from waitlist_app.state.sharing import ask_shared
from waitlist_app.state.shell import show_who
from waitlist_app.state.wire import set_changed

WINDOW = 100


class Inbox(rx.State):
    """The page `/inbox`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[InboxRow, ...] = ()
    total: int = 0
    oldest: str = ""
    next_offer_ends: str = ""
    selected: str = ""

    @rx.event
    @allow(Permission.READ)
    async def open(self) -> None:
        """Show the inbox and keep it up to date."""
        watch(self, Inbox.reload)
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def down(self) -> None:
        """Select the row below."""
        self._select(1)

    @rx.event
    @allow(Permission.READ)
    async def up(self) -> None:
        """Select the row above."""
        self._select(-1)

    @rx.event
    @allow(Permission.READ)
    async def review(self) -> rx.event.EventCallback[*tuple[()]] | None:
        """Open the evidence of the selected row."""
        row = next((row for row in self.rows if row.id == self.selected), None)
        if row is None:
            return None
        return (EvidenceDialog.review_override if row.kind == "override" else EvidenceDialog.review)(row.id)

    async def _load(self) -> None:
        try:
            page = seen_by(await ask_shared(show_inbox), present_actor())
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        set_changed(
            self,
            rows=page.rows[:WINDOW],
            total=page.total,
            oldest=page.oldest,
            next_offer_ends=page.next_offer_ends,
            phase="ready",
        )
        if self.selected not in self._ids():
            self.selected = next(iter(self._ids()), "")
        await show_who(self, decisions=page.decisions)

    def _ids(self) -> list[str]:
        return [row.id for row in self.rows]

    def _select(self, by: int) -> None:
        ids = self._ids()
        if ids:
            at = ids.index(self.selected) + by if self.selected in ids else 0
            self.selected = ids[max(0, min(len(ids) - 1, at))]
