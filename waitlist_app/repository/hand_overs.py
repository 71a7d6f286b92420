"""What became of the mails of offers whose clocks stand, in every organisation."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Engine, String, and_, cast, func, literal, literal_column, or_, select

from waitlist_app.repository.failures import translated
from waitlist_app.repository.rows import LINK, MESSAGE, OFFER, REGISTRATION
from waitlist_app.services.run_clocks import HandOver

# In the words of the partial index.
_STANDS: Final[ColumnElement[bool]] = literal_column("registration.clock_stands_since is not null")
_WRITTEN_AT: Final = (
    select(func.max(LINK.c.made_at))
    .where(
        LINK.c.org_id == OFFER.c.org_id,
        LINK.c.registration_id == OFFER.c.registration_id,
        LINK.c.offer_number == OFFER.c.number,
    )
    .correlate(OFFER)
    .scalar_subquery()
)
_DONE: Final = (
    select(
        REGISTRATION.c.org_id,
        REGISTRATION.c.session_id,
        REGISTRATION.c.id,
        OFFER.c.number,
        _WRITTEN_AT.label("written_at"),
        MESSAGE.c.sent_at,
        MESSAGE.c.status,
        MESSAGE.c.error,
    )
    .join(
        OFFER,
        and_(
            OFFER.c.org_id == REGISTRATION.c.org_id,
            OFFER.c.session_id == REGISTRATION.c.session_id,
            OFFER.c.number == REGISTRATION.c.offer_number,
        ),
    )
    .join(
        MESSAGE,
        and_(
            MESSAGE.c.org_id == OFFER.c.org_id,
            MESSAGE.c.dedupe == literal("offer:") + OFFER.c.session_id + literal(":") + cast(OFFER.c.number, String),
        ),
    )
    .where(
        _STANDS,
        OFFER.c.is_unreached.is_(False),
        or_(MESSAGE.c.status == "sent", MESSAGE.c.status == "failed"),
    )
    .order_by(REGISTRATION.c.org_id, REGISTRATION.c.id)
)


class SqlHandOvers:
    """Hand-overs over one database."""

    def __init__(self, engine: Engine) -> None:
        """Read from `engine`."""
        self._reading = engine.execution_options(reads_only=True)

    def done(self) -> Sequence[HandOver]:
        """List those that were handed over or given up, and that no act has taken note of."""
        with translated(self._reading.connect()) as connection:
            return [
                HandOver(
                    org_id=row.org_id,
                    session_id=row.session_id,
                    registration_id=row.id,
                    offer_number=row.number,
                    written_at=row.written_at,
                    sent_at=row.sent_at if row.status == "sent" else None,
                    error=row.error,
                )
                for row in connection.execute(_DONE)
            ]
