"""A rule lifted for one person: a seat beside one at the same time, or on another date of the course."""

import pytest
from msgspec.structs import replace

from tests.builders import SAFETY, Story, session, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.events import (
    ConflictBegan,
    ProposalWithdrawn,
    RegistrationClosed,
    RuleLifted,
    RuleRestored,
    SeatGiven,
    SeatProposed,
    WaitlistJoined,
)
from waitlist_app.engine.model import BlockedRule, ConflictRule, Mode, SignOff, StandingApproval, Status
from waitlist_app.engine.prospects import Outlook, prospect

FORKLIFT = "Forklift"
MARCH, APRIL, MAY = "March", "April", "May"


def at_one_time(**rules) -> Story:
    """Ana has the seat in Forklift and waits, skipped, before Bo in Safety, where Zoe gave hers back."""
    story = Story(session(), session(FORKLIFT, **rules), overlaps=[(SAFETY, FORKLIFT)])
    story.ask("Ana", to=FORKLIFT)
    story.ask("Zoe", "Ana", "Bo")
    story.drop("Zoe")
    return story


def one_course() -> Story:
    """Ana is offered March and waits, skipped, before Bo in April, where Piet gave his seat back."""
    dates = [session(code, course="fire", one_date=True) for code in (MARCH, APRIL, MAY)]
    story = Story(*dates)
    story.ask("Olga", "Ana", to=MARCH)
    story.ask("Piet", "Ana", "Bo", to=APRIL)
    story.drop("Olga", out_of=MARCH)
    story.approve("Ana", to=MARCH)
    story.drop("Piet", out_of=APRIL)
    return story


class TestForSomebodyWhoWaits:
    def test_is_told_with_what_kept_them_back_and_whose_word_it_is(self):
        """The seat goes to Ana, who stands first, and no longer to Bo."""
        story = at_one_time()
        assert story.standing() == stands(waiting="Ana Bo", proposed="Bo")

        assert story.lift("Ana") == (
            RuleLifted(
                session_id=SAFETY,
                registration_id="Ana 3",
                person_id="Ana",
                seat_units=1,
                lifted=(FORKLIFT,),
                outstanding=(),
                is_ready=True,
                reason="the board asked",
                approval="Olga",
            ),
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.1",
                registration_id="Bo 4",
                person_id="Bo",
                because="outranked",
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.2", registration_id="Ana 3", person_id="Ana", seat_units=1
            ),
        )
        assert (story.entry("Ana").waiver, story.entry("Ana").conflicts) == ("Olga", ())

    def test_stands_through_offer_and_seat(self):
        """Ana has both seats in the end; the one elsewhere is hers as before."""
        story = at_one_time()
        story.lift("Ana")

        story.approve("Ana")
        story.accept("Ana")

        assert story.standing() == stands(confirmed="Ana", waiting="Bo")
        assert story.standing(FORKLIFT) == stands(confirmed="Ana")
        assert story.entry("Ana").waiver == "Olga"

    def test_lets_somebody_have_a_second_date(self):
        """Ana keeps the offer of March and is proposed in April, and has both seats in the end."""
        story = one_course()
        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Bo")

        lifted, *_ = story.lift("Ana", to=APRIL)
        story.accept("Ana", to=MARCH)
        story.approve("Ana", to=APRIL)
        story.accept("Ana", to=APRIL)

        assert isinstance(lifted, RuleLifted)
        assert (lifted.lifted, lifted.outstanding, lifted.is_ready) == ((MARCH,), (), True)
        assert story.standing(MARCH) == stands(confirmed="Ana")
        assert story.standing(APRIL) == stands(confirmed="Ana", waiting="Bo")

    def test_leaves_what_else_has_to_happen(self):
        """Without the manager's word Ana is skipped as before, now for one reason less."""
        story = Story(session(sign_off=SignOff()), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", "Bo")
        story.answer_sign_off("Bo")

        lifted, *others = story.lift("Ana")

        assert isinstance(lifted, RuleLifted)
        assert (lifted.lifted, lifted.outstanding, lifted.is_ready, others) == ((FORKLIFT,), ("sign_off",), False, [])
        assert story.standing() == stands(waiting="Ana Bo", proposed="Bo")
        assert story.answer_sign_off("Ana")
        assert story.standing() == stands(waiting="Ana Bo", proposed="Ana")

    def test_gives_a_kept_seat_to_whom_it_was_kept_for(self):
        """Where nobody is seated past whoever is blocked, the seat was Ana's all along."""
        kept = session(
            blocked_seats=BlockedRule.KEPT, mode=Mode.AUTOMATIC, standing_approval=StandingApproval(id="standing 1")
        )
        story = Story(kept, session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Zoe", "Ana", "Bo")
        story.drop("Zoe")
        assert story.standing() == stands(waiting="Ana Bo", proposed="Bo")

        story.lift("Ana")

        assert story.standing() == stands(confirmed="Ana", waiting="Bo")

    def test_lets_a_standing_approval_promote_at_once(self):
        """The lift is somebody's word for the rule, and the standing approval the word for the seat."""
        automatic = session(mode=Mode.AUTOMATIC, standing_approval=StandingApproval(id="standing 1"))
        story = Story(automatic, session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Zoe", "Ana")
        story.drop("Zoe")

        story.lift("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_leaves_the_choice_of_an_offer_elsewhere(self):
        """No rule is lifted in Forklift: whoever accepts there gives up the seat here, lifted or not."""
        story = at_one_time(capacity=1)
        story.ask("Bo", to=FORKLIFT)
        story.drop("Ana", out_of=FORKLIFT)
        story.approve("Ana")
        story.accept("Ana")
        story.approve("Bo", to=FORKLIFT)

        story.drop("Ana")
        assert story.standing() == stands(waiting="Bo")
        story.lift("Bo")
        story.approve("Bo")
        story.accept("Bo")
        story.accept("Bo", to=FORKLIFT, instead_of=[SAFETY])

        assert story.standing() == stands()
        assert story.standing(FORKLIFT) == stands(confirmed="Bo")

    @pytest.mark.parametrize(
        ("name", "reason", "refusal"),
        [
            ("Ana", " ", refusals.ReasonMissing),
            ("Bo", "the board asked", refusals.NothingToLift),
            ("Cleo", "the board asked", refusals.NoLongerWaiting),
            ("Nobody", "the board asked", refusals.NoLongerWaiting),
        ],
    )
    def test_is_refused(self, name, reason, refusal):
        """Without a reason, where nothing is in the way, and for whoever does not wait."""
        story = Story(session(capacity=1), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Cleo", "Ana", "Bo")

        with pytest.raises(refusal):
            story.lift(name, reason=reason)


class TestRestored:
    def test_skips_the_entry_again(self):
        """The seat at the same time counts again, and Bo is proposed again."""
        story = at_one_time()
        story.lift("Ana")

        assert story.restore("Ana") == (
            RuleRestored(session_id=SAFETY, registration_id="Ana 3", person_id="Ana"),
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.2",
                registration_id="Ana 3",
                person_id="Ana",
                because="conflict",
            ),
            ConflictBegan(
                session_id=SAFETY,
                registration_id="Ana 3",
                person_id="Ana",
                seat_units=1,
                with_session_id=FORKLIFT,
                was_ready=True,
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.3", registration_id="Bo 4", person_id="Bo", seat_units=1
            ),
        )
        assert story.entry("Ana").waiver == ""

    def test_waits_for_the_offer_of_another_date_again(self):
        """Ana is skipped in April for as long as she is offered March."""
        story = one_course()
        story.lift("Ana", to=APRIL)

        story.restore("Ana", to=APRIL)

        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Bo")
        assert story.entry("Ana", APRIL).outstanding == ("course:March",)

    def test_ends_the_wait_of_whoever_has_a_seat_on_another_date(self):
        """One date is all that Ana can have again, and she has March."""
        story = one_course()
        story.lift("Ana", to=APRIL)
        story.accept("Ana", to=MARCH)

        events = story.restore("Ana", to=APRIL)

        assert story.standing(APRIL) == stands(waiting="Bo", proposed="Bo")
        closed = [event for event in events if isinstance(event, RegistrationClosed)]
        assert [(event.person_id, event.status) for event in closed] == [("Ana", Status.LEFT)]

    def test_changes_nothing_else_where_nothing_is_in_the_way(self):
        """The seat elsewhere has gone meanwhile."""
        story = at_one_time()
        story.lift("Ana")
        story.drop("Ana", out_of=FORKLIFT)

        assert story.restore("Ana") == (RuleRestored(session_id=SAFETY, registration_id="Ana 3", person_id="Ana"),)
        assert story.standing() == stands(waiting="Ana Bo", proposed="Ana")

    @pytest.mark.parametrize(
        ("name", "refusal"), [("Bo", refusals.NothingLifted), ("Nobody", refusals.NoLongerWaiting)]
    )
    def test_is_refused(self, name, refusal):
        """Where no rule is lifted, and for whoever is not there."""
        story = at_one_time()

        with pytest.raises(refusal):
            story.restore(name)

    def test_leaves_an_offer_and_a_seat_as_they_are(self):
        """What was given under the approval is not taken by taking the rule back."""
        story = at_one_time()
        story.lift("Ana")
        story.approve("Ana")

        with pytest.raises(refusals.NoLongerWaiting):
            story.restore("Ana")


class TestForWhoeverAsks:
    def lifted(self, story: Story, name: str, to: str = SAFETY):
        """Let somebody ask under an approval that lifts the rule."""
        return story.act(replace(story.request(name, to=to, approval="Olga"), lifts=True))

    def test_gives_a_seat_that_is_left(self):
        """Though Ana has a seat at the same time, in a session that refuses such requests."""
        story = Story(session(conflicts=ConflictRule.BLOCK), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)

        with pytest.raises(refusals.HoldsOverlappingSeat):
            story.ask("Ana")
        [given] = self.lifted(story, "Ana")

        assert isinstance(given, SeatGiven)
        assert (given.waiver, given.approval, given.passed, given.is_granted) == ("Olga", "", 0, False)

    def test_passes_nobody_over(self):
        """Ana joins the line behind those who wait, and is not skipped there."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Zoe", "Bo")

        [joined] = self.lifted(story, "Ana")
        story.drop("Zoe")
        story.drop("Bo")

        assert isinstance(joined, WaitlistJoined)
        assert (joined.waiver, joined.conflicts) == ("Olga", ())
        assert story.standing() == stands(waiting="Ana", proposed="Ana")

    def test_gives_a_second_date(self):
        """Whoever has a seat on one date of the course is refused another without it."""
        story = one_course()
        story.accept("Ana", to=MARCH)

        with pytest.raises(refusals.HasAnotherDate):
            story.ask("Ana", to=MAY)
        self.lifted(story, "Ana", MAY)

        assert story.standing(MAY) == stands(confirmed="Ana")

    def test_is_told_before(self):
        """The page says what it comes to."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        wanted = replace(story.request("Ana", approval="Olga"), lifts=True)

        assert prospect(story.ledger.for_act(wanted), wanted, story.now).outlook is Outlook.SEAT
