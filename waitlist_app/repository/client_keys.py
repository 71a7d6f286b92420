"""The keys under which requests were sent, and what they led to."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from waitlist_app.repository import tables
from waitlist_app.repository.rows import table_of
from waitlist_app.services.client_keys import Answered

CLIENT_KEY: Final = table_of(tables.ClientKey)


class SqlClientKeys:
    """A `ClientKeys` over one connection."""

    def __init__(self, connection: Connection, org_id: str, now: datetime) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self._connection = connection
        self._org = org_id
        self._now = now

    def find(self, session_id: str, key: str) -> Answered | None:
        """Give what the request with this key led to."""
        row = self._connection.execute(
            select(CLIENT_KEY).where(
                CLIENT_KEY.c.org_id == self._org, CLIENT_KEY.c.session_id == session_id, CLIENT_KEY.c.key == key
            )
        ).first()
        if row is None:
            return None
        return Answered(
            digest=row.digest,
            registration_id=row.registration_id,
            position=row.position,
            asks_manager=row.asks_manager,
            is_pending=row.is_pending,
        )

    def keep(self, session_id: str, key: str, answered: Answered) -> None:
        """Keep it for whoever asks again."""
        self._connection.execute(
            insert(CLIENT_KEY),
            {
                "org_id": self._org,
                "session_id": session_id,
                "key": key,
                "digest": answered.digest,
                "registration_id": answered.registration_id,
                "position": answered.position,
                "asks_manager": answered.asks_manager,
                "is_pending": answered.is_pending,
                "made_at": self._now,
            },
        )
