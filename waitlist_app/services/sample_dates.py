"""Moving the dates of recorded files by whole weeks, so that weekdays and hours stay what they were."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_WEEK: Final = timedelta(weeks=1)
_WRITTEN: Final = re.compile(r"\b\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?\b")


def moved(data: bytes, *, weeks: int, zone: str) -> bytes:
    """Move every day and instant in a file; an instant keeps its time of day in `zone`, whatever its offset becomes."""
    local = ZoneInfo(zone)

    def later(found: re.Match[str]) -> str:
        if not found[1]:
            return (date.fromisoformat(found[0]) + weeks * _WEEK).isoformat()
        return moved_instant(datetime.fromisoformat(found[0]), weeks=weeks, zone=local).isoformat()

    return _WRITTEN.sub(later, data.decode()).encode()


def moved_instant(at: datetime, *, weeks: int, zone: ZoneInfo) -> datetime:
    """Move one instant, keeping its time of day in `zone`."""
    wall = at.astimezone(zone).replace(tzinfo=None) + weeks * _WEEK
    return wall.replace(tzinfo=zone)


def first_instant(data: bytes) -> datetime:
    """Give the earliest instant that a file names, as UTC."""
    return min(_instants(data))


def last_instant(data: bytes) -> datetime:
    """Give the latest instant that a file names, as UTC."""
    return max(_instants(data))


def weeks_until(at: datetime, *, not_before: datetime) -> int:
    """Give the fewest weeks that move `at` to `not_before` or later."""
    return -((at - not_before) // _WEEK)


def weeks_back_from(at: datetime, *, not_after: datetime) -> int:
    """Give the most weeks that move `at` to `not_after` or earlier."""
    return (not_after - at) // _WEEK


def _instants(data: bytes) -> list[datetime]:
    found = (match[0] for match in _WRITTEN.finditer(data.decode()) if match[1])
    return [datetime.fromisoformat(text).astimezone(UTC) for text in found]
