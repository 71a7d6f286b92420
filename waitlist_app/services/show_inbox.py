"""Everything that awaits a decision: the session that starts first on top, in it the one that waits longest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from waitlist_app.services.actors import PERMISSIONS, Actor, Permission
from waitlist_app.services.meters import running
from waitlist_app.services.ports import OpenProposal, Reader, SessionFacts, Work
from waitlist_app.services.rules import is_held, is_too_late, named
from waitlist_app.services.views import InboxPage, InboxRow
from waitlist_app.services.wording import counted, in_list, length, listed, ordinal, recent

_SOON: Final = timedelta(hours=48)
_NAMED: Final = 3


def show_inbox(*, work: Work, actor: Actor) -> InboxPage:
    """Give every open proposal with its evidence in short; times stand in the organisation's zone."""
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _page(reader, actor))


def _page(reader: Reader, actor: Actor) -> InboxPage:
    now = reader.now
    proposals = reader.proposals()
    sessions = {facts.rules.id: facts for facts in reader.sessions()} if proposals else {}
    proposals = sorted(proposals, key=lambda one: _urgency(one, sessions[one.session_id], now))
    held = running(reader.offers(), now)
    ageing_since = now - reader.approval_rules().escalates_after
    deciders = _deciders(reader, proposals)
    of_session = Counter(proposal.session_id for proposal in proposals)
    seen: Counter[str] = Counter()
    rows: list[InboxRow] = []
    for proposal in proposals:
        seen[proposal.session_id] += 1
        place = (seen[proposal.session_id], of_session[proposal.session_id])
        row = _row(proposal, sessions[proposal.session_id], actor, now, place)
        is_held_now = is_held(sessions[proposal.session_id].rules, proposal.entry.registration.id, now)
        is_ageing = not is_held_now and proposal.proposed_at <= ageing_since
        rows.append(replace(row, is_ageing=is_ageing, escalated_to=deciders.get(proposal.escalated_to, "")))
    return InboxPage(
        rows=tuple(rows),
        total=len(rows),
        oldest=length(now - min(proposal.proposed_at for proposal in proposals)) if proposals else "",
        next_offer_ends=recent(held[0].ends_at, actor.zone, now) if held else "",
    )


def _deciders(reader: Reader, proposals: Sequence[OpenProposal]) -> Mapping[str, str]:
    """Name those of the team who may decide, where any proposal escalated."""
    if not any(proposal.escalated_to for proposal in proposals):
        return {}
    return {one.id: one.name for one in reader.team() if Permission.DECIDE in PERMISSIONS[one.role]}


def _urgency(proposal: OpenProposal, facts: SessionFacts, now: datetime) -> tuple[bool, datetime, str, datetime, int]:
    is_over = facts.ends_at <= now
    return is_over, facts.starts_at, facts.rules.code, proposal.proposed_at, proposal.position


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
        if_nobody_detail=_meanwhile(facts, now),
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


def _meanwhile(facts: SessionFacts, now: datetime) -> str:
    if facts.ends_at <= now:
        return "the session is over"
    if facts.starts_at <= now:
        return "the session has started"
    if is_too_late(facts.rules, now):
        return f"after the cut-off, starts in {length(facts.starts_at - now)}"
    if facts.starts_at - now < _SOON:
        return f"starts in {length(facts.starts_at - now)}"
    return f"seat stays free, starts {in_list(facts.starts_at, facts.zone, now)}"
