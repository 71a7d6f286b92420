"""Adding sessions: rules, meetings, and which sessions are at the same time."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from waitlist_app.repository import tables
from waitlist_app.repository.mapping import session_values
from waitlist_app.repository.rows import MEETING, SESSION, table_of
from waitlist_app.services.happenings import SessionAdded, SessionRenamed
from waitlist_app.services.plain import instant
from waitlist_app.services.ports import MeetingDetails, SessionDetails

OVERLAP: Final = table_of(tables.SessionOverlap)

_MINE: Final = MEETING.alias("mine")
_OTHER: Final = MEETING.alias("other")
_AT_THE_SAME_TIME: Final = (
    select(_OTHER.c.session_id)
    .join(
        _MINE,
        and_(
            _MINE.c.org_id == _OTHER.c.org_id,
            # Half-open, so that back to back is no overlap.
            _MINE.c.starts_at < _OTHER.c.ends_at,
            _OTHER.c.starts_at < _MINE.c.ends_at,
        ),
    )
    .where(
        _MINE.c.org_id == bindparam("org"),
        _MINE.c.session_id == bindparam("session"),
        _OTHER.c.session_id != bindparam("session"),
    )
    .distinct()
)


def add_session(connection: Connection, org_id: str, details: SessionDetails) -> SessionAdded:
    """Write a session with its meetings and overlaps, and give what goes on record.

    A session without meetings counts as one meeting from its start to its end.
    """
    meetings = details.meetings or (
        MeetingDetails(starts_at=details.starts_at, ends_at=details.ends_at, location=details.location),
    )
    connection.execute(
        insert(SESSION),
        {
            "org_id": org_id,
            "title": details.title,
            "location": details.location,
            "zone": details.zone,
            "starts_at": details.starts_at,
            "ends_at": details.ends_at,
            "follows_start": details.rules.starts_at is not None,
            **session_values(details.rules),
        },
    )
    rows = {meeting.starts_at: _meeting_row(org_id, details.rules.id, meeting) for meeting in meetings}
    connection.execute(insert(MEETING), list(rows.values()))
    _note_overlaps(connection, org_id, details.rules.id)
    return SessionAdded(
        session_id=details.rules.id,
        code=details.rules.code,
        title=details.title,
        location=details.location,
        zone=details.zone,
        starts_at=details.starts_at,
        ends_at=details.ends_at,
        rules=details.rules,
        meetings=tuple((instant(meeting.starts_at), instant(meeting.ends_at)) for meeting in meetings),
    )


def rename_session(connection: Connection, org_id: str, session_id: str, title: str) -> SessionRenamed:
    """Write another title, and give what goes on record."""
    is_it = (SESSION.c.org_id == org_id, SESSION.c.id == session_id)
    was = connection.execute(select(SESSION.c.title).where(*is_it)).scalar_one()
    connection.execute(update(SESSION).where(*is_it).values(title=title))
    return SessionRenamed(session_id=session_id, was=was, title=title)


def overlapping(
    connection: Connection, org_id: str, session_id: str, meetings: Sequence[MeetingDetails]
) -> frozenset[str]:
    """Name the other sessions with a meeting at the same time as one of `meetings`; back to back is no overlap."""
    found: set[str] = set()
    for meeting in meetings:
        query = select(MEETING.c.session_id).where(
            MEETING.c.org_id == org_id,
            MEETING.c.session_id != session_id,
            MEETING.c.starts_at < meeting.ends_at,
            MEETING.c.ends_at > meeting.starts_at,
        )
        found.update(connection.scalars(query.distinct()))
    return frozenset(found)


def _meeting_row(org_id: str, session_id: str, meeting: MeetingDetails) -> dict[str, Any]:
    return {
        "org_id": org_id,
        "session_id": session_id,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "location": meeting.location,
    }


def _note_overlaps(connection: Connection, org_id: str, session_id: str) -> None:
    others = connection.scalars(_AT_THE_SAME_TIME, {"org": org_id, "session": session_id}).all()
    pairs = [pair for other in others for pair in ((session_id, other), (other, session_id))]
    if pairs:
        connection.execute(
            insert(OVERLAP), [{"org_id": org_id, "session_id": one, "other_id": other} for one, other in pairs]
        )
