"""A manager's sign-off."""

import pytest

from tests.builders import SAFETY, Story, session, stands
from waitlist_app.engine import events as e
from waitlist_app.engine.explain import Why, why
from waitlist_app.engine.model import SignOff, Status
from waitlist_app.engine.refusals import SignOffAnswered, WaitlistClosed


class TestAnEntryToBeSignedOff:
    def test_waits_although_a_seat_is_free_and_blocks_nobody(self):
        """It keeps its place and holds nothing; who comes later gets the free seat."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))

        story.ask("Ana", role="New hire")
        story.ask("Bo", role="Manager")

        assert story.standing() == stands(confirmed="Bo", waiting="Ana")

    @pytest.mark.parametrize(("capacity", "is_open", "limit"), [(2, False, None), (2, True, 0), (None, False, None)])
    def test_scenario_086_is_no_overflow_while_seats_are_free(self, capacity, is_open, limit):
        """It is pending approval and not on a waitlist, so that neither a closed nor a full one refuses it."""
        rules = session(capacity=capacity, waitlist_is_open=is_open, waitlist_limit=limit, sign_off=SignOff())
        story = Story(rules)

        story.ask("Ana")

        assert story.standing() == stands(waiting="Ana")
        story.answer_sign_off("Ana")
        assert story.standing().proposed == ("Ana",)

    def test_is_overflow_where_no_seat_is_free(self):
        """Olga has the only seat, and nobody waits for it."""
        story = Story(session(waitlist_is_open=False, sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga")

        with pytest.raises(WaitlistClosed):
            story.ask("Ana", role="New hire")

    def test_is_served_by_its_place_once_it_is_given(self):
        """The session is settled with the answer, and who asked first is proposed first."""
        story = Story(session(capacity=1, sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Ana", role="New hire")
        story.ask("Bo", "Cleo")
        story.drop("Bo")

        events = story.answer_sign_off("Ana")

        assert events == (
            e.MatterSettled(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                matter="sign_off",
                is_ready=True,
                approval="Mara",
            ),
            e.ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.1",
                registration_id="Cleo 3",
                person_id="Cleo",
                because="outranked",
            ),
            e.SeatProposed(
                session_id=SAFETY, proposal_id="Safety.2", registration_id="Ana 1", person_id="Ana", seat_units=1
            ),
        )
        assert story.standing() == stands(waiting="Ana Cleo", proposed="Ana")

    def test_is_closed_as_refused_when_the_manager_says_no(self):
        """The word of the manager is on the event, with its reason."""
        story = Story(session(sign_off=SignOff()))
        story.ask("Ana")

        [closed] = story.answer_sign_off("Ana", is_given=False)

        assert isinstance(closed, e.RegistrationClosed)
        assert (closed.status, closed.approval, closed.reason) == (Status.REFUSED, "Mara", "Needed on the line")
        assert story.standing() == stands()

    @pytest.mark.parametrize("is_given", [True, False])
    def test_is_answered_once(self, is_given):
        """A second press of a button changes nothing."""
        story = Story(session(sign_off=SignOff()))
        story.ask("Ana")
        story.answer_sign_off("Ana")

        with pytest.raises(SignOffAnswered):
            story.answer_sign_off("Ana", is_given=is_given)

    def test_is_told_why_it_is_skipped(self):
        """The reason names what has to happen."""
        story = Story(session(sign_off=SignOff()))
        story.ask("Ana")

        reason = why(story.roster(), story.id_of("Ana"), story.now)

        assert reason is not None
        assert (reason.why, reason.sentence) == (
            Why.OUTSTANDING,
            "Skipped, with the place kept: a manager has still to sign it off.",
        )


class TestTheRule:
    @pytest.mark.parametrize(
        ("rule", "needs"),
        [
            (None, False),
            (SignOff(), True),
            (SignOff(roles=frozenset({"New hire"})), True),
            (SignOff(roles=frozenset({"Manager"})), False),
            (SignOff(roles=frozenset({"Manager"}), departments=frozenset({""})), True),
        ],
        ids=["none", "everybody", "her role", "another role", "her department"],
    )
    def test_says_whose_requests_it_covers(self, rule, needs):
        """Everybody's, or those of the roles and departments named."""
        story = Story(session(sign_off=rule))

        story.ask("Ana", role="New hire")

        assert bool(story.entry("Ana", SAFETY).outstanding) is needs
