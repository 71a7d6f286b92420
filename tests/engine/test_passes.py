"""Groups that smaller ones may pass, and how often: the count is told by the events, and by nothing else."""

from tests.builders import SAFETY, Story, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import OfferMade, SeatConfirmed
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import GroupRule, Mode, Roster, StandingApproval


def a_group_in_front(groups: GroupRule = GroupRule.FILL, *, is_direct: bool = False) -> Story:
    """Let Gus wait for two seats in front of Bo and Cleo; one seat comes back and goes to Bo."""
    story = Story(session(capacity=3, groups=groups))
    story.ask("Zoe", "Olga", "Ivo")
    story.ask("Gus", units=2)
    story.ask("Bo", "Cleo")
    story.drop("Zoe")
    story.approve("Bo", is_direct=is_direct)
    return story


def retold(story: Story) -> Roster:
    """Rebuild the session from its events alone."""
    return fold(Roster(session=story.opened[SAFETY]), story.ledger.events)


def passes(roster: Roster) -> dict[str, int]:
    """Give how often everybody was passed, by name."""
    return {r.person_id: r.passes for r in roster.registrations.values() if r.passes}


class TestAPass:
    def test_is_counted_for_the_group_and_for_nobody_else(self):
        """Gus was in front of Bo; Cleo is behind, and Bo passed himself as little as those who are seated."""
        story = a_group_in_front()

        assert passes(story.roster()) == passes(retold(story)) == {"Gus": 1}

    def test_is_counted_no_more_once_the_approval_is_taken_back(self):
        """Olga approved Bo by mistake, and nobody was told: Gus was passed by nobody."""
        story = a_group_in_front()
        story.act(c.TakeBackApproval(session_id=SAFETY, registration_id=story.id_of("Bo"), proposal_id="Safety.1"))

        assert passes(story.roster()) == passes(retold(story)) == {}

    def test_is_counted_once_more_each_time(self):
        """Two seats came back one after the other, and went to Bo and to Cleo."""
        story = a_group_in_front()
        story.drop("Olga")
        story.approve("Cleo")

        assert passes(story.roster()) == passes(retold(story)) == {"Gus": 2}
        assert retold(story) == story.roster()

    def test_that_is_taken_back_leaves_the_others(self):
        """Bo has passed Gus; then Cleo was approved in Bo's place by mistake, and nobody was told."""
        story = a_group_in_front()
        story.accept("Bo")
        story.drop("Bo")
        story.approve("Cleo")
        story.undo_approval("Cleo")

        assert passes(story.roster()) == passes(retold(story)) == {"Gus": 1}

    def test_is_told_by_the_place_of_who_passed(self):
        """Whoever replays the record counts everybody ready in front of this key."""
        for is_direct in (False, True):
            story = a_group_in_front(is_direct=is_direct)

            served = story.ledger.events[-1]
            assert isinstance(served, OfferMade | SeatConfirmed)
            assert served.passed_before == "20260302100000000000.000000005~"
            assert passes(story.roster()) == passes(retold(story)) == {"Gus": 1}

    def test_is_none_of_somebody_who_is_proposed_another_seat(self):
        """Two seats, and Dan's approval comes first: Bo in front of him has a seat of his own in sight."""
        story = Story(session(capacity=3, groups=GroupRule.FILL))
        story.ask("Zoe", "Olga", "Ivo", "Bo", "Dan")
        story.drop("Zoe")
        story.drop("Olga")
        story.approve("Dan")

        assert passes(story.roster()) == passes(retold(story)) == {}

    def test_is_none_of_somebody_who_could_not_take_the_seat(self):
        """Gus still needs a signature: nobody took anything from him."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Zoe", "Olga", "Gus", "Bo")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of("Gus"), matter="sign_off"))
        story.drop("Zoe")
        story.approve("Bo")

        assert passes(story.roster()) == passes(retold(story)) == {}

    def test_is_counted_once_where_its_proposal_is_withdrawn_in_the_same_act(self):
        """Two seats were proposed to Bo's two; Eve is given one of them, and the other is offered to Dan past Bo."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Zoe", units=2)
        story.ask("Bo", units=2)
        story.ask("Dan")
        story.drop("Zoe")
        alone = story.rules(mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing 1"))

        story.act(alone, story.request("Eve", approval="Olga"))

        assert story.standing() == stands(confirmed="Eve", offered="Dan", waiting="Bo")
        assert story.entry("Bo").passes == 1

    def test_is_neither_told_nor_counted_where_nobody_is_passed_over(self):
        """By the strict rule the line waits for the group in front; there is nothing to count."""
        story = Story(session(capacity=1))
        story.ask("Zoe", "Gus", "Bo")
        story.drop("Zoe")
        story.approve("Gus")

        served = story.ledger.events[-1]
        assert isinstance(served, OfferMade)
        assert served.passed_before == ""
        assert passes(story.roster()) == passes(retold(story)) == {}
