"""Money that goes back, and money that is kept though it was owed."""

from waitlist_app.engine.commands import NoteRefund, WaiveRefund
from waitlist_app.engine.events import RefundMade, RegistrationClosed
from waitlist_app.engine.model import Payment
from waitlist_app.engine.refusals import PaymentUnknown, ReasonMissing
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.note_payment import is_staff
from waitlist_app.services.ports import Entry, Transaction, Work


def note_refund(*, work: Work, actor: Actor, reference: str, given_back: int | None = None, reason: str = "") -> str:
    """Note how much of a payment was given back in all, everything unless an amount is named, and say what follows.

    What is owed is settled first. When all that was paid for a seat has gone back, the seat is given up: that takes
    something away, so staff give a reason. A part of it is a kindness, and the seat stays. Raises `PaymentUnknown` or
    `RefundTooLarge`.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        payment, entry = _found(tx, reference)
        command = NoteRefund(
            session_id=entry.session_id,
            registration_id=payment.registration_id,
            person_id=entry.person.id,
            reference=payment.reference,
            given_back=payment.amount if given_back is None else given_back,
            reason=reason.strip(),
            on_behalf=is_staff(actor),
        )
        events = carry_out(tx, command)
        made = next((event for event in events if isinstance(event, RefundMade)), None)
        if made is None:
            return "Nothing has changed: this refund was noted before."
        gave_up = any(isinstance(event, RegistrationClosed) and event.person_id == entry.person.id for event in events)
        if gave_up and is_staff(actor) and not reason.strip():
            raise ReasonMissing
        said = f"{entry.person.name} got back {amount_in_words(made.amount, made.currency)}."
        return f"{said} The seat is given up." if gave_up else said

    return work.transact(actor, unit)


def waive_refund(*, work: Work, actor: Actor, reference: str, reason: str) -> str:
    """Keep what is owed back of a payment, for a reason that stays on record; raises `NothingOwed`."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        payment, entry = _found(tx, reference)
        command = WaiveRefund(
            session_id=entry.session_id,
            registration_id=payment.registration_id,
            person_id=entry.person.id,
            reference=payment.reference,
            reason=reason.strip(),
        )
        carry_out(tx, command)
        return f"{amount_in_words(payment.owed, payment.currency)} that was owed back to {entry.person.name} is kept."

    return work.transact(actor, unit)


def _found(tx: Transaction, reference: str) -> tuple[Payment, Entry]:
    """Give the payment with its registration, whose session is locked, or raise `PaymentUnknown`."""
    known = tx.read.payment(reference.strip())
    if known is None:
        raise PaymentUnknown
    tx.lock([tx.session_of(registration_id=known.registration_id)])
    return tx.read.payment(known.reference) or known, tx.read.registration(known.registration_id)
