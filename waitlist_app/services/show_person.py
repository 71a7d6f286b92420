"""One person across sessions: seats, offers, waits with their reasons, conflicts, and what ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from waitlist_app.engine.model import Status
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.explaining import conflicts_of, offered_to, steps_in_words, why_not
from waitlist_app.services.ports import Entry, PersonFacts, Reader, SessionFacts, Work
from waitlist_app.services.reasons import basis, flags
from waitlist_app.services.rules import named
from waitlist_app.services.standing import status_in_files
from waitlist_app.services.views import Flag
from waitlist_app.services.wording import exact, in_list, when


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One registration of the person."""

    registration_id: str
    session_id: str
    session: str
    when: str
    status: str
    seat_units: int
    since: str
    """When they asked."""
    detail: str
    """How the seat was got, until when an offer is open, what decides a place, or why it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """One place in a line, with why it is no seat."""

    registration_id: str
    session_id: str
    session: str
    when: str
    position: int
    waiting: int
    seat_units: int
    since: str
    why: str
    """What decides the place."""
    sentence: str
    """Why the entry is next, skipped, or behind."""
    takes: tuple[str, ...]
    """What would have to happen for a seat."""
    conflicts: tuple[str, ...]
    """The sessions at the same time in which the person has a seat, by title."""
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Everything that is known of one person's seats and waits, by start of the sessions."""

    id: str
    name: str
    employee_id: str
    email: str
    phone: str
    department: str
    role: str
    no_shows: int
    seats: tuple[PersonRow, ...]
    offers: tuple[PersonRow, ...]
    waits: tuple[WaitRow, ...]
    history: tuple[PersonRow, ...]
    """What ended, newest first."""


def show_person(*, work: Work, actor: Actor, person_id: str) -> PersonPage:
    """Give the page of one person of the organisation; raises `NotAllowed` for whoever was erased or merged."""
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _page(reader, reader.person(person_id)))


def _page(reader: Reader, person: PersonFacts) -> PersonPage:
    entries = reader.registrations_of(person.id)
    wanted = [entry.session_id for entry in entries]
    sessions = reader.some_sessions([*wanted, *conflicts_of([entry.registration for entry in entries])])
    by_start = sorted(entries, key=lambda entry: (sessions[entry.session_id].starts_at, entry.session_id))
    ended = [entry for entry in entries if not entry.registration.status.is_active]
    return PersonPage(
        id=person.id,
        name=person.name,
        employee_id=person.employee_id,
        email=person.email,
        phone=person.phone,
        department=person.department,
        role=person.role,
        no_shows=person.no_shows,
        seats=tuple(_row(e, sessions, reader) for e in by_start if e.registration.status in _SEATED),
        offers=tuple(_row(e, sessions, reader) for e in by_start if e.registration.status is Status.OFFERED),
        waits=tuple(_wait(e, sessions, reader) for e in by_start if e.registration.status is Status.WAITLISTED),
        history=tuple(_row(e, sessions, reader) for e in sorted(ended, key=_ended_at, reverse=True)),
    )


_SEATED = frozenset({Status.CONFIRMED, Status.PENDING})


def _row(entry: Entry, sessions: Mapping[str, SessionFacts], reader: Reader) -> PersonRow:
    facts, registration = sessions[entry.session_id], entry.registration
    detail = entry.reason
    if registration.status is Status.OFFERED and registration.offer_expires_at:
        stands = registration.clock_stands_since is not None
        detail = (
            "open until its mail is handed over"
            if stands
            else f"open until {exact(registration.offer_expires_at, facts.zone)}"
        )
    return PersonRow(
        registration_id=registration.id,
        session_id=entry.session_id,
        session=named(facts),
        when=when(facts.meetings, facts.zone),
        status=status_in_files(registration.status) if registration.status.is_active else registration.status.value,
        seat_units=registration.seat_units,
        since=in_list(registration.requested_at, facts.zone, reader.now),
        detail=detail,
    )


def _wait(entry: Entry, sessions: Mapping[str, SessionFacts], reader: Reader) -> WaitRow:
    facts, registration = sessions[entry.session_id], entry.registration
    roster = reader.roster(entry.session_id)
    place = basis(entry, facts, reader.now)
    offered = offered_to(reader, entry.session_id, registration)
    _, sentence = why_not(roster, registration, reader.now, is_own=False, offered=offered)
    return WaitRow(
        registration_id=registration.id,
        session_id=entry.session_id,
        session=named(facts),
        when=when(facts.meetings, facts.zone),
        position=reader.ahead(entry.session_id, registration.line_key) + 1,
        waiting=facts.tally.waiting,
        seat_units=registration.seat_units,
        since=in_list(registration.requested_at, facts.zone, reader.now),
        why=f"{place.why}: {place.detail}" if place.detail else place.why,
        sentence=sentence,
        takes=steps_in_words(roster, registration, facts, sessions, reader.now, offered=offered),
        conflicts=tuple(sessions[other].title for other in registration.conflicts if other in sessions),
        flags=flags(entry, facts, sessions),
    )


def _ended_at(entry: Entry) -> tuple[float, str]:
    at = entry.decided_at or entry.registration.requested_at
    return at.timestamp(), entry.registration.id
