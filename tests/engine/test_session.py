"""The rules of a session, word for word: what a change is refused for, and what the record is told of its end."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, session
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import (
    MoveEnded,
    ProposalWithdrawn,
    RegistrationClosed,
    RulesChanged,
    SessionCancelled,
    SessionWoke,
)
from waitlist_app.engine.model import Block, Mode, Roster, StandingApproval, Status, Tally, Window

BOARD = Block(name="board", units=2)


def full(*, seated: int, **rules: Any) -> Roster:
    """Give a session in which so many seats are confirmed, as numbers: who has them decides nothing here."""
    return Roster(session=session(**rules), tally=Tally(confirmed=seated, arrivals=seated))


def change(roster: Roster, **rules: Any) -> tuple[Any, ...]:
    """Set some rules on Monday at ten."""
    changed = c.ChangeRules(session_id=SAFETY, rules=replace(roster.session, **rules), reason="a larger room")
    return decide(roster, changed, MONDAY)


class TestAChangeOfTheRules:
    def test_is_told_with_the_rules_before_and_after_and_the_reason(self):
        """Whoever reads the record can hold the two against each other."""
        was = session(capacity=2)

        assert change(Roster(session=was), capacity=5) == (
            RulesChanged(session_id=SAFETY, was=was, rules=session(capacity=5), reason="a larger room"),
        )

    def test_leaves_the_window_as_it_is(self):
        """A form of rules that was opened before the window was set does not take it away."""
        window = Window(opens_at=MONDAY, closes_at=MONDAY + timedelta(days=1))

        [changed] = change(Roster(session=session(window=window)), capacity=5, window=None)

        assert changed.rules == session(capacity=5, window=window)

    @pytest.mark.parametrize(
        ("rules", "named", "held"),
        [
            ({"capacity": 2}, 2, 3),
            ({"room_capacity": 2}, 2, 3),
            ({"capacity": 1, "room_capacity": 2}, 1, 3),
            ({"capacity": 2, "room_capacity": 1}, 1, 3),
            ({"capacity": 2, "room_capacity": 9}, 2, 3),
            ({"capacity": None, "room_capacity": 2}, 2, 3),
        ],
    )
    def test_below_what_people_hold_is_refused_with_the_number_that_rules(self, rules, named, held):
        """Of trainer and room the smaller one is too small, and is named."""
        with pytest.raises(refusals.CapacityTooLow) as caught:
            change(full(seated=3, capacity=4), **rules)

        assert (caught.value.capacity, caught.value.held) == (named, held)

    def test_counts_what_is_kept_as_held(self):
        """Two people and two seats for the board are four: three are too few, and four enough."""
        roster = full(seated=2, capacity=5, blocks=(BOARD,))

        assert len(change(roster, capacity=4)) == 1
        with pytest.raises(refusals.CapacityTooLow) as caught:
            change(roster, capacity=3)
        assert (caught.value.capacity, caught.value.held) == (3, 4)

    def test_of_something_else_is_no_matter_of_the_seats_while_too_many_are_taken(self):
        """Three sit in two seats; closing the list takes nothing from them."""
        assert len(change(full(seated=3, capacity=2), waitlist_is_open=False)) == 1

    def test_can_keep_what_is_left_and_no_more(self):
        """Two of four seats are taken: two can be kept, three not."""
        roster = full(seated=2, capacity=4)

        assert len(change(roster, blocks=(BOARD,))) == 1
        with pytest.raises(refusals.TooFewToReserve) as caught:
            change(roster, blocks=(replace(BOARD, units=3),))
        assert (caught.value.units, caught.value.free) == (3, 2)

    def test_can_keep_nothing_where_more_are_taken_than_there_are(self):
        """Nothing is free, and not less than nothing."""
        with pytest.raises(refusals.TooFewToReserve) as caught:
            change(full(seated=5, capacity=4), blocks=(BOARD,))

        assert (caught.value.units, caught.value.free) == (2, 0)

    def test_can_keep_anything_without_a_limit(self):
        """There is always another seat."""
        assert len(change(full(seated=5, capacity=None), blocks=(BOARD,))) == 1

    def test_that_closes_the_list_ends_the_promotions_that_nobody_approves(self):
        """The signature goes with the mode; who waits stays."""
        was = session(mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing 1"))

        [changed] = change(Roster(session=was), waitlist_is_open=False)

        assert changed.rules == session(waitlist_is_open=False)

    @pytest.mark.parametrize(("most", "is_refused"), [(2, True), (3, False), (None, False)])
    def test_below_the_length_of_the_line_is_refused_with_both_numbers(self, most, is_refused):
        """Three wait, and the list took five."""
        roster = Roster(session=session(waitlist_limit=5), tally=Tally(waiting=3))

        if not is_refused:
            assert len(change(roster, waitlist_limit=most)) == 1
            return
        with pytest.raises(refusals.LineTooLong) as caught:
            change(roster, waitlist_limit=most)
        assert (caught.value.limit, caught.value.waiting) == (2, 3)

    def test_of_something_else_is_no_matter_of_the_line_while_it_is_too_long(self):
        """Five wait in a list of two, as somebody said they may; more seats are welcome."""
        roster = Roster(session=session(waitlist_limit=2), tally=Tally(waiting=5))

        assert len(change(roster, capacity=3)) == 1


class TestACancelledSession:
    def test_tells_of_everything_that_ends_with_it(self):
        """First what is proposed, then what was moved, then everybody by arrival, and last the session itself."""
        story = Story(session(capacity=2))
        story.ask("Zoe", "Yan", "Ana", "Bo")
        story.grant("Ana")
        override = story.move("Cleo", before="Bo") if story.ask("Cleo") else ""
        story.drop("Zoe")
        story.drop("Yan")

        events = story.cancel()

        ends: dict[str, Any] = {"session_id": SAFETY, "seat_units": 1, "status": Status.CANCELLED}
        because: dict[str, Any] = {"reason": "the trainer is ill"}
        assert events == (
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.1",
                registration_id="Cleo 5",
                person_id="Cleo",
                because="cancelled",
            ),
            MoveEnded(
                session_id=SAFETY,
                override_id=override,
                registration_id="Cleo 5",
                person_id="Cleo",
                because="cancelled",
            ),
            RegistrationClosed(
                registration_id="Ana 3",
                person_id="Ana",
                was=Status.CONFIRMED,
                was_ready=False,
                was_granted=True,
                **ends,
                **because,
            ),
            RegistrationClosed(
                registration_id="Bo 4", person_id="Bo", was=Status.WAITLISTED, was_ready=True, **ends, **because
            ),
            RegistrationClosed(
                registration_id="Cleo 5", person_id="Cleo", was=Status.WAITLISTED, was_ready=True, **ends, **because
            ),
            SessionCancelled(session_id=SAFETY, cancelled_at=MONDAY, **because),
        )


class TestASessionThatWakes:
    def test_is_told_with_the_blocks_that_were_released(self):
        """The board's seats were kept until noon, the sponsor's until the evening, the team's for good."""
        noon = MONDAY + timedelta(hours=2)
        blocks = (
            Block(name="board", units=1, releases_at=noon),
            Block(name="sponsor", units=1, releases_at=noon + timedelta(hours=6)),
            Block(name="team", units=1),
        )
        story = Story(session(capacity=5, blocks=blocks))
        story.now = noon

        assert story.sweep() == (SessionWoke(session_id=SAFETY, woken_at=noon, released=("board",)),)
        assert story.roster().session.blocks == blocks[1:]
        assert story.roster().session.woken_at == noon
