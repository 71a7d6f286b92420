"""When something comes due by itself next, in every organisation: the end of an offer or of the time to pay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, func, literal_column, select

from waitlist_app.repository.failures import translated
from waitlist_app.repository.rows import REGISTRATION, SESSION

_IS_OFFERED: Final[ColumnElement[bool]] = literal_column(
    "status = 'offered' and clock_stands_since is null"
)  # its beginning in the words of the partial index
_NEAREST: Final = (
    select(REGISTRATION.c.org_id, func.min(REGISTRATION.c.offer_expires_at).label("ends_at"))
    .where(_IS_OFFERED)
    .group_by(REGISTRATION.c.org_id)
)
_IS_PENDING: Final[ColumnElement[bool]] = literal_column("status = 'pending'")
_NEAREST_PAYMENT: Final = (
    select(REGISTRATION.c.org_id, func.min(REGISTRATION.c.payment_due_at).label("ends_at"))
    .where(_IS_PENDING)
    .group_by(REGISTRATION.c.org_id)
)
_NEAREST_WINDOW: Final = (
    select(SESSION.c.org_id, func.min(SESSION.c.window_closes_at).label("ends_at"))
    .where(SESSION.c.window_closes_at.is_not(None))
    .group_by(SESSION.c.org_id)
)
_WAKES: Final = (
    select(SESSION.c.org_id, func.min(SESSION.c.wakes_at).label("ends_at"))
    .where(SESSION.c.wakes_at.is_not(None))
    .group_by(SESSION.c.org_id)
)


class SqlDeadlines:
    """Deadlines over one database."""

    def __init__(self, engine: Engine) -> None:
        """Read from `engine`."""
        self._reading = engine.execution_options(reads_only=True)

    def nearest(self) -> Mapping[str, datetime]:
        """Give the nearest instant at which something comes due by itself in an organisation, past ones included."""
        with translated(self._reading.connect()) as connection:
            nearest: dict[str, datetime] = {}
            for query in (_NEAREST, _NEAREST_PAYMENT, _NEAREST_WINDOW, _WAKES):
                for row in connection.execute(query):
                    nearest[row.org_id] = min(row.ends_at, nearest.get(row.org_id, row.ends_at))
            return nearest
