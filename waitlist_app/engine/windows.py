"""How long an offer runs: a plain window or one in working hours, and never past the cut-off before the start."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from waitlist_app.engine.model import GroupRule, Session, SilenceRule, WorkingHours
from waitlist_app.engine.refusals import StartTooClose
from waitlist_app.errors import Defect

SHORTEST: Final = timedelta(minutes=5)
PUNCTUAL: Final = timedelta(minutes=1)
"""How late the mail of an offer may be handed over without moving its deadline."""
_FAR: Final = 4000
"""Days to look ahead for working hours; an organisation that works on none of them has a calendar by mistake."""


def deadline(session: Session, now: datetime) -> datetime:
    """Give the instant, exclusive, at which an offer made at `now` would end: never after the cut-off.

    Raises `StartTooClose` when less than five minutes would be left: then only a person can still seat somebody.
    """
    hours = session.working_hours
    end = working_end(hours, now, session.offer_window) if hours else now + session.offer_window
    last = cut_off(session)
    if last is None:
        return end
    end = min(end, last)
    if end - now < SHORTEST:
        raise StartTooClose
    return end


def can_offer(session: Session, now: datetime) -> bool:
    """Say whether an offer made at `now` would leave its person time to answer."""
    try:
        deadline(session, now)
    except StartTooClose:
        return False
    return True


def cut_off(session: Session) -> datetime | None:
    """Give the instant from which on nobody is promoted by an offer; None where no start counts."""
    return None if session.starts_at is None else session.starts_at - session.cut_off_window


def put_back(session: Session, expires_at: datetime, *, by: timedelta) -> datetime:
    """Give the deadline of an offer whose clock stood for `by`: as much later, but never past the cut-off.

    Up to a minute counts as no delay at all.
    """
    if by <= PUNCTUAL:
        return expires_at
    last = cut_off(session)
    return expires_at + by if last is None else max(expires_at, min(expires_at + by, last))


def wakes_at(session: Session) -> datetime | None:
    """Give the next instant at which something of the session comes due by itself; None where nothing will.

    A block or a hold ends, a seat that nobody confirmed again comes back, or, at the cut-off, nobody is kept a seat for
    who was passed too often.
    """
    instants = [block.releases_at for block in session.blocks if block.releases_at]
    instants += [hold.until for hold in session.holds]
    if session.asking and session.asking.on_silence is SilenceRule.RELEASE:
        instants.append(session.asking.by)
    last = cut_off(session)
    if last is not None and session.groups is GroupRule.FILL_AT_MOST:
        instants.append(last)
    return min((at for at in instants if session.woken_at is None or at > session.woken_at), default=None)


def is_awake(session: Session, now: datetime) -> bool:
    """Say whether everything that came due by itself has been done."""
    at = wakes_at(session)
    return at is None or now < at


def reminder_at(session: Session, *, made_at: datetime, expires_at: datetime) -> datetime | None:
    """Give the instant of the reminder; None where there is none, or the offer is too short for one."""
    due_at = expires_at - session.reminder_window
    return due_at if made_at < due_at < expires_at else None


def working_end(hours: WorkingHours, start: datetime, window: timedelta) -> datetime:
    """Give the instant at which `window` of working time has passed since `start`.

    Only time between opening and closing on working days counts; a window that is used up at closing time ends there,
    not when the next day opens. Days are those of the organisation's zone, durations are real time: in the night of a
    change of clocks nothing is gained or lost.
    """
    left = window
    for opens_at, closes_at in _working_times(hours, start):
        begin = max(opens_at, start)
        if begin + left <= closes_at:
            return begin + left
        left -= max(closes_at - begin, timedelta(0))
    raise Defect("The calendar of this organisation has no working days.")


def _working_times(hours: WorkingHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the opening and closing of each working day from the one of `start` on, as instants in UTC."""
    zone = ZoneInfo(hours.zone)
    first = start.astimezone(zone).date()
    for day in (first + timedelta(days=n) for n in range(_FAR)):
        if day.weekday() in hours.weekdays and day not in hours.holidays:
            yield (
                datetime.combine(day, hours.opens, zone).astimezone(UTC),
                datetime.combine(day, hours.closes, zone).astimezone(UTC),
            )
