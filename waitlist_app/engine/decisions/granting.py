"""Seats beyond the limit, each on the word of an approval."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine import money, seats
from waitlist_app.engine.commands import GrantSeat
from waitlist_app.engine.decisions.asking import forbid_before_the_hour
from waitlist_app.engine.decisions.line import leave_line
from waitlist_app.engine.events import Event, SeatGranted
from waitlist_app.engine.model import Roster
from waitlist_app.engine.refusals import (
    HoldsOverlappingSeat,
    MatterOutstanding,
    NoLongerWaiting,
    ReasonMissing,
    SeatsAreFree,
)


def grant(roster: Roster, command: GrantSeat, now: datetime) -> Iterator[Event]:
    """Seat somebody who waits beyond the limit; needs the whole line.

    Raises `SeatsAreFree` while there are enough for them: then the seat is no grant, but a place in the line that is
    passed over. Whoever cannot take a seat now (`HoldsOverlappingSeat`, `MatterOutstanding`) cannot take a grant,
    and nobody is seated before the hour of a window (`StillCollecting`).
    """
    if not command.reason.strip():
        raise ReasonMissing
    line = roster.line()
    entry = next((one for one in line if one.id == command.registration_id), None)
    if entry is None:
        raise NoLongerWaiting
    forbid_before_the_hour(roster.session)
    if entry.conflicts:
        raise HoldsOverlappingSeat(entry.conflicts)
    if entry.outstanding:
        raise MatterOutstanding
    free = seats.free_for(roster, entry, now)
    if free is None or free >= entry.seat_units:
        raise SeatsAreFree
    position = line.index(entry) + 1
    due_at = money.payment_due_at(roster.session, entry.terms, now)
    yield from leave_line(roster, entry, because="seated")
    yield SeatGranted(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
        line_key=entry.line_key,
        position=position,
        passed=position - 1,
        was_ready=entry.is_ready,
        reason=command.reason,
        approval=command.approval,
        gives_up="" if due_at else entry.terms.gives_up,
        gives_up_in="" if due_at else entry.terms.gives_up_in,
        payment_due_at=due_at,
    )
