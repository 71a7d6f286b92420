"""The sealed seeds of lotteries, which nothing but the draw itself reads."""

import secrets
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from waitlist_app.engine.ordering import commitment_to
from waitlist_app.repository import tables
from waitlist_app.repository.rows import table_of

SEED: Final = table_of(tables.SealedSeed)
_BYTES: Final = 32


class Seeds:
    """The seeds of one organisation, over one connection."""

    def __init__(self, connection: Connection, org_id: str) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self._connection = connection
        self._org = org_id

    def seal(self, session_id: str) -> str:
        """Make a seed in the place of an older one, and give the commitment to it."""
        seed = secrets.token_hex(_BYTES)
        self._connection.execute(delete(SEED).where(SEED.c.org_id == self._org, SEED.c.session_id == session_id))
        self._connection.execute(insert(SEED), {"org_id": self._org, "session_id": session_id, "seed": seed})
        return commitment_to(seed)

    def of(self, session_id: str) -> str:
        """Give the seed of a session's lottery; empty where there is none."""
        query = select(SEED.c.seed).where(SEED.c.org_id == self._org, SEED.c.session_id == session_id)
        return str(self._connection.scalar(query) or "")
