"""A seat beyond the limit for somebody who waits, told whole, and what it is refused for."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import EntryPlaced, MoveEnded, RegistrationClosed, SeatGranted, SeatProposed
from waitlist_app.engine.model import Block, Terms

FORKLIFT = "Forklift"
ASKED = "20260302100000000000.00000000"


class TestAGrant:
    def test_is_told_with_the_place_that_it_was_given_from_and_whose_word_it_is(self):
        """Bo stood second: Ana is passed, and nobody else."""
        story = Story(session())
        story.ask("Zoe", "Ana", "Bo", "Cleo")

        assert story.grant("Bo") == (
            SeatGranted(
                session_id=SAFETY,
                registration_id="Bo 3",
                person_id="Bo",
                seat_units=1,
                line_key=f"{ASKED}3~",
                position=2,
                passed=1,
                was_ready=True,
                reason="the board asked",
                approval="Olga",
            ),
        )
        assert story.standing() == stands(confirmed="Zoe Bo", waiting="Ana Cleo")
        assert (story.entry("Bo").grant, story.roster().tally.granted) == ("Olga", 1)

    def test_ends_the_move_of_its_entry_and_those_who_leaned_on_it_keep_to_the_next(self):
        """Cleo was put first and Bo before her; now he stands before Ana."""
        story = Story(session())
        story.ask("Zoe", "Ana", "Bo", "Cleo")
        override = story.move("Cleo", before="Ana")
        story.move("Bo", before="Cleo")

        events = story.grant("Cleo")

        assert events[:-1] == (
            MoveEnded(
                session_id=SAFETY, override_id=override, registration_id="Cleo 4", person_id="Cleo", because="seated"
            ),
            EntryPlaced(session_id=SAFETY, registration_id="Bo 3", person_id="Bo", line_key=f"{ASKED}2!000002~"),
        )
        assert isinstance(events[-1], SeatGranted)
        assert (events[-1].position, events[-1].passed) == (2, 1)

    def test_exchanges_the_seat_that_was_named_for_it(self):
        """Ana gives up Forklift, which goes to Bo, who waits there."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", "Bo", to=FORKLIFT)
        story.ask("Zoe")
        story.ask("Ana", terms=Terms(gives_up=story.id_of("Ana", FORKLIFT), gives_up_in=FORKLIFT))

        granted, closed, proposed = story.grant("Ana")

        assert isinstance(granted, SeatGranted)
        assert (granted.gives_up, granted.gives_up_in) == ("Ana 1", FORKLIFT)
        assert isinstance(closed, RegistrationClosed)
        assert (closed.session_id, closed.registration_id) == (FORKLIFT, "Ana 1")
        assert isinstance(proposed, SeatProposed)
        assert (proposed.session_id, proposed.person_id) == (FORKLIFT, "Bo")

    @pytest.mark.parametrize("name", ["Zoe", "Nobody"])
    def test_is_for_somebody_who_waits(self, name):
        """Zoe has her seat, and a stranger is in no line."""
        story = Story(session())
        story.ask("Zoe", "Ana")

        with pytest.raises(refusals.NoLongerWaiting):
            story.grant(name)

    def test_is_refused_with_the_sessions_in_which_the_person_sits_at_the_same_time(self):
        """An approval of one seat is no waiver for two."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Zoe", "Ana")

        with pytest.raises(refusals.HoldsOverlappingSeat) as caught:
            story.grant("Ana")

        assert caught.value.session_ids == (FORKLIFT,)

    def test_is_refused_before_the_sign_off(self):
        """The manager's word comes first."""
        story = Story(session())
        story.ask("Zoe", "Ana")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of("Ana"), matter="sign_off"))

        with pytest.raises(refusals.MatterOutstanding):
            story.grant("Ana")

    def test_is_refused_from_the_instant_on_at_which_a_seat_is_free(self):
        """The board's seat is kept until noon; then there is no need to go beyond the limit."""
        noon = MONDAY + timedelta(hours=2)
        story = Story(session(capacity=2, blocks=(Block(name="board", units=1, releases_at=noon),)))
        story.ask("Zoe", "Ana")
        grant = c.GrantSeat(session_id=SAFETY, registration_id="Ana 2", reason="the board asked", approval="Olga")

        assert len(decide(story.roster(), grant, noon - timedelta(seconds=1))) == 1
        with pytest.raises(refusals.SeatsAreFree):
            decide(story.roster(), grant, noon)

    def test_is_refused_without_a_limit(self):
        """There is nothing to go beyond."""
        story = Story(session(capacity=1))
        story.ask("Zoe", "Ana")
        story.set_capacity(None)

        with pytest.raises(refusals.SeatsAreFree):
            story.grant("Ana")
