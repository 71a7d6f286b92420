"""Rows of the roster and seats files, from the database."""

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.files import RosterRow, SeatsRow
from waitlist_app.services.fold_record import in_order
from waitlist_app.services.meters import sum_of
from waitlist_app.services.ports import Reader, SessionFacts, Work
from waitlist_app.services.standing import status_in_files


def list_rosters(*, work: Work, actor: Actor) -> tuple[tuple[RosterRow, ...], tuple[SeatsRow, ...]]:
    """Give every registration and the sum of every session, both of the same instant and by session code."""
    actor.require(Permission.EXPORT_ROSTER)
    return work.read(actor, lambda reader: (_roster(reader), _seats(reader)))


def _roster(reader: Reader) -> tuple[RosterRow, ...]:
    codes = {session.rules.id: session.rules.code for session in reader.sessions()}
    entries = reader.registrations()
    rows = {
        entry.registration.id: RosterRow(
            session_code=codes[entry.session_id],
            employee_id=entry.person.employee_id,
            email=entry.person.email,
            status=status_in_files(entry.registration.status),
            position=None,
            seat_units=entry.registration.seat_units,
            requested_at=entry.registration.requested_at,
            decided_at=entry.decided_at,
            reason=entry.reason,
        )
        for entry in entries
    }
    keys = {entry.registration.id: entry.registration.line_key for entry in entries}
    arrivals = {entry.registration.id: entry.registration.arrival for entry in entries}
    return in_order(rows, keys, arrivals)


def _seats(reader: Reader) -> tuple[SeatsRow, ...]:
    return tuple(_sum(session) for session in sorted(reader.sessions(), key=_code))


def _sum(session: SessionFacts) -> SeatsRow:
    total = sum_of(session)
    return SeatsRow(
        session_code=session.rules.code,
        capacity=session.rules.capacity,
        limit=total.limit,
        confirmed=total.confirmed,
        pending=total.pending,
        held=total.held,
        reserved=total.reserved,
        free=total.free,
        waiting=session.tally.waiting,
        overbooked_by=total.overbooked_by,
    )


def _code(session: SessionFacts) -> str:
    return session.rules.code
