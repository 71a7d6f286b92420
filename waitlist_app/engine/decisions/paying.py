"""What is heard about payments: that money came, that an attempt failed, that money went back.

Nothing is ever heard twice: a payment is known by its reference, and what is said of it again changes nothing. Money
that pays for nothing seats nobody; it is owed back, so that none is lost.
"""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import AboutPayment, NoteFailedPayment, NotePayment, NoteRefund, WaiveRefund
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.events import (
    Event,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundDue,
    RefundMade,
    RefundWaived,
)
from waitlist_app.engine.model import Payment, Registration, Roster, Status
from waitlist_app.engine.refusals import NothingOwed, PaymentOfAnother, PaymentUnknown, ReasonMissing, RefundTooLarge
from waitlist_app.errors import Defect


def note_payment(roster: Roster, command: NotePayment, now: datetime) -> Iterator[Event]:
    """Confirm the seat that is paid in time; other money is owed back. Raises `PaymentOfAnother`."""
    known = _known(roster, command)
    if known and known.amount:
        return
    if command.amount <= 0:
        raise Defect("A payment is of more than nothing.")
    registration = roster.registrations.get(command.registration_id)
    because = _why_unused(registration, command, now)
    if registration is None or because:
        yield PaymentUnused(
            session_id=roster.session.id,
            registration_id=command.registration_id,
            person_id=command.person_id,
            reference=command.reference,
            amount=command.amount,
            currency=command.currency,
            because=because,
            on_behalf=command.on_behalf,
        )
        return
    yield PaymentReceived(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        reference=command.reference,
        amount=command.amount,
        currency=command.currency,
        gives_up=registration.terms.gives_up,
        gives_up_in=registration.terms.gives_up_in,
        on_behalf=command.on_behalf,
    )
    if command.amount > registration.amount_due:
        yield RefundDue(
            session_id=roster.session.id,
            registration_id=registration.id,
            person_id=registration.person_id,
            reference=command.reference,
            amount=command.amount - registration.amount_due,
            currency=command.currency,
            because="too_much",
        )


def note_failure(roster: Roster, command: NoteFailedPayment, now: datetime) -> Iterator[Event]:
    """Put on record that an attempt failed, once, while the seat waits for its payment; it is kept all the same."""
    registration = roster.registrations.get(command.registration_id)
    if _known(roster, command) or registration is None or not registration.can_pay(now):
        return
    yield PaymentFailed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        reference=command.reference,
        reason=command.reason,
        on_behalf=command.on_behalf,
    )


def note_refund(roster: Roster, command: NoteRefund, now: datetime) -> Iterator[Event]:
    """Settle what is owed; with all that was paid for a seat, the seat comes back.

    A part of it is a kindness, and the seat stays. Raises `PaymentUnknown`, `PaymentOfAnother` or `RefundTooLarge`.
    """
    known = _money(roster, command)
    if command.given_back > known.amount:
        raise RefundTooLarge
    amount = command.given_back - known.given_back
    if amount <= 0:
        return
    settled = min(amount, known.owed)
    for_the_seat = max(amount - known.owed - known.kept, 0)
    registration = roster.registrations.get(command.registration_id)
    is_paid_by_it = registration is not None and registration.payment == known.reference
    if registration and is_paid_by_it and for_the_seat == registration.paid > 0:
        yield from closed(
            roster, registration, status=Status.REFUNDED, reason=command.reason, on_behalf=command.on_behalf
        )
    yield RefundMade(
        session_id=roster.session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        reference=known.reference,
        amount=amount,
        currency=known.currency,
        settled=settled,
        for_the_seat=for_the_seat,
        given_back=command.given_back,
        reason=command.reason,
        on_behalf=command.on_behalf,
    )


def waive_refund(roster: Roster, command: WaiveRefund, now: datetime) -> Iterator[Event]:
    """Keep what is owed back; raises `ReasonMissing`, `NothingOwed`, `PaymentUnknown` or `PaymentOfAnother`."""
    if not command.reason.strip():
        raise ReasonMissing
    known = _money(roster, command)
    if not known.owed:
        raise NothingOwed
    yield RefundWaived(
        session_id=roster.session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        reference=known.reference,
        amount=known.owed,
        currency=known.currency,
        reason=command.reason,
    )


def _known(roster: Roster, command: AboutPayment) -> Payment | None:
    """Find what is known under the reference, or raise `PaymentOfAnother` where that is somebody else's."""
    payment = roster.payments.get(command.reference)
    if payment and payment.registration_id != command.registration_id:
        raise PaymentOfAnother
    return payment


def _money(roster: Roster, command: AboutPayment) -> Payment:
    payment = _known(roster, command)
    if payment is None or not payment.amount:
        raise PaymentUnknown
    return payment


def _why_unused(registration: Registration | None, command: NotePayment, now: datetime) -> str:
    """Say why the money pays for nothing, as a stable word; empty where it pays for the seat."""
    if registration is None or registration.is_overdue(now):
        return "late"
    if registration.status is not Status.PENDING:
        return "not_due"
    is_enough = command.amount >= registration.amount_due and command.currency == registration.terms.currency
    return "" if is_enough else "wrong_amount"
