"""Seats that are kept for somebody by name, and what comes due by itself."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, Story, session, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.events import SeatProposed, SessionWoke
from waitlist_app.engine.model import Block, GroupRule

NOON = MONDAY + timedelta(hours=2)
BOARD = Block(name="board", units=2)
UNTIL_NOON = Block(name="board", units=2, releases_at=NOON)


class TestABlock:
    def test_is_in_the_sum_and_not_free(self):
        """Four seats, two for the board: Ana and Bo have the others, and Cleo waits."""
        story = Story(session(capacity=4, blocks=(BOARD,)))

        story.ask("Ana", "Bo", "Cleo")

        total = story.sum()
        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo")
        assert (total.limit, total.confirmed, total.reserved, total.free) == (4, 2, 2, 0)

    def test_gives_its_seats_to_whom_it_is_for_and_passes_nobody(self):
        """Zoe is of the board: the seat was never free for Cleo."""
        story = Story(session(capacity=4, blocks=(BOARD,)))
        story.ask("Ana", "Bo", "Cleo")

        story.ask("Zoe", block="board")

        assert story.standing() == stands(confirmed="Ana Bo Zoe", waiting="Cleo")
        assert (story.sum().reserved, story.sum().free) == (1, 0)

    def test_refuses_more_than_it_has(self):
        """Two are kept, three are asked for; and of another name there are none."""
        story = Story(session(capacity=4, blocks=(BOARD,)))

        for block, units in (("board", 3), ("sponsor", 1)):
            with pytest.raises(refusals.BlockTooSmall):
                story.ask("Zoe", block=block, units=units)

    def test_cannot_be_made_of_seats_that_people_have(self):
        """Three of four seats are taken: two cannot be kept any more."""
        story = Story(session(capacity=4))
        story.ask("Ana", "Bo", "Cleo")

        with pytest.raises(refusals.TooFewToReserve):
            story.set_rules(blocks=(BOARD,))

    def test_that_is_taken_out_is_for_the_line(self):
        """A dated act: both seats are proposed."""
        story = Story(session(capacity=3, blocks=(BOARD,)))
        story.ask("Ana", "Bo", "Cleo")

        events = story.set_rules(blocks=())

        assert [event.person_id for event in events if isinstance(event, SeatProposed)] == ["Bo", "Cleo"]

    @pytest.mark.parametrize(("seconds_early", "reserved"), [(1, 2), (0, 0)])
    def test_is_released_at_its_instant_whether_or_not_a_job_ran(self, seconds_early, reserved):
        """A second before noon it is kept; at noon it is not, in every sum."""
        story = Story(session(capacity=3, blocks=(UNTIL_NOON,)))
        story.ask("Ana")

        story.now = NOON - timedelta(seconds=seconds_early)

        assert (story.sum().reserved, story.sum().free) == (reserved, 2 - reserved)

    def test_that_is_due_is_released_for_the_line_before_a_newcomer_is_served(self):
        """No job ran since noon; Zoe asks, and still stands behind Bo and Cleo."""
        story = Story(session(capacity=3, blocks=(UNTIL_NOON,)))
        story.ask("Ana", "Bo", "Cleo")
        story.now = NOON

        events = story.ask("Zoe")

        assert isinstance(events[0], SessionWoke)
        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo Zoe", proposed="Bo Cleo")

    def test_is_released_once_by_the_sweep(self):
        """The second sweep finds nothing to do."""
        story = Story(session(capacity=3, blocks=(UNTIL_NOON,)))
        story.ask("Ana", "Bo")
        story.now = NOON

        assert [type(event) for event in story.sweep()] == [SessionWoke, SeatProposed]
        assert story.sweep() == ()


class TestASeatKeptForAGroup:
    def test_is_for_the_next_from_the_cut_off_on(self):
        """Ana's two may not be passed at all; an hour before the start nobody waits for them any more."""
        starts_at = MONDAY + timedelta(hours=4)
        story = Story(
            session(
                capacity=2,
                groups=GroupRule.FILL_AT_MOST,
                most_passes=0,
                starts_at=starts_at,
                cut_off_window=timedelta(hours=1),
            )
        )
        story.ask("Olga", "Piet")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Olga")
        before = story.standing().proposed

        story.now = starts_at - timedelta(hours=1)
        story.sweep()

        assert (before, story.standing().proposed) == ((), ("Bo",))
