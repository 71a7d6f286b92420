"""The outbox of mails with a member's own link: claimed with a lease, the link kept as they are written."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from waitlist_app.clock import new_id
from waitlist_app.repository import tables_identities
from waitlist_app.repository.browsers import MEMBER, ORGANISATION
from waitlist_app.repository.chain import HEAD
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.escalating import count_escalated
from waitlist_app.repository.failures import translated
from waitlist_app.repository.links import hash_of
from waitlist_app.repository.rows import table_of
from waitlist_app.repository.sign_in_links import add_link
from waitlist_app.services.actors import Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.member_mail import SIGN_IN_PATH, KeptMail, MemberMailFacts, Notice
from waitlist_app.services.outbox import ClaimedMessage, WrittenMessage

LEASE: Final = timedelta(minutes=5)
"""How long a claim lasts, and how late a mail is when its worker dies."""

MAIL: Final = table_of(tables_identities.MemberMail)

_IS_WAITING: Final[ColumnElement[bool]] = literal_column("member_mail.status = 'waiting'")
_SECRET: Final = re.compile(re.escape(SIGN_IN_PATH) + r"[\w-]{43}")
_WITHOUT_SECRET: Final = f"{SIGN_IN_PATH}…"
_WORDS: Final = ("recipient", "subject", "html", "text")

_FACTS: Final = (
    select(
        MAIL,
        MEMBER.c.name,
        MEMBER.c.email,
        MEMBER.c.role,
        MEMBER.c.joined_at,
        MEMBER.c.removed_at,
        ORGANISATION.c.name.label("organisation"),
        ORGANISATION.c.zone,
        HEAD.c.seq.label("record_count"),
        HEAD.c.hash.label("record_head"),
    )
    .join(MEMBER, and_(MEMBER.c.org_id == MAIL.c.org_id, MEMBER.c.id == MAIL.c.member_id))
    .join(ORGANISATION, ORGANISATION.c.id == MAIL.c.org_id)
    .outerjoin(HEAD, HEAD.c.org_id == MAIL.c.org_id)
)


class SqlMemberOutbox:
    """A `MemberOutbox` over one database."""

    def __init__(self, engine: Engine, *, on_change: Callable[[str, frozenset[str]], None] | None = None) -> None:
        """Work over `engine`; `on_change` is told the organisation whose mails went on, and no sessions."""
        self._engine = engine
        self._reading = engine.execution_options(reads_only=True)
        self._on_change = on_change or _nobody

    def claim(
        self,
        *,
        now: datetime,
        limit: int,
        is_true: Callable[[MemberMailFacts], bool],
        write: Callable[[MemberMailFacts], WrittenMessage],
    ) -> Sequence[ClaimedMessage]:
        """Claim up to `limit` mails that are due; those no longer true become obsolete."""
        if not self._is_anything_due(now):
            return ()
        with translated(self._engine.begin()) as connection:
            rows = _lock_due(connection, now, limit)
            claimed = [_claim_one(connection, row, now=now, is_true=is_true, write=write) for row in rows]
        return [message for message in claimed if message]

    def mark_sent(self, claimed: ClaimedMessage, *, at: datetime, forget_link: bool) -> None:
        """Note that it was handed over; with `forget_link` the secret is taken out of the copy that stays here."""
        values: dict[str, Any] = {"status": "sent", "sent_at": at, "error": ""}
        if forget_link:
            values |= _without_secret(claimed.html, claimed.text)
        self._mark(claimed, and_(_is(claimed)), values)

    def put_off(self, claimed: ClaimedMessage, *, until: datetime, error: str, is_attempt: bool = True) -> None:
        """Release it until `until`; nothing happens when the lease is no longer ours."""
        attempts = claimed.attempts if is_attempt else claimed.attempts - 1
        self._mark(claimed, _lease(claimed), {"due_at": until, "attempts": attempts, "error": error})

    def mark_failed(self, claimed: ClaimedMessage, *, error: str) -> None:
        """Give it up, with a sentence for the owner; nothing happens when the lease is no longer ours."""
        values = {"status": "failed", "error": error, **_without_secret(claimed.html, claimed.text)}
        self._mark(claimed, _lease(claimed), values)

    def mails(self, org_id: str, *, count: int) -> Sequence[KeptMail]:
        """List the newest mails of an organisation."""
        has_a_link = MAIL.c.purpose.in_([purpose.value for purpose in Purpose])
        query = _FACTS.where(MAIL.c.org_id == org_id, has_a_link)
        query = query.order_by(MAIL.c.created_at.desc(), MAIL.c.id).limit(count)
        with translated(self._reading.begin()) as connection:
            return [_kept(row) for row in connection.execute(query)]

    def _is_anything_due(self, now: datetime) -> bool:
        # Looked at first without the write lock, which on SQLite would make every act wait for the idle worker.
        with translated(self._reading.begin()) as connection:
            return connection.scalar(select(MAIL.c.id).where(_IS_WAITING, MAIL.c.due_at <= now).limit(1)) is not None

    def _mark(self, claimed: ClaimedMessage, condition: ColumnElement[bool], values: Mapping[str, Any]) -> None:
        with translated(self._engine.begin()) as connection:
            connection.execute(update(MAIL).where(_is(claimed), condition).values(**values))
        self._on_change(claimed.org_id, frozenset())


def add_member_mail(
    connection: Connection,
    *,
    org_id: str,
    member_id: str,
    purpose: Purpose | Notice,
    now: datetime,
    invited_by: str = "",
) -> None:
    """Write a mail to the outbox, unless the same one is waiting there already."""
    row = {
        "org_id": org_id,
        "id": new_id(),
        "member_id": member_id,
        "purpose": purpose.value,
        "invited_by": invited_by,
        "created_at": now,
        "due_at": now,
        "status": "waiting",
        "attempts": 0,
        **dict.fromkeys((*_WORDS, "error"), ""),
    }
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(insert(MAIL), row)


def _lock_due(connection: Connection, now: datetime, limit: int) -> Sequence[Any]:
    due = select(MAIL.c.org_id, MAIL.c.id).where(_IS_WAITING, MAIL.c.due_at <= now)
    due = due.order_by(MAIL.c.due_at, MAIL.c.org_id, MAIL.c.id).limit(limit)
    if not is_sqlite(connection):
        # Without the lock two workers would claim the same mail; with it they would wait for each other's batch.
        due = due.with_for_update(skip_locked=True)
    keys = connection.execute(due).all()
    return [connection.execute(_FACTS.where(MAIL.c.org_id == key.org_id, MAIL.c.id == key.id)).one() for key in keys]


def _claim_one(
    connection: Connection,
    row: Any,
    *,
    now: datetime,
    is_true: Callable[[MemberMailFacts], bool],
    write: Callable[[MemberMailFacts], WrittenMessage],
) -> ClaimedMessage | None:
    facts = _facts(row, now)
    if facts.purpose is Notice.ESCALATION:
        escalated, oldest_at = count_escalated(connection, row.org_id, to=row.member_id)
        facts = replace(facts, escalated=escalated, oldest_at=oldest_at)
    if not is_true(facts):
        _set(connection, row, {"status": "obsolete", **_without_secret(row.html, row.text)})
        return None
    words: dict[str, str] = {name: getattr(row, name) for name in _WORDS}
    if not row.text:
        written = write(facts)
        if written.problem:
            _set(connection, row, {"status": "failed", "error": written.problem})
            return None
        words = {name: getattr(written, name) for name in _WORDS}
        if isinstance(facts.purpose, Purpose):
            add_link(
                connection,
                token_hash=hash_of(written.token),
                org_id=row.org_id,
                member_id=row.member_id,
                purpose=facts.purpose,
                expires_at=facts.ends_at,
                now=now,
            )
    _set(connection, row, {**words, "due_at": now + LEASE, "attempts": row.attempts + 1})
    return ClaimedMessage(
        org_id=row.org_id,
        id=row.id,
        kind=row.purpose,
        session_id="",
        leased_until=now + LEASE,
        attempts=row.attempts + 1,
        calendar="",
        **words,
    )


def _set(connection: Connection, row: Any, values: Mapping[str, Any]) -> None:
    connection.execute(update(MAIL).where(MAIL.c.org_id == row.org_id, MAIL.c.id == row.id).values(**values))


def _is(claimed: ClaimedMessage) -> ColumnElement[bool]:
    return and_(MAIL.c.org_id == claimed.org_id, MAIL.c.id == claimed.id)


def _lease(claimed: ClaimedMessage) -> ColumnElement[bool]:
    """Ask for the lease: whoever claimed the mail later has moved `due_at` on."""
    return and_(MAIL.c.status == "waiting", MAIL.c.due_at == claimed.leased_until)


def _without_secret(html: str, text: str) -> dict[str, str]:
    return {"html": _SECRET.sub(_WITHOUT_SECRET, html), "text": _SECRET.sub(_WITHOUT_SECRET, text)}


def _nobody(_org_id: str, _session_ids: frozenset[str]) -> None:
    return


def _kept(row: Any) -> KeptMail:
    return KeptMail(
        id=row.id,
        purpose=Purpose(row.purpose),
        name=row.name,
        email=row.recipient or row.email,
        status=row.status,
        written_at=row.sent_at or row.created_at,
        text=row.text,
        error=row.error,
    )


def _facts(row: Any, now: datetime) -> MemberMailFacts:
    return MemberMailFacts(
        id=row.id,
        purpose=Notice(row.purpose) if row.purpose in set(Notice) else Purpose(row.purpose),
        asked_at=row.created_at,
        written_at=now,
        organisation=row.organisation,
        zone=row.zone,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        invited_by=row.invited_by,
        is_removed=row.removed_at is not None,
        has_joined=row.joined_at is not None,
        record_count=row.record_count or 0,
        record_head=row.record_head or "",
    )
