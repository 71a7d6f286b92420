"""The order of a line, as keys that sort by code point.

A base key says where the policy puts an entry: rank, then the instant of the request, then the arrival number. It
ends in `~`, which sorts behind every other character used. An override gives its entry the key of the one it stands
before, with `!` and its own number put in front of that `~`: `!` sorts before every other character, so nothing fits
between the two, and a later override comes closer. A key per entry instead of a position means that no act has
to touch the rest of the line, and that the first in it can be found by an index.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from waitlist_app.engine.model import Facts, Order, Override, Registration, Session

_END: Final = "~"
_BEFORE: Final = "!"
_REQUEUED: Final = "r"
_LAST: Final = "z"
_NO_DEADLINE: Final = "99999999"


def base_key(session: Session, *, requested_at: datetime, arrival: int, facts: Facts) -> str:
    """Give the key of an entry by the policy alone; ties of time go by arrival number."""
    asked = f"{_instant(requested_at)}.{arrival:09d}{_END}"
    if session.order is Order.FIRST_COME:
        return asked
    deadline = f"{facts.compliance_deadline:%Y%m%d}" if facts.compliance_deadline else _NO_DEADLINE
    return f"{deadline}.{_role_rank(session, facts.role):04d}.{asked}"


def requeued_key(requeued_at: datetime, arrival: int) -> str:
    """Give the key of an entry sent to the end: behind every base key, those of later requests included."""
    return f"{_REQUEUED}{_instant(requeued_at)}.{arrival:09d}{_END}"


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


def _anchor(override: Override, waiting: Mapping[str, Registration], keys: Mapping[str, str]) -> str:
    if not override.before_id:
        return ""
    for named in (override.before_id, override.successor_id):
        if named in waiting and waiting[named].arrival <= override.arrivals:
            return keys[named]
    return override.before_key


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")


def _role_rank(session: Session, role: str) -> int:
    try:
        return session.role_order.index(role)
    except ValueError:
        return len(session.role_order)
