"""The form of the record, pure: what an entry says, how entries are chained, and how each is read back.

An entry's body is canonical JSON of what happened, with random person keys and no personal text. Personal text stands
beside the chain; the body holds a salted commitment to it, so that erasing the text leaves every hash valid.
`hash = SHA-256(previous hash, newline, body)`, hexadecimal.
"""

import hashlib
import json
import typing
from collections.abc import Mapping
from typing import Any, Final

from waitlist_app.services.happenings import PERSONAL, Happening
from waitlist_app.services.plain import from_plain, to_plain, told

START: Final = "0" * 64
"""The hash before the first entry."""

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_KINDS: Final[dict[str, type[Happening]]] = {kind.__name__: kind for kind in typing.get_args(Happening)}


def link(previous: str, body: str) -> str:
    """Give the hash of an entry from the one before it, both hexadecimal."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def commit_to(salt: str, text: str) -> str:
    """Give the commitment to a text; without the salt it tells nothing about the text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def canonical(value: object) -> str:
    """Write JSON in the one form that is hashed: sorted names, no blanks, no escapes beyond what JSON needs."""
    return _CANONICAL.encode(value)


def split(happening: Happening) -> tuple[dict[str, Any], dict[str, str]]:
    """Part a happening into what the chain holds and the personal text beside it."""
    data: dict[str, Any] = {}
    beside: dict[str, str] = {}
    for name, value in told(happening):
        if name not in PERSONAL:
            data[name] = to_plain(value)
        elif value:
            beside[name] = value
    return data, beside


def join(act: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> Happening:
    """Build a happening back from an entry; a text that was erased reads as empty."""
    return from_plain(_KINDS[act], {**dict.fromkeys(PERSONAL, ""), **data, **texts})
