"""Columns of text to columns of values. Each function gives the values, with stand-ins, and the faults by row."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

from waitlist_app.csv_io.moments import day, instant

V = TypeVar("V")

Read = tuple[list[V], Mapping[int, str]]

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COMPLETE: Final = r"(?:19|20|21)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)"
"""An instant that needs no thought: ISO 8601 with its offset."""
_LENGTH: Final = re.compile(r"(\d{1,6}) ?([mhd])")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_WHOLE: Final = re.compile(r"(-?\d+)(?:\.0+)?")


def instants(cells: "pd.Series[str]", *, zone: ZoneInfo) -> Read[datetime]:
    """Read instants as UTC; one without an offset is the time of day in `zone`."""
    is_complete = cells.str.fullmatch(_COMPLETE)
    parsed = pd.to_datetime(cells.where(is_complete), format="ISO8601", utc=True, errors="coerce")
    is_parsed = parsed.notna()
    values: list[datetime] = parsed.fillna(pd.Timestamp(_NEVER)).dt.to_pydatetime().tolist()
    rest, faults = _one_by_one(cells[~is_parsed], partial(instant, zone=zone))
    for row, value in rest.items():
        values[row] = value
    return values, faults


def days(cells: "pd.Series[str]") -> Read[date | None]:
    """Read days; blank is none."""
    return _some(cells, day)


def numbers(cells: "pd.Series[str]", *, least: int, most: int, too_small: str) -> Read[int | None]:
    """Read whole numbers from `least` to `most`, both inclusive; blank is none."""

    def number(text: str) -> int:
        found = _WHOLE.fullmatch(text)
        if found is None:
            raise ValueError("A whole number is needed here.")
        value = int(found[1])
        if value < least:
            raise ValueError(too_small)
        if value > most:
            raise ValueError(f"This is more than {most:,}, the most there can be.")
        return value

    return _some(cells, number)


def addresses(cells: "pd.Series[str]") -> Read[str]:
    """Read e-mail addresses; blank is allowed."""
    _, faults = _one_by_one(cells[cells != ""], _address)
    return cells.tolist(), faults


def words(cells: "pd.Series[str]", *, allowed: frozenset[str], why: str) -> Read[str]:
    """Read words out of `allowed`, as lower case."""
    found = cells.str.casefold()
    wrong = ~found.isin(allowed)
    return found.tolist(), {row: why for row, is_wrong in enumerate(wrong.tolist()) if is_wrong}


def chosen(cells: "pd.Series[str]", *, of: Mapping[str, V], why: str) -> Read[V | None]:
    """Read one of a few words, case apart, each with its value; blank is none."""

    def value(text: str) -> V:
        if text.casefold() not in of:
            raise ValueError(why)
        return of[text.casefold()]

    return _some(cells, value)


def lengths(cells: "pd.Series[str]") -> Read[timedelta | None]:
    """Read lengths such as 48h, 90 m or 2d; blank is none."""
    return _some(cells, _length)


def _some(cells: "pd.Series[str]", read: Callable[[str], V]) -> Read[V | None]:
    values: list[V | None] = [None] * len(cells)
    found, faults = _one_by_one(cells[cells != ""], read)
    for row, value in found.items():
        values[row] = value
    return values, faults


def _length(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text.casefold())
    if found is None:
        raise ValueError("Write a length such as 48h, 90m or 2d.")
    return int(found[1]) * _UNITS[found[2]]


def _one_by_one(cells: "pd.Series[str]", read: Callable[[str], V]) -> tuple[dict[int, V], dict[int, str]]:
    """Read each cell by itself, every text once, by row of the whole column."""
    known: dict[str, V | ValueError] = {}
    values: dict[int, V] = {}
    faults: dict[int, str] = {}
    for row, text in zip(cells.index.tolist(), cells.tolist(), strict=True):
        if text not in known:
            known[text] = _try(read, text)
        match known[text]:
            case ValueError() as fault:
                faults[row] = str(fault)
            case value:
                values[row] = value
    return values, faults


def _try(read: Callable[[str], V], text: str) -> V | ValueError:
    try:
        return read(text)
    except ValueError as fault:
        return fault


def _address(text: str) -> str:
    name, at, domain = text.partition("@")
    if not at or not name:
        raise ValueError("An address needs a name, an @ and a domain.")
    if "." not in domain.strip("."):
        raise ValueError("The part after @ is missing or not complete.")
    if "@" in domain or any(map(str.isspace, text)):
        raise ValueError("This holds more than one address. Give one.")
    return text
