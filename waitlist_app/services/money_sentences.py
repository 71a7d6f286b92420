"""What the record tells of payments, each as the second part of a sentence; the first is who."""

from typing import Final, assert_never

from waitlist_app.engine.events import (
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundDue,
    RefundMade,
    RefundWaived,
)
from waitlist_app.engine.money import AboutMoney
from waitlist_app.services.amounts import amount_in_words

_UNUSED: Final = {
    "late": "too late for the seat",
    "not_due": "though nothing was to be paid",
    "wrong_amount": "which is not what the seat costs",
}


def by_whom(event: AboutMoney, actor: str, person: str) -> str:
    """Name who a sentence begins with: staff who took something down or decided it, else the person."""
    match event:
        case RefundWaived():
            return actor
        case RefundDue():
            return person
        case PaymentReceived() | PaymentFailed() | PaymentUnused() | RefundMade():
            return actor if event.on_behalf else person


def what_happened(event: AboutMoney, person: str) -> str:
    """Tell what became of the money of `person`, to go behind `by_whom`."""
    match event:
        case PaymentReceived(amount=amount, currency=currency, on_behalf=on_behalf):
            paid = f"{amount_in_words(amount, currency)}"
            return f"noted that {person} paid {paid}." if on_behalf else f"paid {paid} and has the seat."
        case PaymentFailed(on_behalf=on_behalf):
            failed = f"noted that a payment by {person} failed" if on_behalf else "tried to pay, and it failed"
            return f"{failed}; the seat is kept until its deadline."
        case PaymentUnused(amount=amount, currency=currency, because=because, on_behalf=on_behalf):
            paid = f"paid {amount_in_words(amount, currency)}, {_UNUSED[because]}: it is owed back."
            return f"noted that {person} {paid}" if on_behalf else paid
        case RefundDue(amount=amount, currency=currency):
            return f"is owed back {amount_in_words(amount, currency)}."
        case RefundMade(amount=amount, currency=currency, on_behalf=on_behalf):
            back = amount_in_words(amount, currency)
            return f"noted that {person} got back {back}." if on_behalf else f"got back {back}."
        case RefundWaived(amount=amount, currency=currency):
            return f"kept {amount_in_words(amount, currency)} that was owed back to {person}."
        case _:
            assert_never(event)
