"""Requests with an earlier time than somebody who is there, and registrations that are put back: overrides."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import ProposalWithdrawn, SeatGiven, SeatProposed, WaitlistJoined
from waitlist_app.engine.model import (
    ConflictRule,
    Facts,
    LapseRule,
    Order,
    SignOff,
    Status,
    Terms,
)
from waitlist_app.engine.refusals import (
    AlreadyRegistered,
    HasAnotherDate,
    HoldsOverlappingSeat,
    ReasonMissing,
    SessionIsCancelled,
    TooManyUnits,
    WaitlistFull,
)
from waitlist_app.engine.windows import deadline

NINE = at("2026-03-02 09:00")
ASKED = "20260302100000000000.00000000"


def a_line(**rules) -> Story:
    """Seat Zoe, and let Ana, Bo and Cleo wait since Monday at ten."""
    story = Story(session(**rules))
    story.ask("Zoe", "Ana", "Bo", "Cleo")
    return story


class TestAnEarlierTime:
    def test_is_told_with_whom_it_passes(self):
        """Eve asked at nine on paper; she is put in front of the three, each of whom is counted."""
        story = a_line()
        story.now = at("2026-03-03 10:00")

        events = story.ask_earlier("Eve", asked_at=NINE)

        assert events == (
            WaitlistJoined(
                session_id=SAFETY,
                registration_id="Eve 5",
                person_id="Eve",
                seat_units=1,
                requested_at=NINE,
                arrival=5,
                line_key="20260302090000000000.000000005~",
                conflicts=(),
                on_behalf=True,
                asked_now_key="20260303100000000000.000000005~",
                passed=3,
                approval="Olga",
                reason="found in a drawer",
            ),
        )
        assert story.standing() == stands(confirmed="Zoe", waiting="Eve Ana Bo Cleo")

    def test_between_two_passes_those_behind_it_alone(self):
        """Dan asked at eleven, Eve at half past ten: she passes one."""
        story = a_line()
        story.now = at("2026-03-02 11:00")
        story.ask("Dan")
        story.now = at("2026-03-03 10:00")

        (joined,) = story.ask_earlier("Eve", asked_at=at("2026-03-02 10:30"))

        assert isinstance(joined, WaitlistJoined)
        assert joined.passed == 1
        assert story.standing() == stands(confirmed="Zoe", waiting="Ana Bo Cleo Eve Dan")

    def test_does_not_pass_those_who_would_be_behind_anyway(self):
        """Bo was moved last: he is behind whoever asks now, too."""
        story = a_line()
        story.move("Bo")
        story.now = at("2026-03-03 10:00")

        (joined,) = story.ask_earlier("Eve", asked_at=NINE)

        assert isinstance(joined, WaitlistJoined)
        assert joined.passed == 2

    def test_supersedes_the_proposal_of_whoever_is_passed(self):
        """The free seat is proposed to Eve now, visibly; nobody has it before somebody approves."""
        story = a_line()
        story.drop("Zoe")
        story.now = at("2026-03-02 10:05")

        events = story.ask_earlier("Eve", asked_at=NINE)

        assert [type(e) for e in events] == [WaitlistJoined, ProposalWithdrawn, SeatProposed]
        assert story.standing() == stands(waiting="Eve Ana Bo Cleo", proposed="Eve")

    def test_is_a_seat_where_nobody_is_passed(self):
        """Enough seats are free: then the time does not matter."""
        story = Story(session(capacity=2))
        story.ask("Zoe")

        (given,) = story.ask_earlier("Eve", asked_at=NINE)

        assert isinstance(given, SeatGiven)
        assert (given.requested_at, given.passed, given.approval) == (NINE, 0, "Olga")

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_needs_a_reason(self, reason):
        """It passes people over."""
        story = a_line()

        with pytest.raises(ReasonMissing):
            story.ask_earlier("Eve", asked_at=NINE, reason=reason)

    def test_keeps_the_rules_of_every_request(self):
        """One place for a person, no more units than seats, the limit of the list, a session that takes place."""
        story = a_line(waitlist_limit=3)

        with pytest.raises(AlreadyRegistered):
            story.ask_earlier("Ana", asked_at=NINE)
        with pytest.raises(TooManyUnits):
            story.ask_earlier("Eve", asked_at=NINE, seat_units=2)
        with pytest.raises(WaitlistFull):
            story.ask_earlier("Eve", asked_at=NINE)
        story.act(c.CancelSession(session_id=SAFETY, reason="the trainer is ill"))
        with pytest.raises(SessionIsCancelled):
            story.ask_earlier("Eve", asked_at=NINE)

    def test_of_somebody_with_a_seat_at_the_same_time_waits_or_is_refused(self):
        """As any request of theirs."""
        blocked = session("Blocked", conflicts=ConflictRule.BLOCK, capacity=0)
        story = Story(
            session("Held"), session("Waits", capacity=0), blocked, overlaps=[("Held", "Waits"), ("Held", "Blocked")]
        )
        story.ask("Eve", to="Held")

        (joined,) = story.ask_earlier("Eve", asked_at=NINE, to="Waits")

        assert isinstance(joined, WaitlistJoined)
        assert joined.conflicts == ("Held",)
        with pytest.raises(HoldsOverlappingSeat):
            story.ask_earlier("Eve", asked_at=NINE, to="Blocked")

    def test_of_somebody_with_a_seat_at_the_same_time_is_told_where_while_the_list_is_closed(self):
        """A seat is free, so it is not the list that is in the way."""
        story = Story(session("Held"), session(waitlist_is_open=False), overlaps=[("Held", SAFETY)])
        story.ask("Eve", to="Held")

        with pytest.raises(HoldsOverlappingSeat) as refused:
            story.ask_earlier("Eve", asked_at=NINE)

        assert refused.value.session_ids == ("Held",)

    def test_of_somebody_who_only_needs_a_word_is_taken_though_the_list_is_closed(self):
        """A seat is free for Eve once her manager has signed it off."""
        story = Story(session(sign_off=SignOff(), waitlist_is_open=False))

        (joined,) = story.ask_earlier("Eve", asked_at=NINE)

        assert isinstance(joined, WaitlistJoined)
        assert joined.outstanding == ("sign_off",)

    def test_passes_nobody_in_front_of_whom_the_order_puts_them_anyway(self):
        """Managers come first here, whenever they ask."""
        story = a_line(order=Order.PRIORITY, role_order=("Manager",))

        (joined,) = story.ask_earlier("Eve", asked_at=NINE, facts=Facts(role="Manager"))

        assert isinstance(joined, WaitlistJoined)
        assert joined.passed == 0
        assert story.standing() == stands(confirmed="Zoe", waiting="Eve Ana Bo Cleo")

    def test_waits_for_a_sign_off_unless_it_was_given(self):
        """Whoever was signed off before is not asked about again."""
        story = Story(session(capacity=2, sign_off=SignOff()))

        (asked,) = story.ask_earlier("Eve", asked_at=NINE)
        (signed, *_) = story.ask_earlier("Finn", asked_at=NINE, is_signed_off=True)

        assert isinstance(asked, WaitlistJoined)
        assert asked.outstanding == ("sign_off",)
        assert isinstance(signed, SeatGiven)


class TestARegistrationThatIsPutBack:
    def test_has_its_place_by_the_first_number_again(self):
        """Bo left by mistake; all three had asked at one instant, and he is between them again."""
        story = a_line()
        story.drop("Bo", status=Status.LEFT)
        story.now = at("2026-03-03 10:00")

        (joined,) = story.ask_earlier("Bo", asked_at=MONDAY, terms=Terms(reinstates="Bo 3", first_arrival=3))

        assert isinstance(joined, WaitlistJoined)
        assert (joined.line_key, joined.arrival, joined.passed) == (f"{ASKED}3~", 5, 1)
        assert story.standing() == stands(confirmed="Zoe", waiting="Ana Bo Cleo")

    def test_keeps_that_number_in_another_order(self):
        """Ordered anew, by rules that hold all three equal, Bo stays between them."""
        story = a_line()
        story.drop("Bo", status=Status.LEFT)
        story.ask_earlier("Bo", asked_at=MONDAY, terms=Terms(reinstates="Bo 3", first_arrival=3))

        story.act(
            c.ChangeOrder(
                session_id=SAFETY, order=Order.PRIORITY, priority=(), facts={}, reason="agreement", approval="Olga"
            )
        )

        assert story.standing() == stands(confirmed="Zoe", waiting="Ana Bo Cleo")

    def test_keeps_the_price_of_when_it_was_asked_for(self):
        """Seats cost more by the time that the mistake is put right."""
        story = a_line(price=4900)
        terms = replace(story.entry("Bo").terms, reinstates="Bo 3", first_arrival=3)
        story.drop("Bo", status=Status.LEFT)
        story.set_rules(price=9900)

        story.ask_earlier("Bo", asked_at=MONDAY, terms=terms)

        assert story.entry("Bo").terms.price == 4900

    def test_is_let_in_though_the_list_is_full(self):
        """Who comes back took a place of the list before."""
        story = a_line(waitlist_limit=3)
        story.drop("Bo", status=Status.LEFT)
        story.ask("Dan")

        story.ask_earlier("Bo", asked_at=MONDAY, terms=Terms(reinstates="Bo 3", first_arrival=3))

        assert story.standing() == stands(confirmed="Zoe", waiting="Ana Bo Cleo Dan")

    def test_stays_at_the_end_if_it_was_there(self):
        """Ana let an offer lapse and was sent behind the others; a mistake does not bring her to the front."""
        story = a_line(on_lapse=LapseRule.END)
        story.drop("Zoe")
        story.approve("Ana")
        lapsed_at = deadline(story.roster().session, MONDAY)
        story.now = lapsed_at
        story.sweep()
        ana = story.roster().registrations["Ana 2"]
        story.drop("Ana", status=Status.LEFT)

        (joined,) = story.ask_earlier(
            "Ana",
            asked_at=MONDAY,
            requeued_at=ana.requeued_at,
            terms=Terms(reinstates=ana.id, first_arrival=ana.arrival),
        )

        assert isinstance(joined, WaitlistJoined)
        assert (joined.line_key, joined.requeued_at, joined.passed) == (ana.line_key, lapsed_at, 0)
        assert story.standing() == stands(waiting="Bo Cleo Ana", proposed="Bo")
        assert story.roster().registrations[joined.registration_id].requeued_at == lapsed_at


class TestAnEarlierTimeOnTheRecord:
    """What was said with it stays with it."""

    def test_of_a_seat_says_everything_that_was_asked(self):
        """A paid seat for two, with a waiver: pending from now on, on Olga's word, with the reason."""
        story = Story(session(capacity=3, price=4900))

        events = story.ask_earlier("Eve", asked_at=NINE, seat_units=2, waiver="waiver 1")

        assert events == (
            SeatGiven(
                session_id=SAFETY,
                registration_id="Eve 1",
                person_id="Eve",
                seat_units=2,
                requested_at=NINE,
                arrival=1,
                waiver="waiver 1",
                terms=Terms(price=4900, currency="GBP"),
                approval="Olga",
                reason="found in a drawer",
                on_behalf=True,
                payment_due_at=MONDAY + timedelta(minutes=60),
            ),
        )

    def test_of_a_place_keeps_the_waiver(self):
        """Eve may have this seat beside the one that she has at the same time."""
        story = Story(session(), session("Held"), overlaps=[(SAFETY, "Held")])
        story.ask("Ana")
        story.ask("Eve", to="Held")

        (joined,) = story.ask_earlier("Eve", asked_at=NINE, waiver="waiver 1")

        assert isinstance(joined, WaitlistJoined)
        assert (joined.waiver, joined.conflicts) == ("waiver 1", ())
        assert story.entry("Eve").waiver == "waiver 1"

    def test_is_signed_off_by_role(self):
        """Only new hires are: what is known of Eve is read, as in any request."""
        story = Story(session(capacity=2, sign_off=SignOff(roles=frozenset({"New hire"}))))

        (given,) = story.ask_earlier("Finn", asked_at=NINE, facts=Facts(role="Manager"))
        (joined,) = story.ask_earlier("Eve", asked_at=NINE, facts=Facts(role="New hire"))

        assert isinstance(given, SeatGiven)
        assert isinstance(joined, WaitlistJoined)
        assert joined.outstanding == ("sign_off",)

    def test_waits_while_another_date_of_the_course_is_on_offer(self):
        """And is refused where her seat on another date is enough."""
        story = Story(session("March", course="First Aid"), session("May", course="First Aid"))
        story.ask("Olga", "Eve", to="March")
        story.drop("Olga", out_of="March")
        story.approve("Eve", to="March")

        (joined,) = story.ask_earlier("Eve", asked_at=NINE, to="May")
        assert isinstance(joined, WaitlistJoined)
        assert joined.outstanding == ("course:March",)

        story.drop("Eve", out_of="May", status=Status.LEFT)
        story.accept("Eve", to="March")
        with pytest.raises(HasAnotherDate):
            story.ask_earlier("Eve", asked_at=NINE, to="May")


def test_an_earlier_time_is_put_in_while_an_offer_runs():
    """Olga has an offer; the other seat is Eve's."""
    story = Story(session(capacity=2))
    story.ask("Zoe", "Yan", "Olga")
    story.drop("Zoe")
    story.approve("Olga")
    story.drop("Yan")

    (given,) = story.ask_earlier("Eve", asked_at=NINE)

    assert isinstance(given, SeatGiven)
    assert story.standing() == stands(confirmed="Eve", offered="Olga")


def test_an_earlier_time_waits_for_an_offer_at_the_same_time():
    """Until it ends Eve is skipped."""
    story = Story(session(), session("Held"), overlaps=[(SAFETY, "Held")])
    story.ask("Olga", "Eve", to="Held")
    story.drop("Olga", out_of="Held")
    story.approve("Eve", to="Held")

    (joined,) = story.ask_earlier("Eve", asked_at=NINE)

    assert isinstance(joined, WaitlistJoined)
    assert joined.conflicts == ("Held",)
