"""Days and instants as people and programs write them. What could mean two things is a fault, never a guess.

Every fault is a `ValueError` whose text is the sentence for the person.
"""

import re
from calendar import month_name, monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = (
    r"(?:(?P<iso>(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2}))"
    r"|(?P<first>\d{1,2})(?P<sign>[./-])(?P<second>\d{1,2})(?P=sign)(?P<y2>\d{4})"
    r"|(?P<d3>\d{1,2})\.?[ -](?P<m3>[A-Za-z]{3,9})\.?,?[ -](?P<y3>\d{4})"
    r"|(?P<m4>[A-Za-z]{3,9})\.? (?P<d4>\d{1,2}),? (?P<y4>\d{4}))"
)
_TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second_of>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?"
)
_WEEKDAY: Final = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,? )?"
_MOMENT: Final = re.compile(rf"{_WEEKDAY}{_DAY}(?:(?:[Tt]|,? (?:at )?){_TIME})?", re.ASCII)
_MONTHS: Final = {month_name[number][:3].lower(): number for number in range(1, 13)}
_YEARS: Final = range(1900, 2200)
_NOON: Final = 12

_UNREADABLE_DAY: Final = "This day could not be read. Write it as 2026-03-28."
_UNREADABLE: Final = "This time could not be read. Write it as 2026-03-14T09:00+00:00."


def day(text: str) -> date:
    """Read a day; a time of day behind it does not matter."""
    found = _MOMENT.fullmatch(_single_spaced(text))
    if found is None:
        raise ValueError(_UNREADABLE_DAY)
    return _day(found)


def instant(text: str, *, zone: ZoneInfo) -> datetime:
    """Read an instant as UTC; without an offset it is the time of day in `zone`."""
    if not text:
        raise ValueError("The time is missing.")
    found = _MOMENT.fullmatch(_single_spaced(text))
    if found is None:
        raise ValueError(_UNREADABLE)
    on = _day(found)
    if found["hour"] is None:
        raise ValueError(f"The time of day is missing, as in {on:%Y-%m-%d}T09:00.")
    local = datetime.combine(on, _time_of_day(found))
    offset = found["offset"]
    if offset is None:
        return _in_zone(local, zone)
    return local.replace(tzinfo=_fixed(offset)).astimezone(UTC)


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


# ── days ─────────────────────────────────────────────────────────────────────────────────────────


def _day(found: re.Match[str]) -> date:
    if found["iso"]:
        return _date(int(found["y1"]), int(found["m1"]), int(found["d1"]))
    if found["sign"]:
        return _numeric_day(found)
    if found["m3"]:
        return _date(int(found["y3"]), _month(found["m3"]), int(found["d3"]))
    return _date(int(found["y4"]), _month(found["m4"]), int(found["d4"]))


def _numeric_day(found: re.Match[str]) -> date:
    first, second, year = int(found["first"]), int(found["second"]), int(found["y2"])
    if found["sign"] == ".":
        return _date(year, second, first)  # with full stops the day comes first wherever this is written
    if first > _NOON:
        return _date(year, second, first)
    if second > _NOON or first == second:
        return _date(year, first, second)
    one, other = _date(year, second, first), _date(year, first, second)
    raise ValueError(
        f"This could be {one.day} {month_name[one.month]} or {other.day} {month_name[other.month]}. "
        f"Write it as {one:%Y-%m-%d} or {other:%Y-%m-%d}."
    )


def _month(name: str) -> int:
    number = _MONTHS.get(name[:3].lower())
    if number is None or not month_name[number].lower().startswith(name.lower().removesuffix("t")):
        raise ValueError(_UNREADABLE_DAY)
    return number


def _date(year: int, month: int, number: int) -> date:
    if year not in _YEARS:
        raise ValueError(f"The year {year} cannot be right.")
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        raise ValueError(f"There is no month {month}.")
    last = monthrange(year, month)[1]
    if not 1 <= number <= last:
        raise ValueError(f"{month_name[month]} {year} has {last} days.")
    return date(year, month, number)


# ── times of day ─────────────────────────────────────────────────────────────────────────────────


def _time_of_day(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError(_UNREADABLE)
        hour = hour % _NOON + (_NOON if found["half"] in "Pp" else 0)
    microseconds = int((found["fraction"] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, int(found["minute"]), int(found["second_of"] or 0), microseconds)
    except ValueError:
        raise ValueError(_UNREADABLE) from None


def _fixed(offset: str) -> timezone:
    if offset in {"Z", "UTC", "GMT"}:
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size >= timedelta(hours=15):
        raise ValueError("No place on earth has this offset from UTC.")
    return timezone(-size if offset[0] == "-" else size)


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    # The clocks change here. Forwards, the hour is left out; backwards, it comes twice.
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError("This time does not exist: the clocks went forward over it. Add the offset from UTC.")
    raise ValueError(
        "This time comes twice, because the clocks go back. "
        f"Write {first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}."
    )
