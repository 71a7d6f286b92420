"""Places that people have elsewhere already, written down as facts."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine import money, ordering, seats
from waitlist_app.engine.commands import RecordPlace
from waitlist_app.engine.decisions import courses
from waitlist_app.engine.decisions.asking import (
    as_of,
    held_at_the_same_time,
    in_the_way,
    newcomer_fits,
    outstanding_for,
)
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.decisions.merging import STALE
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import Registration, Roster, Status
from waitlist_app.engine.refusals import (
    AlreadyRegistered,
    MatterOutstanding,
    NeedsApproval,
    ReasonMissing,
    SessionIsCancelled,
    TooManyUnits,
)


def record(roster: Roster, command: RecordPlace, now: datetime) -> Iterator[Event]:
    """Write down a seat or a place in the line with the time at which it was asked for; needs the whole line.

    A seat ends the place in the line that its person has here: that place is stale. What passes over somebody, or goes
    beyond the limit of the seats or of the list, raises `NeedsApproval` without one.
    """
    if roster.session.cancelled_at:
        raise SessionIsCancelled
    existing = roster.of_person(command.person_id)
    is_seat = command.status is Status.CONFIRMED
    if existing and not (is_seat and existing.status is Status.WAITLISTED):
        raise AlreadyRegistered(existing.id)
    courses.forbid_second_seat(roster, command)
    # What was paid for a seat elsewhere is settled there: here it costs nothing, and nothing of it is given back.
    terms = command.terms if is_seat else money.priced(roster.session, command.terms)
    command = replace(command, terms=as_of(roster.session, terms))
    if is_seat:
        yield from _seat(roster, command, existing, now)
    else:
        yield _entry(roster, command, now)


def _seat(roster: Roster, command: RecordPlace, stale: Registration | None, now: datetime) -> Iterator[Event]:
    conflicts = held_at_the_same_time(roster, command.terms, now)
    if conflicts:
        raise in_the_way(roster, conflicts)
    if courses.matters(roster, command, now):
        raise MatterOutstanding
    ending = tuple(closed(roster, stale, status=Status.REMOVED, reason=STALE, is_stale=True)) if stale else ()
    left = fold(roster, ending)
    is_in_order = newcomer_fits(left, command.seat_units, now)
    if not is_in_order:
        _require_approval(command)
    free = seats.free(left, now)
    yield from ending
    yield SeatGiven(
        session_id=roster.session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=left.tally.arrivals + 1,
        terms=command.terms,
        passed=0 if is_in_order else left.tally.waiting,
        is_granted=free is not None and free < command.seat_units,
        approval=command.approval,
        reason=command.reason,
        is_recorded=True,
    )


def _entry(roster: Roster, command: RecordPlace, now: datetime) -> WaitlistJoined:
    session, tally = roster.session, roster.tally
    bound = seats.limit(session)
    if bound and command.seat_units > bound:
        raise TooManyUnits(command.seat_units, bound)
    arrival = tally.arrivals + 1
    line_key = ordering.base_key(
        session,
        person_id=command.person_id,
        requested_at=command.requested_at,
        arrival=arrival,
        facts=command.facts,
    )
    passed = sum(is_passed_by(entry, requested_at=command.requested_at, line_key=line_key) for entry in roster.line())
    is_beyond = not session.waitlist_is_open or (
        session.waitlist_limit is not None and tally.waiting >= session.waitlist_limit
    )
    if passed or (is_beyond and not session.is_sealed):
        _require_approval(command)
    return WaitlistJoined(
        session_id=session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=arrival,
        line_key=line_key,
        conflicts=held_at_the_same_time(roster, command.terms, now),
        outstanding=(*outstanding_for(session, command.facts), *courses.matters(roster, command, now)),
        terms=command.terms,
        is_recorded=True,
        passed=passed,
        approval=command.approval,
        reason=command.reason,
    )


def is_passed_by(entry: Registration, *, requested_at: datetime, line_key: str) -> bool:
    """Say whether an entry that asked later would stand behind a place that is written down only now.

    Whoever was sent to the end stands behind everybody anyway.
    """
    return entry.requested_at > requested_at and entry.line_key > line_key and entry.requeued_at is None


def _require_approval(command: RecordPlace) -> None:
    if not command.approval:
        raise NeedsApproval
    if not command.reason.strip():
        raise ReasonMissing
