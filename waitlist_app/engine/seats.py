"""Seat arithmetic: `limit + overbooked_by = confirmed + pending + held + reserved + free`, at every instant."""

from datetime import datetime

from msgspec import Struct

from waitlist_app.engine.model import Limit, Registration, Roster, Session, Status, Tally


def allowance(session: Session) -> int:
    """Give the seats above the capacity: a number, or a share of the capacity rounded up; none at capacity 0."""
    if not session.capacity:
        return 0
    if session.allowance_percent:
        return -(-session.capacity * session.allowance_percent // 100)
    return session.allowance_units


def limit(session: Session) -> int | None:
    """Give the seats that may be taken or held: the smaller of the trainer's and the room's, None for no limit."""
    if session.capacity is None:
        return session.room_capacity
    trainer = session.capacity + allowance(session)
    return trainer if session.room_capacity is None else min(trainer, session.room_capacity)


def ruling_limit(session: Session) -> Limit:
    """Say which limit rules; of two that are equal, the trainer's."""
    bound = limit(session)
    if bound is None:
        return Limit.NONE
    is_room = session.capacity is None or bound < session.capacity + allowance(session)
    return Limit.ROOM if is_room else Limit.TRAINER


class Sum(Struct, frozen=True, kw_only=True):
    """The seats of one session at one instant; all fields are units of seats, none is negative."""

    limit: int | None
    confirmed: int
    pending: int
    held: int
    free: int | None
    overbooked_by: int
    reserved: int = 0


def reserved(session: Session, now: datetime) -> int:
    """Give the units in blocks and holds that have not ended at `now`; at the instant of its end one has."""
    if not session.blocks and not session.holds:  # as in most
        return 0
    blocked = sum(block.units for block in session.blocks if block.releases_at is None or now < block.releases_at)
    return blocked + set_aside(session, now)


def set_aside(session: Session, now: datetime) -> int:
    """Give the units that are held for candidates at `now`."""
    return sum(hold.units for hold in session.holds if now < hold.until)


def free_for(roster: Roster, entry: Registration, now: datetime) -> int | None:
    """Give the units that `entry` could take at `now`: those that are free, and those held for it.

    What is held stays so though seats were granted beyond the limit meanwhile: those were never free.
    """
    units = free(roster, now)
    if units is None:
        return None
    holds = (one for one in roster.session.holds if one.registration_id == entry.id and now < one.until)
    return max(units, 0) + sum(one.units for one in holds)


def overdue_units(roster: Roster, now: datetime) -> tuple[int, int]:
    """Give the units of offers, and those of unpaid seats, that are past their deadline without an event saying so."""
    overdue = roster.overdue(now)
    unpaid = sum(r.seat_units for r in overdue if r.status is Status.PENDING)
    return sum(r.seat_units for r in overdue) - unpaid, unpaid


def add_up(session: Session, tally: Tally, *, ended: int = 0, unpaid: int = 0, reserved: int = 0) -> Sum:
    """Add the seats up; `ended` and `unpaid` are units past their deadline, see `overdue_units`.

    `reserved` is what the function of that name gives at the instant of the sum.
    """
    held, pending = tally.held - ended, tally.pending - unpaid
    bound = limit(session)
    left = None if bound is None else bound - tally.confirmed - pending - held - reserved
    return Sum(
        limit=bound,
        confirmed=tally.confirmed,
        pending=pending,
        held=held,
        free=None if left is None else max(left, 0),
        overbooked_by=0 if left is None else max(-left, 0),
        reserved=reserved,
    )


def is_anybody_in(tally: Tally) -> bool:
    """Say whether somebody has a seat, an offer or a place in the line."""
    return bool(tally.confirmed or tally.pending or tally.held or tally.waiting)


def free(roster: Roster, now: datetime) -> int | None:
    """Give the units that nobody holds at `now`: None for no limit, below zero when overbooked."""
    bound = limit(roster.session)
    if bound is None:
        return None
    tally = roster.tally
    taken = tally.confirmed + tally.pending + tally.held
    return bound - taken - reserved(roster.session, now) + sum(r.seat_units for r in roster.overdue(now))
