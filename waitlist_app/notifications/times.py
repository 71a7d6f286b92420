"""Times as mails say them: in the session's zone, with its name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from waitlist_app.services import wording
from waitlist_app.services.ports import MeetingDetails

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EXACT_TO: Final = timedelta(minutes=1)
_HOURS_FROM: Final = timedelta(minutes=90)
_DAYS_FROM: Final = timedelta(hours=72)


def moment(at: datetime, zone: str) -> str:
    """Say an instant in full, as in `Saturday 14 March 2026, 10:42`."""
    said, time = wording.in_full(at, zone).split(", ")
    return f"{said} {at.astimezone(ZoneInfo(zone)).year}, {time}"


def short_moment(at: datetime, zone: str) -> str:
    """Say an instant as a subject has room for it, as in `Sat 14 March, 10:42`."""
    return f"{short_day(at, zone)}, {wording.clock_time(at, zone)}"


def short_day(at: datetime, zone: str) -> str:
    """Say the day of an instant without its year, as in `Sat 14 March`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_weekday(local)} {_day(local)}"


def zone_name(at: datetime, zone: str) -> str:
    """Name a zone as it is at an instant, as in `London time (GMT)`."""
    short, area = wording.zone_short(at, zone), zone.rpartition("/")[0]
    return f"{wording.zone_place(zone)} ({short})" if area and area != "Etc" else short


def length(of: timedelta) -> str:
    """Say how long something is, as in `48 hours`; `about` tells that it is not to the minute."""
    unit, name = (
        (timedelta(days=1), "day")
        if of >= _DAYS_FROM
        else (timedelta(hours=1), "hour")
        if of >= _HOURS_FROM
        else (timedelta(minutes=1), "minute")
    )
    count = max(round(of / unit), 1)
    about = "" if abs(count * unit - of) < _EXACT_TO else "about "
    return f"{about}{wording.counted(count, name)}"


def meeting_lines(meetings: Sequence[MeetingDetails], zone: str) -> tuple[str, ...]:
    """Say when a session meets: days that share their hours in one line, the hours below, the zone last."""
    starts = [meeting.starts_at.astimezone(ZoneInfo(zone)) for meeting in meetings]
    ends = [meeting.ends_at.astimezone(ZoneInfo(zone)) for meeting in meetings]
    hours = {(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in zip(starts, ends, strict=True)}
    names = {zone_name(start, zone) for start in starts}
    within_days = all(start.date() == end.date() for start, end in zip(starts, ends, strict=True))
    if len(hours) == len(names) == 1 and within_days and len({start.year for start in starts}) == 1:
        ((start, end),) = hours
        each = {1: "", 2: " both days"}.get(len(starts), " each day")
        return (f"{_days_together(starts)} {starts[0].year}", f"{start} – {end}{each}", *names)
    lines = tuple(_one(start, end, zone, says_zone=len(names) > 1) for start, end in zip(starts, ends, strict=True))
    return lines if len(names) > 1 else (*lines, *names)


def _one(start: datetime, end: datetime, zone: str, *, says_zone: bool) -> str:
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{_weekday(end)} {_day(end)}, {end:%H:%M}"
    name = f", {zone_name(start, zone)}" if says_zone else ""
    return f"{_weekday(start)} {_day(start)} {start.year}, {start:%H:%M} – {until}{name}"


def _days_together(days: Sequence[datetime]) -> str:
    """Join days, naming a month once: `Wed 18 and Thu 19 March`."""
    said: list[str] = []
    for _, group in groupby(days, key=lambda local: local.month):
        *first, last = group
        said += [f"{_weekday(local)} {local.day}" for local in first]
        said.append(f"{_weekday(last)} {_day(last)}")
    return wording.listed(said)


def _day(local: datetime) -> str:
    return wording.calendar_day_in_full(local)


def _weekday(local: datetime) -> str:
    return _DAYS[local.weekday()]
