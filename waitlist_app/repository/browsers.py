"""Signed-in browsers in the database. They are found by the hash of a cookie, before anybody is known."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from waitlist_app.repository import tables, tables_identities
from waitlist_app.repository.failures import translated
from waitlist_app.repository.rows import table_of
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import BrowserRecord, NewBrowser

MEMBER: Final = table_of(tables.Member)
ORGANISATION: Final = table_of(tables.Organisation)
BROWSER: Final = table_of(tables_identities.WebSession)
TOKEN: Final = table_of(tables_identities.ProviderToken)

_RECORDS: Final = (
    select(
        BROWSER.c.id,
        BROWSER.c.label,
        BROWSER.c.created_at,
        BROWSER.c.seen_at,
        BROWSER.c.renew_at,
        BROWSER.c.awaits_code,
        BROWSER.c.visits_org_id,
        BROWSER.c.org_id.label("home_org_id"),
        MEMBER.c.id.label("member_id"),
        MEMBER.c.name,
        MEMBER.c.email,
        MEMBER.c.role,
        ORGANISATION.c.id.label("org_id"),
        ORGANISATION.c.name.label("organisation"),
        ORGANISATION.c.zone,
    )
    .join_from(BROWSER, MEMBER, and_(MEMBER.c.org_id == BROWSER.c.org_id, MEMBER.c.id == BROWSER.c.member_id))
    .join(ORGANISATION, ORGANISATION.c.id == func.coalesce(BROWSER.c.visits_org_id, BROWSER.c.org_id))
    .where(
        BROWSER.c.ended_at.is_(None),
        MEMBER.c.removed_at.is_(None),
        or_(MEMBER.c.signed_out_at.is_(None), MEMBER.c.signed_out_at < BROWSER.c.created_at),
        # Somebody who lost the right to visit while they did has no role there at all.
        or_(BROWSER.c.visits_org_id.is_(None), MEMBER.c.role == Role.PLATFORM_ADMIN.value),
    )
)
_BY_COOKIE: Final = _RECORDS.where(BROWSER.c.token_hash == bindparam("session_hash"))
_BY_ACCOUNT: Final = _RECORDS.where(MEMBER.c.email == bindparam("email")).order_by(BROWSER.c.seen_at.desc())


class Browsers:
    """A `BrowserStore` over a database."""

    def __init__(self, engine: Engine) -> None:
        """Use a connection of `engine` for each call."""
        self._engine = engine
        self._reading = engine.execution_options(reads_only=True)

    def begin_browser(self, browser: NewBrowser, *, now: datetime) -> None:
        """Keep a browser, and note that the member has joined unless a code is awaited."""
        row = {
            "token_hash": browser.session_hash,
            "id": browser.id,
            "org_id": browser.org_id,
            "member_id": browser.member_id,
            "label": browser.label,
            "created_at": now,
            "seen_at": now,
            "renew_at": browser.renew_at,
            "awaits_code": browser.awaits_code,
        }
        with self._begin() as connection:
            connection.execute(insert(BROWSER), row)
            if browser.sealed_tokens:
                connection.execute(insert(TOKEN), {"web_session_id": browser.id, "sealed": browser.sealed_tokens})
            if not browser.awaits_code:
                note_joined(connection, browser.org_id, browser.member_id, now)

    def browser(self, session_hash: str) -> BrowserRecord | None:
        """Give a browser that was not signed out and whose member was not removed, however old."""
        with translated(self._reading.begin()) as connection:
            row = connection.execute(_BY_COOKIE, {"session_hash": session_hash}).one_or_none()
        return _record(row) if row else None

    def browsers(self, email: str) -> Sequence[BrowserRecord]:
        """List the browsers of an account that were not signed out, the last used first."""
        with translated(self._reading.begin()) as connection:
            return [_record(row) for row in connection.execute(_BY_ACCOUNT, {"email": email})]

    def mark_seen(self, *, session_hash: str, now: datetime) -> None:
        """Note that the browser was used. May be dropped when the database is busy."""
        self._change(BROWSER.c.token_hash == session_hash, {"seen_at": now})

    def end_browser(self, *, session_hash: str, now: datetime) -> None:
        """Sign the browser out; a second time changes nothing."""
        with self._begin() as connection:
            end_where(connection, BROWSER.c.token_hash == session_hash, now)

    def end_browsers(self, email: str, *, now: datetime, only_id: str = "", except_id: str = "") -> Sequence[str]:
        """Sign browsers of an account out, and give their sealed tokens."""
        members = select(MEMBER.c.org_id, MEMBER.c.id).where(MEMBER.c.email == email)
        are_theirs = tuple_(BROWSER.c.org_id, BROWSER.c.member_id).in_(members)
        wanted = BROWSER.c.id == only_id if only_id else BROWSER.c.id != except_id
        with self._begin() as connection:
            return end_where(connection, and_(are_theirs, wanted), now)

    def change_browser(self, old_hash: str, browser: NewBrowser, *, now: datetime) -> bool:
        """Put `browser` in the place of the one under `old_hash`, which keeps its id and its age."""
        is_it = and_(BROWSER.c.token_hash == old_hash, BROWSER.c.id == browser.id, BROWSER.c.ended_at.is_(None))
        values = {
            "token_hash": browser.session_hash,
            "org_id": browser.org_id,
            "member_id": browser.member_id,
            "awaits_code": browser.awaits_code,
            "visits_org_id": browser.visits_org_id or None,
            "renew_at": browser.renew_at,
            "seen_at": now,
        }
        with self._begin() as connection:
            if connection.execute(update(BROWSER).where(is_it).values(values)).rowcount != 1:
                return False
            if browser.sealed_tokens:
                has_id = TOKEN.c.web_session_id == browser.id
                connection.execute(update(TOKEN).where(has_id).values(sealed=browser.sealed_tokens))
            if not browser.awaits_code:
                note_joined(connection, browser.org_id, browser.member_id, now)
            return True

    # ── what the identity provider gave ──────────────────────────────────────────────────────────

    def tokens(self, browser_id: str) -> str:
        """Give the sealed tokens of a browser; empty when there are none."""
        with translated(self._reading.begin()) as connection:
            return connection.scalar(select(TOKEN.c.sealed).where(TOKEN.c.web_session_id == browser_id)) or ""

    def lease_tokens(self, browser_id: str, *, now: datetime, until: datetime) -> str | None:
        """Give the sealed tokens to one caller alone until it keeps new ones or `until` comes; None for all others."""
        is_free = or_(TOKEN.c.leased_until.is_(None), TOKEN.c.leased_until <= now)
        lease = (
            update(TOKEN)
            .where(TOKEN.c.web_session_id == browser_id, is_free)
            .values(leased_until=until)
            .returning(TOKEN.c.sealed)
        )
        with self._begin() as connection:
            return connection.scalar(lease)

    def keep_tokens(self, browser_id: str, *, sealed: str, renew_at: datetime | None) -> None:
        """Keep new tokens and end the lease."""
        values = {"sealed": sealed, "leased_until": None}
        with self._begin() as connection:
            connection.execute(update(TOKEN).where(TOKEN.c.web_session_id == browser_id).values(values))
            connection.execute(update(BROWSER).where(BROWSER.c.id == browser_id).values(renew_at=renew_at))

    def _change(self, condition: ColumnElement[bool], values: Mapping[str, Any]) -> None:
        with self._begin() as connection:
            connection.execute(update(BROWSER).where(condition).values(values))

    def _begin(self) -> AbstractContextManager[Connection]:
        return translated(self._engine.begin())


def end_where(connection: Connection, condition: ColumnElement[bool], now: datetime) -> Sequence[str]:
    """Sign browsers out, forget what the provider gave for them, and give it, still sealed."""
    end = update(BROWSER).where(condition, BROWSER.c.ended_at.is_(None)).values(ended_at=now).returning(BROWSER.c.id)
    ended = connection.execute(end).scalars().all()
    if not ended:
        return []
    forget = delete(TOKEN).where(TOKEN.c.web_session_id.in_(ended)).returning(TOKEN.c.sealed)
    return connection.execute(forget).scalars().all()


def note_joined(connection: Connection, org_id: str, member_id: str, now: datetime) -> None:
    """Note the first time that a member is signed in."""
    is_new = and_(MEMBER.c.org_id == org_id, MEMBER.c.id == member_id, MEMBER.c.joined_at.is_(None))
    connection.execute(update(MEMBER).where(is_new).values(joined_at=now))


def _record(row: Any) -> BrowserRecord:
    role = Role(row.role) if row.visits_org_id is None else Role.VISITOR
    actor = Actor(
        id=row.member_id,
        name=row.name,
        role=role,
        org_id=row.org_id,
        organisation=row.organisation,
        zone=row.zone,
    )
    return BrowserRecord(
        id=row.id,
        actor=actor,
        home_org_id=row.home_org_id,
        email=row.email,
        label=row.label,
        created_at=row.created_at,
        seen_at=row.seen_at,
        renew_at=row.renew_at,
        awaits_code=row.awaits_code,
    )
