"""Changing what a session holds: lowering, raising, granting, giving back a part, calling off."""

import pytest

from tests.builders import SAFETY, Story, session, standing, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.events import SeatGiven, SeatProposed, UnitsReduced
from waitlist_app.engine.model import BlockedRule, LapseRule, Mode, Status

FORKLIFT = "Forklift"


class TestLoweringTheLimit:
    def test_counts_grants_as_beyond_it(self):
        """Ten seats hold nine and two grants: nine will do, eight will not."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo", "Cleo")
        story.grant("Cleo")
        story.drop("Ana")

        story.set_capacity(1)

        assert (story.sum().limit, story.sum().overbooked_by) == (1, 1)
        with pytest.raises(refusals.CapacityTooLow):
            story.set_capacity(0)

    def test_is_done_with_the_moves_that_make_room_as_one_act(self):
        """Bo goes to the other session and the capacity is lowered; neither happens without the other."""
        story = Story(session(capacity=2), session(FORKLIFT))
        story.ask("Ana", "Bo", "Cleo")
        moves = story.moves("Bo", to=FORKLIFT)

        story.act(*moves, story.rules(capacity=1))

        assert story.standing() == stands(confirmed="Ana", waiting="Cleo")
        assert story.standing(FORKLIFT) == stands(confirmed="Bo")

    def test_of_the_list_below_its_length_asks_first(self):
        """Three wait and two may: somebody has to say what becomes of the third."""
        story = Story(session())
        story.ask("Ana", "Bo", "Cleo", "Dan")

        with pytest.raises(refusals.LineTooLong):
            story.set_rules(waitlist_limit=2)

        story.set_rules(waitlist_limit=2, leaves_line=True)
        assert story.line() == "Bo Cleo Dan"

    def test_of_the_list_refuses_nobody_who_returns_to_its_end(self):
        """Bo lets an offer lapse while the list is full: the end of the line still takes Bo."""
        story = Story(session(on_lapse=LapseRule.END))
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        story.approve("Bo")
        story.ask("Dan")
        story.set_rules(waitlist_limit=2)

        story.decline("Bo")

        assert story.line() == "Cleo Dan Bo"


class TestTurningTheWaitlistOff:
    def test_gives_each_promotion_back_to_a_person_and_keeps_who_waits(self):
        """Offers no longer go out by themselves; Bo still waits, and is proposed."""
        story = Story(standing())
        story.ask("Ana", "Bo")

        story.set_rules(waitlist_is_open=False)
        story.drop("Ana")

        assert story.roster().session.mode is Mode.MANUAL
        assert story.standing() == stands(waiting="Bo", proposed="Bo")


class TestAGrant:
    def test_needs_a_reason(self):
        """No seat beyond the limit without a word why."""
        story = Story()
        story.ask("Ana", "Bo")

        with pytest.raises(refusals.ReasonMissing):
            story.grant("Bo", reason=" ")

    def test_is_refused_while_enough_seats_are_free(self):
        """A seat within the limit is approved, not granted."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        with pytest.raises(refusals.SeatsAreFree):
            story.grant("Bo")

    def test_is_refused_to_somebody_who_sits_elsewhere_at_the_same_time(self):
        """A grant lifts the limit, not the guard."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana")
        story.ask("Bo", to=FORKLIFT)
        story.ask("Bo")

        with pytest.raises(refusals.HoldsOverlappingSeat):
            story.grant("Bo")

    def test_keeps_the_person_out_of_other_sessions_at_the_same_time(self):
        """A granted seat is a seat: Bo is skipped where Bo waits at the same hour."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", "Bo")
        story.ask("Cleo", "Bo", to=FORKLIFT)

        story.grant("Bo")

        assert story.entry("Bo", FORKLIFT).conflicts == (SAFETY,)

    def test_can_be_given_to_a_newcomer_whom_somebody_approved(self):
        """A transfer past the line: Bo is passed, and the seat ends with Zoe."""
        story = Story()
        story.ask("Ana", "Bo")

        events = story.ask("Zoe", approval="Olga")

        [given] = [event for event in events if isinstance(event, SeatGiven)]
        assert (given.passed, given.is_granted) == (1, True)
        assert story.standing() == stands(confirmed="Ana Zoe", waiting="Bo")

    def test_is_none_when_the_newcomer_takes_a_free_seat_past_the_line(self):
        """The seat was free: Bo's proposal is withdrawn, and the sum is as before."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        story.ask("Zoe", approval="Olga")

        assert story.standing() == stands(confirmed="Zoe", waiting="Bo")
        assert (story.entry("Zoe").grant, story.sum().overbooked_by) == ("", 0)


class TestAGroup:
    def test_gives_back_a_part_of_its_seats_and_the_next_is_proposed(self):
        """Three seats become two, and the third is for Bo."""
        story = Story(session(capacity=3))
        story.ask("Ana", units=3)
        story.ask("Bo", "Cleo")

        events = story.reduce("Ana", keep=2)

        assert [type(event) for event in events] == [UnitsReduced, SeatProposed]
        assert (story.entry("Ana").seat_units, story.standing().proposed) == (2, ("Bo",))

    def test_that_waits_keeps_its_place_when_it_needs_fewer(self):
        """Bo asked for three, two would do: two seats are free, and Bo is next for them."""
        story = Story(session(capacity=3))
        story.ask("Ana")
        story.ask("Cleo", "Dan")
        story.ask("Bo", units=3)
        story.drop("Cleo")
        story.drop("Dan")

        story.reduce("Bo", keep=2)

        assert story.standing() == stands(confirmed="Ana", waiting="Bo", proposed="Bo")

    def test_with_an_offer_keeps_its_deadline(self):
        """What is promised stays promised, only smaller."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Cleo")
        story.ask("Bo", units=2)
        story.ask("Dan")
        story.drop("Ana")
        story.drop("Cleo")
        story.approve("Bo")
        deadline = story.entry("Bo").offer_expires_at

        story.reduce("Bo", keep=1)

        assert story.standing() == stands(offered="Bo", waiting="Dan", proposed="Dan")
        assert story.entry("Bo").offer_expires_at == deadline

    @pytest.mark.parametrize("keep", [0, 3, 4])
    def test_cannot_become_empty_or_larger(self, keep):
        """One seat at least, and fewer than before."""
        story = Story(session(capacity=3))
        story.ask("Ana", units=3)

        with pytest.raises(refusals.NotFewer):
            story.reduce("Ana", keep=keep)


class TestACancelledSession:
    def test_lets_people_be_served_elsewhere_again(self):
        """Bo was skipped in Forklift for the seat in Safety; that is over, and Bo is proposed."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo")
        story.ask("Cleo", "Bo", to=FORKLIFT)
        story.drop("Cleo", out_of=FORKLIFT)

        story.cancel()

        assert story.standing(FORKLIFT) == stands(waiting="Bo", proposed="Bo")

    def test_is_not_cancelled_twice_nor_changed(self):
        """What does not take place has no seats to set."""
        story = Story()
        story.cancel()

        with pytest.raises(refusals.SessionIsCancelled):
            story.cancel()
        with pytest.raises(refusals.SessionIsCancelled):
            story.set_capacity(3)

    def test_needs_a_reason(self):
        """Everybody is told, so somebody has to say why."""
        with pytest.raises(refusals.ReasonMissing):
            Story().cancel(reason="")


class TestASeatThatNobodyCanTake:
    @pytest.mark.parametrize(("rule", "status"), [("open", Status.CONFIRMED), ("kept", Status.WAITLISTED)])
    def test_is_for_newcomers_or_kept(self, rule, status):
        """Ana waits with a conflict; what Zoe gets is the organisation's choice."""
        story = Story(
            session(capacity=2, blocked_seats=BlockedRule(rule)), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)]
        )
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", "Bo")

        assert story.entry("Bo").status is status
