"""Ending a registration, or a part of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from waitlist_app.engine import money
from waitlist_app.engine.commands import Close, GiveUp, ReduceUnits
from waitlist_app.engine.decisions.groups import compare_with_limit
from waitlist_app.engine.decisions.line import leave_line
from waitlist_app.engine.events import Event, RegistrationClosed, UnitsReduced
from waitlist_app.engine.model import Registration, Roster, Status
from waitlist_app.engine.refusals import NotFewer, NotRegistered
from waitlist_app.engine.windows import cut_off
from waitlist_app.errors import Defect

SWAPPED: Final = "given up for a seat in another session"
RELEASED: Final = "released for a seat that was accepted at the same time"

_OWES_NOTHING: Final = frozenset({Status.REFUNDED, Status.TRANSFERRED})
"""The money went back, or goes with the person."""


def close(roster: Roster, command: Close, now: datetime) -> Iterator[Event]:
    """End a registration in a closed status, whatever it has; raises `NotRegistered`."""
    registration = roster.registrations.get(command.registration_id)
    if command.status.is_active:
        raise Defect(f"A registration cannot be closed as {command.status}.")
    if registration is None:
        raise NotRegistered
    is_drop = command.status is Status.DROPPED and registration.status.has_seat
    yield from closed(
        roster,
        registration,
        status=command.status,
        reason=command.reason,
        on_behalf=command.on_behalf,
        is_late=is_drop and _is_late(roster, now),
    )


def closed(
    roster: Roster,
    registration: Registration,
    *,
    status: Status,
    reason: str,
    approval: str = "",
    on_behalf: bool = False,
    is_late: bool = False,
    is_stale: bool = False,
) -> Iterator[Event]:
    """End a registration in `status`, with what only made sense while it was there; what was paid is owed back."""
    yield from leave_line(roster, registration, because="left")
    yield RegistrationClosed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        was=registration.status,
        status=status,
        was_ready=registration.is_ready,
        reason=reason,
        was_granted=bool(registration.grant),
        approval=approval,
        on_behalf=on_behalf,
        is_late=is_late,
        is_stale=is_stale,
        payment=registration.payment if status is Status.TRANSFERRED else "",
    )
    owed = 0 if status in _OWES_NOTHING else registration.paid
    yield from money.refund_due(roster.session.id, registration, amount=owed, because=status.value)


def _is_late(roster: Roster, now: datetime) -> bool:
    last = cut_off(roster.session)
    return last is not None and now >= last


def give_up(roster: Roster, command: GiveUp, now: datetime) -> Iterator[Event]:
    """End a seat or an offer that is given up for a seat elsewhere; nothing follows when it is gone by then."""
    registration = roster.registrations.get(command.registration_id)
    if registration and registration.status.has_seat:
        reason = RELEASED if registration.status is Status.OFFERED else SWAPPED
        yield from closed(roster, registration, status=Status.DROPPED, reason=reason, is_late=_is_late(roster, now))


def reduce_units(roster: Roster, command: ReduceUnits, now: datetime) -> Iterator[Event]:
    """Give back a part of a group's units; its place, its offer and its deadline stay as they are.

    What was paid for these units is owed back.

    Raises `NotRegistered`, or `NotFewer` unless at least one unit is kept and at least one is given back.
    """
    registration = roster.registrations.get(command.registration_id)
    if registration is None:
        raise NotRegistered
    if not 1 <= command.seat_units < registration.seat_units:
        raise NotFewer(registration.seat_units)
    by = registration.seat_units - command.seat_units
    yield UnitsReduced(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=command.seat_units,
        by=by,
        was=registration.status,
        was_ready=registration.is_ready,
        was_granted=bool(registration.grant),
        reason=command.reason,
    )
    owed = min(registration.paid, registration.terms.price * by)
    yield from money.refund_due(roster.session.id, registration, amount=owed, because="reduced")
    smaller = replace(registration, seat_units=command.seat_units)
    yield from compare_with_limit(replace(roster, registrations={smaller.id: smaller}))
