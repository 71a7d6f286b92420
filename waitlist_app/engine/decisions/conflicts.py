"""Seats that a waiting person holds at the same time elsewhere."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import BeginConflict, EndConflict
from waitlist_app.engine.decisions.line import withdraw
from waitlist_app.engine.events import ConflictBegan, ConflictEnded, Event
from waitlist_app.engine.model import ConflictRule, Roster, Status


def begin_conflict(roster: Roster, command: BeginConflict, now: datetime) -> Iterator[Event]:
    """Skip a waiting entry from now on; nothing follows where the guard is off or lifted."""
    registration = roster.registrations.get(command.registration_id)
    if roster.session.conflicts is ConflictRule.IGNORE or registration is None or registration.waiver:
        return
    if registration.status is not Status.WAITLISTED or command.with_session_id in registration.conflicts:
        return
    yield from withdraw(roster, registration, because="conflict")
    yield ConflictBegan(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        was_ready=registration.is_ready,
    )


def end_conflict(roster: Roster, command: EndConflict, now: datetime) -> Iterator[Event]:
    """Take one reason for being skipped away."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None or command.with_session_id not in registration.conflicts:
        return
    yield ConflictEnded(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        is_ready=registration.status is Status.WAITLISTED and len(registration.conflicts) == 1,
    )
