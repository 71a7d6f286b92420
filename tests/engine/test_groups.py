"""Groups that a lowered limit is too little for."""

from tests.builders import SAFETY, Story, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import MatterOpened, MatterSettled, ProposalWithdrawn, RulesChanged, SeatProposed
from waitlist_app.engine.explain import Why, why
from waitlist_app.engine.model import TOO_LARGE


def a_group_in_front() -> Story:
    """Let Ana wait for four seats in front of Bo; four seats are taken by Zoe's group."""
    story = Story(session(capacity=4))
    story.ask("Zoe", units=4)
    story.ask("Ana", units=4)
    story.ask("Bo")
    return story


class TestAGroupThatIsTooLarge:
    def test_is_skipped_with_its_reason_and_blocks_nobody(self):
        """Zoe's group leaves and the limit goes down to three: Ana keeps place 1, Bo is proposed, and both know why."""
        story = a_group_in_front()
        story.drop("Zoe")

        events = story.set_rules(capacity=3)

        about = {"session_id": SAFETY, "registration_id": "Ana 2", "person_id": "Ana"}
        assert [type(event) for event in events] == [RulesChanged, ProposalWithdrawn, MatterOpened, SeatProposed]
        assert events[1] == ProposalWithdrawn(**about, proposal_id=f"{SAFETY}.1", because="too_large")
        assert events[2] == MatterOpened(**about, seat_units=4, matter=TOO_LARGE, was_ready=True)
        assert story.standing() == stands(waiting="Ana Bo", proposed="Bo")
        reason = why(story.roster(), "Ana 2", story.now)
        assert reason is not None
        assert (reason.why, reason.sentence) == (
            Why.OUTSTANDING,
            "Skipped, with the place kept: it needs 4 seats, the session has 3.",
        )

    def test_lets_newcomers_have_what_it_cannot_take(self):
        """Nobody waits for a seat that no session of three can give."""
        story = a_group_in_front()
        story.drop("Zoe")
        story.set_rules(capacity=3)

        story.ask("Cleo")

        assert story.standing() == stands(confirmed="Cleo", waiting="Ana Bo", proposed="Bo")

    def test_has_its_turn_again_once_the_limit_is_enough(self):
        """Four seats again: Ana is first."""
        story = a_group_in_front()
        story.drop("Zoe")
        story.set_rules(capacity=3)

        events = story.set_rules(capacity=3, allowance_units=1)

        assert events[1] == MatterSettled(
            session_id=SAFETY,
            registration_id="Ana 2",
            person_id="Ana",
            seat_units=4,
            matter=TOO_LARGE,
            is_ready=True,
        )
        assert story.standing() == stands(waiting="Ana Bo", proposed="Ana")

    def test_has_its_turn_again_once_it_is_small_enough(self):
        """A group of three fits into three seats, and so does one."""
        for fewer in (3, 1):
            story = a_group_in_front()
            story.drop("Zoe")
            story.set_rules(capacity=3)

            story.act(c.ReduceUnits(session_id=SAFETY, registration_id="Ana 2", seat_units=fewer))

            assert story.roster().registrations["Ana 2"].outstanding == ()
            assert story.standing().proposed[0] == "Ana"

    def test_is_no_group_of_exactly_the_limit(self):
        """Three of three fit."""
        story = Story(session(capacity=4))
        story.ask("Zoe", units=3)
        story.ask("Ana", units=3)

        story.set_rules(capacity=3)

        assert story.roster().registrations["Ana 2"].outstanding == ()

    def test_waits_with_everybody_where_there_are_no_seats(self):
        """At capacity 0 everybody waits, and nobody is too many."""
        story = a_group_in_front()
        story.drop("Zoe")

        story.set_rules(capacity=0)

        assert story.roster().registrations["Ana 2"].outstanding == ()


def test_groups_are_skipped_by_arrival():
    """Ana asked before Bo, wherever both stand; and a group of two is too large for one seat."""
    story = Story(session(capacity=4))
    story.ask("Zoe", units=4)
    story.ask("Ana", units=4)
    story.ask("Bo", units=2)
    story.drop("Zoe")
    story.move("Bo", before="Ana")
    story.move("Ana", before="Bo")

    events = story.set_rules(capacity=1)

    opened = [event.person_id for event in events if isinstance(event, MatterOpened)]
    assert opened == ["Ana", "Bo"]
