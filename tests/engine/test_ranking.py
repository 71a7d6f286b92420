"""What the record is told when places are worked out anew, word for word."""

import pytest

from tests.builders import SAFETY, Story, session
from waitlist_app.engine import refusals
from waitlist_app.engine.events import EntryRanked, FactsChanged, MoveAnchored, MoveEnded, RulesChanged
from waitlist_app.engine.model import Facts, LapseRule, Order, PriorityRule, RankBy

ROLES = ("Safety officer", "Manager")
ASKED = "20260302100000000000.00000000"
"""How the time in the keys of those who asked on Monday at ten is written, before their arrival number."""
SAME = "99999999.0002."
"""How a key by priority begins without a deadline and without a role that is named."""
MANAGER = "99999999.0001."


def a_line_with_moves() -> Story:
    """Let Ana, Bo, Cleo, who is a manager, Dan, Eve and Finn wait; Dan is put before Ana, Bo before Dan, Eve last."""
    story = Story(session(capacity=0, role_order=ROLES))
    story.ask("Ana", "Bo")
    story.ask("Cleo", role="Manager")
    story.ask("Dan", "Eve", "Finn")
    story.move("Dan", before="Ana")
    story.move("Bo", before="Dan")
    story.move("Eve")
    return story


def moves_of(events: tuple[object, ...]) -> list[tuple[str, int, int, int]]:
    """List who went from which place to which, and by how many more overrides they are passed."""
    return [(e.person_id, e.from_position, e.to_position, e.passed_by) for e in events if isinstance(e, EntryRanked)]


class TestAnotherOrder:
    def test_is_told_with_the_rules_before_and_after_and_whose_word_it_is(self):
        """Nobody waits yet, so nothing else follows."""
        story = Story(session(capacity=0))
        was = story.roster().session

        [changed] = story.order_by(Order.PRIORITY)

        assert changed == RulesChanged(
            session_id=SAFETY,
            was=was,
            rules=session(capacity=0, order=Order.PRIORITY),
            reason="new agreement",
            approval="Olga",
        )

    def test_can_be_by_rules_of_its_own(self):
        """By department, as listed, whatever their role."""
        by_department = (PriorityRule(by=RankBy.DEPARTMENT, values=("Finance",)),)
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana", role="Manager")
        story.ask("Bo", facts=Facts(department="Finance"))

        story.order_by(Order.PRIORITY, priority=by_department)

        assert story.roster().session.priority == by_department
        assert story.line() == "Bo Ana"

    def test_tells_of_everybody_in_the_new_order_from_where_they_come(self):
        """Cleo, a manager, comes first: Dan's override took him past her, and now it does not."""
        story = a_line_with_moves()
        assert story.line() == "Bo Dan Ana Cleo Finn Eve"

        events = story.order_by(Order.PRIORITY)

        assert story.line() == "Cleo Bo Dan Ana Finn Eve"
        assert moves_of(events) == [
            ("Cleo", 4, 1, -1),
            ("Bo", 1, 2, 0),
            ("Dan", 2, 3, 0),
            ("Ana", 3, 4, 0),
            ("Finn", 5, 5, 0),
            ("Eve", 6, 6, 0),
        ]

    def test_tells_of_an_entry_both_its_place_by_the_policy_and_that_with_the_overrides(self):
        """Bo's own place is behind Ana; he stands before Dan, who stands before Ana."""
        story = a_line_with_moves()

        events = story.order_by(Order.PRIORITY)

        assert (
            EntryRanked(
                session_id=SAFETY,
                registration_id="Bo 2",
                person_id="Bo",
                base_key=f"{SAME}{ASKED}2~",
                line_key=f"{SAME}{ASKED}1!000001!000002~",
                from_position=1,
                to_position=2,
                because="order",
            )
            in events
        )

    def test_anchors_each_override_where_the_entry_that_it_names_stands_now(self):
        """Dan leans on Ana, Bo on Dan, who was moved himself, and Eve on nobody."""
        story = a_line_with_moves()

        events = story.order_by(Order.PRIORITY)

        assert [event for event in events if isinstance(event, MoveAnchored)] == [
            MoveAnchored(
                session_id=SAFETY,
                override_id="override 7",
                registration_id="Dan 4",
                person_id="Dan",
                before_key=f"{SAME}{ASKED}1~",
                from_key=f"{SAME}{ASKED}4~",
                line_key=f"{SAME}{ASKED}1!000001~",
            ),
            MoveAnchored(
                session_id=SAFETY,
                override_id="override 8",
                registration_id="Bo 2",
                person_id="Bo",
                before_key=f"{SAME}{ASKED}1!000001~",
                from_key=f"{SAME}{ASKED}2~",
                line_key=f"{SAME}{ASKED}1!000001!000002~",
            ),
            MoveAnchored(
                session_id=SAFETY,
                override_id="override 9",
                registration_id="Eve 5",
                person_id="Eve",
                before_key="",
                from_key=f"{SAME}{ASKED}5~",
                line_key="z000003~",
            ),
        ]

    def test_ends_an_override_that_has_no_place_in_it_and_keeps_the_next(self):
        """Those before whom Dan was put are gone; Finn stays before Eve."""
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana", "Bo", "Dan", "Eve", "Finn")
        gone = story.move("Dan", before="Ana")
        kept = story.move("Finn", before="Eve")
        story.drop("Ana")
        story.drop("Bo")

        events = story.order_by(Order.PRIORITY)

        assert events[1] == MoveEnded(
            session_id=SAFETY, override_id=gone, registration_id="Dan 3", person_id="Dan", because="order"
        )
        assert [o.id for o in story.roster().overrides] == [kept]
        assert moves_of(events) == [("Dan", 1, 1, 0), ("Finn", 2, 2, 0), ("Eve", 3, 3, 0)]
        assert story.line() == "Dan Finn Eve"

    def test_gives_somebody_with_an_offer_the_place_to_come_back_to(self):
        """Ana is in no place now; should she come back, she does so by the new order."""
        story = Story(session(capacity=1, role_order=ROLES))
        story.ask("Zoe")
        story.ask("Ana", role="Manager")
        story.drop("Zoe")
        story.approve("Ana")

        events = story.order_by(Order.PRIORITY)

        assert events[1:] == (
            EntryRanked(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                base_key=f"{MANAGER}{ASKED}2~",
                line_key=f"{MANAGER}{ASKED}2~",
                from_position=0,
                to_position=0,
                because="order",
            ),
        )

    def test_that_is_the_present_one_changes_nothing(self):
        """The form was saved twice."""
        story = a_line_with_moves()

        assert story.order_by(Order.FIRST_COME) == ()

    def test_is_refused_in_a_session_that_was_cancelled(self):
        """Nobody waits there any more."""
        story = a_line_with_moves()
        story.cancel()

        with pytest.raises(refusals.SessionIsCancelled):
            story.order_by(Order.PRIORITY)

    def test_takes_whoever_nothing_is_known_of_as_without_a_role(self):
        """A fact that is not told moves nobody up."""
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana")
        story.ask("Bo", role="Manager")
        del story.facts["Ana 1"]

        story.order_by(Order.PRIORITY)

        assert story.line() == "Bo Ana"


class TestAnotherFact:
    def test_is_told_with_the_place_that_it_brings(self):
        """Cleo turns out to be a manager, and passes Ana and Bo, who stay as they are."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", "Bo", "Cleo")

        events = story.learn("Cleo", Facts(role="Manager"))

        assert events == (
            FactsChanged(
                session_id=SAFETY,
                registration_id="Cleo 3",
                person_id="Cleo",
                details="{}",
                passed=2,
                reason="wrong on the form",
            ),
            EntryRanked(
                session_id=SAFETY,
                registration_id="Cleo 3",
                person_id="Cleo",
                base_key=f"{MANAGER}{ASKED}3~",
                line_key=f"{MANAGER}{ASKED}3~",
                from_position=3,
                to_position=1,
                because="fact",
            ),
        )

    def test_that_brings_somebody_further_back_passes_nobody(self):
        """Ana is no manager after all."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", role="Manager")
        story.ask("Bo", "Cleo")
        story.ask("Dan", role="Manager")

        events = story.learn("Ana", Facts())

        assert [e.passed for e in events if isinstance(e, FactsChanged)] == [0]
        assert story.line() == "Dan Ana Bo Cleo"

    def test_takes_those_along_who_were_put_before_the_entry(self):
        """Dan stands before Cleo wherever she goes, and is placed anew with her."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", "Bo", "Cleo", "Dan")
        story.move("Dan", before="Cleo")

        events = story.learn("Cleo", Facts(role="Manager"))

        assert story.line() == "Dan Cleo Ana Bo"
        assert moves_of(events) == [("Dan", 3, 1, 0), ("Cleo", 4, 2, 0)]
        assert [e.passed for e in events if isinstance(e, FactsChanged)] == [2]

    def test_that_the_order_does_not_read_is_told_and_passes_nobody(self):
        """Her department is on record; where she stands is no matter of it."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", "Bo")

        assert story.learn("Bo", Facts(department="Finance")) == (
            FactsChanged(
                session_id=SAFETY,
                registration_id="Bo 2",
                person_id="Bo",
                details="{}",
                passed=0,
                reason="wrong on the form",
            ),
        )

    def test_leaves_the_overrides_as_they_are(self):
        """Dan's took him past Cleo, who is in front of him now: that counts for nobody."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", "Bo", "Cleo", "Dan")
        story.move("Dan", before="Ana")
        before = story.roster().overrides

        events = story.learn("Cleo", Facts(role="Manager"))

        assert [type(event) for event in events] == [FactsChanged, EntryRanked]
        assert moves_of(events) == [("Cleo", 4, 1, 0)]
        assert story.roster().overrides == before

    def test_ends_no_override_whose_named_entries_are_gone(self):
        """Only another order has no place for it; Dan stays where Ana had stood."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))
        story.ask("Ana", "Bo", "Cleo", "Dan")
        story.move("Dan", before="Ana")
        story.drop("Ana")
        story.drop("Bo")

        events = story.learn("Cleo", Facts(department="Finance"))

        assert [type(event) for event in events] == [FactsChanged]
        assert len(story.roster().overrides) == 1

    def test_leaves_somebody_at_the_end_who_was_sent_there(self):
        """The end is no place of the policy's."""
        story = Story(session(order=Order.PRIORITY, role_order=ROLES, on_lapse=LapseRule.END))
        story.ask("Zoe", "Ana", "Bo")
        story.drop("Zoe")
        story.approve("Ana")
        story.decline("Ana")

        events = story.learn("Ana", Facts(role="Safety officer"))

        assert moves_of(events) == []
        assert story.line() == "Bo Ana"

    def test_of_somebody_who_is_not_there_is_refused(self):
        """Nothing is recorded of nobody."""
        with pytest.raises(refusals.NoLongerWaiting):
            Story().learn("Nobody", Facts(role="Manager"))


class TestAnAttributeThatNobodyTold:
    def test_counts_as_none_of_the_values(self):
        """Whoever has no site stands behind those of the sites that are named, by time."""
        by_site = (PriorityRule(by=RankBy.ATTRIBUTE, attribute="site", values=("Hull", "")),)
        story = Story(session(capacity=0, order=Order.PRIORITY, priority=by_site))
        story.ask("Ana", facts=Facts(attributes=(("site", "Leeds"),)))
        story.ask("Bo")
        story.ask("Cleo", facts=Facts(attributes=(("site", "Hull"),)))

        assert story.line() == "Cleo Bo Ana"


def test_an_override_leans_on_the_new_key_of_its_named_entry_from_then_on():
    """And each of several on its own: one more move is put before the same entry in the new order."""
    story = a_line_with_moves()
    before = {one.id: one.before_key for one in story.roster().overrides}

    story.order_by(Order.PRIORITY)

    after = {one.id: one.before_key for one in story.roster().overrides}
    assert after == {
        "override 7": f"{SAME}{ASKED}1~",
        "override 8": f"{SAME}{ASKED}1!000001~",
        "override 9": "",
    }
    assert after != before
