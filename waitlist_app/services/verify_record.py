"""Checking an exported record, with nothing but the file."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast

from waitlist_app.errors import InvalidInput
from waitlist_app.services.happenings import Happening
from waitlist_app.services.record import START, canonical, commit_to, join, link
from waitlist_app.services.seal import CheckSignature, Seal

_NO_SEAL: Final = "The seal at the end is missing: the file may be cut off."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One verified entry of the record."""

    seq: int
    at: datetime
    actor_id: str
    happening: Happening


def verify_record(data: bytes, *, is_signed: CheckSignature, head: str = "", key: str = "") -> Seal:
    """Check every line and the seal, and give the seal.

    `head` is a hash known from elsewhere: the record has to end with it or to have gone on from it, which one that was
    cut off before or written anew does not. `key` is the public key that has to have signed.
    Raises `InvalidInput` with the first line that is wrong.
    """
    is_there = not head
    for _, hashed in _verified(data, is_signed):
        is_there = is_there or hashed == head
    seal = Seal(**json.loads(_lines(data)[-1])["seal"])
    if not is_there:
        raise InvalidInput(f"The record ends with {seal.head} and does not hold the head that was expected.")
    if key and key != seal.key:
        raise InvalidInput(f"The record was signed with the key {seal.key}, not with the one that was expected.")
    return seal


def read_record(data: bytes, *, is_signed: CheckSignature) -> Iterator[Entry]:
    """Give the entries of a record, each checked before it is given."""
    for line, _ in _verified(data, is_signed):
        body = json.loads(line["body"])
        texts = {text["field"]: text["text"] for text in line["texts"]}
        yield Entry(
            seq=body["seq"],
            at=datetime.fromisoformat(body["at"]),
            actor_id=body["actor"],
            happening=join(body["act"], body["data"], texts),
        )


def check_entry(number: int, previous: str, body: str, hashed: str, texts: dict[str, tuple[str, str]]) -> None:
    """Pass an entry that follows from the one before it, or raise `InvalidInput`; `texts` by field, with their salt.

    A text that was erased is not among them, and nothing can be said against that.
    """
    if link(previous, body) != hashed:
        raise InvalidInput(f"Line {number} does not follow from the line before it.", line=number)
    try:
        said = json.loads(body)
        seq, commitments = said["seq"], dict(said["texts"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"Line {number} is not an entry of a record.", line=number) from error
    if seq != number:
        raise InvalidInput(f"Line {number} carries the number {seq}.", line=number)
    for field, (salt, text) in texts.items():
        if commitments.get(field) != commit_to(salt, text):
            raise InvalidInput(f"A text in line {number} is not the one that was recorded.", line=number)


def _lines(data: bytes) -> list[bytes]:
    if not data.endswith(b"\n"):
        raise InvalidInput("The file is cut off: it does not end with a whole line.")
    return data.split(b"\n")[:-1]


def _verified(data: bytes, is_signed: CheckSignature) -> Iterator[tuple[dict[str, Any], str]]:
    *entries, last = _lines(data)
    previous = START
    for number, raw in enumerate(entries, start=1):
        line = _parsed(raw, number)
        previous = _checked(line, number, previous)
        yield line, previous
    seal = _seal(_parsed(last, len(entries) + 1), len(entries) + 1)
    _check_seal(seal, len(entries), previous)
    if seal.digest != hashlib.sha256(data[: -len(last) - 1]).hexdigest():
        raise InvalidInput("The seal does not match the lines: a text was taken out or changed.", line=seal.count + 1)
    if not is_signed(seal.message, signature=seal.signature, public_key=seal.key):
        raise InvalidInput("The signature of the seal is not right: it was changed.", line=seal.count + 1)


def _parsed(raw: bytes, number: int) -> dict[str, Any]:
    try:
        line: Any = json.loads(raw.decode())
        is_as_written = isinstance(line, dict) and canonical(cast("object", line)).encode() == raw
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"Line {number} is not readable.", line=number) from error
    if not is_as_written:
        raise InvalidInput(f"Line {number} was changed: it is not written as records are.", line=number)
    return cast("dict[str, Any]", line)


def _checked(line: dict[str, Any], number: int, previous: str) -> str:
    try:
        texts = {text["field"]: (text["salt"], text["text"]) for text in line["texts"]}
        check_entry(number, previous, line["body"], line["hash"], texts)
        is_an_entry = len(texts) == len(line["texts"]) and set(line) == {"body", "hash", "texts"}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"Line {number} is not an entry of a record.", line=number) from error
    if not is_an_entry:
        raise InvalidInput(f"Line {number} is not an entry of a record.", line=number)
    return str(line["hash"])


def _seal(line: dict[str, Any], number: int) -> Seal:
    try:
        seal = Seal(**line["seal"])
    except (KeyError, TypeError) as error:
        raise InvalidInput(_NO_SEAL, line=number) from error
    if set(line) != {"seal"} or {type(value) for name, value in asdict(seal).items() if name != "count"} != {str}:
        raise InvalidInput(_NO_SEAL, line=number)
    return seal


def _check_seal(seal: Seal, count: int, head: str) -> None:
    if (seal.count, seal.head) != (count, head):
        raise InvalidInput("The seal does not match the entries: some are missing or were changed.", line=count + 1)
