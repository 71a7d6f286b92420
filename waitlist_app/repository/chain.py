"""Appending to the record of an organisation."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from waitlist_app.repository import tables
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.prepared import Prepared, together
from waitlist_app.repository.rows import table_of
from waitlist_app.services.happenings import Happening
from waitlist_app.services.plain import instant
from waitlist_app.services.record import START, canonical, commit_to, link, split

ENTRY: Final = table_of(tables.AuditEntry)
TEXT: Final = table_of(tables.AuditText)
HEAD: Final = table_of(tables.AuditHead)

_AT_HEAD: Final = select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.org_id == bindparam("org"))
_HEAD: Final = Prepared(_AT_HEAD)
_LOCKED_HEAD: Final = Prepared(_AT_HEAD.with_for_update())
_ADD_ENTRIES: Final = Prepared(insert(ENTRY), names=ENTRY.c.keys())
_ADD_TEXTS: Final = Prepared(insert(TEXT), names=TEXT.c.keys())
_BEGIN: Final = Prepared(insert(HEAD), names=HEAD.c.keys())
_MOVE: Final = Prepared(
    update(HEAD).where(HEAD.c.org_id == bindparam("org")).values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A happening with its place in time, not chained yet."""

    at: datetime
    actor_id: str
    happening: Happening


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry in its form, but for its number and its hash."""

    before: str
    """Its body up to the number."""
    after: str
    """Its body behind the number."""
    columns: dict[str, Any]
    texts: list[dict[str, Any]]

    def body(self, seq: int) -> str:
        """Give the body with its number: canonical JSON."""
        return f"{self.before}{seq}{self.after}"


def chain(connection: Connection, org_id: str, noted: Sequence[Noted]) -> None:
    """Append what happened to the organisation's chain; the head's row is locked from here to the commit."""
    # Whatever does not depend on the head is done before: while it is locked, all other writers wait.
    written = [_written(org_id, note) for note in noted]
    # Without this lock two writers would build on the same head, and the chain would fork.
    head = (_HEAD if is_sqlite(connection) else _LOCKED_HEAD).first(connection, {"org": org_id})
    seq, previous = (head.seq, head.hash) if head else (0, START)
    entries: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for entry in written:
        seq += 1
        body = entry.body(seq)
        previous = link(previous, body)
        entries.append({"seq": seq, "body": body, "hash": previous, **entry.columns})
        texts += [{"seq": seq, **text} for text in entry.texts]
    with together(connection):
        _ADD_ENTRIES.run_many(connection, entries)
        if texts:
            _ADD_TEXTS.run_many(connection, texts)
        if head:
            _MOVE.run(connection, {"org": org_id, "to_seq": seq, "to_hash": previous})
        else:
            _BEGIN.run(connection, {"org_id": org_id, "seq": seq, "hash": previous})


def _written(org_id: str, note: Noted) -> _Entry:
    data, beside = split(note.happening)
    texts = [_salted(org_id, field, text) for field, text in beside.items()]
    said = {
        "act": type(note.happening).__name__,
        "actor": note.actor_id,
        "at": instant(note.at),
        "data": data,
        "org": org_id,
    }
    commitments = {text["field"]: text["commitment"] for text in texts}
    # The names of a body are sorted, and the number comes behind these and before the texts.
    return _Entry(
        before=f'{canonical(said)[:-1]},"seq":',
        after=f',"texts":{canonical(commitments)}}}',
        columns=_columns(org_id, note, data),
        texts=texts,
    )


def _salted(org_id: str, field: str, text: str) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {"org_id": org_id, "commitment": commit_to(salt, text), "field": field, "salt": salt, "text": text}


def _columns(org_id: str, note: Noted, data: dict[str, Any]) -> dict[str, Any]:
    """Give the columns that the record is searched by."""
    return {
        "org_id": org_id,
        "at": note.at,
        "actor_id": note.actor_id,
        "act": type(note.happening).__name__,
        "session_id": data.get("session_id", ""),
        "registration_id": data.get("registration_id", ""),
        "person_id": data.get("person_id", ""),
    }
