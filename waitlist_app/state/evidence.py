"""The evidence dialog: what is read before a seat is offered or an override approved, and the approval itself."""

from collections.abc import Callable
from dataclasses import replace

import reflex as rx

from waitlist_app.errors import InvalidInput, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.decide_override import approve_override, decline_override
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.show_override import OverrideEvidence, show_override
from waitlist_app.services.views import Evidence, MovePreview
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask
from waitlist_app.state.wire import NO_MOVE, NO_SEATS

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
NO_OVERRIDE = OverrideEvidence(request_id="", title="", session="", asked="", reason="", passes="")


class EvidenceDialog(rx.State):
    """One proposal, or one override that waits, with the others of the inbox one key away."""

    is_open: bool = False
    is_busy: bool = False
    is_override: bool = False
    evidence: Evidence = NO_EVIDENCE
    override: OverrideEvidence = NO_OVERRIDE
    move: MovePreview = NO_MOVE
    """The order now and after, where the override moves an entry."""
    is_declining: bool = False
    trouble: str = ""
    place: int = 0
    places: int = 0

    _queue: dict[str, str] = {}
    """What the inbox has, by id: the kind of each."""

    @rx.event
    @allow(Permission.READ)
    async def review(self, proposal_id: str) -> rx.event.EventSpec | None:
        """Open the evidence of a proposal."""
        return await self._review(proposal_id, is_override=False)

    @rx.event
    @allow(Permission.READ)
    async def review_override(self, request_id: str) -> rx.event.EventSpec | None:
        """Open the evidence of an override that waits for a second person."""
        return await self._review(request_id, is_override=True)

    @rx.event
    @allow(Permission.READ)
    async def next(self) -> rx.event.EventSpec | None:
        """Show the evidence of what stands below."""
        return await self._step(1)

    @rx.event
    @allow(Permission.READ)
    async def previous(self) -> rx.event.EventSpec | None:
        """Show the evidence of what stands above."""
        return await self._step(-1)

    @rx.event
    @allow(Permission.DECIDE)
    async def approve(self) -> rx.event.EventSpec | None:
        """Approve the promotion that the dialog shows."""
        if not self.is_open or self.is_override:
            return None  # the key was pressed twice; the second time is about nothing that was read
        return await self._approve(approve_promotion, proposal_id=self.evidence.proposal_id)

    @rx.event
    @allow(Permission.APPROVE_OVERRIDE)
    async def approve_override(self) -> rx.event.EventSpec | None:
        """Approve the override that the dialog shows."""
        if not self.is_open or not self.is_override:
            return None
        return await self._approve(approve_override, request_id=self.override.request_id)

    @rx.event
    @allow(Permission.APPROVE_OVERRIDE)
    async def ask_why(self) -> None:
        """Ask for the reason why the override is declined."""
        self.trouble = ""
        self.is_declining = self.is_open and self.is_override

    @rx.event
    @allow(Permission.READ)
    async def back(self) -> None:
        """Show the evidence again; nothing was declined."""
        self.is_declining = False

    @rx.event
    @allow(Permission.APPROVE_OVERRIDE)
    async def decline(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Decline the override that the dialog shows, or take it back, with the reason that was given."""
        if not self.is_open or not self.is_override:
            return None
        try:
            said = await ask(decline_override, request_id=self.override.request_id, reason=str(form.get("reason", "")))
        except InvalidInput as error:
            self.trouble = str(error)
            return None
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)
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

    async def _approve(self, use_case: Callable[..., str], **about: str) -> rx.event.EventSpec:
        """Carry an approval out, and close the dialog whatever comes of it."""
        try:
            said = await ask(use_case, **about)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            self.is_open = False
        return notices.done(said)

    async def _review(self, wanted: str, *, is_override: bool) -> rx.event.EventSpec | None:
        try:
            rows = (await ask(show_inbox)).rows
            self._queue = {row.id: row.kind for row in rows}
            return await self._show(wanted, is_override=is_override)
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)

    async def _step(self, by: int) -> rx.event.EventSpec | None:
        shown, ids = self.override.request_id if self.is_override else self.evidence.proposal_id, list(self._queue)
        if not self.is_open or shown not in ids:
            return None
        at = ids.index(shown) + by
        if not 0 <= at < len(ids):
            return None
        try:
            return await self._show(ids[at], is_override=self._queue[ids[at]] == "override")
        except WaitlistError as error:
            self.is_open = False
            return notices.failed(error)

    async def _show(self, wanted: str, *, is_override: bool) -> None:
        if is_override:
            shown = await ask(show_override, request_id=wanted)
            self.move = shown.move or NO_MOVE
            self.override = replace(shown, move=None)
        else:
            self.evidence = await ask(show_evidence, proposal_id=wanted)
        self.is_override, self.is_declining, self.trouble = is_override, False, ""
        self.places = len(self._queue)
        self.place = list(self._queue).index(wanted) + 1 if wanted in self._queue else 0
        self.is_open = True
