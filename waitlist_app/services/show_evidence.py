"""What a coordinator reads before approving one promotion: the seat, the person, who is skipped, the deadline."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from msgspec import structs

from waitlist_app.engine.commands import ApproveProposal
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import OfferMade
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import TOO_LARGE, LapseRule, Proposal, Roster
from waitlist_app.engine.refusals import ProposalGone, SeatNoLongerFree, StartTooClose
from waitlist_app.engine.windows import cut_off, deadline, reminder_at
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.explaining import offered_to
from waitlist_app.services.meters import Held, meter, running, sum_of, terms
from waitlist_app.services.ports import Entry, LiveOffer, OpenProposal, Reader, SessionFacts, Work
from waitlist_app.services.reasons import basis, conflict_ids, is_passed_over, matter_flag, why_skipped
from waitlist_app.services.rules import named
from waitlist_app.services.views import Evidence, Flag, SkippedRow
from waitlist_app.services.wording import (
    counted,
    exact,
    in_list,
    length,
    recent_within,
    to_the_second,
    when,
    window,
)

MOST_SKIPPED: Final = 20

_WHEN_FREED: Final = {
    "dropped": "when {} dropped",
    "removed": "when {} was removed",
    "declined": "when {} declined the offer",
    "lapsed": "when the offer to {} lapsed without an answer",
    "ended": "when the offer to {} was ended",
    "revoked": "when the offer to {} was taken back",
    "no_show": "when {} did not come",
    "failed": "when {} had not paid in time",
    "refunded": "when {} got the money back",
    "left": "when {} left",
    "transferred": "when {} was moved to another session",
    "reduced": "when the group of {} became smaller",
}


def show_evidence(*, work: Work, actor: Actor, proposal_id: str) -> Evidence:
    """Give the evidence for an open proposal as it is now; raises `ProposalGone` when it is no longer open."""
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _evidence(reader, actor, proposal_id))


def _evidence(reader: Reader, actor: Actor, proposal_id: str) -> Evidence:
    proposal, now = reader.proposal(proposal_id), reader.now
    if proposal is None:
        raise ProposalGone
    facts, offers = reader.session(proposal.session_id), reader.offers(proposal.session_id)
    entry, person = proposal.entry, proposal.entry.person
    expires_at, after = _if_approved(facts, offers, proposal, now)
    held = running(offers, now)
    held_after = held if expires_at is None else (*held, _held(proposal, now, expires_at))
    total, skipped = _skipped(reader, proposal, facts)
    where = f", {facts.location}" if facts.location else ""
    return Evidence(
        proposal_id=proposal.id,
        session_id=proposal.session_id,
        title=f"Offer {_seats(proposal)} to {person.name}?",
        session=f"{named(facts)}, {when(facts.meetings, facts.zone)}{where}",
        seat=_seat(proposal, facts, now),
        now=meter(facts, held),
        now_words=terms(sum_of(facts)),
        after=meter(after, sorted(held_after, key=lambda one: one.ends_at)),
        after_words=terms(sum_of(after)),
        name=person.name,
        team=person.department,
        position=f"Position {proposal.position} of {facts.tally.waiting}",
        because=_because(proposal, facts, now),
        asked=f"Asked {to_the_second(entry.registration.requested_at, facts.zone)}, "
        f"waiting {length(now - entry.registration.requested_at)}.",
        checks=_checks(proposal, _passed_for(proposal, facts)),
        skipped=skipped,
        skipped_total=total,
        deadline=exact(expires_at, facts.zone) if expires_at else "too soon to be answered",
        deadline_detail=_deadline_detail(facts, expires_at, now),
        consequence=_consequence(proposal, facts),
        approver=actor.name,
    )


def _if_approved(
    facts: SessionFacts, offers: Sequence[LiveOffer], proposal: OpenProposal, now: datetime
) -> tuple[datetime | None, SessionFacts]:
    """Let the engine decide what approving now leads to: the deadline, None when there is none, and the session."""
    known = [proposal.entry.registration, *(offer.entry.registration for offer in offers)]
    roster = Roster(
        session=facts.rules,
        tally=facts.tally,
        registrations={registration.id: registration for registration in known},
        proposals={proposal.id: Proposal(id=proposal.id, registration_id=proposal.entry.registration.id)},
    )
    command = ApproveProposal(session_id=facts.rules.id, proposal_id=proposal.id, approval="")
    try:
        events = decide(roster, command, now)
    except (StartTooClose, SeatNoLongerFree):
        return None, facts
    made = next(event for event in events if isinstance(event, OfferMade))
    return made.expires_at, replace(facts, tally=fold(roster, events).tally)


def _held(proposal: OpenProposal, now: datetime, expires_at: datetime) -> Held:
    entry = proposal.entry
    return Held(name=entry.person.name, units=entry.registration.seat_units, made_at=now, ends_at=expires_at)


def _seats(proposal: OpenProposal) -> str:
    units = proposal.entry.registration.seat_units
    return "a seat" if units == 1 else f"{units} seats"


def _seat(proposal: OpenProposal, facts: SessionFacts, now: datetime) -> str:
    since = f"Free since {recent_within(proposal.proposed_at, facts.zone, now)}"
    if proposal.seat_from == "capacity":
        return f"{since}, when the capacity was changed"
    if proposal.seat_from == "conflict_ended":
        return f"{since}, when a conflict ended"
    words = _WHEN_FREED.get(proposal.seat_from, "")
    return f"{since}, {words.format(proposal.seat_from_name)}" if words and proposal.seat_from_name else since


def _because(proposal: OpenProposal, facts: SessionFacts, now: datetime) -> str:
    said = basis(proposal.entry, facts, now)
    ready_before = proposal.position - 1 - proposal.skipped
    rank = "The first in line who can take the seat"
    if ready_before:
        rank = f"Next after the {counted(ready_before, 'person', 'people')} proposed before"
    elif instead_of := _passed_for(proposal, facts):
        rank = f"Chosen instead of {counted(instead_of, 'person', 'people')} in front"
    elif not proposal.skipped:
        rank = "The first in line"
    return f"{said.why}. {rank}."


def _passed_for(proposal: OpenProposal, facts: SessionFacts) -> int:
    """Count those for whose seat the candidate was chosen instead."""
    return sum(one.instead_id == proposal.entry.registration.id for one in facts.rules.passings)


def _checks(proposal: OpenProposal, instead_of: int) -> tuple[Flag, ...]:
    entry = proposal.entry
    conflict = Flag(kind="good", words="No conflict")
    if entry.registration.waiver:
        conflict = Flag(kind="conflict", words="Conflict allowed by an approval")
    override = Flag(kind="good", words="No override involved")
    if entry.override_id:
        override = Flag(kind="override", words=f"Moved by {entry.override_by}")
    elif instead_of:
        override = Flag(kind="override", words=f"Chosen instead of {counted(instead_of, 'person', 'people')}")
    passed = Flag(kind="plain", words=f"Passed over {entry.passed_over}×")
    return (conflict, override, passed) if entry.passed_over else (conflict, override)


def _skipped(reader: Reader, proposal: OpenProposal, facts: SessionFacts) -> tuple[int, tuple[SkippedRow, ...]]:
    if not proposal.skipped:
        return 0, ()
    line_key = proposal.entry.registration.line_key
    total, entries = reader.skipped_ahead(proposal.session_id, line_key, MOST_SKIPPED)
    others = reader.some_sessions(conflict_ids(tuple(entry for _, entry in entries)))
    rows = tuple(
        SkippedRow(
            position=position,
            name=entry.person.name,
            why=why_skipped(
                entry, facts, others, reader.now, offered=offered_to(reader, facts.rules.id, entry.registration)
            ),
            flag=_skipped_for(entry, facts),
        )
        for position, entry in entries
    )
    return total, rows


def _skipped_for(entry: Entry, facts: SessionFacts) -> Flag:
    if entry.registration.is_ready:
        is_passed = is_passed_over(entry, facts)
        return Flag(kind="override", words="Passed over") if is_passed else matter_flag(TOO_LARGE)
    if entry.registration.conflicts:
        return Flag(kind="conflict", words="Conflict")
    return matter_flag(entry.registration.outstanding[0])


def _deadline_detail(facts: SessionFacts, expires_at: datetime | None, now: datetime) -> str:
    rules, last = facts.rules, cut_off(facts.rules)
    has_cut_off = last is not None and bool(rules.cut_off_window)
    edge = f"The session starts {exact(facts.starts_at, facts.zone)}"
    if last is not None and has_cut_off:
        edge = f"The cut-off is {exact(last, facts.zone)}"
    if expires_at is None:
        return f"{edge}. An offer runs for at least 5 minutes, so this cannot be offered any more."
    hours = " in working hours" if rules.working_hours else ""
    remind_at = reminder_at(rules, made_at=now, expires_at=expires_at)
    reminder = f" Reminder {in_list(remind_at, facts.zone, now)}." if remind_at else ""
    if expires_at < deadline(structs.replace(rules, starts_at=None), now):
        said = f"{length(expires_at - now)} instead of {window(rules.offer_window)}{hours}"
        return f"{said}.{reminder} {edge}, and no offer runs past it."
    return f"{window(rules.offer_window)}{hours}.{reminder} {edge}."


def _consequence(proposal: OpenProposal, facts: SessionFacts) -> str:
    goes_to_end = facts.rules.on_lapse is LapseRule.END and proposal.entry.registration.requeued_at is None
    ends = "goes to the end of the line" if goes_to_end else "is out of the line"
    name = proposal.entry.person.name
    return f"Without an answer {name} {ends}, and the seat is proposed to the next who can take it."
