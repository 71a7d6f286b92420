"""The order of a line, as keys that sort by code point.

A base key says where the policy puts an entry: rank, then the instant of the request, then the arrival number. It
ends in `~`, which sorts behind every other character used. An override gives its entry the key of the one it stands
before, with `!` and its own number put in front of that `~`: `!` sorts before every other character, so nothing fits
between the two, and a later override comes closer. A key per entry instead of a position means that no act has
to touch the rest of the line, and that the first in it can be found by an index.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never

from msgspec.structs import replace

from waitlist_app.engine.model import Draw, Facts, Override, PriorityRule, RankBy, Registration, Session

_END: Final = "~"
_BEFORE: Final = "!"
_IN_TIME: Final = "0."
_LATER: Final = "1."
"""Whoever asked after a sealed window comes behind all who asked in it."""
_REQUEUED: Final = "r"
_LAST: Final = "z"
_NO_DEADLINE: Final = "99999999"
_NO_NUMBER: Final = "99999999999999"
_THOUSANDTHS: Final = 1000
_MOST: Final = Decimal(9_999_999_999)
_MIDDLE: Final = 10**13
_LOT: Final = 64
"""Digits of a lot; no other part of a key has as many."""


def base_key(session: Session, *, person_id: str, requested_at: datetime, arrival: int, facts: Facts) -> str:
    """Give the key of an entry by the policy alone; ties of time go by arrival number."""
    asked = f"{_instant(requested_at)}.{arrival:09d}{_END}"
    window, rules = session.window, session.priority_rules
    if window and window.is_closed and arrival > window.arrivals:
        return f"{_LATER}{asked}"
    if window and window.draw is Draw.LOTTERY:
        drawn = f"{lot(window.seed, person_id)}.{arrival:09d}{_END}" if window.seed else asked
        return f"{_IN_TIME}{drawn}"
    ranked = ".".join((*(_rank(rule, facts) for rule in rules), asked)) if rules else asked
    return f"{_IN_TIME}{ranked}" if window else ranked


def lot(seed: str, person_id: str) -> str:
    """Draw the lot of one person: SHA-256 of seed, newline, person key, hexadecimal; the smallest comes first."""
    return hashlib.sha256(f"{seed}\n{person_id}".encode()).hexdigest()


def is_drawn(key: str) -> bool:
    """Say whether a key is the place that somebody drew, and not one by rules or time."""
    return key.startswith(_IN_TIME) and len(key.split(".")[1]) == _LOT


def commitment_to(seed: str) -> str:
    """Give what is published of a seed before the draw: its SHA-256, hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def requeued_key(requeued_at: datetime, arrival: int) -> str:
    """Give the key of an entry sent to the end: behind every base key, those of later requests included."""
    return f"{_REQUEUED}{_instant(requeued_at)}.{arrival:09d}{_END}"


def as_if_asked(key: str, *, asked_at: datetime, at: datetime) -> str:
    """Give a key as it would be had its entry been asked for at `at`; a drawn lot and a later place are no time."""
    return key.replace(f"{_instant(asked_at)}.", f"{_instant(at)}.")


def moved_key(before_key: str, number: int) -> str:
    """Give the key right before `before_key`, or the last of the line when that is empty."""
    if not before_key:
        return f"{_LAST}{number:06d}{_END}"
    return f"{before_key.removesuffix(_END)}{_BEFORE}{number:06d}{_END}"


def keys_with_overrides(waiting: Mapping[str, Registration], overrides: Iterable[Override]) -> dict[str, str]:
    """Give the keys of all `waiting` entries, by id, with the overrides applied, oldest first.

    `waiting` holds at least those entries that the overrides name and that are in the line.
    """
    keys = {entry.id: entry.base_key for entry in waiting.values()}
    for override in overrides:
        if override.registration_id in keys:
            keys[override.registration_id] = moved_key(_anchor(override, waiting, keys), override.number)
    return keys


def steps(waiting: Mapping[str, Registration], overrides: Iterable[Override]) -> dict[str, tuple[str, str]]:
    """Give, by override, the keys from which and to which it takes its entry."""
    keys = {entry.id: entry.base_key for entry in waiting.values()}
    taken: dict[str, tuple[str, str]] = {}
    for override in overrides:
        if override.registration_id in keys:
            to_key = moved_key(_anchor(override, waiting, keys), override.number)
            taken[override.id] = keys[override.registration_id], to_key
            keys[override.registration_id] = to_key
    return taken


def kept_overrides(waiting: Mapping[str, Registration], overrides: Iterable[Override]) -> list[Override]:
    """Give the overrides that still have a place in a new order, each with the key of the entry that it leans on.

    `waiting` has its new base keys. One whose named entry and successor are both gone has none: it named a place in
    the old order.
    """
    kept: list[Override] = []
    keys = {entry.id: entry.base_key for entry in waiting.values()}
    for override in overrides:
        named = _named_entry(override, waiting)
        if override.before_id and not named:
            continue
        leaning = replace(override, before_key=keys[named] if named else "")
        kept.append(leaning)
        if override.registration_id in keys:
            keys[override.registration_id] = moved_key(leaning.before_key, override.number)
    return kept


def _anchor(override: Override, waiting: Mapping[str, Registration], keys: Mapping[str, str]) -> str:
    if not override.before_id:
        return ""
    named = _named_entry(override, waiting)
    return keys[named] if named else override.before_key


def _named_entry(override: Override, waiting: Mapping[str, Registration]) -> str:
    for named in (override.before_id, override.successor_id):
        if named in waiting and waiting[named].arrival <= override.arrivals:
            return named
    return ""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")


def _rank(rule: PriorityRule, facts: Facts) -> str:
    """Give what one rule says of a person, as digits of a fixed number for each rule."""
    match rule.by:
        case RankBy.DEADLINE:
            return _day(facts.compliance_deadline)
        case RankBy.ROLE:
            return _named(rule, facts.role)
        case RankBy.DEPARTMENT:
            return _named(rule, facts.department)
        case RankBy.NO_SHOWS:
            return _number(rule, str(facts.no_shows))
        case RankBy.ATTRIBUTE:
            value = facts.attribute(rule.attribute)
            return _named(rule, value) if rule.values else _number(rule, value)
        case _:
            assert_never(rule.by)


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else _NO_DEADLINE


def _named(rule: PriorityRule, value: str) -> str:
    at = rule.values.index(value) if value in rule.values else len(rule.values)
    return f"{at:04d}"


def _number(rule: PriorityRule, text: str) -> str:
    """Write a number to the thousandth, within ten thousand millions either way; what is no number comes last."""
    try:
        told = Decimal(text)
    except InvalidOperation:
        return _NO_NUMBER
    if told.is_nan():
        return _NO_NUMBER
    number = int(max(min(told, _MOST), -_MOST) * _THOUSANDTHS)
    return f"{_MIDDLE + (-number if rule.largest_first else number):014d}"
