"""The list of sessions: what needs a human first, then by date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.meters import Held, meter, running
from waitlist_app.services.ports import LiveOffer, OpenProposal, Reader, SessionFacts, Work
from waitlist_app.services.rules import code_beside, is_too_late, rules_in_short
from waitlist_app.services.views import SeatMeter, SessionRow, SessionsPage
from waitlist_app.services.wording import counted, length, when_in_list


def list_sessions(*, work: Work, actor: Actor) -> SessionsPage:
    """Give every session with its seats and what it waits for; those that need a decision come first."""
    actor.require(Permission.READ)
    return work.read(actor, _page)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A session with what runs and what is proposed in it."""

    facts: SessionFacts
    held: tuple[Held, ...]
    proposals: Sequence[OpenProposal]


def _page(reader: Reader) -> SessionsPage:
    now = reader.now
    offers: dict[str, list[LiveOffer]] = defaultdict(list)
    for offer in reader.offers():
        offers[offer.session_id].append(offer)
    proposals: dict[str, list[OpenProposal]] = defaultdict(list)
    for proposal in reader.proposals():
        proposals[proposal.session_id].append(proposal)
    sessions = [
        _Known(
            facts=facts,
            held=running(offers.get(facts.rules.id, ()), now),
            proposals=proposals.get(facts.rules.id, ()),
        )
        for facts in reader.sessions()
    ]
    rows = [_row(session, now) for session in sorted(sessions, key=lambda session: _urgency(session, now))]
    held = sorted((one for session in sessions for one in session.held), key=lambda one: one.ends_at)
    asked = [proposal.proposed_at for known in proposals.values() for proposal in known]
    meters = [row.meter for row in rows]
    return SessionsPage(
        rows=tuple(rows),
        decisions=len(asked),
        oldest_decision=length(now - min(asked)) if asked else "",
        offers=len(held),
        next_offer_ends_at=held[0].ends_at.timestamp() if held else 0.0,
        next_offer_of_seconds=(held[0].ends_at - held[0].made_at).total_seconds() if held else 1.0,
        free_seats=sum(one.free for one in meters),
        sessions_with_free=sum(one.free > 0 for one in meters),
        waiting=sum(one.waiting for one in meters),
        sessions_with_waiting=sum(one.waiting > 0 for one in meters),
    )


def _urgency(session: _Known, now: datetime) -> tuple[bool, bool, float, str]:
    """Sort what needs a decision first, then what is still to come by its start, then what is over, newest first."""
    starts_at = session.facts.starts_at.timestamp()
    is_over = session.facts.ends_at <= now
    return not session.proposals, is_over, -starts_at if is_over else starts_at, session.facts.rules.code


def _row(session: _Known, now: datetime) -> SessionRow:
    facts, seats = session.facts, meter(session.facts, session.held)
    when = when_in_list(facts.starts_at, facts.ends_at, facts.zone, now)
    act, detail = _next_act(session, seats, now)
    return SessionRow(
        id=facts.rules.id,
        code=facts.rules.code,
        title=facts.title,
        code_beside=code_beside(facts.title, facts.rules.code),
        when=when,
        where=facts.location,
        rule=rules_in_short(facts.rules, now),
        meter=seats,
        needs_you=bool(session.proposals),
        next_act=act,
        next_act_detail=detail,
        proposals=len(session.proposals),
        starts_at=facts.starts_at.timestamp(),
        search=f"{facts.rules.code} {facts.title} {facts.location} {when}".lower(),
    )


def _next_act(session: _Known, seats: SeatMeter, now: datetime) -> tuple[str, str]:  # noqa: PLR0911 - one arm per face
    rules, waiting = session.facts.rules, _waiting(seats.waiting)
    if session.proposals:
        act = f"{counted(len(session.proposals), 'promotion')} to approve"
        if is_too_late(rules, now):
            return act, "After the cut-off" if rules.cut_off_window else "The session starts too soon for an offer"
        return act, f"Oldest for {length(now - session.proposals[0].proposed_at)}"
    if session.facts.ends_at <= now:
        return "Over", waiting if seats.waiting else ""
    if seats.is_unlimited:
        return "No limit, nobody waits", ""
    if seats.limit == 0:
        return "Waitlist only", waiting
    if seats.overbooked_by:
        return f"{seats.overbooked_by} over the limit", waiting
    if session.held:
        return (f"{counted(len(session.held), 'offer')} {'runs' if len(session.held) == 1 else 'run'}", waiting)
    if seats.free and not seats.waiting:
        return "Open", "New requests get a seat"
    if seats.free:
        return "Nobody who waits can take a free seat", waiting
    return "Full", waiting


def _waiting(count: int) -> str:
    return counted(count, "person waits", "people wait") if count else "Nobody waits"
