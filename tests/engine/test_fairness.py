"""Order served against order asked."""

from tests.builders import SAFETY, Story, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.fairness import inversions
from waitlist_app.engine.model import GroupRule


def told(story: Story) -> list[tuple[str, tuple[str, ...]]]:
    """List who was seated before whom."""
    rules = story.opened[SAFETY]
    found = inversions(rules, [(story.now, event) for event in story.ledger.events])
    return [(one.person_id, one.passed) for one in found if one.is_seated]


def waiting(*names: str, **rules) -> Story:
    """Tell a story in which Olga has the seat and these people wait."""
    story = Story(session(**rules))
    story.ask("Olga", *names)
    return story


class TestOrderServed:
    def test_scenario_079_shows_one_inversion_after_an_override(self):
        """Cleo was moved to the front and seated: two people could have been served instead."""
        story = waiting("Ana", "Bo", "Cleo")
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")
        story.accept("Cleo")

        assert told(story) == [("Cleo", ("Ana", "Bo"))]

    def test_scenario_079_shows_none_without_one(self):
        """Served as asked, there is nothing to tell."""
        story = waiting("Ana", "Bo")
        story.drop("Olga")
        story.approve("Ana")
        story.accept("Ana")

        assert told(story) == []

    def test_counts_nobody_who_was_not_seated(self):
        """An offer that was declined put nobody before anybody."""
        story = waiting("Ana", "Bo")
        story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.decline("Bo")

        assert told(story) == []

    def test_does_not_count_the_second_of_two_who_is_approved_first(self):
        """There is a seat for each of them."""
        story = waiting("Ana", "Bo")
        story.set_capacity(3)
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_does_not_count_a_group_that_the_rule_lets_others_pass(self):
        """Filling is the rule, not an override."""
        story = Story(session(capacity=3, groups=GroupRule.FILL))
        story.ask("Olga", "Ivo", "Hana")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_does_not_count_those_who_are_skipped(self):
        """Whoever cannot take a seat is not passed over."""
        story = waiting("Ana", "Bo")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of("Ana"), matter="sign_off"))
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_names_the_move_of_those_who_were_put_further_back(self):
        """Ana was moved last, and Bo came before her by that."""
        story = waiting("Ana", "Bo")
        override = story.move("Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        [one] = inversions(story.opened[SAFETY], [(story.now, event) for event in story.ledger.events])

        assert (one.person_id, one.passed, one.override_ids) == ("Bo", ("Ana",), (override,))
