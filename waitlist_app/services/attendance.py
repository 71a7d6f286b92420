"""Who is in a session, and who was: what an import compares a file with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from waitlist_app.engine.model import Status
from waitlist_app.services.addresses import person_key
from waitlist_app.services.ports import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The people of one session before a file is imported."""

    active: frozenset[str]
    """Those who have a seat, an offer or a place in the line; see `who`."""
    waiting: frozenset[str]
    """Those of them who have a place in the line."""
    over: Mapping[tuple[str, datetime], str]
    """How requests ended that are over, by who asked and when."""
    latest: datetime | None
    """When the last of those who are in it asked."""


def attendance_of(reader: Reader, session_id: str) -> Attendance:
    """Read who is and who was in a session."""
    entries = reader.registrations(session_id)
    active = [entry for entry in entries if entry.registration.status.is_active]
    return Attendance(
        active=frozenset(who(entry.person.employee_id, entry.person.email) for entry in active),
        waiting=frozenset(
            who(entry.person.employee_id, entry.person.email)
            for entry in active
            if entry.registration.status is Status.WAITLISTED
        ),
        over={
            (who(entry.person.employee_id, entry.person.email), entry.registration.requested_at): (
                entry.registration.status.value
            )
            for entry in entries
            if not entry.registration.status.is_active
        },
        latest=max((entry.registration.requested_at for entry in active), default=None),
    )


def who(employee_id: str, email: str) -> str:
    """Give what makes somebody the same person, in a file as in the database."""
    return person_key(employee_id, email)
