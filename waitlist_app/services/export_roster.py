"""The roster as a file: everybody who has a seat, an offer or a place in the line."""

from collections.abc import Iterator
from typing import Final

from waitlist_app.engine.model import Status
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.files import DownloadRow, Files
from waitlist_app.services.ports import Entry, Reader, SessionFacts, Work

_RANK: Final = {Status.CONFIRMED: 0, Status.PENDING: 1, Status.OFFERED: 2, Status.WAITLISTED: 3}


def export_roster(*, work: Work, files: Files, actor: Actor, session_id: str = "") -> bytes:
    """Write the roster of a session, or of all by code: seats, then offers, then the line in its order.

    It is one consistent snapshot. Times are those of the session's zone, with their offset.
    """
    actor.require(Permission.EXPORT_ROSTER)
    rows = work.read(actor, lambda reader: tuple(_rows(reader, session_id)))
    return files.roster_csv(rows)


def _rows(reader: Reader, session_id: str) -> Iterator[DownloadRow]:
    sessions = {session_id: reader.session(session_id)} if session_id else {s.rules.id: s for s in reader.sessions()}
    entries = [entry for entry in reader.registrations(session_id or None) if entry.registration.status in _RANK]
    position, of_session = 0, ""
    for entry in sorted(entries, key=lambda entry: _place(entry, sessions[entry.session_id])):
        if entry.session_id != of_session:
            position, of_session = 0, entry.session_id
        is_waiting = entry.registration.status is Status.WAITLISTED
        position += is_waiting
        yield _row(entry, sessions[entry.session_id], position if is_waiting else None)


def _place(entry: Entry, session: SessionFacts) -> tuple[str, int, str, int]:
    registration = entry.registration
    line_key = registration.line_key if registration.status is Status.WAITLISTED else ""
    return session.rules.code, _RANK[registration.status], line_key, registration.arrival


def _row(entry: Entry, session: SessionFacts, position: int | None) -> DownloadRow:
    person, registration = entry.person, entry.registration
    return DownloadRow(
        session_code=session.rules.code,
        session_title=session.title,
        zone=session.zone,
        status=registration.status.value,
        position=position,
        employee_id=person.employee_id,
        employee_name=person.name,
        email=person.email,
        department=person.department,
        role=entry.role or person.role,
        compliance_deadline=entry.compliance_deadline or person.compliance_deadline,
        seat_units=registration.seat_units,
        requested_at=registration.requested_at,
        decided_at=entry.decided_at,
        offer_expires_at=registration.offer_expires_at,
        reason=entry.reason,
    )
