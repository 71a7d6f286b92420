"""Seats that are kept for somebody by name, and what comes due by itself."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import SeatGiven, SeatProposed, SessionWoke
from waitlist_app.engine.model import Block, GroupRule, SignOff, Terms

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

        for block, units, left in (("board", 3, 2), ("sponsor", 1, 0)):
            with pytest.raises(refusals.BlockTooSmall) as caught:
                story.ask("Zoe", block=block, units=units)
            assert (caught.value.block, caught.value.units) == (block, left)

    def test_is_told_with_everything_that_was_asked(self):
        """Ida asked for Zoe, who sits elsewhere at the same time under a waiver."""
        story = Story(session(capacity=4, blocks=(BOARD,)))
        terms = Terms(requester_id="Ida")
        asked = replace(
            story.request(
                "Zoe", block="board", units=2, waiver="by Olga", terms=terms, asked_at=at("2026-03-02 09:00")
            ),
            on_behalf=True,
        )

        assert story.act(asked) == (
            SeatGiven(
                session_id=SAFETY,
                registration_id="Zoe 1",
                person_id="Zoe",
                seat_units=2,
                requested_at=at("2026-03-02 09:00"),
                arrival=1,
                waiver="by Olga",
                terms=terms,
                on_behalf=True,
                block="board",
            ),
        )

    def test_is_gone_once_all_its_seats_are_given_and_leaves_the_others_alone(self):
        """The board has its two; the sponsor's one is still kept."""
        sponsor = Block(name="sponsor", units=1)
        story = Story(session(capacity=4, blocks=(BOARD, sponsor)))
        story.ask("Zoe", block="board")
        with_one = story.roster().session.blocks

        story.ask("Yan", block="board")

        assert with_one == (Block(name="board", units=1), sponsor)
        assert story.roster().session.blocks == (sponsor,)

    @pytest.mark.parametrize(("seconds_early", "is_given"), [(1, True), (0, False)])
    def test_gives_seats_until_its_release(self, seconds_early, is_given):
        """At noon there is no block any more, and Zoe asks like everybody else."""
        story = Story(session(capacity=2, blocks=(UNTIL_NOON,)))
        roster, asked = story.roster(), story.request("Zoe", block="board")
        now = NOON - timedelta(seconds=seconds_early)

        if is_given:
            assert [type(event) for event in decide(roster, asked, now)] == [SeatGiven]
        else:
            with pytest.raises(refusals.BlockTooSmall):
                decide(roster, asked, now)

    def test_gives_no_seat_to_somebody_who_sits_elsewhere_at_the_same_time(self):
        """A kept seat lifts no guard."""
        story = Story(session(blocks=(BOARD,), capacity=2), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Zoe", to="Forklift")

        with pytest.raises(refusals.HoldsOverlappingSeat) as caught:
            story.ask("Zoe", block="board")

        assert caught.value.session_ids == ("Forklift",)

    def test_gives_no_seat_before_the_sign_off(self):
        """A kept seat waits for a manager's word as any other."""
        story = Story(session(blocks=(BOARD,), capacity=2, sign_off=SignOff()))

        with pytest.raises(refusals.MatterOutstanding):
            story.ask("Zoe", block="board")

    def test_cannot_be_made_of_seats_that_people_have(self):
        """Three of four seats are taken: two cannot be kept any more."""
        story = Story(session(capacity=4))
        story.ask("Ana", "Bo", "Cleo")

        with pytest.raises(refusals.TooFewToReserve) as caught:
            story.set_rules(blocks=(BOARD,))

        assert (caught.value.units, caught.value.free) == (2, 1)

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
        assert story.sweep() == ()
