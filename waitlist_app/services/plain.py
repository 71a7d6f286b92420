"""Values as plain JSON and back: what the record and the tables keep of the engine's values.

A field that has its default value is left out, so that a new rule changes nothing that was written before it.
"""

import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

_Value = TypeVar("_Value", bound=Struct)


def instant(at: datetime) -> str:
    """Write an instant in UTC, ISO 8601."""
    return at.astimezone(UTC).isoformat()


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind
    """Give `value` as JSON has it: instants in UTC, durations in seconds, sets sorted."""
    if isinstance(value, str | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset):
        return sorted(to_plain(part) for part in cast("frozenset[Any]", value))
    if isinstance(value, tuple):
        return [to_plain(part) for part in cast("tuple[Any, ...]", value)]
    if isinstance(value, Struct):
        return {name: to_plain(part) for name, part in told(value)}
    return value


def told(value: Struct) -> list[tuple[str, Any]]:
    """List the fields of a value that have another value than their default."""
    pairs: list[tuple[str, Any, Any]] = [(n, default, getattr(value, n)) for n, default in _defaults(type(value))]
    return [(name, part) for name, default, part in pairs if part is not default and part != default]


def from_plain(kind: type[_Value], values: Mapping[str, Any]) -> _Value:
    """Build a value back; names that it does not have are passed over, those left out get their default."""
    hints = _hints(kind)
    return kind(**{name: _typed(hints[name], values[name]) for name in hints if name in values})


def _typed(hint: Any, value: Any) -> Any:  # noqa: PLR0911 - one line per kind
    if value is None:
        return None
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return _typed(next(part for part in parts if part is not type(None)), value)
    if origin in {tuple, frozenset}:
        kinds = parts if origin is tuple and parts[-1] is not ... else (parts[0],) * len(value)
        built = (_typed(part, each) for part, each in zip(kinds, value, strict=True))
        return tuple(built) if origin is tuple else frozenset(built)
    if hint in {datetime, date, time}:
        return hint.fromisoformat(value)
    if hint is timedelta:
        return timedelta(seconds=value)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return from_plain(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


@cache
def _defaults(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: FieldInfo) -> Any:
    return field.default if field.default_factory is NODEFAULT else field.default_factory()


@cache
def _hints(kind: type[Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in fields(kind)}
