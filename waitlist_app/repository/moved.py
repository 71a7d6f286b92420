"""What moving a session does to the rows: its meetings, what is at the same time, and when its seats are held."""

from typing import Any, Final

from sqlalchemy import Connection, Table, and_, case, delete, func, insert, or_, select, update
from sqlmodel import SQLModel

from waitlist_app.engine.events import SessionRescheduled
from waitlist_app.repository import tables
from waitlist_app.services.message_kinds import Kind


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # type: ignore[attr-defined,no-any-return]  # SQLModel adds it at run time


_SESSION: Final = _table(tables.Session)
_MEETING: Final = _table(tables.Meeting)
_OVERLAP: Final = _table(tables.SessionOverlap)
_SEAT_TIME: Final = _table(tables.SeatTime)
_REGISTRATION: Final = _table(tables.Registration)
_MESSAGE: Final = _table(tables.Message)


def write_new_times(connection: Connection, org_id: str, event: SessionRescheduled) -> None:
    """Write the meetings and the overlaps of a session that was moved, and move the times at which seats are held.

    A seat whose guard was lifted stays so. Mails about earlier times that have not gone are obsolete.
    """
    _write_meetings(connection, org_id, event)
    _write_overlaps(connection, org_id, event)
    _move_seats(connection, org_id, event)
    unsent = (
        _MESSAGE.c.org_id == org_id,
        _MESSAGE.c.session_id == event.session_id,
        _MESSAGE.c.kind == Kind.CHANGED.value,
        _MESSAGE.c.status == "waiting",
    )
    connection.execute(update(_MESSAGE).where(*unsent).values(status="obsolete"))


def _write_meetings(connection: Connection, org_id: str, event: SessionRescheduled) -> None:
    mine = (_MEETING.c.org_id == org_id, _MEETING.c.session_id == event.session_id)
    before = connection.scalar(select(func.count()).select_from(_MEETING).where(*mine)) or 0
    times = {
        "starts_at": event.meetings[0].starts_at,
        "ends_at": max(meeting.ends_at for meeting in event.meetings),
        "location": event.location,
        "most_meetings": case((_SESSION.c.most_meetings < before, before), else_=_SESSION.c.most_meetings),
    }
    is_it = (_SESSION.c.org_id == org_id, _SESSION.c.id == event.session_id)
    connection.execute(update(_SESSION).where(*is_it).values(times))
    connection.execute(delete(_MEETING).where(*mine))
    connection.execute(
        insert(_MEETING),
        [
            {
                "org_id": org_id,
                "session_id": event.session_id,
                "starts_at": meeting.starts_at,
                "ends_at": meeting.ends_at,
                "location": meeting.location,
            }
            for meeting in event.meetings
        ],
    )


def _write_overlaps(connection: Connection, org_id: str, event: SessionRescheduled) -> None:
    mine = event.session_id
    about = or_(_OVERLAP.c.session_id == mine, _OVERLAP.c.other_id == mine)
    connection.execute(delete(_OVERLAP).where(_OVERLAP.c.org_id == org_id, about))
    pairs = [pair for other in event.overlaps for pair in ((mine, other), (other, mine))]
    if pairs:
        connection.execute(
            insert(_OVERLAP), [{"org_id": org_id, "session_id": one, "other_id": other} for one, other in pairs]
        )


def _move_seats(connection: Connection, org_id: str, event: SessionRescheduled) -> None:
    seats = connection.execute(
        select(_SEAT_TIME.c.registration_id, _SEAT_TIME.c.person_id, _SEAT_TIME.c.is_waived, _SEAT_TIME.c.exchange_for)
        .join(
            _REGISTRATION,
            and_(_REGISTRATION.c.org_id == _SEAT_TIME.c.org_id, _REGISTRATION.c.id == _SEAT_TIME.c.registration_id),
        )
        .where(_SEAT_TIME.c.org_id == org_id, _REGISTRATION.c.session_id == event.session_id)
        .distinct()
    ).all()
    if not seats:
        return
    of_session = select(_REGISTRATION.c.id).where(
        _REGISTRATION.c.org_id == org_id, _REGISTRATION.c.session_id == event.session_id
    )
    connection.execute(
        delete(_SEAT_TIME).where(_SEAT_TIME.c.org_id == org_id, _SEAT_TIME.c.registration_id.in_(of_session))
    )
    rows: list[dict[str, Any]] = [
        {
            "org_id": org_id,
            "registration_id": seat.registration_id,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "person_id": seat.person_id,
            "is_waived": seat.is_waived,
            "exchange_for": seat.exchange_for,
        }
        for seat in seats
        for meeting in event.meetings
    ]
    connection.execute(insert(_SEAT_TIME), rows)
