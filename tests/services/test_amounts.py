"""Amounts of money as people read them."""

from datetime import UTC, datetime

import pytest

from waitlist_app.engine.model import Registration, Status, Terms
from waitlist_app.services.amounts import amount_in_words, to_pay_in_words

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


class TestAnAmount:
    @pytest.mark.parametrize(
        ("amount", "currency", "said"),
        [
            (0, "GBP", "nothing"),
            (1, "GBP", "GBP 0.01"),
            (4900, "GBP", "GBP 49.00"),
            (1234567, "EUR", "EUR 12345.67"),
            (4900, "JPY", "JPY 4900"),
            (4900, "KWD", "KWD 4.900"),
            (49, "CLF", "CLF 0.0049"),
        ],
    )
    def test_is_said_plainly(self, amount, currency, said):
        """In the places that the currency has, without signs that mean something else elsewhere."""
        assert amount_in_words(amount, currency) == said


class TestASeatToBePaid:
    def test_says_how_much_and_by_when(self):
        """As the end of a sentence; a seat that is not to be paid has none."""
        known = Registration(
            id="r",
            person_id="p",
            status=Status.PENDING,
            requested_at=NOON,
            arrival=1,
            seat_units=2,
            terms=Terms(price=4900, currency="GBP"),
            payment_due_at=NOON,
        )

        assert to_pay_in_words(known, "Europe/London") == ", to be paid by Thu 12 Mar 2026, 12:00 GMT: GBP 98.00"
        assert (
            to_pay_in_words(
                Registration(id="r", person_id="p", status=Status.CONFIRMED, requested_at=NOON, arrival=1),
                "Europe/London",
            )
            == ""
        )
