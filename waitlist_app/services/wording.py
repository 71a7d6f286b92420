"""How times, lengths and counts are said on screens. Pure; every text is ready to print.

Names of days and months are English whatever the machine's locale is.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from waitlist_app.services.ports import MeetingDetails

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS_FROM: Final = 48  # hours
_FEW: Final = 3
_A_WEEK: Final = timedelta(days=6)
"""Short enough that no weekday means two days."""


# ── instants ─────────────────────────────────────────────────────────────────────────────────────


def exact(at: datetime, zone: str) -> str:
    """Say an instant with its year and the name of its zone, as in `Sat 14 Mar 2026, 10:42 GMT`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_day(local)} {local.year}, {local:%H:%M} {zone_short(at, zone)}"


def to_the_second(at: datetime, zone: str) -> str:
    """Say an instant as exactly as order depends on it, as in `Sat 14 Mar 2026, 10:42:07 GMT`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_day(local)} {local.year}, {local:%H:%M:%S} {zone_short(at, zone)}"


def in_list(at: datetime, zone: str, now: datetime) -> str:
    """Say an instant as rows have room for it, as in `Sat 14 Mar, 10:42`; another year than the present is named."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_in_list(at, zone, now)}, {local:%H:%M}"


def day_in_list(at: datetime, zone: str, now: datetime) -> str:
    """Say a day, as in `Sat 14 Mar`; another year than the present is named."""
    local, present = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return _day(local) if local.year == present.year else f"{_day(local)} {local.year}"


def recent(at: datetime, zone: str, now: datetime) -> str:
    """Say an instant that may be of today, as in `Today, 10:00` or `Tue 10 Mar, 07:40`."""
    local = at.astimezone(ZoneInfo(zone))
    is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    return f"Today, {local:%H:%M}" if is_today else in_list(at, zone, now)


def recent_within(at: datetime, zone: str, now: datetime) -> str:
    """Say the same inside a sentence, as in `10:00 today`."""
    local = at.astimezone(ZoneInfo(zone))
    is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M} today" if is_today else in_list(at, zone, now)


def heading(at: datetime, zone: str, now: datetime) -> str:
    """Say a day above what happened on it, as in `Today, Thu 12 Mar` or `Wed 11 Mar`."""
    is_today = at.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()
    day = day_in_list(at, zone, now)
    return f"Today, {day}" if is_today else day


def clock_time(at: datetime, zone: str) -> str:
    """Say the time of day, as in `10:42`."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def weekday_time(at: datetime, zone: str) -> str:
    """Say a time of a day that is near, as in `Wed 13:00`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_weekday(local)} {local:%H:%M}"


def near(at: datetime, zone: str, now: datetime) -> str:
    """Say an instant of the last days by its weekday, as in `Tue, 15:54`; an older one with its date."""
    is_near = timedelta() <= now - at < _A_WEEK
    local = at.astimezone(ZoneInfo(zone))
    return f"{_weekday(local)}, {local:%H:%M}" if is_near else in_list(at, zone, now)


def in_full(at: datetime, zone: str) -> str:
    """Say an instant on a public page, as in `Saturday 14 March, 10:42`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"


def zone_place(zone: str) -> str:
    """Name a zone by its place, as in `London time`."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def zone_short(at: datetime, zone: str) -> str:
    """Name a zone as it is at an instant, as in `GMT` or `UTC+03`."""
    name = at.astimezone(ZoneInfo(zone)).tzname() or zone
    return name if name[0].isalpha() else f"UTC{name}"


def calendar_day(on: date) -> str:
    """Say a date, as in `20 Mar 2026`."""
    return f"{on.day} {_MONTHS[on.month - 1][:3]} {on.year}"


def calendar_day_in_full(on: date) -> str:
    """Say a date on a public page, as in `20 March`."""
    return f"{on.day} {_MONTHS[on.month - 1]}"


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


def when_in_list(starts_at: datetime, ends_at: datetime, zone: str, now: datetime) -> str:
    """Say when a session is, as in `Tue 24 Mar, 07:30 – 12:30` or `Wed 18 – Thu 19 Mar, 09:00`."""
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    if start.date() == end.date():
        return f"{in_list(starts_at, zone, now)} – {end:%H:%M}"
    is_same_month = (start.year, start.month) == (end.year, end.month)
    first = f"{_weekday(start)} {start.day}" if is_same_month else _day(start)
    return f"{first} – {day_in_list(ends_at, zone, now)}, {start:%H:%M}"


def when(meetings: Sequence[MeetingDetails], zone: str, *, in_words: bool = False) -> str:
    """Say when the meetings of a session are, as in `Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT`.

    More than three, or meetings of different hours, are counted: `4 meetings from Wed 1 Apr 2026, 09:00 BST`. With
    `in_words` the months are written out.
    """
    spans = [(m.starts_at.astimezone(ZoneInfo(zone)), m.ends_at.astimezone(ZoneInfo(zone))) for m in meetings]
    (begin, end), name = spans[0], zone_short(meetings[0].starts_at, zone)
    first = f"{_weekday(begin)} {begin.day} {_month(begin, in_words=in_words)} {begin.year}, {begin:%H:%M}"
    if _share_their_hours(spans) and len(spans) <= _FEW:
        days = [start for start, _ in spans]
        return f"{_days_together(days, in_words=in_words)} {begin.year}, {begin:%H:%M} – {end:%H:%M} {name}"
    if len(spans) == 1:
        return f"{first} – {_weekday(end)} {end.day} {_month(end, in_words=in_words)}, {end:%H:%M} {name}"
    return f"{len(spans)} meetings from {first} {name}"


def _share_their_hours(spans: Sequence[tuple[datetime, datetime]]) -> bool:
    """Say whether all are within one day each, at the same hours, in the same year."""
    hours = {(f"{start:%H:%M}", f"{end:%H:%M}", start.year) for start, end in spans}
    return len(hours) == 1 and all(start.date() == end.date() for start, end in spans)


def _days_together(days: Sequence[datetime], *, in_words: bool) -> str:
    """Join days, naming a month once: `Wed 18 and Thu 19 Mar`."""
    said: list[str] = []
    for at, day in enumerate(days):
        is_last = at + 1 == len(days) or days[at + 1].month != day.month
        month = f" {_month(day, in_words=in_words)}" if is_last else ""
        said.append(f"{_weekday(day)} {day.day}{month}")
    return listed(said)


# ── lengths and counts ───────────────────────────────────────────────────────────────────────────


def length(of: timedelta) -> str:
    """Say how long something is, as in `3 d 4 h`, `5 h 12 m` or `48 m`; less than a minute is `0 m`."""
    minutes = max(int(of.total_seconds()) // 60, 0)
    hours = minutes // 60
    if hours >= _DAYS_FROM:
        return f"{hours // 24} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60:02} m"
    return f"{minutes} m"


def window(of: timedelta) -> str:
    """Say how long an offer runs, as in `48 h`, `36 h 30 m` or `45 m`: in hours, without zeros."""
    hours, minutes = divmod(int(of.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} m"] * bool(minutes)
    return " ".join(parts) or "0 m"


def counted(count: int, one: str, many: str = "") -> str:
    """Say how many, as in `1 seat` or `2 seats`."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def ordinal(number: int) -> str:
    """Say a place, as in `1st`, `2nd`, `11th` or `23rd`."""
    is_teen = number // 10 % 10 == 1
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def listed(parts: Sequence[str]) -> str:
    """Join parts, as in `1, 2 and 3`."""
    *rest, last = parts
    return f"{', '.join(rest)} and {last}" if rest else last


def _day(local: datetime) -> str:
    return f"{_weekday(local)} {local.day} {_month(local)}"


def _weekday(local: datetime) -> str:
    return _DAYS[local.weekday()][:3]


def _month(local: datetime, *, in_words: bool = False) -> str:
    name = _MONTHS[local.month - 1]
    return name if in_words else name[:3]
