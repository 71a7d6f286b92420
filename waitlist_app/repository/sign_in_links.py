"""Links that let a member in: kept, looked at, used up once."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, insert, update

from waitlist_app.repository import tables_identities
from waitlist_app.repository.rows import table_of
from waitlist_app.services.identities import Purpose

LINK: Final = table_of(tables_identities.SignInLink)


def add_link(
    connection: Connection,
    *,
    token_hash: str,
    org_id: str,
    member_id: str,
    purpose: Purpose,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Keep a link; earlier ones of the same member and purpose are over."""
    revoke_links(connection, org_id=org_id, member_id=member_id, purpose=purpose, now=now)
    row = {
        "token_hash": token_hash,
        "org_id": org_id,
        "member_id": member_id,
        "purpose": purpose.value,
        "expires_at": expires_at,
    }
    connection.execute(insert(LINK), row)


def revoke_links(
    connection: Connection, *, org_id: str, member_id: str, now: datetime, purpose: Purpose | None = None
) -> None:
    """End the open links of a member, those of one purpose or all."""
    are_theirs = and_(LINK.c.org_id == org_id, LINK.c.member_id == member_id, is_open(now))
    if purpose:
        are_theirs = and_(are_theirs, LINK.c.purpose == purpose.value)
    connection.execute(update(LINK).where(are_theirs).values(revoked_at=now))


def use_up(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Use up a link that is open; of many callers at once, one gets True."""
    # One statement looks and uses: between two of them another click could come.
    use = update(LINK).where(LINK.c.token_hash == token_hash, is_open(now)).values(used_at=now)
    return connection.execute(use).rowcount == 1


def is_open(now: datetime) -> ColumnElement[bool]:
    """Say that a link can still be used."""
    return and_(LINK.c.used_at.is_(None), LINK.c.revoked_at.is_(None), LINK.c.expires_at > now)
