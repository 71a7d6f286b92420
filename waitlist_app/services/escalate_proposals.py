"""Escalating proposals that nobody decided in time to the organisation's deputy: the clock asks, and moves nothing."""

from collections.abc import Sequence

from waitlist_app.services.actors import PERMISSIONS, Actor, Permission
from waitlist_app.services.happenings import ProposalEscalated
from waitlist_app.services.ports import AgeingProposal, Reader, Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.rules import is_held
from waitlist_app.services.team import MemberFacts


def escalate_proposals(*, work: Work, actor: Actor) -> int:
    """Escalate each open proposal that is old enough, once, and give how many that were; the deputy gets one mail.

    A proposal whose seat is held waits for the end of the hold, and one whose session is over for nothing more. While
    there is no deputy, or the one who was named left or may no longer decide, nothing escalates: it does as soon as
    another is named. Looks before it locks: with nothing due no writer has to wait.
    """
    if not work.read(actor, lambda reader: _due(reader, find_deputy(reader))):
        return 0
    return work.transact(actor, _escalate)


def find_deputy(reader: Reader) -> MemberFacts | None:
    """Give to whom proposals escalate: the member who was named, while they may decide them."""
    deputy_id = reader.approval_rules().deputy_id
    if not deputy_id:
        return None
    named = next((one for one in reader.team() if one.id == deputy_id), None)
    return named if named and Permission.DECIDE in PERMISSIONS[named.role] else None


def _escalate(tx: Transaction) -> int:
    deputy = find_deputy(tx.read)
    # An approval, a hold or another proposal in its place waits for the lock or came before it; then looked at again.
    tx.lock(sorted({one.session_id for one in _due(tx.read, deputy)}))
    due = _due(tx.read, deputy)
    if deputy is None or not due:
        return 0
    # The update is guarded as well: of two workers at once one has the proposal, and only that one tells.
    escalated = [one for one in due if tx.escalate(one, to=deputy.id)]
    for one in escalated:
        tx.note(
            ProposalEscalated(
                session_id=one.session_id,
                registration_id=one.registration_id,
                person_id=one.person_id,
                proposal_id=one.id,
                deputy_id=deputy.id,
                details=canonical({"name": deputy.name}),
            )
        )
    return len(escalated)


def _due(reader: Reader, deputy: MemberFacts | None) -> Sequence[AgeingProposal]:
    if deputy is None:
        return ()
    found = reader.ageing(since=reader.now - reader.approval_rules().escalates_after)
    sessions = reader.some_sessions([one.session_id for one in found])
    return [
        one
        for one in found
        if reader.now < sessions[one.session_id].ends_at
        and not is_held(sessions[one.session_id].rules, one.registration_id, reader.now)
    ]
