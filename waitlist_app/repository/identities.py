"""Members who sign in, and their links, in the database; found by an address or the hash of a secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, and_, bindparam, delete, func, select, update

from waitlist_app.repository.browsers import BROWSER, MEMBER, ORGANISATION, TOKEN, Browsers
from waitlist_app.repository.failures import translated
from waitlist_app.repository.member_outbox import MAIL, add_member_mail
from waitlist_app.repository.sign_in_links import LINK, add_link, use_up
from waitlist_app.services.actors import Role
from waitlist_app.services.identities import LinkRecord, Membership, Purpose

_LAST_USE: Final = (
    select(func.max(BROWSER.c.seen_at))
    .where(BROWSER.c.org_id == MEMBER.c.org_id, BROWSER.c.member_id == MEMBER.c.id)
    .correlate(MEMBER)
    .scalar_subquery()
)
_MEMBERSHIP: Final = (
    ORGANISATION.c.name.label("organisation"),
    MEMBER.c.org_id,
    MEMBER.c.id.label("member_id"),
    MEMBER.c.name,
    MEMBER.c.email,
    MEMBER.c.role,
    MEMBER.c.joined_at,
)
_MEMBERSHIPS: Final = (
    select(*_MEMBERSHIP)
    .join_from(MEMBER, ORGANISATION, ORGANISATION.c.id == MEMBER.c.org_id)
    .where(MEMBER.c.email == bindparam("email"), MEMBER.c.removed_at.is_(None))
    .order_by(_LAST_USE.is_(None), _LAST_USE.desc(), ORGANISATION.c.name, MEMBER.c.org_id)
)
_LINK: Final = (
    select(*_MEMBERSHIP, LINK.c.purpose, LINK.c.expires_at, LINK.c.used_at, LINK.c.revoked_at)
    .join_from(LINK, MEMBER, and_(MEMBER.c.org_id == LINK.c.org_id, MEMBER.c.id == LINK.c.member_id))
    .join(ORGANISATION, ORGANISATION.c.id == LINK.c.org_id)
    .where(LINK.c.token_hash == bindparam("token_hash"), MEMBER.c.removed_at.is_(None))
)


class Identities(Browsers):
    """A `SignInStore` over a database."""

    def memberships(self, email: str) -> Sequence[Membership]:
        """List where the normalised address belongs, the organisation that was used last first."""
        with translated(self._reading.begin()) as connection:
            return [_membership(row) for row in connection.execute(_MEMBERSHIPS, {"email": email})]

    def add_link(
        self, *, token_hash: str, org_id: str, member_id: str, purpose: Purpose, expires_at: datetime, now: datetime
    ) -> None:
        """Keep a link; earlier ones of the same member and purpose are over."""
        with self._begin() as connection:
            add_link(
                connection,
                token_hash=token_hash,
                org_id=org_id,
                member_id=member_id,
                purpose=purpose,
                expires_at=expires_at,
                now=now,
            )

    def ask_for_mail(self, member: Membership, purpose: Purpose, *, now: datetime) -> None:
        """Write a mail with a link to the outbox, unless one is waiting there already."""
        with self._begin() as connection:
            add_member_mail(connection, org_id=member.org_id, member_id=member.member_id, purpose=purpose, now=now)

    def link(self, token_hash: str) -> LinkRecord | None:
        """Give a link, open or over; None when there never was one or its member was removed."""
        with translated(self._reading.begin()) as connection:
            row = connection.execute(_LINK, {"token_hash": token_hash}).one_or_none()
        if row is None:
            return None
        return LinkRecord(
            purpose=Purpose(row.purpose),
            member=_membership(row),
            expires_at=row.expires_at,
            is_over=row.used_at is not None or row.revoked_at is not None,
        )

    def use_link(self, token_hash: str, *, now: datetime) -> bool:
        """Use up a link that is open; of many callers at once, one gets True."""
        with self._begin() as connection:
            return use_up(connection, token_hash, now)

    def put_link_back(self, token_hash: str) -> None:
        """Open a link again that was used up for nothing."""
        with self._begin() as connection:
            connection.execute(update(LINK).where(LINK.c.token_hash == token_hash).values(used_at=None))


class SqlSignInTraces:
    """`SignInTraces` in a database."""

    def __init__(self, engine: Engine) -> None:
        """Use a connection of `engine` for each call."""
        self._engine = engine

    def forget_before(self, then: datetime) -> None:
        """Delete links, browsers and mails with links that were over, or last used, before `then`."""
        is_old = BROWSER.c.seen_at < then
        with translated(self._engine.begin()) as connection:
            connection.execute(delete(TOKEN).where(TOKEN.c.web_session_id.in_(select(BROWSER.c.id).where(is_old))))
            connection.execute(delete(BROWSER).where(is_old))
            connection.execute(delete(LINK).where(LINK.c.expires_at < then))
            connection.execute(delete(MAIL).where(MAIL.c.created_at < then, MAIL.c.status != "waiting"))


def _membership(row: Any) -> Membership:
    return Membership(
        org_id=row.org_id,
        organisation=row.organisation,
        member_id=row.member_id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        has_joined=row.joined_at is not None,
    )
