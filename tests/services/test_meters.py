"""The seat meter is the engine's sum, drawn."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk import NOW
from waitlist_app.engine.model import Session, Tally
from waitlist_app.engine.seats import add_up
from waitlist_app.services.meters import Held, draw, terms
from waitlist_app.services.views import SeatCell, SeatMeter

IN_TWO_DAYS = NOW + timedelta(hours=48)
CELESTE = Held(name="Celeste Whitmore", units=1, made_at=NOW, ends_at=IN_TWO_DAYS)
SANJAY = Held(name="Sanjay Merriweather", units=2, made_at=NOW, ends_at=IN_TWO_DAYS + timedelta(hours=1))


def first_aid(**rules):
    """Build the rules of First Aid at Work."""
    given: dict[str, Any] = {"capacity": 12, "allowance_units": 1, "waitlist_limit": 20, **rules}
    return Session(id="faw", code="FAW", **given)


def drawn(rules, tally, held=(), *, ended=0):
    """Draw a session."""
    return draw(rules, tally, add_up(rules, tally, ended=ended), held)


def single(kind):
    """Build one cell of one seat."""
    return SeatCell(kind=kind, units=1)


class TestTheMeter:
    def test_says_the_sum_in_figures_cells_and_words(self):
        """Confirmed, pending, held and free are the limit; who waits stands apart."""
        tally = Tally(confirmed=8, pending=1, held=3, waiting=7)

        meter = drawn(first_aid(), tally, (CELESTE, SANJAY))

        clock: dict[str, Any] = {"of_seconds": 172_800.0, "ends_at": IN_TWO_DAYS.timestamp()}
        later: dict[str, Any] = {"of_seconds": 176_400.0, "ends_at": SANJAY.ends_at.timestamp()}
        assert meter == SeatMeter(
            capacity=12,
            allowance=1,
            limit=13,
            is_unlimited=False,
            confirmed=8,
            pending=1,
            held=3,
            reserved=0,
            free=1,
            overbooked_by=0,
            waiting=7,
            waiting_limit=20,
            next_ends_at=IN_TWO_DAYS.timestamp(),
            next_of_seconds=172_800.0,
            cells=(
                *[single("confirmed")] * 8,
                single("pending"),
                SeatCell(kind="held", units=1, label="Celeste Whitmore", **clock),
                SeatCell(kind="held", units=2, label="Sanjay Merriweather", **later),
                single("free"),
            ),
            sentence="Seats: 8 confirmed, plus 1 pending payment, plus 3 held, plus 1 free, "
            "equals the limit of 13. 7 people are waiting, limit 20.",
        )

    def test_draws_the_units_above_the_limit_behind_it(self):
        """A grant beyond the limit is seen, and the sum still adds up."""
        meter = drawn(first_aid(capacity=3, allowance_units=0), Tally(confirmed=4))

        assert (meter.limit, meter.overbooked_by, meter.free) == (3, 1, 0)
        assert meter.cells == (*[single("confirmed")] * 3, single("over"))

    def test_draws_one_block_for_each_kind_of_a_large_room(self):
        """More than 60 seats are too small to be drawn one by one."""
        meter = drawn(first_aid(capacity=60, allowance_units=1), Tally(confirmed=40, held=1), (CELESTE,))

        clock: dict[str, Any] = {"of_seconds": 172_800.0, "ends_at": IN_TWO_DAYS.timestamp()}
        assert meter.cells == (
            SeatCell(kind="confirmed", units=40),
            SeatCell(kind="held", units=1, **clock),
            SeatCell(kind="free", units=20),
        )

    def test_draws_60_seats_one_by_one(self):
        """60 is the last number that is drawn seat by seat."""
        meter = drawn(first_aid(capacity=60, allowance_units=0), Tally())

        assert meter.cells == (single("free"),) * 60

    def test_has_no_cells_without_a_limit(self):
        """Where there is no limit there is no bar to fill."""
        meter = drawn(first_aid(capacity=None), Tally(confirmed=47))

        assert (meter.is_unlimited, meter.limit, meter.free, meter.cells) == (True, 0, 0, ())
        assert meter.sentence == "Seats: 47 confirmed, no limit."

    def test_draws_the_smaller_of_two_limits(self):
        """Where the room is smaller than what the trainer takes, the room is the limit, without any allowance."""
        meter = drawn(first_aid(capacity=8, allowance_units=2, room_capacity=9), Tally(confirmed=5))

        assert (meter.capacity, meter.allowance, meter.limit, meter.free) == (9, 0, 9, 4)

    def test_counts_no_offer_that_ran_out(self):
        """At its deadline an offer holds nothing, even before the clock comes by."""
        meter = drawn(first_aid(), Tally(confirmed=8, held=1), ended=1)

        assert (meter.held, meter.free, meter.next_ends_at) == (0, 5, 0.0)

    @given(
        capacity=st.integers(0, 70),
        extra=st.integers(0, 5),
        confirmed=st.integers(0, 80),
        pending=st.integers(0, 5),
        offers=st.lists(st.integers(1, 3), max_size=5),
    )
    def test_always_adds_up(self, capacity, extra, confirmed, pending, offers):
        """Whoever counts the cells gets the sum."""
        tally = Tally(confirmed=confirmed, pending=pending, held=sum(offers))
        held = [Held(name="Imani", units=units, made_at=NOW, ends_at=IN_TWO_DAYS) for units in offers]

        meter = drawn(first_aid(capacity=capacity, allowance_units=extra), tally, held)

        taken = meter.confirmed + meter.pending + meter.held + meter.reserved
        assert meter.limit + meter.overbooked_by == taken + meter.free
        assert sum(cell.units for cell in meter.cells) == meter.limit + meter.overbooked_by
        assert sum(cell.units for cell in meter.cells if cell.kind == "over") == meter.overbooked_by


class TestTheSum:
    @pytest.mark.parametrize(
        ("capacity", "tally", "said"),
        [
            (13, Tally(confirmed=8, pending=1, held=2), "8 + 1 pending + 2 held + 2 free = 13"),
            (12, Tally(confirmed=12), "12 = 12"),
            (12, Tally(), "12 free = 12"),
            (0, Tally(), "0 = 0"),
            (10, Tally(confirmed=11), "11 = 10 + 1 over the limit"),
            (None, Tally(confirmed=47), "47, no limit"),
        ],
    )
    def test_is_written_with_its_signs(self, capacity, tally, said):
        """What is 0 is left out; the rest is a sum that anybody can check."""
        rules = first_aid(capacity=capacity, allowance_units=0)

        assert terms(add_up(rules, tally)) == said
