"""Mails with the head of a record, once a day: those that were written are the memory of it."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, select, text

from waitlist_app.repository.browsers import MEMBER
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.failures import translated
from waitlist_app.repository.member_outbox import MAIL, add_member_mail
from waitlist_app.services.actors import Role
from waitlist_app.services.member_mail import Notice

_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended('heads of ' || :org, 0))")


class SqlDailyHeads:
    """A `DailyHeads` over one database."""

    def __init__(self, engine: Engine) -> None:
        """Use a connection of `engine` for each call."""
        self._engine = engine
        self._reading = engine.execution_options(reads_only=True)

    def send(self, org_id: str, *, since: datetime, now: datetime) -> int:
        """Write one mail to each owner who has joined, unless there were any `since` then, and give how many."""
        # Looked at first without the write lock, which on SQLite would make every act wait for the idle worker.
        with translated(self._reading.begin()) as connection:
            if _were_written(connection, org_id, since):
                return 0
        with translated(self._engine.begin()) as connection:
            if not is_sqlite(connection):
                # Two workers would both find none, and both write. Not the head itself: acts must not wait for mails.
                connection.execute(_LOCK, {"org": org_id})
            if _were_written(connection, org_id, since):
                return 0
            owners = _owners(connection, org_id)
            for member_id in owners:
                add_member_mail(connection, org_id=org_id, member_id=member_id, purpose=Notice.RECORD_HEAD, now=now)
            return len(owners)


def _were_written(connection: Connection, org_id: str, since: datetime) -> bool:
    heads = (MAIL.c.org_id == org_id, MAIL.c.purpose == Notice.RECORD_HEAD.value, MAIL.c.created_at >= since)
    return connection.scalar(select(MAIL.c.id).where(*heads).limit(1)) is not None


def _owners(connection: Connection, org_id: str) -> list[str]:
    are_in = (MEMBER.c.removed_at.is_(None), MEMBER.c.joined_at.is_not(None))
    query = select(MEMBER.c.id).where(MEMBER.c.org_id == org_id, MEMBER.c.role == Role.OWNER.value, *are_in)
    return list(connection.scalars(query.order_by(MEMBER.c.id)))
