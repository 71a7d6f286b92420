"""Why somebody stands where they stand, in the words of a row."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waitlist_app.engine.explain import matter_in_words
from waitlist_app.engine.model import SIGN_OFF, TOO_LARGE, Facts, Order, PriorityRule, RankBy
from waitlist_app.services.ports import Entry, MeetingDetails, SessionFacts
from waitlist_app.services.views import Flag
from waitlist_app.services.wording import calendar_day, clock_time, counted, day_in_list, in_list, weekday_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why here: what decides the place, and what else there is to know."""

    why: str
    detail: str


def conflict_ids(entries: Mapping[str, Entry] | tuple[Entry, ...]) -> list[str]:
    """Give the ids of the sessions that keep these people from taking a seat."""
    found = entries.values() if isinstance(entries, Mapping) else entries
    return sorted({session_id for entry in found for session_id in entry.registration.conflicts})


def basis(entry: Entry, session: SessionFacts, now: datetime) -> Reason:
    """Say what decides the place of an entry: an override, the end of the line, or the policy."""
    if entry.override_id:
        moved = f"Moved from {entry.override_from} to {entry.override_to}"
        return Reason(why=moved, detail=entry.override_reason)
    if entry.registration.requeued_at:
        detail = f"Offer not taken, {in_list(entry.registration.requeued_at, session.zone, now)}"
        return Reason(why="Sent to the end", detail=detail)
    if session.rules.priority:
        return _by_rules(entry, session.rules.priority_rules)
    return _by_the_usual_rules(entry, session)


def _by_the_usual_rules(entry: Entry, session: SessionFacts) -> Reason:
    if session.rules.order is Order.FIRST_COME:
        return Reason(why="Time asked", detail="")
    if entry.compliance_deadline:
        return Reason(why=f"Deadline {calendar_day(entry.compliance_deadline)}", detail=entry.role)
    if entry.role in session.rules.role_order:
        return Reason(why=entry.role, detail="No deadline, then role")
    return Reason(why="Time asked", detail="No deadline, no role that counts")


def _by_rules(entry: Entry, rules: tuple[PriorityRule, ...]) -> Reason:
    """Say what the rules of a priority order know of the entry, the first of them as the reason."""
    known = [said for said in (_known(entry.facts, rule) for rule in rules) if said]
    if not rules:
        return Reason(why="Time asked", detail="")
    if not known:
        return Reason(why="Time asked", detail="Nothing that comes first")
    return Reason(why=known[0], detail=", ".join(known[1:]))


def _known(facts: Facts, rule: PriorityRule) -> str:
    match rule.by:
        case RankBy.DEADLINE:
            return f"Deadline {calendar_day(facts.compliance_deadline)}" if facts.compliance_deadline else ""
        case RankBy.ROLE:
            return facts.role if facts.role in rule.values else ""
        case RankBy.DEPARTMENT:
            return facts.department if facts.department in rule.values else ""
        case RankBy.NO_SHOWS:
            return counted(facts.no_shows, "no-show") if facts.no_shows else "No no-show"
        case RankBy.ATTRIBUTE:
            value = facts.attribute(rule.attribute)
            counts = value and (not rule.values or value in rule.values)
            return f"{rule.attribute} {value}" if counts else ""


def reason(
    entry: Entry, session: SessionFacts, others: Mapping[str, SessionFacts], *, position: int, after: str, now: datetime
) -> Reason:
    """Say why an entry is here. `after` names who is proposed right before it, if anybody."""
    said = basis(entry, session, now)
    if entry.registration.conflicts:
        codes = [others[other].rules.code for other in entry.registration.conflicts if other in others]
        return Reason(why=said.why, detail=f"Skipped for {', '.join(codes)}" if codes else "Skipped")
    if entry.registration.outstanding:
        return Reason(why=said.why, detail=f"Skipped: {matter_in_words(entry.registration.outstanding[0])}")
    if entry.proposal_id:
        return Reason(why=said.why, detail=f"Next after {first_name(after)}" if after else "Next who can take it")
    if said.why == "Time asked" and position == 1:
        return Reason(why=said.why, detail="First of those waiting")
    return said


def flags(entry: Entry, session: SessionFacts, others: Mapping[str, SessionFacts]) -> tuple[Flag, ...]:
    """Give the chips of a row: what keeps it, what was done to it, what waits for a decision."""
    found: list[Flag] = []
    if entry.registration.conflicts:
        found.append(conflict_flag(entry, session, others))
    if entry.registration.outstanding:
        found.append(matter_flag(entry.registration.outstanding[0]))
    if entry.override_id:
        found.append(Flag(kind="override", words=f"Override, {first_name(entry.override_by)}".rstrip(", ")))
    if entry.proposal_id:
        found.append(Flag(kind="proposed", words="Proposed"))
    if entry.registration.seat_units > 1:
        found.append(Flag(kind="plain", words=counted(entry.registration.seat_units, "seat")))
    if passed := entry.passed_over + entry.registration.passes:
        found.append(Flag(kind="plain", words=f"Passed {passed}×"))
    return tuple(found)


def conflict_flag(entry: Entry, session: SessionFacts, others: Mapping[str, SessionFacts]) -> Flag:
    """Give the chip of a conflict, with when it is, as in `Conflict, Wed 13:00`."""
    clash = _clash(entry, session, others)
    words = f"Conflict, {weekday_time(clash[1].starts_at, session.zone)}" if clash else "Conflict"
    return Flag(kind="conflict", words=words)


_MATTERS: Final = {SIGN_OFF: "Sign-off", TOO_LARGE: "Too few seats", "course": "Other date"}


def matter_flag(matter: str) -> Flag:
    """Give the chip of what has to happen first, as in `Sign-off`."""
    return Flag(kind="plain", words=_MATTERS[matter.partition(":")[0]])


def is_passed_over(entry: Entry, session: SessionFacts) -> bool:
    """Say whether a coordinator passed somebody over for one seat, and their turn is still to come."""
    return any(one.registration_id == entry.registration.id for one in session.rules.passings)


def why_skipped(
    entry: Entry,
    session: SessionFacts,
    others: Mapping[str, SessionFacts],
    now: datetime,
    *,
    offered: Container[str] = (),
) -> str:
    """Say why somebody does not get a seat, as in `has a seat in Abrasive Wheels, Wed 18 Mar, 13:00 – 15:00`.

    `offered` are the sessions in which all that they have is an offer.
    """
    if entry.registration.is_ready:
        if is_passed_over(entry, session):
            return "was passed over by a coordinator, and comes first for the next seat"
        return f"asks for {counted(entry.registration.seat_units, 'seat')}, and too few are free"
    if entry.registration.outstanding and not entry.registration.conflicts:
        return f"cannot be served yet: {matter_in_words(entry.registration.outstanding[0])}"
    clash = _clash(entry, session, others)
    if clash is None:
        is_offer = all(other in offered for other in entry.registration.conflicts)
        return f"has {'an offer' if is_offer else 'a seat'} in another session at the same time"
    other, meeting = clash
    day = day_in_list(meeting.starts_at, session.zone, now)
    hours = f"{clock_time(meeting.starts_at, session.zone)} – {clock_time(meeting.ends_at, session.zone)}"
    more = len(entry.registration.conflicts) - 1
    also = f", and {counted(more, 'more session')} at the same time" if more else ""
    has = "an offer" if other.rules.id in offered else "a seat"
    return f"has {has} in {other.title}, {day}, {hours}{also}"


def first_name(name: str) -> str:
    """Give the first of somebody's names."""
    return name.partition(" ")[0]


def _clash(
    entry: Entry, session: SessionFacts, others: Mapping[str, SessionFacts]
) -> tuple[SessionFacts, MeetingDetails] | None:
    """Find the first meeting elsewhere that overlaps with one of this session."""
    known = [others[other] for other in entry.registration.conflicts if other in others]
    clashes = [
        (other, theirs)
        for other in known
        for theirs in other.meetings
        if any(theirs.starts_at < ours.ends_at and ours.starts_at < theirs.ends_at for ours in session.meetings)
    ]
    return min(clashes, key=lambda clash: clash[1].starts_at, default=None)
