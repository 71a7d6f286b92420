"""What a seat costs, until when it has to be paid, and what becomes of the money that came for it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine.events import (
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundDue,
    RefundMade,
    RefundWaived,
    RegistrationClosed,
    SeatGiven,
)
from waitlist_app.engine.model import Payment, Registration, Session, Terms

AboutMoney = PaymentReceived | PaymentFailed | PaymentUnused | RefundDue | RefundMade | RefundWaived
"""Events about one payment."""


def priced(session: Session, terms: Terms) -> Terms:
    """Give the terms of somebody who joins now; whoever is moved here, or put back, keeps the price they joined at."""
    if terms.transferred_from or terms.reinstates or (not session.is_paid and not terms.price):
        return terms
    return replace(terms, price=session.price, currency=session.currency if session.is_paid else "")


def payment_due_at(session: Session, terms: Terms, now: datetime) -> datetime | None:
    """Give until when, exclusive, a seat that is taken at `now` has to be paid; None where it costs nothing."""
    return now + session.payment_window if terms.price else None


def refund_due(session_id: str, registration: Registration, *, amount: int, because: str) -> Iterator[RefundDue]:
    """Say that so much of what was paid for a seat is owed back; nothing where that is nothing."""
    if amount:
        yield RefundDue(
            session_id=session_id,
            registration_id=registration.id,
            person_id=registration.person_id,
            reference=registration.payment,
            amount=amount,
            currency=registration.terms.currency,
            because=because,
        )


def for_the_seat(payment: Payment) -> int:
    """Give what of a payment stands for the seat that it paid."""
    return payment.amount - payment.owed - payment.given_back - payment.kept


def payments_after(
    payments: Mapping[str, Payment], event: AboutMoney | SeatGiven | RegistrationClosed
) -> Mapping[str, Payment]:
    """Give the payments of a session after `event`; those that a slice does not hold are left alone."""
    match event:
        case SeatGiven(paid=paid):
            return (
                {**payments, paid.reference: replace(paid, registration_id=event.registration_id)} if paid else payments
            )
        case RegistrationClosed(payment=gone):
            return {key: one for key, one in payments.items() if key != gone} if gone else payments
        case PaymentReceived() | PaymentUnused():
            owed = event.amount if isinstance(event, PaymentUnused) else 0
            came = Payment(
                reference=event.reference,
                registration_id=event.registration_id,
                amount=event.amount,
                currency=event.currency,
                owed=owed,
            )
            return {**payments, came.reference: came}
        case PaymentFailed():
            failed = Payment(reference=event.reference, registration_id=event.registration_id)
            return {**payments, failed.reference: failed}
        case RefundDue() | RefundMade() | RefundWaived():
            known = payments.get(event.reference)
            return {**payments, known.reference: _given_back(known, event)} if known else payments


def _given_back(payment: Payment, event: RefundDue | RefundMade | RefundWaived) -> Payment:
    match event:
        case RefundDue(amount=amount):
            return replace(payment, owed=payment.owed + amount)
        case RefundMade(settled=settled, given_back=given_back):
            unkept = event.amount - settled - event.for_the_seat
            return replace(payment, owed=payment.owed - settled, kept=payment.kept - unkept, given_back=given_back)
        case RefundWaived(amount=amount):
            return replace(payment, owed=payment.owed - amount, kept=payment.kept + amount)
