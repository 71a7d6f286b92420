"""The evidence dialog: what a coordinator reads before a seat is offered, and the approval itself."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.views import Evidence
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask
from waitlist_app.state.wire import NO_SEATS

NO_EVIDENCE = Evidence(
    proposal_id="",
    session_id="",
    title="",
    session="",
    seat="",
    now=NO_SEATS,
    now_words="",
    after=NO_SEATS,
    after_words="",
    name="",
    team="",
    position="",
    because="",
    asked="",
    checks=(),
    skipped=(),
    skipped_total=0,
    deadline="",
    deadline_detail="",
    consequence="",
    approver="",
)


class EvidenceDialog(rx.State):
    """One proposal, with the others of the inbox one key away."""

    is_open: bool = False
    is_busy: bool = False
    evidence: Evidence = NO_EVIDENCE
    place: int = 0
    places: int = 0

    _queue: list[str] = []

    @rx.event
    @allow(Permission.READ)
    async def review(self, proposal_id: str) -> rx.event.EventSpec | None:
        """Open the evidence of a proposal."""
        try:
            rows = (await ask(show_inbox)).rows
            self._queue = [row.id for row in rows]
            return await self._show(proposal_id)
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)

    @rx.event
    @allow(Permission.READ)
    async def next(self) -> rx.event.EventSpec | None:
        """Show the evidence of the proposal below."""
        return await self._step(1)

    @rx.event
    @allow(Permission.READ)
    async def previous(self) -> rx.event.EventSpec | None:
        """Show the evidence of the proposal above."""
        return await self._step(-1)

    @rx.event
    @allow(Permission.DECIDE)
    async def approve(self) -> rx.event.EventSpec | None:
        """Approve the promotion that the dialog shows."""
        if not self.is_open:
            return None  # the key was pressed twice; the second time is about nothing that was read
        try:
            said = await ask(approve_promotion, proposal_id=self.evidence.proposal_id)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            self.is_open = False
        return notices.done(said)

    @rx.event
    @allow(Permission.READ)
    async def close(self) -> None:
        """Close the dialog; nothing was decided."""
        self.is_open = False

    @rx.event
    @allow(Permission.READ)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key."""
        self.is_open = self.is_open and is_open

    async def _step(self, by: int) -> rx.event.EventSpec | None:
        if not self.is_open or self.evidence.proposal_id not in self._queue:
            return None
        at = self._queue.index(self.evidence.proposal_id) + by
        if not 0 <= at < len(self._queue):
            return None
        try:
            return await self._show(self._queue[at])
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)

    async def _show(self, proposal_id: str) -> None:
        self.evidence = await ask(show_evidence, proposal_id=proposal_id)
        self.places = len(self._queue)
        self.place = self._queue.index(proposal_id) + 1 if proposal_id in self._queue else 0
        self.is_open = True
