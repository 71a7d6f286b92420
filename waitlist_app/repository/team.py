"""The members of one organisation, over one connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from waitlist_app.errors import NotAllowed
from waitlist_app.repository import tables
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.member_outbox import add_member_mail
from waitlist_app.repository.rows import table_of
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.team import MemberFacts

MEMBER: Final = table_of(tables.Member)


class SqlTeam:
    """A `Team` over one connection."""

    def __init__(self, connection: Connection, org_id: str, now: datetime) -> None:
        """Read and write over `connection`, only members of `org_id`."""
        self._connection = connection
        self._org = org_id
        self._now = now

    def member(self, member_id: str) -> MemberFacts:
        """Give a member who was not removed, or raise `NotAllowed`."""
        found = self._one(MEMBER.c.id == member_id)
        if found is None or found.is_removed:
            raise NotAllowed(detail=f"no member {member_id}")
        return found

    def find(self, email: str) -> MemberFacts | None:
        """Give whoever has the normalised address, removed or not."""
        return self._one(MEMBER.c.email == email)

    def lock_owners(self) -> frozenset[str]:
        """Give the ids of the owners who have joined, and let nobody change them before the transaction ends."""
        query = (
            select(MEMBER.c.id)
            .where(
                MEMBER.c.org_id == self._org,
                MEMBER.c.role == Role.OWNER.value,
                MEMBER.c.removed_at.is_(None),
                MEMBER.c.joined_at.is_not(None),
            )
            .order_by(MEMBER.c.id)
        )
        if not is_sqlite(self._connection):
            query = query.with_for_update()
        return frozenset(self._connection.execute(query).scalars())

    def restore(self, member_id: str, *, name: str, role: Role) -> None:
        """Take back somebody who was removed; they have to be invited again."""
        self._set(member_id, name=name, role=role.value, removed_at=None, joined_at=None, signed_out_at=self._now)

    def change_role(self, member_id: str, role: Role) -> None:
        """Give a member another role, and end every sign-in of theirs in this organisation."""
        self._set(member_id, role=role.value, signed_out_at=self._now)

    def remove(self, member_id: str) -> None:
        """Remove a member, and end every sign-in of theirs in this organisation."""
        self._set(member_id, removed_at=self._now, signed_out_at=self._now)

    def invite(self, member_id: str, *, invited_by: str) -> None:
        """Write an invitation to the outbox, unless one is waiting there."""
        add_member_mail(
            self._connection,
            org_id=self._org,
            member_id=member_id,
            purpose=Purpose.INVITATION,
            now=self._now,
            invited_by=invited_by,
        )

    def _one(self, condition: Any) -> MemberFacts | None:
        row = self._connection.execute(select(MEMBER).where(MEMBER.c.org_id == self._org, condition)).one_or_none()
        return member_facts(row) if row else None

    def _set(self, member_id: str, **values: Any) -> None:
        is_it = (MEMBER.c.org_id == self._org, MEMBER.c.id == member_id)
        self._connection.execute(update(MEMBER).where(*is_it).values(values))


def require_present(connection: Connection, actor: Actor) -> None:
    """Pass when a member still has the role that they act in, or raise `NotAllowed`.

    It prevents an act by somebody whose role was taken away while the act waited for the database. On PostgreSQL the
    policies ask at every statement; SQLite has nobody else to ask.
    """
    if actor.role is Role.VISITOR:
        return  # who changes nothing, and whose reads end with their browser
    query = select(MEMBER.c.role).where(
        MEMBER.c.org_id == actor.org_id, MEMBER.c.id == actor.id, MEMBER.c.removed_at.is_(None)
    )
    if connection.scalar(query) != actor.role.value:
        raise NotAllowed(detail=f"{actor.id} is no longer {actor.role} of {actor.org_id}")


def list_team(connection: Connection, org_id: str) -> Sequence[MemberFacts]:
    """List the members of an organisation who were not removed, by name."""
    query = select(MEMBER).where(MEMBER.c.org_id == org_id, MEMBER.c.removed_at.is_(None))
    return [member_facts(row) for row in connection.execute(query.order_by(MEMBER.c.name, MEMBER.c.id))]


def member_facts(row: Any) -> MemberFacts:
    """Give a member from a row."""
    return MemberFacts(
        id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        joined_at=row.joined_at,
        is_removed=row.removed_at is not None,
    )
