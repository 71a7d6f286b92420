"""Attempts to sign in, counted in the database so that all processes agree."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, text

from waitlist_app.repository import tables_identities
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.failures import translated
from waitlist_app.repository.rows import table_of

ATTEMPT: Final = table_of(tables_identities.SignInAttempt)


class Attempts:
    """An `AttemptStore` over a database."""

    def __init__(self, engine: Engine) -> None:
        """Use a connection of `engine` for each call."""
        self._engine = engine

    def begin_attempt(
        self, attempt_id: str, limits: Mapping[str, int], *, now: datetime, window: timedelta
    ) -> datetime | None:
        """Count an attempt against every subject, or against none when one has reached its limit within `window`.

        Gives None when it was counted, otherwise the instant from which on it may be tried again.
        """
        with translated(self._engine.begin()) as connection:
            connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at <= now - window))
            for subject, limit in sorted(limits.items()):
                _lock(connection, subject)
                frees_at = _full_until(connection, subject, limit, window)
                if frees_at:
                    return frees_at
            rows = [{"id": attempt_id, "subject": subject, "at": now} for subject in limits]
            connection.execute(insert(ATTEMPT), rows)
            return None

    def forget_attempt(self, attempt_id: str, *, subject: str | None = None) -> None:
        """Take an attempt back; with `subject`, all of that subject."""
        condition = ATTEMPT.c.id == attempt_id
        if subject is not None:
            condition |= ATTEMPT.c.subject == subject
        with translated(self._engine.begin()) as connection:
            connection.execute(delete(ATTEMPT).where(condition))


def _lock(connection: Connection, subject: str) -> None:
    # Without it two processes would both see the last free attempt and both take it. SQLite has one writer anyway.
    if not is_sqlite(connection):
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:subject, 1))"), {"subject": subject})


def _full_until(connection: Connection, subject: str, limit: int, window: timedelta) -> datetime | None:
    # The newest `limit` of them: when there are that many, the oldest of these has to grow old first.
    newest = select(ATTEMPT.c.at).where(ATTEMPT.c.subject == subject).order_by(ATTEMPT.c.at.desc()).limit(limit)
    found = connection.execute(newest).scalars().all()
    return found[-1] + window if len(found) >= limit else None
