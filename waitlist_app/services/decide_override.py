"""The word of a second person on an override that somebody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from waitlist_app.errors import NotAllowed, Refused
from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.approvals import OverrideRequest, OwnApproval
from waitlist_app.services.completing import completed
from waitlist_app.services.happenings import OverrideDeclined
from waitlist_app.services.overriding import command_of, forbid_own, own_stays_behind
from waitlist_app.services.ports import Reader, Transaction, Work
from waitlist_app.services.rules import named
from waitlist_app.services.sentences import SOMEBODY
from waitlist_app.services.team import require_reason


class RequestDecided(Refused):
    """Somebody else was quicker."""

    code = "request_decided"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This request was decided already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOverride:
    """An override that waits for a second person's word."""

    id: str
    kind: str
    session_id: str
    session: str
    name: str
    reason: str
    asked_by: str
    asked_at: float
    """Seconds since 1970."""
    is_mine: bool
    """Whether the reader asked for it, and so cannot approve it."""


def list_override_requests(*, work: Work, actor: Actor) -> Sequence[PendingOverride]:
    """List what waits for a second person's word, oldest first."""
    actor.require(Permission.READ)

    def unit(reader: Reader) -> list[PendingOverride]:
        requests = reader.override_requests()
        sessions = reader.some_sessions([request.session_id for request in requests])
        return [_pending(request, named(sessions[request.session_id]), actor) for request in requests]

    return work.read(actor, unit)


def approve_override(*, work: Work, actor: Actor, request_id: str) -> str:
    """Sign what somebody else asked for, and carry it out; everything is checked again under the lock.

    Raises `OwnApproval` for whoever asked for it, for whom it is for, and for who moves up in the line by it; and what
    a rule has against it by now.
    """
    actor.require(Permission.APPROVE_OVERRIDE)

    def unit(tx: Transaction) -> str:
        request = open_request(tx, request_id)
        if request.asked_by == actor.id:
            raise OwnApproval
        forbid_own(tx, request.email)
        with own_stays_behind(tx, request.session_id):
            approval = carry_out_request(tx, request)
        tx.override_requests.close(request.id, status="approved", approval_id=approval)
        return f"Approved, as {request.asked_by_name} asked."

    return work.transact(actor, unit)


def carry_out_request(tx: Transaction, request: OverrideRequest) -> str:
    """Sign what somebody else asked for and carry it out; give the approval. Its session is locked."""
    approval = tx.sign(
        kind="override",
        subject_id=request.subject_id,
        session_id=request.session_id,
        reason=request.reason,
        asked_by=request.asked_by,
    )
    carry_out_all(tx, completed(tx, command_of(request, approval=approval)))
    return approval


def decline_override(*, work: Work, actor: Actor, request_id: str, reason: str) -> str:
    """Say no to what somebody asked for, with a reason; whoever asked may take it back so, too."""
    actor.require(Permission.READ)
    if not (actor.may(Permission.APPROVE_OVERRIDE) or actor.may(Permission.ASK_OVERRIDE)):
        raise NotAllowed(detail=f"{actor.role} may not decide overrides")
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        request = open_request(tx, request_id)
        tx.override_requests.close(request.id, status="declined")
        tx.note(
            OverrideDeclined(
                request_id=request.id,
                session_id=request.session_id,
                registration_id=request.registration_id,
                reason=reason,
            )
        )
        return f"Declined. {request.asked_by_name or SOMEBODY} finds it in the history."

    return work.transact(actor, unit)


def open_request(tx: Transaction, request_id: str) -> OverrideRequest:
    """Lock the session of a request and give it; raises `RequestDecided`."""
    tx.lock([tx.override_requests.find(request_id).session_id])
    # Read again under the lock: two members who approve at once would both carry it out.
    request = tx.override_requests.find(request_id)
    if request.status != "open":
        raise RequestDecided
    return request


def _pending(request: OverrideRequest, session: str, actor: Actor) -> PendingOverride:
    return PendingOverride(
        id=request.id,
        kind=request.kind,
        session_id=request.session_id,
        session=session,
        name=request.person_name or SOMEBODY,
        reason=request.reason,
        asked_by=request.asked_by_name,
        asked_at=request.asked_at.timestamp(),
        is_mine=request.asked_by == actor.id,
    )
