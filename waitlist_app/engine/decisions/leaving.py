"""Ending a registration."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import Close
from waitlist_app.engine.decisions.line import leave_line
from waitlist_app.engine.events import Event, RegistrationClosed
from waitlist_app.engine.model import Roster
from waitlist_app.engine.refusals import NotRegistered
from waitlist_app.errors import Defect


def close(roster: Roster, command: Close, now: datetime) -> Iterator[Event]:
    """End a registration in a closed status, whatever it has; raises `NotRegistered`."""
    registration = roster.registrations.get(command.registration_id)
    if command.status.is_active:
        raise Defect(f"A registration cannot be closed as {command.status}.")
    if registration is None:
        raise NotRegistered
    yield from leave_line(roster, registration, because="left")
    yield RegistrationClosed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        was=registration.status,
        status=command.status,
        was_ready=registration.is_ready,
        reason=command.reason,
    )
