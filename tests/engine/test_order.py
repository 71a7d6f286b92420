"""Who stands before whom."""

import time
from datetime import date

import pytest
from msgspec.structs import replace

from tests.builders import SAFETY, Story, at, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import EntryMoved, EntryRanked, FactsChanged, ProposalWithdrawn
from waitlist_app.engine.model import Facts, LapseRule, Order, PriorityRule, RankBy
from waitlist_app.engine.ordering import base_key

ROLES = ("Safety officer", "Manager")


def line_of(*names: str, **rules) -> Story:
    """Tell a story in which these people wait for one seat, that Olga has."""
    story = Story(session(**rules))
    story.ask("Olga", *names)
    return story


class TestTheLine:
    def test_is_in_the_order_of_asking(self):
        """First come, first served."""
        story = Story(session(capacity=0))

        story.ask("Ana", asked_at=at("2026-03-02 09:02"))
        story.ask("Bo", asked_at=at("2026-03-02 09:00"))
        story.ask("Cleo", asked_at=at("2026-03-02 09:01"))

        assert story.line() == "Bo Cleo Ana"

    def test_breaks_ties_by_arrival(self):
        """Of two who asked at the same instant, the one that reached us first stands first."""
        story = Story(session(capacity=0))

        story.ask("Zoe", "Ana", asked_at=at("2026-03-02 09:00"))

        assert story.line() == "Zoe Ana"

    def test_tells_microseconds_apart(self):
        """No time is rounded."""
        story = Story(session(capacity=0))

        story.ask("Ana", asked_at=at("2026-03-02 09:00:00.000002"))
        story.ask("Bo", asked_at=at("2026-03-02 09:00:00.000001"))

        assert story.line() == "Bo Ana"

    def test_goes_by_instants_whatever_the_zone(self):
        """In the night when the clock goes back, 2:30 comes twice, and the first is first."""
        story = Story(session(capacity=0))

        story.ask("Ana", asked_at=at("2026-10-25 01:30"))
        story.ask("Bo", asked_at=at("2026-10-25 00:30"))

        assert story.line() == "Bo Ana"

    def test_by_priority_goes_by_deadline_then_role_then_time(self):
        """Earliest deadline first, none last; then the roles as listed, others last; then the time."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=ROLES))

        story.ask("Ana")
        story.ask("Bo", role="Manager")
        story.ask("Cleo", role="Safety officer")
        story.ask("Dan", role="Intern", deadline=date(2026, 5, 1))
        story.ask("Eve", deadline=date(2026, 4, 1))
        story.ask("Finn", role="Manager", deadline=date(2026, 5, 1))
        story.ask("Gus", role="Manager")

        assert story.line() == "Eve Finn Dan Cleo Bo Gus Ana"

    def test_keeps_a_hundred_roles_in_order(self):
        """However long the list of roles is, it is read from first to last."""
        roles = tuple(f"Role {n}" for n in range(120))
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=roles))

        story.ask("Ana", role="Role 100")
        story.ask("Bo", role="Role 99")

        assert story.line() == "Bo Ana"

    def test_lets_a_newcomer_of_higher_rank_supersede_a_proposal(self):
        """A proposal holds nothing; who comes first by the policy is proposed instead, visibly."""
        story = line_of("Ana", order=Order.PRIORITY, role_order=ROLES)
        story.drop("Olga")

        events = story.ask("Bo", role="Manager")

        assert story.standing() == stands(waiting="Bo Ana", proposed="Bo")
        assert [e.because for e in events if isinstance(e, ProposalWithdrawn)] == ["outranked"]

    def test_never_displaces_a_live_offer(self):
        """A promise stays a promise, whoever comes."""
        story = line_of("Ana", order=Order.PRIORITY, role_order=ROLES)
        story.drop("Olga")
        story.approve("Ana")

        story.ask("Bo", role="Manager")

        assert story.standing() == stands(offered="Ana", waiting="Bo")


def years(text: str) -> Facts:
    """Say how many years somebody has been there."""
    return Facts(attributes=(("years", text),))


class TestThePriorityRules:
    def test_each_decide_between_those_whom_the_rules_before_hold_equal(self):
        """Fewest no-shows first, then Finance before the others, then the time."""
        rules = (PriorityRule(by=RankBy.NO_SHOWS), PriorityRule(by=RankBy.DEPARTMENT, values=("Finance",)))
        story = Story(session(capacity=0, order=Order.PRIORITY, priority=rules))

        story.ask("Ana", facts=Facts(no_shows=2, department="Finance"))
        story.ask("Bo", facts=Facts(department="Yard"))
        story.ask("Cleo", facts=Facts(department="Finance"))
        story.ask("Dan", facts=Facts(department="Quality"))

        assert story.line() == "Cleo Bo Dan Ana"

    @pytest.mark.parametrize(("largest_first", "line"), [(False, "Cleo Dan Eve Bo Ana"), (True, "Eve Dan Cleo Bo Ana")])
    def test_by_a_number_read_it_as_one(self, largest_first, line):
        """9 comes before 10; what is no number comes last, by time."""
        rules = (PriorityRule(by=RankBy.ATTRIBUTE, attribute="years", largest_first=largest_first),)
        story = Story(session(capacity=0, order=Order.PRIORITY, priority=rules))

        story.ask("Bo", facts=years("many"))
        story.ask("Ana", facts=years("NaN"))
        story.ask("Cleo", facts=years("-1e99"))
        story.ask("Dan", facts=years("9.5"))
        story.ask("Eve", facts=years("10"))

        assert story.line() == line

    def test_by_an_attribute_go_through_its_values_as_they_are_listed(self):
        """Hull, then Leeds, then everybody else."""
        rules = (PriorityRule(by=RankBy.ATTRIBUTE, attribute="site", values=("Hull", "Leeds")),)
        story = Story(session(capacity=0, order=Order.PRIORITY, priority=rules))

        for name, site in (("Ana", "York"), ("Bo", "Leeds"), ("Cleo", "Hull")):
            story.ask(name, facts=Facts(attributes=(("site", site),)))

        assert story.line() == "Cleo Bo Ana"

    def test_that_nobody_set_are_deadline_then_role(self):
        """The usual priority order is one list of rules like any other."""
        usual = session(order=Order.PRIORITY, role_order=ROLES)

        assert usual.priority_rules == (
            PriorityRule(by=RankBy.DEADLINE),
            PriorityRule(by=RankBy.ROLE, values=ROLES),
        )
        assert session(role_order=ROLES).priority_rules == ()


class TestAChangeOfTheOrder:
    def test_gives_everybody_the_place_that_the_new_order_says(self):
        """By role, the manager comes first, and the record says from where to where each went."""
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana", "Bo")
        story.ask("Cleo", role="Manager")

        events = story.order_by(Order.PRIORITY)

        assert story.line() == "Cleo Ana Bo"
        assert [(e.person_id, e.from_position, e.to_position) for e in events if isinstance(e, EntryRanked)] == [
            ("Cleo", 3, 1),
            ("Ana", 1, 2),
            ("Bo", 2, 3),
        ]

    def test_proposes_the_free_seat_to_whoever_is_first_now(self):
        """The proposal follows the order at once."""
        story = line_of("Ana", role_order=ROLES)
        story.ask("Bo", role="Manager")
        story.drop("Olga")

        story.order_by(Order.PRIORITY)

        assert story.standing() == stands(waiting="Bo Ana", proposed="Bo")

    def test_keeps_an_override_before_the_entry_that_it_names(self):
        """Dan was put before Bo, and stands before Bo in the new order too."""
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana")
        story.ask("Bo", role="Manager")
        story.ask("Cleo", "Dan")
        story.move("Dan", before="Bo")

        story.order_by(Order.PRIORITY)

        assert story.line() == "Dan Bo Ana Cleo"

    def test_ends_an_override_whose_named_entries_are_all_gone(self):
        """It named a place of the old order, which the new one does not have."""
        story = Story(session(capacity=0, role_order=ROLES))
        story.ask("Ana", "Bo", "Cleo")
        story.move("Cleo", before="Ana")
        story.drop("Ana")
        story.drop("Bo")
        story.ask("Dan", role="Manager")

        story.order_by(Order.PRIORITY)

        assert story.line() == "Dan Cleo"
        assert story.roster().overrides == ()

    def test_leaves_those_sent_to_the_end_where_they_are(self):
        """No order brings somebody back who let an offer lapse."""
        story = Story(standing(role_order=ROLES, on_lapse=LapseRule.END))
        story.ask("Olga")
        story.ask("Ana", role="Safety officer")
        story.ask("Bo", "Cleo")
        story.drop("Olga")
        story.now = at("2026-03-04 10:00")
        story.sweep()

        story.order_by(Order.PRIORITY)

        assert story.standing() == stands(offered="Bo", waiting="Cleo Ana")

    def test_there_and_back_again_leaves_the_line_as_it_was(self):
        """An order is made of what people asked and when, and nothing else."""
        story = line_of("Ana", "Bo", "Cleo", role_order=ROLES)
        story.move("Cleo", before="Bo")
        before = story.roster().line()

        story.order_by(Order.PRIORITY)
        story.order_by(Order.FIRST_COME)

        assert story.roster().line() == before

    def test_without_a_reason_is_refused(self):
        """Nobody loses a place without a word why."""
        story = line_of("Ana", "Bo")

        with pytest.raises(refusals.ReasonMissing):
            story.order_by(Order.PRIORITY, reason=" ")

    def test_together_with_other_rules_is_refused_while_people_wait(self):
        """It is an act of its own, which shows who gains and who loses."""
        story = line_of("Ana")
        rules = replace(story.roster().session, order=Order.PRIORITY)

        with pytest.raises(refusals.OrderStands):
            story.act(c.ChangeRules(session_id=SAFETY, rules=rules))


class TestAChangedFact:
    def test_places_the_entry_by_the_policy_and_counts_who_is_passed(self):
        """Cleo turns out to be a manager: two people are passed, and the record says so."""
        story = line_of("Ana", "Bo", "Cleo", order=Order.PRIORITY, role_order=ROLES)

        events = story.learn("Cleo", Facts(role="Manager"))

        assert story.line() == "Cleo Ana Bo"
        assert [e.passed for e in events if isinstance(e, FactsChanged)] == [2]

    def test_that_the_order_does_not_read_moves_nobody(self):
        """It is recorded all the same."""
        story = line_of("Ana", "Bo", order=Order.PRIORITY, role_order=ROLES)

        events = story.learn("Bo", Facts(department="Finance"))

        assert [type(e) for e in events] == [FactsChanged]
        assert story.line() == "Ana Bo"

    def test_leaves_the_time_of_the_request_as_it_was(self):
        """Only what is known changes."""
        story = line_of("Ana", "Bo", order=Order.PRIORITY, role_order=ROLES)
        asked_at = story.entry("Bo").requested_at

        story.learn("Bo", Facts(role="Manager"))

        assert story.entry("Bo").requested_at == asked_at

    def test_of_somebody_who_does_not_wait_is_refused(self):
        """A seat is not given by the order again."""
        story = line_of("Ana", order=Order.PRIORITY)

        with pytest.raises(refusals.NoLongerWaiting):
            story.learn("Olga", Facts(role="Manager"))

    def test_without_a_reason_is_refused(self):
        """Whoever is passed can read why."""
        story = line_of("Ana", order=Order.PRIORITY)

        with pytest.raises(refusals.ReasonMissing):
            story.learn("Ana", Facts(role="Manager"), reason="")


class TestAnOverride:
    def test_places_its_entry_right_before_another(self):
        """Moved before Bo, Dan stands between Ana and Bo."""
        story = line_of("Ana", "Bo", "Cleo", "Dan")

        story.move("Dan", before="Bo")

        assert story.line() == "Ana Dan Bo Cleo"

    def test_can_place_its_entry_last(self):
        """Last is behind everybody, those who ask later included."""
        story = line_of("Ana", "Bo")

        story.move("Ana")
        story.ask("Cleo")

        assert story.line() == "Bo Cleo Ana"

    def test_can_move_down(self):
        """An entry can be moved behind others, before a named one."""
        story = line_of("Ana", "Bo", "Cleo", "Dan")

        story.move("Ana", before="Dan")

        assert story.line() == "Bo Cleo Ana Dan"

    def test_tells_how_many_it_passes(self):
        """Everyone passed over is counted."""
        story = line_of("Ana", "Bo", "Cleo", "Dan")

        events = story.ledger.events
        story.move("Dan", before="Bo")
        moved = next(e for e in events if isinstance(e, EntryMoved))

        assert (moved.from_position, moved.to_position, moved.passed) == (4, 2, 2)

    def test_passes_nobody_on_the_way_down(self):
        """Stepping back overtakes nobody."""
        story = line_of("Ana", "Bo", "Cleo")

        story.move("Ana")
        moved = next(e for e in story.ledger.events if isinstance(e, EntryMoved))

        assert (moved.from_position, moved.to_position, moved.passed) == (1, 3, 0)

    def test_leaves_the_time_of_the_request_as_it_was(self):
        """The record of when somebody asked is never rewritten."""
        story = line_of("Ana", "Bo")
        asked_at = story.entry("Bo").requested_at

        story.move("Bo", before="Ana")

        assert story.entry("Bo").requested_at == asked_at

    def test_before_the_same_entry_as_another_comes_closer_the_later_it_is(self):
        """Two coordinators move two people before Ana: there is a total order, and no tie."""
        story = line_of("Ana", "Bo", "Cleo")

        story.move("Bo", before="Ana")
        story.move("Cleo", before="Ana")

        assert story.line() == "Bo Cleo Ana"

    def test_before_a_moved_entry_stands_before_it(self):
        """Overrides build on each other, oldest first."""
        story = line_of("Ana", "Bo", "Cleo")

        story.move("Cleo", before="Ana")
        story.move("Bo", before="Cleo")

        assert story.line() == "Bo Cleo Ana"

    def test_that_is_taken_back_restores_the_order_exactly(self):
        """Undone, it leaves no trace in the order."""
        story = line_of("Ana", "Bo", "Cleo")

        override = story.move("Cleo", before="Ana")
        story.take_back(override)

        assert story.line() == "Ana Bo Cleo"
        assert story.entry("Cleo").line_key == story.entry("Cleo").base_key

    def test_that_is_taken_back_moves_those_placed_by_it_as_well(self):
        """What is left is the policy's order with the overrides that are left."""
        story = line_of("Ana", "Bo", "Cleo", "Dan")

        first = story.move("Cleo", before="Ana")
        story.move("Dan", before="Cleo")
        story.take_back(first)

        assert story.line() == "Ana Bo Dan Cleo"

    def test_of_the_same_entry_leaves_the_older_one_when_it_is_taken_back(self):
        """Each override is undone by itself."""
        story = line_of("Ana", "Bo", "Cleo")

        story.move("Cleo", before="Bo")
        second = story.move("Cleo", before="Ana")
        story.take_back(second)

        assert story.line() == "Ana Cleo Bo"

    def test_leans_on_the_successor_when_its_target_is_gone(self):
        """When Bo has left, Dan stands before Cleo, who stood behind Bo."""
        story = line_of("Ana", "Bo", "Cleo", "Dan")

        story.move("Dan", before="Bo")
        story.drop("Bo")

        assert story.line() == "Ana Dan Cleo"

    def test_keeps_the_place_when_target_and_successor_are_gone(self):
        """When Cleo has left as well, Eve still stands where Bo stood: behind Ana, before Dan."""
        story = line_of("Ana", "Bo", "Cleo", "Dan", "Eve")

        story.move("Eve", before="Bo")
        story.drop("Bo")
        story.drop("Cleo")

        assert story.line() == "Ana Eve Dan"

    def test_does_not_follow_its_target_to_the_end_of_the_line(self):
        """Whoever was moved before Ana is not punished when Ana lets an offer lapse."""
        story = line_of("Ana", "Bo", "Cleo", capacity=1, on_lapse=LapseRule.END)
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")
        story.accept("Cleo")
        story.move("Bo", before="Ana")
        story.set_capacity(2)
        story.decline("Bo") if False else story.approve("Bo")
        story.set_capacity(3)
        story.approve("Ana")
        story.now = at("2026-03-04 10:00")

        story.sweep()

        assert story.line() == "Bo Ana"

    def test_ends_with_the_lapse_of_its_entry(self):
        """Sent to the end, somebody who had been moved up has lost that place for good."""
        story = line_of("Ana", "Bo", on_lapse=LapseRule.END)
        story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.now = at("2026-03-04 10:00")

        story.sweep()

        assert story.line() == "Ana Bo"
        assert story.roster().overrides == ()

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_without_a_reason_is_refused(self, reason):
        """Nobody is passed over without a word why."""
        story = line_of("Ana", "Bo")

        with pytest.raises(refusals.ReasonMissing):
            story.move("Bo", before="Ana", reason=reason)

    @pytest.mark.parametrize(("name", "before"), [("Bo", "Cleo"), ("Bo", "Bo"), ("Cleo", "")])
    def test_to_the_place_where_the_entry_stands_is_refused(self, name, before):
        """An override that changes nothing is not recorded."""
        story = line_of("Ana", "Bo", "Cleo")

        with pytest.raises(refusals.NothingMoved):
            story.move(name, before=before)

    @pytest.mark.parametrize(("name", "before"), [("Olga", "Ana"), ("Ana", "Olga"), ("Nobody", "Ana")])
    def test_of_or_before_somebody_who_does_not_wait_is_refused(self, name, before):
        """Only those in the line can be moved."""
        story = line_of("Ana", "Bo")

        with pytest.raises(refusals.NoLongerWaiting):
            story.move(name, before=before)

    def test_cannot_be_taken_back_twice(self):
        """What is undone is undone."""
        story = line_of("Ana", "Bo")
        override = story.move("Bo", before="Ana")
        story.take_back(override)

        with pytest.raises(refusals.NoLongerWaiting):
            story.take_back(override)

    def test_moves_the_proposal(self):
        """A free seat is proposed to whoever is first now."""
        story = line_of("Ana", "Bo")
        story.drop("Olga")

        story.move("Bo", before="Ana")

        assert story.standing() == stands(waiting="Bo Ana", proposed="Bo")


class TestThoseSentToTheEnd:
    def test_stand_behind_all_others_whatever_their_rank(self):
        """Rank does not bring somebody back who let an offer lapse."""
        story = Story(standing(order=Order.PRIORITY, role_order=ROLES, on_lapse=LapseRule.END))
        story.ask("Olga")
        story.ask("Ana", role="Safety officer")
        story.ask("Bo")
        story.drop("Olga")
        story.now = at("2026-03-04 10:00")

        story.sweep()
        story.ask("Cleo")

        assert story.standing() == stands(offered="Bo", waiting="Cleo Ana")


def test_a_key_is_of_the_instant_wherever_the_machine_stands(monkeypatch):
    """The same request has the same key on a machine in another zone."""

    def key() -> str:
        return base_key(session(), person_id="Ana", requested_at=at("2026-03-02 10:00"), arrival=1, facts=Facts())

    here = key()

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        there = key()
    finally:
        monkeypatch.undo()
        time.tzset()

    assert here == there == "20260302100000000000.000000001~"
