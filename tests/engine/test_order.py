"""Who stands before whom."""

from datetime import date

import pytest

from tests.builders import Story, at, session, standing, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.events import EntryMoved, ProposalWithdrawn
from waitlist_app.engine.model import LapseRule, Order

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
