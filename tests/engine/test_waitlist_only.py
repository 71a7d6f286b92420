"""Requests for the waitlist alone."""

import pytest

from tests.builders import Story, session, stands
from waitlist_app.engine import refusals
from waitlist_app.engine.commands import AskEarlier
from waitlist_app.engine.events import OfferMade
from waitlist_app.engine.explain import Why
from waitlist_app.engine.model import SIGN_OFF, Mode, SignOff, StandingApproval, Terms
from waitlist_app.engine.prospects import Outlook, awaits_only_a_word, in_words, prospect

ONLY = Terms(waitlist_only=True)


class TestAWaitlistOnlyRequest:
    def test_waits_though_a_seat_is_free_and_is_proposed_for_it(self):
        """Nobody is seated who has not asked for a seat; a coordinator decides."""
        story = Story(session(capacity=1))

        story.ask("Ana", terms=ONLY)

        assert story.standing() == stands(waiting="Ana", proposed="Ana")

    def test_is_not_overtaken(self):
        """Newcomers are seated from what is left beside it, and the last one waits behind."""
        story = Story(session(capacity=3))
        story.ask("Ana", terms=ONLY)

        story.ask("Bo", "Cleo", "Dan")

        assert story.standing() == stands(confirmed="Bo Cleo", waiting="Ana Dan", proposed="Ana")

    @pytest.mark.parametrize("mode", [Mode.OFFERED, Mode.AUTOMATIC])
    def test_is_offered_where_seats_go_out_by_themselves(self, mode):
        """Its person says yes: nobody is booked who has only asked to wait."""
        story = Story(session(capacity=2, mode=mode, standing_approval=StandingApproval(id="standing")))

        events = story.ask("Ana", terms=ONLY)

        assert [event.person_id for event in events if isinstance(event, OfferMade)] == ["Ana"]

    @pytest.mark.parametrize(
        ("rules", "refused"),
        [({"waitlist_is_open": False}, refusals.WaitlistClosed), ({"waitlist_limit": 0}, refusals.WaitlistFull)],
    )
    def test_needs_a_list_with_room(self, rules, refused):
        """It asks for nothing but the list, so a free seat is no answer."""
        story = Story(session(capacity=1, **rules))

        with pytest.raises(refused):
            story.ask("Ana", terms=ONLY)

    def test_is_a_seat_where_somebody_approved_one(self):
        """An override past the line gives the seat that it is for."""
        story = Story(session(capacity=1))

        story.ask("Ana", terms=ONLY, approval="Olga")

        assert story.standing() == stands(confirmed="Ana")

    def test_waits_with_an_earlier_time_too(self):
        """Whoever is put where they asked first is not seated by it."""
        story = Story(session(capacity=1))
        command = AskEarlier(
            session_id="Safety",
            registration_id="Ana 1",
            person_id="Ana",
            requested_at=story.now,
            reason="Found in a drawer",
            approval="Olga",
            terms=ONLY,
        )

        story.act(command)

        assert story.standing() == stands(waiting="Ana", proposed="Ana")

    def test_is_told_so_before(self):
        """A place in the line, and why, though a seat is free."""
        story = Story(session(capacity=1))
        request = story.request("Ana", terms=ONLY)

        told = prospect(story.ledger.for_act(request), request, story.now)

        assert (told.outlook, told.why, told.free) == (Outlook.PLACE, Why.WAITLIST_ONLY, 1)
        assert in_words(told, 1) == (
            "You would be number 1 in line.",
            "You ask for the waitlist alone, so a free seat is offered to you and not yours at once.",
        )

    def test_is_told_of_no_choice_while_every_seat_is_taken(self):
        """Without a free seat it is a place like any other."""
        story = Story(session(capacity=1))
        story.ask("Ana")
        request = story.request("Bo", terms=ONLY)

        assert prospect(story.ledger.for_act(request), request, story.now).why is Why.NO_SEAT

    def test_is_not_pending_approval_while_a_manager_is_asked(self):
        """It would wait with the manager's word as well."""
        story = Story(session(capacity=1, sign_off=SignOff()))
        request = story.request("Ana", terms=ONLY)
        told = prospect(story.ledger.for_act(request), request, story.now)

        story.act(request)

        roster, entry = story.ledger.rosters["Safety"], story.entry("Ana")
        assert (told.outlook, entry.outstanding) == (Outlook.PLACE, (SIGN_OFF,))
        assert not awaits_only_a_word(roster.session, roster.tally, entry, 0, story.now)
