"""How many seats there are, and what changing that number does."""

import pytest

from tests.builders import MONDAY, SAFETY, Story, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import RulesChanged, SeatProposed
from waitlist_app.engine.model import Limit, Registration, Roster, Status, Tally
from waitlist_app.engine.seats import Sum, add_up, limit, ruling_limit
from waitlist_app.engine.settle import settle


class TestTheLimit:
    @pytest.mark.parametrize(
        ("capacity", "units", "percent", "expected"),
        [
            (10, 0, 0, 10),
            (10, 3, 0, 13),
            (10, 0, 10, 11),
            (11, 0, 10, 13),
            (19, 0, 10, 21),
            (1, 0, 1, 2),
            (100, 0, 7, 107),
            (0, 3, 0, 0),
            (0, 0, 50, 0),
            (None, 3, 0, None),
            (None, 0, 50, None),
        ],
    )
    def test_is_the_capacity_and_its_allowance(self, capacity, units, percent, expected):
        """A number, or a share rounded up; none at capacity 0, and no limit without a capacity."""
        assert limit(session(capacity=capacity, allowance_units=units, allowance_percent=percent)) == expected

    @pytest.mark.parametrize(
        ("capacity", "units", "room", "expected", "ruling"),
        [
            (12, 0, 20, 12, Limit.TRAINER),
            (12, 10, 20, 20, Limit.ROOM),
            (12, 8, 20, 20, Limit.TRAINER),
            (None, 0, 20, 20, Limit.ROOM),
            (12, 0, None, 12, Limit.TRAINER),
            (None, 0, None, None, Limit.NONE),
            (0, 5, 20, 0, Limit.TRAINER),
            (12, 0, 0, 0, Limit.ROOM),
        ],
    )
    def test_is_the_smaller_of_the_trainers_and_the_rooms(self, capacity, units, room, expected, ruling):
        """The allowance raises only the trainer's, and the screen can say which one rules."""
        rules = session(capacity=capacity, allowance_units=units, room_capacity=room)

        assert (limit(rules), ruling_limit(rules)) == (expected, ruling)


class TestTheSum:
    @pytest.mark.parametrize(
        ("tally", "ended", "expected"),
        [
            ({}, 0, {"free": 3}),
            ({"confirmed": 1, "pending": 1}, 0, {"confirmed": 1, "pending": 1, "free": 1}),
            ({"confirmed": 1, "held": 2}, 0, {"confirmed": 1, "held": 2, "free": 0}),
            ({"confirmed": 1, "held": 2}, 1, {"confirmed": 1, "held": 1, "free": 1}),
            ({"confirmed": 5}, 0, {"confirmed": 5, "free": 0, "overbooked_by": 2}),
        ],
    )
    def test_always_adds_up(self, tally, ended, expected):
        """Limit and overbooking equal confirmed, pending, held and free."""
        total = add_up(session(capacity=3), Tally(**tally), ended=ended)

        whole = {"limit": 3, "confirmed": 0, "pending": 0, "held": 0, "free": 0, "overbooked_by": 0, **expected}
        assert total == Sum(**whole)
        assert total.limit is not None
        assert total.free is not None
        used = total.confirmed + total.pending + total.held + total.free
        assert total.limit + total.overbooked_by == used

    def test_has_no_free_number_without_a_limit(self):
        """Unlimited is not a number."""
        total = add_up(session(capacity=None), Tally(confirmed=7, held=2), ended=2)

        assert total == Sum(limit=None, confirmed=7, pending=0, held=0, free=None, overbooked_by=0)

    def test_counts_units_not_people(self):
        """A group of three takes three seats."""
        story = Story(session(capacity=4))

        story.ask("Ana", units=3)

        assert story.sum() == Sum(limit=4, confirmed=3, pending=0, held=0, free=1, overbooked_by=0)


class TestRaisingTheCapacity:
    def test_proposes_each_new_seat_in_order(self):
        """Three more seats are three proposals, and nobody is confirmed without approval."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve")

        story.set_capacity(4)

        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo Dan Eve", proposed="Bo Cleo Dan")

    def test_to_no_limit_proposes_everybody(self):
        """Without a limit there is a seat for everybody who waits."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")

        story.set_capacity(None)

        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo", proposed="Bo Cleo")

    def test_of_an_overbooked_session_is_allowed_though_it_stays_overbooked(self):
        """Only lowering can take seats away from people."""
        roster = Roster(session=session(capacity=3), tally=Tally(confirmed=6))

        events = decide(roster, c.ChangeRules(session_id=SAFETY, rules=session(capacity=5)), MONDAY)

        assert events == (
            RulesChanged(session_id=SAFETY, was=session(capacity=3), rules=session(capacity=5), reason=""),
        )

    def test_records_what_it_was_what_it_is_and_the_reason(self):
        """Who looks later sees what it was, what it became and why."""
        story = Story()

        events = story.act(c.ChangeRules(session_id=SAFETY, rules=session(capacity=2), reason="larger room"))

        assert events == (
            RulesChanged(session_id=SAFETY, was=session(capacity=1), rules=session(capacity=2), reason="larger room"),
        )


class TestLoweringTheCapacity:
    def test_to_the_seats_that_people_hold_is_allowed(self):
        """Empty seats can go."""
        story = Story(session(capacity=3))
        story.ask("Ana")

        story.set_capacity(1)

        assert story.standing() == stands(confirmed="Ana")
        assert story.sum().free == 0

    def test_below_the_seats_that_people_have_is_refused(self):
        """Nobody loses a seat silently."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo")

        with pytest.raises(refusals.CapacityTooLow) as refused:
            story.set_capacity(1)

        assert (refused.value.capacity, refused.value.held) == (1, 2)
        assert story.roster().session.capacity == 2

    def test_into_an_offer_is_refused(self):
        """A held seat is a promise."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        story.approve("Cleo")

        with pytest.raises(refusals.CapacityTooLow):
            story.set_capacity(1)

    def test_from_no_limit_below_the_seats_taken_is_refused(self):
        """Setting a limit for the first time is lowering."""
        story = Story(session(capacity=None))
        story.ask("Ana", "Bo")

        with pytest.raises(refusals.CapacityTooLow):
            story.set_capacity(1)

    def test_may_use_the_allowance(self):
        """The allowance counts with the capacity."""
        story = Story(session(capacity=2, allowance_units=1))
        story.ask("Ana", "Bo")

        story.set_capacity(1)

        assert story.sum() == Sum(limit=2, confirmed=2, pending=0, held=0, free=0, overbooked_by=0)

    def test_names_the_capacity_that_was_typed(self):
        """The sentence repeats the person's number, not the limit that follows from it."""
        story = Story(session(capacity=3, allowance_units=1))
        story.ask("Ana", "Bo", "Cleo", "Dan")

        with pytest.raises(refusals.CapacityTooLow) as refused:
            story.set_capacity(2)

        assert refused.value.capacity == 2


class TestTheSameCapacity:
    def test_changes_nothing(self):
        """Saving without a change proposes nobody and tells nobody."""
        story = Story()
        story.ask("Ana", "Bo")

        assert story.set_capacity(1) == ()


class TestAnOverbookedSession:
    def test_proposes_nobody_until_it_is_below_its_limit_again(self):
        """Twelve in ten seats: the first two who leave free nothing, the third does."""
        dan = Registration(
            id="Dan 1", person_id="Dan", status=Status.WAITLISTED, requested_at=MONDAY, arrival=13, line_key="a~"
        )

        proposed = {
            seated: settle(
                Roster(
                    session=session(capacity=10),
                    tally=Tally(confirmed=seated, waiting=1, ready_units=1),
                    registrations={dan.id: dan},
                ),
                MONDAY,
            )
            for seated in (11, 10, 9)
        }

        assert proposed == {11: (), 10: (), 9: (SeatProposed(**BY_DAN, proposal_id="Safety.1", seat_units=1),)}


BY_DAN = {"session_id": SAFETY, "registration_id": "Dan 1", "person_id": "Dan"}


def test_an_allowance_is_a_share_of_every_hundred():
    """A third of three hundred seats is a hundred more."""
    assert limit(session(capacity=300, allowance_percent=34)) == 402
    assert limit(session(capacity=101, allowance_percent=100)) == 202


def test_nothing_has_ended_unless_it_is_said():
    """A sum of the tally alone counts every offer."""
    assert add_up(session(capacity=3), Tally(held=2)).held == 2
