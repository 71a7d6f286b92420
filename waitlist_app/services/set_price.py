"""What a seat of a session costs, and how long it is kept until it is paid."""

import re
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.ports import Transaction, Work

MOST: Final = 100_000_000
"""In the smallest unit; far above what a seat costs, and far below what a database holds for a large group."""

SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=60)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def set_price(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    price: int,
    currency: str,
    payment_window: timedelta = timedelta(minutes=60),
    reason: str,
) -> str:
    """Set what a seat costs whoever joins from now on, in the smallest unit of an ISO 4217 currency; 0 is free.

    Those who joined before keep their price, and a deadline that was promised stays. The window is at least five
    minutes and at most 60 days.
    """
    actor.require(Permission.EDIT)
    if not 0 <= price <= MOST:
        raise InvalidInput("Please enter a price of at least 0, and not more than a seat can cost.", field="price")
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput("Please enter the three letters of a currency, as in GBP.", field="currency")
    if not SHORTEST <= payment_window <= LONGEST:
        raise InvalidInput("Please give people between 5 minutes and 60 days to pay.", field="payment_window")
    if not reason.strip():
        raise ReasonMissing

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        was = tx.read.session(session_id).rules
        rules = replace(was, price=price, currency=currency, payment_window=payment_window)
        carry_out(tx, ChangeRules(session_id=session_id, rules=rules, reason=reason.strip()))
        return f"A seat costs {amount_in_words(price, currency)} from now on. Those who joined before keep their price."

    return work.transact(actor, unit)
