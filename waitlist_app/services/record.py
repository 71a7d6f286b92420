"""The form of the record, pure: what an entry says, how entries are chained, and how each is read back.

An entry's body is canonical JSON of what happened, with random person keys and no personal text. Personal text stands
beside the chain; the body holds a salted commitment to it, so that erasing the text leaves every hash valid.
`hash = SHA-256(previous hash, newline, body)`, hexadecimal.
"""

import hashlib
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, cast

from waitlist_app.services.happenings import PERSONAL, Happening

START: Final = "0" * 64
"""The hash before the first entry."""

_KINDS: Final[dict[str, type]] = {kind.__name__: kind for kind in typing.get_args(Happening)}
_FIELDS: Final = {kind: tuple(field.name for field in fields(kind)) for kind in _KINDS.values()}
_HINTS: Final = {kind: typing.get_type_hints(kind) for kind in _KINDS.values()}


def link(previous: str, body: str) -> str:
    """Give the hash of an entry from the one before it, both hexadecimal."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def commit_to(salt: str, text: str) -> str:
    """Give the commitment to a text; without the salt it tells nothing about the text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def canonical(value: object) -> str:
    """Write JSON in the one form that is hashed: sorted names, no blanks, no escapes beyond what JSON needs."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(at: datetime) -> str:
    """Write an instant in UTC, ISO 8601."""
    return at.astimezone(UTC).isoformat()


def split(happening: Happening) -> tuple[dict[str, Any], dict[str, str]]:
    """Part a happening into what the chain holds and the personal text beside it."""
    data: dict[str, Any] = {}
    beside: dict[str, str] = {}
    for name in _FIELDS[type(happening)]:
        value = getattr(happening, name)
        if name not in PERSONAL:
            data[name] = _plain(value)
        elif value:
            beside[name] = value
    return data, beside


def join(act: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> Happening:
    """Build a happening back from an entry; a text that was erased reads as empty."""
    kind = _KINDS[act]
    hints = _HINTS[kind]
    values: dict[str, Any] = {}
    for name in _FIELDS[kind]:
        if name in PERSONAL:
            values[name] = texts.get(name, "")
        elif name in data:
            values[name] = _typed(hints[name], data[name])
    return kind(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return _typed(next(part for part in typing.get_args(hint) if part is not type(None)), value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if typing.get_origin(hint) is tuple:
        parts = cast("list[Any]", value)
        return tuple(tuple(cast("list[Any]", part)) if isinstance(part, list) else part for part in parts)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
