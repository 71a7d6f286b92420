"""What else somebody waits for, as the message about one registration has to tell it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select

from waitlist_app.engine.courses import matter_of
from waitlist_app.engine.decisions.courses import SEATED_ELSEWHERE
from waitlist_app.engine.model import SIGN_OFF
from waitlist_app.engine.prospects import awaits_only_a_word
from waitlist_app.repository.mapping import registration_from_row, session_from_row, tally_from_row, terms_from
from waitlist_app.repository.queries import COUNT_AHEAD, READY_UNITS_AHEAD
from waitlist_app.repository.rows import MEETING, REGISTRATION, SESSION
from waitlist_app.repository.tables import ACTIVE
from waitlist_app.services.outbox import SkippedList, WaitedDate
from waitlist_app.services.ports import MeetingDetails

POSITION: Final = COUNT_AHEAD + 1
"""The place in line of a waiting registration, from 1."""

# In the words of the partial index.
_IS_ACTIVE: Final[ColumnElement[bool]] = literal_column(f"registration.{ACTIVE}")
_IN_SESSIONS: Final = (REGISTRATION.c.org_id == SESSION.c.org_id) & (REGISTRATION.c.session_id == SESSION.c.id)
_WAITS: Final = (
    select(
        REGISTRATION,
        SESSION.c.title,
        SESSION.c.location,
        SESSION.c.zone,
        SESSION.c.starts_at,
        SESSION.c.ends_at,
        SESSION.c.course,
        POSITION.label("position"),
    )
    .join(SESSION, _IN_SESSIONS)
    .where(
        REGISTRATION.c.org_id == bindparam("org"),
        REGISTRATION.c.person_id == bindparam("person"),
        _IS_ACTIVE,
        REGISTRATION.c.status == "waitlisted",
    )
    .order_by(SESSION.c.starts_at, SESSION.c.code)
)
_OFFERED: Final = select(REGISTRATION.c.session_id).where(
    REGISTRATION.c.org_id == bindparam("org"),
    REGISTRATION.c.person_id == bindparam("person"),
    _IS_ACTIVE,
    REGISTRATION.c.status == "offered",
)
_LEFT: Final = (
    select(REGISTRATION.c.terms, REGISTRATION.c.reason)
    .join(SESSION, _IN_SESSIONS)
    .where(
        REGISTRATION.c.org_id == bindparam("org"),
        REGISTRATION.c.person_id == bindparam("person"),
        SESSION.c.course == bindparam("course"),
        REGISTRATION.c.status == "left",
        REGISTRATION.c.decided_at == bindparam("at", type_=REGISTRATION.c.decided_at.type),
    )
)


def dates_of(connection: Connection, message: Any, now: datetime) -> tuple[WaitedDate, ...]:
    """List the dates that a request for any date of a course waits for, by start; none for another request."""
    if not message.course or not terms_from(message.terms).any_date:
        return ()
    offered = offered_to(connection, message)
    rows = [
        row
        for row in _waits(connection, message)
        if row.course == message.course and row.requested_at == message.requested_at and terms_from(row.terms).any_date
    ]
    return tuple(_date(connection, row, offered, now) for row in rows)


def _date(connection: Connection, row: Any, offered: frozenset[str], now: datetime) -> WaitedDate:
    needs_word = SIGN_OFF in row.outstanding.split()
    return WaitedDate(
        registration_id=row.id,
        title=row.title,
        location=row.location,
        zone=row.zone,
        meetings=meetings_of(connection, row),
        position=row.position,
        needs_sign_off=needs_word,
        is_pending_approval=needs_word and is_pending_approval(connection, row.org_id, row.id, now),
        has_conflict=bool(row.conflicts),
        conflict_is_offer=offered.issuperset(row.conflicts.split()),
    )


def skipped_for(connection: Connection, message: Any) -> tuple[SkippedList, ...]:
    """List where somebody is skipped because of the offer of the session that a message is about, by start."""
    return tuple(
        SkippedList(title=row.title, starts_at=row.starts_at, zone=row.zone)
        for row in _waits(connection, message)
        if message.session_id in row.conflicts.split() or matter_of(message.session_id) in row.outstanding.split()
    )


def offered_to(connection: Connection, message: Any) -> frozenset[str]:
    """Name the sessions in which the participant has an offer that no event has ended."""
    bound = {"org": message.org_id, "person": message.participant_id}
    return frozenset(connection.scalars(_OFFERED, bound))


def left_dates(connection: Connection, message: Any, *, for_a_seat: bool) -> int:
    """Count the lines that a request for any date of the course left in the act that wrote the message.

    With `for_a_seat` those that ended with a seat on another date, else those that were given up.
    """
    if not message.course:
        return 0
    bound = {
        "org": message.org_id,
        "person": message.participant_id,
        "course": message.course,
        "at": message.created_at,
    }
    left = connection.execute(_LEFT, bound).all()
    return sum(terms_from(row.terms).any_date and (row.reason == SEATED_ELSEWHERE) is for_a_seat for row in left)


def is_pending_approval(connection: Connection, org_id: str, registration_id: str, now: datetime) -> bool:
    """Say whether the seat that it would have is there, after all in front of it who could take one."""
    entry = connection.execute(
        select(REGISTRATION).where(REGISTRATION.c.org_id == org_id, REGISTRATION.c.id == registration_id)
    ).one()
    rules = connection.execute(
        select(SESSION).where(SESSION.c.org_id == org_id, SESSION.c.id == entry.session_id)
    ).one()
    ahead = {"org": org_id, "session": entry.session_id, "line_key": entry.line_key}
    ready_ahead = int(connection.scalar(READY_UNITS_AHEAD, ahead) or 0)
    registration = registration_from_row(entry)
    return awaits_only_a_word(session_from_row(rules), tally_from_row(rules), registration, ready_ahead, now)


def meetings_of(connection: Connection, row: Any) -> tuple[MeetingDetails, ...]:
    """Give the meetings of the session of a row by start, or the session itself where none are kept."""
    query = (
        select(MEETING.c.starts_at, MEETING.c.ends_at, MEETING.c.location)
        .where(MEETING.c.org_id == row.org_id, MEETING.c.session_id == row.session_id)
        .order_by(MEETING.c.starts_at)
    )
    found = connection.execute(query).all() or [row]
    return tuple(
        MeetingDetails(starts_at=meeting.starts_at, ends_at=meeting.ends_at, location=meeting.location)
        for meeting in found
    )


def _waits(connection: Connection, message: Any) -> Sequence[Any]:
    return connection.execute(_WAITS, {"org": message.org_id, "person": message.participant_id}).all()
