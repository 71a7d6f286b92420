"""What is heard about payments: by staff from a bank or a counter, or by a provider's word.

Whoever takes the money names each payment by a reference. Hearing of one twice changes nothing.
"""

import re
from collections.abc import Sequence
from typing import Final

from waitlist_app.engine.commands import NoteFailedPayment, NotePayment
from waitlist_app.engine.events import Event, PaymentFailed, PaymentReceived, PaymentUnused
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.ports import Entry, Transaction, Work
from waitlist_app.services.wording import exact

_REFERENCE: Final = re.compile(r"[A-Za-z0-9_.:/#-]{1,100}")
"""Nothing that could be a person's name: references stay on the record for good."""

_WHY_UNUSED: Final = {
    "late": "The seat is no longer kept for {}.",
    "not_due": "Nothing was due from {}.",
    "wrong_amount": "It is not what {} has to pay.",
}


def note_payment(
    *,
    work: Work,
    actor: Actor,
    registration_id: str,
    reference: str,
    amount: int | None = None,
    currency: str = "",
) -> str:
    """Note that money came for a registration, and say what follows.

    In time, and enough, it confirms the seat. Any other money seats nobody: it is owed back, on record, and the person
    is written to. `amount` is in the smallest unit of the currency; without one it is what is due. Raises
    `PaymentOfAnother` for a reference that belongs to another registration.
    """
    actor.require(Permission.EDIT)
    checked = _checked(reference)

    def unit(tx: Transaction) -> str:
        entry = _locked(tx, registration_id)
        due = entry.registration.amount_due
        command = NotePayment(
            session_id=entry.session_id,
            registration_id=registration_id,
            person_id=entry.person.id,
            reference=checked,
            amount=_amount(due if amount is None else amount),
            currency=currency or entry.registration.terms.currency,
            on_behalf=is_staff(actor),
        )
        return _came(carry_out(tx, command), entry.person.name)

    return work.transact(actor, unit)


def note_failed_payment(*, work: Work, actor: Actor, registration_id: str, reference: str, reason: str = "") -> str:
    """Note that an attempt to pay failed; the seat is kept until its deadline all the same. Staff say why."""
    actor.require(Permission.EDIT)
    checked = _checked(reference)
    if is_staff(actor) and not reason.strip():
        raise ReasonMissing

    def unit(tx: Transaction) -> str:
        entry = _locked(tx, registration_id)
        command = NoteFailedPayment(
            session_id=entry.session_id,
            registration_id=registration_id,
            person_id=entry.person.id,
            reference=checked,
            reason=reason.strip(),
            on_behalf=is_staff(actor),
        )
        events = carry_out(tx, command)
        due_at = entry.registration.payment_due_at
        if due_at is None or not any(isinstance(event, PaymentFailed) for event in events):
            return "Nothing has changed: this was noted before, or no payment is due."
        until = exact(due_at, tx.read.session(entry.session_id).zone)
        return f"Noted. The seat is kept for {entry.person.name} until {until}."

    return work.transact(actor, unit)


def is_staff(actor: Actor) -> bool:
    """Say whether somebody of the team takes it down, and not the program that hears of it."""
    return actor.role is not Role.SYSTEM


def _locked(tx: Transaction, registration_id: str) -> Entry:
    tx.lock([tx.session_of(registration_id=registration_id)])
    return tx.read.registration(registration_id)


def _checked(reference: str) -> str:
    trimmed = reference.strip()
    if not _REFERENCE.fullmatch(trimmed):
        said = "Please give the number of the payment, without blanks: letters, digits and the signs _ . : / # -"
        raise InvalidInput(f"{said}. It stays on record, so it must not name anybody.", field="reference")
    return trimmed


def _amount(amount: int) -> int:
    if amount <= 0:
        raise InvalidInput("Nothing is due here. Please give the amount that came, above 0.", field="amount")
    return amount


def _came(events: Sequence[Event], name: str) -> str:
    for event in events:
        if isinstance(event, PaymentReceived):
            return f"{name} paid {amount_in_words(event.amount, event.currency)} and has the seat."
        if isinstance(event, PaymentUnused):
            why = _WHY_UNUSED[event.because].format(name)
            return f"{why} {amount_in_words(event.amount, event.currency)} is owed back."
    return "Nothing has changed: this payment was noted before."
