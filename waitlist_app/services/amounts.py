"""Amounts of money as people read them. They are kept in the smallest unit of an ISO 4217 currency."""

from collections.abc import Mapping
from typing import Final

from waitlist_app.engine.model import Registration
from waitlist_app.services.wording import exact

_PLACES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""How many places of a currency stand behind the point, by ISO 4217, where they are not two."""


def to_pay_in_words(registration: Registration, zone: str) -> str:
    """Say of a seat that has to be paid how much and by when, as a clause; empty for any other."""
    if registration.payment_due_at is None:
        return ""
    amount = amount_in_words(registration.amount_due, registration.terms.currency)
    return f", to be paid by {exact(registration.payment_due_at, zone)}: {amount}"


def amount_in_words(amount: int, currency: str) -> str:
    """Say an amount, not below 0, plainly: as in `GBP 49.00` or `JPY 4900`; nothing is `nothing`."""
    if not amount:
        return "nothing"
    places = _PLACES.get(currency, 2)
    whole, rest = divmod(amount, 10**places)
    return f"{currency} {whole}.{rest:0{places}}" if places else f"{currency} {whole}"
