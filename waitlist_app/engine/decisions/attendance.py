"""Who came, and who did not."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import CheckIn, NoteNoShow
from waitlist_app.engine.events import CheckedIn, Event, RegistrationClosed
from waitlist_app.engine.model import Registration, Roster, Status
from waitlist_app.engine.refusals import AlreadyCheckedIn, NotConfirmed, NotStarted


def check_in(roster: Roster, command: CheckIn, now: datetime) -> Iterator[Event]:
    """Note that somebody came, once; raises `NotConfirmed` or `AlreadyCheckedIn`."""
    registration = _expected(roster, command.registration_id)
    yield CheckedIn(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        checked_in_at=now,
    )


def note_no_show(roster: Roster, command: NoteNoShow, now: datetime) -> Iterator[Event]:
    """Note that somebody did not come, from the start on: the seat comes back, as one that was dropped."""
    registration = _expected(roster, command.registration_id)
    starts_at = roster.session.starts_at
    if starts_at is not None and now < starts_at:
        raise NotStarted
    yield RegistrationClosed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        was=registration.status,
        status=Status.NO_SHOW,
        was_ready=False,
        reason=command.reason,
        was_granted=bool(registration.grant),
    )


def _expected(roster: Roster, registration_id: str) -> Registration:
    registration = roster.registrations.get(registration_id)
    if registration is None or registration.status is not Status.CONFIRMED:
        raise NotConfirmed
    if registration.checked_in_at:
        raise AlreadyCheckedIn
    return registration
