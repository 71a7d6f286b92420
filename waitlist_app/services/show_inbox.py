"""Everything that awaits a decision: the session that starts first on top, in it the one that waits longest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from waitlist_app.services.actors import PERMISSIONS, Actor, Permission
from waitlist_app.services.approvals import OverrideRequest
from waitlist_app.services.meters import running
from waitlist_app.services.override_sentences import in_short
from waitlist_app.services.overriding import barred_from
from waitlist_app.services.ports import OpenProposal, Reader, SessionFacts, Work
from waitlist_app.services.rules import is_held, is_too_late, named
from waitlist_app.services.sentences import SOMEBODY
from waitlist_app.services.views import InboxPage, InboxRow
from waitlist_app.services.wording import counted, in_list, length, listed, ordinal, recent

_SOON: Final = timedelta(hours=48)
_NAMED: Final = 3

_Urgency = tuple[bool, datetime, str, datetime, int]


def show_inbox(*, work: Work, actor: Actor) -> InboxPage:
    """Give every open proposal, and every override that waits for a second person, with its evidence in short.

    Times stand in the organisation's zone. The answer is the same for everybody of a role; see `seen_by`.
    """
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _page(reader, actor))


def seen_by(page: InboxPage, actor: Actor) -> InboxPage:
    """Mark what is the actor's own, and count what is left for them to decide."""
    own = {request_id for request_id, members in page.barred.items() if actor.id in members}
    others = page.barred if not actor.may(Permission.APPROVE_OVERRIDE) else own
    rows = tuple(replace(row, is_for_others=True) if row.id in own else row for row in page.rows)
    return replace(page, rows=rows, decisions=page.total - len(others))


def _page(reader: Reader, actor: Actor) -> InboxPage:
    now = reader.now
    proposals, requests = reader.proposals(), reader.override_requests()
    sessions = {facts.rules.id: facts for facts in reader.sessions()} if proposals or requests else {}
    proposals = sorted(proposals, key=lambda one: _urgency(one, sessions[one.session_id], now))
    held = running(reader.offers(), now)
    ageing_since = now - reader.approval_rules().escalates_after
    deciders = _deciders(reader, proposals)
    of_session = Counter(proposal.session_id for proposal in proposals)
    seen: Counter[str] = Counter()
    rows: list[tuple[_Urgency, InboxRow]] = []
    for proposal in proposals:
        seen[proposal.session_id] += 1
        place = (seen[proposal.session_id], of_session[proposal.session_id])
        row = _row(proposal, sessions[proposal.session_id], actor, now, place)
        is_held_now = is_held(sessions[proposal.session_id].rules, proposal.entry.registration.id, now)
        is_ageing = not is_held_now and proposal.proposed_at <= ageing_since
        row = replace(row, is_ageing=is_ageing, escalated_to=deciders.get(proposal.escalated_to, ""))
        rows.append((_urgency(proposal, sessions[proposal.session_id], now), row))
    for request in requests:
        facts = sessions[request.session_id]
        rows.append((_session_urgency(facts, request.asked_at, now), _override_row(reader, request, facts, actor)))
    since = [*(proposal.proposed_at for proposal in proposals), *(request.asked_at for request in requests)]
    return InboxPage(
        rows=tuple(row for _, row in sorted(rows, key=lambda one: one[0])),
        total=len(rows),
        oldest=length(now - min(since)) if since else "",
        next_offer_ends=recent(held[0].ends_at, actor.zone, now) if held else "",
        decisions=len(rows),
        barred=barred_from(reader, requests),
    )


def _deciders(reader: Reader, proposals: Sequence[OpenProposal]) -> Mapping[str, str]:
    """Name those of the team who may decide, where any proposal escalated."""
    if not any(proposal.escalated_to for proposal in proposals):
        return {}
    return {one.id: one.name for one in reader.team() if Permission.DECIDE in PERMISSIONS[one.role]}


def _urgency(proposal: OpenProposal, facts: SessionFacts, now: datetime) -> _Urgency:
    return _session_urgency(facts, proposal.proposed_at, now, proposal.position)


def _session_urgency(facts: SessionFacts, since: datetime, now: datetime, position: int = 0) -> _Urgency:
    is_over = facts.ends_at <= now
    return is_over, facts.starts_at, facts.rules.code, since, position


def _row(proposal: OpenProposal, facts: SessionFacts, actor: Actor, now: datetime, place: tuple[int, int]) -> InboxRow:
    return InboxRow(
        id=proposal.id,
        kind="promotion",
        what=f"Offer {_seats(proposal)} to {proposal.entry.person.name}",
        session_id=proposal.session_id,
        session=named(facts),
        evidence=f"{ordinal(proposal.position)} in line",
        evidence_detail=_skipped(proposal, place),
        since=recent(proposal.proposed_at, actor.zone, now),
        since_for=length(now - proposal.proposed_at),
        if_nobody="Nothing moves",
        if_nobody_detail=_meanwhile(facts, now, "seat stays free"),
    )


def _override_row(reader: Reader, request: OverrideRequest, facts: SessionFacts, actor: Actor) -> InboxRow:
    said, now = in_short(reader, request, facts), reader.now
    return InboxRow(
        id=request.id,
        kind="override",
        what=said.what,
        session_id=request.session_id,
        session=named(facts),
        evidence=f"Asked by {request.asked_by_name or SOMEBODY}",
        evidence_detail="Cannot be carried out any more" if said.is_over else said.passes,
        since=recent(request.asked_at, actor.zone, now),
        since_for=length(now - request.asked_at),
        if_nobody="Nothing moves",
        if_nobody_detail=_meanwhile(facts, now, "order stays" if said.is_order else "all stays"),
        reason=request.reason,
    )


def _seats(proposal: OpenProposal) -> str:
    units = proposal.entry.registration.seat_units
    return "a seat" if units == 1 else f"{units} seats"


def _skipped(proposal: OpenProposal, place: tuple[int, int]) -> str:
    """Say who ahead does not get the seat; those are named by position when they are all who are ahead."""
    if not proposal.skipped:
        at, of = place
        return f"{ordinal(at)} of {of} promotions here" if at > 1 else "Nobody skipped"
    is_everybody = proposal.skipped == proposal.position - 1
    if is_everybody and proposal.skipped <= _NAMED:
        return f"{listed([str(n) for n in range(1, proposal.position)])} skipped"
    return f"{counted(proposal.skipped, 'person', 'people')} skipped"


def _meanwhile(facts: SessionFacts, now: datetime, stays: str) -> str:
    if facts.ends_at <= now:
        return "the session is over"
    if facts.starts_at <= now:
        return "the session has started"
    if is_too_late(facts.rules, now):
        return f"after the cut-off, starts in {length(facts.starts_at - now)}"
    if facts.starts_at - now < _SOON:
        return f"starts in {length(facts.starts_at - now)}"
    return f"{stays}, starts {in_list(facts.starts_at, facts.zone, now)}"
