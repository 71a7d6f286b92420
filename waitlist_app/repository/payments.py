"""Payments as rows: what came, what of it is owed back, and what was given back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, insert, select, update

from waitlist_app.engine.events import (
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundDue,
    RefundMade,
    RefundWaived,
)
from waitlist_app.engine.model import Payment
from waitlist_app.engine.money import AboutMoney
from waitlist_app.repository import tables

PAYMENT: Final[Any] = tables.Payment.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time


class Payments:
    """The payments of one organisation, over one connection."""

    def __init__(self, connection: Connection, org_id: str) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self._connection = connection
        self._org = org_id

    def find(self, reference: str) -> Mapping[str, Payment]:
        """Give the payment of a reference, by it, whichever session it was for; empty when none is known."""
        return self._where(PAYMENT.c.reference == reference)

    def of_session(self, session_id: str) -> Mapping[str, Payment]:
        """Give the payments of a session by reference."""
        return self._where(PAYMENT.c.session_id == session_id)

    def write(self, event: AboutMoney, now: datetime) -> None:
        """Write what an event says of a payment."""
        match event:
            case PaymentReceived():
                self._came(event, now, amount=event.amount, currency=event.currency, owed=0)
            case PaymentUnused():
                self._came(event, now, amount=event.amount, currency=event.currency, owed=event.amount)
            case PaymentFailed():
                self._came(event, now, amount=0, currency="", owed=0)
            case RefundDue():
                self._change(event.reference, owed=PAYMENT.c.owed + event.amount)
            case RefundMade():
                self._change(
                    event.reference,
                    owed=PAYMENT.c.owed - event.settled,
                    kept=PAYMENT.c.kept - (event.amount - event.settled - event.for_the_seat),
                    given_back=event.given_back,
                )
            case RefundWaived():
                self._change(event.reference, owed=PAYMENT.c.owed - event.amount, kept=PAYMENT.c.kept + event.amount)

    def move(self, reference: str, *, session_id: str, registration_id: str) -> None:
        """Let a payment go with its person to another session."""
        self._change(reference, session_id=session_id, registration_id=registration_id)

    def _came(
        self,
        event: PaymentReceived | PaymentUnused | PaymentFailed,
        now: datetime,
        *,
        amount: int,
        currency: str,
        owed: int,
    ) -> None:
        values = {
            "session_id": event.session_id,
            "registration_id": event.registration_id,
            "amount": amount,
            "currency": currency,
            "owed": owed,
            "given_back": 0,
            "kept": 0,
            "noted_at": now,
        }
        # After an attempt that failed the same reference comes again, with money. A row that somebody else has written
        # under it meanwhile is never taken over: the key refuses the second one, and that act is decided again.
        failed = (PAYMENT.c.registration_id == event.registration_id, PAYMENT.c.amount == 0)
        if not self._change(event.reference, *failed, **values):
            key = {"org_id": self._org, "reference": event.reference}
            self._connection.execute(insert(PAYMENT), {**key, **values})

    def _change(self, reference: str, *also: ColumnElement[bool], **values: Any) -> bool:
        is_it = (PAYMENT.c.org_id == self._org, PAYMENT.c.reference == reference, *also)
        return bool(self._connection.execute(update(PAYMENT).where(*is_it).values(**values)).rowcount)

    def _where(self, condition: ColumnElement[bool]) -> dict[str, Payment]:
        rows = self._connection.execute(select(PAYMENT).where(PAYMENT.c.org_id == self._org, condition))
        return {row.reference: payment_from_row(row) for row in rows}


def payment_from_row(row: Any) -> Payment:
    """Give a payment."""
    return Payment(
        reference=row.reference,
        registration_id=row.registration_id,
        amount=row.amount,
        currency=row.currency,
        owed=row.owed,
        given_back=row.given_back,
        kept=row.kept,
    )
