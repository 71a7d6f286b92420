"""Places that people have elsewhere already."""

from datetime import date, datetime, timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import (
    Event,
    ProposalWithdrawn,
    RegistrationClosed,
    SeatGiven,
    SeatProposed,
    WaitlistJoined,
)
from waitlist_app.engine.model import BlockedRule, Draw, LapseRule, Order, SignOff, Status, Terms, Window
from waitlist_app.engine.refusals import (
    AlreadyRegistered,
    HasAnotherDate,
    HoldsOverlappingSeat,
    MatterOutstanding,
    NeedsApproval,
    ReasonMissing,
    SessionIsCancelled,
    TooManyUnits,
)

EARLIER = MONDAY - timedelta(days=7)


def record(
    story: Story,
    name: str,
    status: Status = Status.CONFIRMED,
    *,
    to: str = SAFETY,
    approval: str = "",
    reason: str = "taken over",
    asked_at: datetime = EARLIER,
    units: int = 1,
    role: str = "",
) -> tuple[Event, ...]:
    """Write down what somebody has elsewhere."""
    asked = story.request(name, to=to, asked_at=asked_at, units=units, role=role)
    return story.act(
        c.RecordPlace(
            session_id=to,
            registration_id=asked.registration_id,
            person_id=name,
            status=status,
            requested_at=asked.requested_at,
            seat_units=asked.seat_units,
            facts=asked.facts,
            approval=approval,
            reason=reason if approval else "",
        )
    )


def waits(story: Story, name: str, **rest) -> tuple[Event, ...]:
    """Write down that somebody is on the waitlist elsewhere."""
    return record(story, name, Status.WAITLISTED, **rest)


def a_date_on_offer() -> Story:
    """Offer Ana the date in March of a course that has another in May."""
    story = Story(standing("March", course="First Aid"), session("May", course="First Aid"))
    story.ask("Olga", "Ana", to="March")
    story.drop("Olga", out_of="March")
    return story


class TestASeatThatIsWrittenDown:
    def test_keeps_the_time_at_which_it_was_asked_for(self):
        """Within the limit, and past nobody, it needs no approval; the event says that it is a fact."""
        story = Story()

        events = record(story, "Ana")

        assert events == (
            SeatGiven(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                requested_at=EARLIER,
                arrival=1,
                is_recorded=True,
            ),
        )

    def test_beyond_the_limit_needs_an_approval_and_is_a_grant(self):
        """The sum of the seats shows it: one more than there are."""
        story = Story()
        story.ask("Bo")

        with pytest.raises(NeedsApproval):
            record(story, "Ana")
        with pytest.raises(ReasonMissing):
            record(story, "Ana", approval="Olga", reason=" ")
        [given] = record(story, "Ana", approval="Olga")

        assert isinstance(given, SeatGiven)
        assert (given.is_granted, given.passed, given.approval, given.reason) == (True, 0, "Olga", "taken over")
        assert (story.sum().confirmed, story.sum().overbooked_by) == (2, 1)

    def test_past_people_who_wait_needs_an_approval_and_counts_them(self):
        """A seat is free and Bo and Cleo wait for it."""
        story = Story()
        story.ask("Olga", "Bo", "Cleo")
        story.drop("Olga")

        with pytest.raises(NeedsApproval):
            record(story, "Ana")
        given, *_ = record(story, "Ana", approval="Olga")

        assert isinstance(given, SeatGiven)
        assert (given.is_granted, given.passed) == (False, 2)
        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo")

    def test_needs_an_approval_where_seats_are_kept_or_everybody_waits(self):
        """Capacity 0 seats nobody, and a seat that nobody can take may be kept for those who wait."""
        kept = Story(session(capacity=1, blocked_seats=BlockedRule.KEPT, sign_off=SignOff()))
        kept.ask("Bo")

        for story in (kept, Story(session(capacity=0))):
            with pytest.raises(NeedsApproval):
                record(story, "Ana")

    def test_needs_no_sign_off(self):
        """Whoever has the seat has it."""
        story = Story(session(sign_off=SignOff()))

        record(story, "Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_costs_nothing_here(self):
        """What was paid elsewhere is settled there; who only waits pays the price of now once there is a seat."""
        story = Story(session(capacity=2, price=4900, currency="EUR"))

        record(story, "Ana")
        waits(story, "Bo")

        assert story.standing() == stands(confirmed="Ana", waiting="Bo", proposed="Bo")
        assert (story.entry("Ana").terms.price, story.entry("Bo").terms.price) == (0, 4900)

    def test_scenario_023_ends_the_place_in_line_of_its_person(self):
        """Ana waits here at the head and has the seat elsewhere: her place is stale, and the next is proposed."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Piet", "Ana", "Bo")
        story.drop("Olga")
        story.drop("Piet")

        events = record(story, "Ana")

        assert events == (
            ProposalWithdrawn(
                session_id=SAFETY, proposal_id="Safety.1", registration_id="Ana 3", person_id="Ana", because="left"
            ),
            RegistrationClosed(
                session_id=SAFETY,
                registration_id="Ana 3",
                person_id="Ana",
                seat_units=1,
                was=Status.WAITLISTED,
                status=Status.REMOVED,
                was_ready=True,
                reason="stale",
                is_stale=True,
            ),
            SeatGiven(
                session_id=SAFETY,
                registration_id="Ana 5",
                person_id="Ana",
                seat_units=1,
                requested_at=EARLIER,
                arrival=5,
                is_recorded=True,
            ),
        )
        assert story.standing() == stands(confirmed="Ana", waiting="Bo", proposed="Bo")

    def test_is_refused_whoever_has_more_than_a_place_in_line(self):
        """An offer is answered, and a seat is a seat."""
        offered, seated = Story(standing()), Story()
        offered.ask("Olga", "Ana")
        offered.drop("Olga")
        seated.ask("Ana")

        for story in (offered, seated):
            with pytest.raises(AlreadyRegistered):
                record(story, "Ana", approval="Olga")

    def test_is_refused_at_the_same_time_as_another(self):
        """Two seats at one time are for somebody to decide."""
        story = Story(session(), session("Yard"), overlaps=[(SAFETY, "Yard")])
        story.ask("Ana", to="Yard")

        with pytest.raises(HoldsOverlappingSeat):
            record(story, "Ana", approval="Olga")

    def test_is_refused_on_a_second_date_of_a_course(self):
        """One date is enough; and while one is on offer there is no other."""
        story = Story(session("March", course="First Aid"), session("May", course="First Aid"))
        story.ask("Ana", to="March")

        with pytest.raises(HasAnotherDate):
            record(story, "Ana", to="May")
        with pytest.raises(MatterOutstanding):
            record(a_date_on_offer(), "Ana", to="May")

    def test_is_refused_in_a_cancelled_session(self):
        """It does not take place, there or here."""
        story = Story()
        story.cancel()

        with pytest.raises(SessionIsCancelled):
            record(story, "Ana")


class TestAPlaceInLineThatIsWrittenDown:
    def test_stands_where_its_time_puts_it(self):
        """Those who are written down in the order of their times pass nobody."""
        story = Story()
        record(story, "Olga")

        events = waits(story, "Ana", asked_at=EARLIER)
        waits(story, "Bo", asked_at=EARLIER)
        waits(story, "Cleo", asked_at=MONDAY)

        assert events == (
            WaitlistJoined(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                seat_units=1,
                requested_at=EARLIER,
                arrival=2,
                line_key="20260223100000000000.000000002~",
                conflicts=(),
                is_recorded=True,
            ),
        )
        assert story.line() == "Ana Bo Cleo"

    def test_is_served_as_its_place_says(self):
        """A seat is free here: it is proposed to the first of them."""
        story = Story()

        events = waits(story, "Ana")

        assert events[1:] == (
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.1", registration_id="Ana 1", person_id="Ana", seat_units=1
            ),
        )

    def test_before_somebody_who_asked_later_needs_an_approval_and_counts_them(self):
        """Bo and Cleo asked here on Monday; Ana had asked a week before, elsewhere."""
        story = Story()
        story.ask("Olga", "Bo", "Cleo")

        with pytest.raises(NeedsApproval):
            waits(story, "Ana")
        with pytest.raises(ReasonMissing):
            waits(story, "Ana", approval="Olga", reason="")
        [joined] = waits(story, "Ana", approval="Olga")

        assert isinstance(joined, WaitlistJoined)
        assert (joined.passed, joined.approval, joined.reason) == (2, "Olga", "taken over")
        assert story.line() == "Ana Bo Cleo"

    def test_passes_nobody_by_the_order_of_the_session(self):
        """Managers come first: Mara stands before Bo, who asked when she did; Rafe asked later and has a deadline."""
        story = Story(session(capacity=0, order=Order.PRIORITY, role_order=("Manager",)))
        story.ask("Bo", asked_at=EARLIER)
        story.ask("Rafe", deadline=date(2026, 4, 1))

        waits(story, "Mara", role="Manager")
        waits(story, "Dan")

        assert story.line() == "Rafe Mara Bo Dan"

    def test_passes_nobody_who_was_sent_to_the_end(self):
        """Bo is behind everybody, whenever they ask."""
        story = Story(session(on_lapse=LapseRule.END))
        story.ask("Olga", "Bo")
        story.drop("Olga")
        story.approve("Bo")
        story.decline("Bo")

        waits(story, "Ana")

        assert story.line() == "Ana Bo"

    @pytest.mark.parametrize("rules", [{"waitlist_limit": 1}, {"waitlist_is_open": False}])
    def test_beyond_the_limit_of_the_list_needs_an_approval(self, rules):
        """A list that is full or closed takes nobody by itself."""
        story = Story(session(capacity=0))
        story.ask("Bo", asked_at=EARLIER - timedelta(days=1))
        story.set_rules(**rules)

        with pytest.raises(NeedsApproval):
            waits(story, "Ana")
        waits(story, "Ana", approval="Olga")

        assert story.line() == "Bo Ana"

    def test_is_no_overflow_while_requests_are_collected(self):
        """Those whom a sealed window collects do not wait for a seat that is not there."""
        window = Window(opens_at=MONDAY, closes_at=MONDAY + timedelta(hours=1), draw=Draw.PRIORITY)
        story = Story(session(window=window, waitlist_limit=0))

        waits(story, "Ana")

        assert story.line() == "Ana"

    def test_fills_the_list_up_to_its_limit(self):
        """The last place of a list is a place."""
        story = Story(session(capacity=0, waitlist_limit=1))

        waits(story, "Ana")

        assert story.line() == "Ana"

    def test_is_skipped_for_what_it_would_be_skipped_for(self):
        """A seat at the same time, a manager's word, another date on offer."""
        story = Story(session(sign_off=SignOff()), session("Yard"), overlaps=[(SAFETY, "Yard")])
        story.ask("Ana", to="Yard")
        course = a_date_on_offer()

        waits(story, "Ana")
        waits(course, "Ana", to="May")

        assert (story.entry("Ana").conflicts, story.entry("Ana").outstanding) == (("Yard",), ("sign_off",))
        assert course.entry("Ana", "May").outstanding == ("course:March",)

    def test_is_refused_whoever_is_there(self):
        """One place each."""
        story = Story(session(capacity=0))
        story.ask("Ana")

        with pytest.raises(AlreadyRegistered):
            waits(story, "Ana")

    def test_is_refused_for_more_than_there_ever_will_be(self):
        """A group of two is never seated where there is one seat, but fits where there are two."""
        with pytest.raises(TooManyUnits):
            waits(Story(), "Ana", units=2)

        waits(Story(session(capacity=2)), "Ana", units=2)


class TestARefusalOfAPlaceThatIsWrittenDown:
    """Names what stands against it."""

    def test_names_the_registration_the_session_and_the_numbers(self):
        """So that whoever writes it down can look there."""
        story = Story(session(capacity=2), session("Yard"), overlaps=[(SAFETY, "Yard")])
        story.ask("Ana")
        story.ask("Bo", to="Yard")

        with pytest.raises(AlreadyRegistered) as there:
            record(story, "Ana")
        with pytest.raises(HoldsOverlappingSeat) as clash:
            record(story, "Bo")
        with pytest.raises(TooManyUnits) as many:
            waits(story, "Cleo", units=3)

        assert there.value.registration_id == story.id_of("Ana")
        assert clash.value.session_ids == ("Yard",)
        assert (many.value.seat_units, many.value.limit) == (3, 2)

    def test_follows_the_deadline_of_the_other_seat(self):
        """At her deadline Ana's offer elsewhere is no seat any more, whether or not a job has run."""
        story = Story(session(), session("Yard"), overlaps=[(SAFETY, "Yard")])
        story.ask("Olga", "Ana", to="Yard")
        story.drop("Olga", out_of="Yard")
        story.approve("Ana", to="Yard")
        with pytest.raises(HoldsOverlappingSeat):
            record(story, "Ana")

        story.now = MONDAY + timedelta(hours=48)
        record(story, "Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_is_not_for_whom_no_sign_off_is_needed(self):
        """New hires alone are signed off."""
        story = Story(session(capacity=0, sign_off=SignOff(roles=frozenset({"New hire"}))))

        waits(story, "Ana", role="New hire")
        waits(story, "Bo", role="Manager")

        assert (story.entry("Ana").outstanding, story.entry("Bo").outstanding) == (("sign_off",), ())

    def test_is_not_for_a_seat_that_an_offer_has_just_given_back(self):
        """Olga's offer is over: her seat is free, and nobody else waits for it."""
        story = Story()
        story.ask("Zoe", "Olga")
        story.drop("Zoe")
        story.approve("Olga")

        story.now = MONDAY + timedelta(hours=48)
        given = record(story, "Ana")[-1]

        assert isinstance(given, SeatGiven)
        assert (given.is_granted, given.approval) == (False, "")


class TestAPlaceThatIsWrittenDownWhileOffersRun:
    """An offer counts until its deadline, here and elsewhere."""

    def test_is_counted_beside_an_offer(self):
        """Three seats: Olga has an offer, Ana's seat is written down, and one is left."""
        story = Story(session(capacity=3))
        story.ask("Xia", "Yan", "Zoe", "Olga")
        story.drop("Zoe")
        story.approve("Olga")
        story.drop("Yan")

        [given] = record(story, "Ana")
        [beyond] = record(story, "Bo", approval="Olga")

        assert isinstance(given, SeatGiven)
        assert isinstance(beyond, SeatGiven)
        assert (given.is_granted, beyond.is_granted) == (False, True)

    def test_is_skipped_for_an_offer_elsewhere(self):
        """Ana has an offer at the same time."""
        story = Story(session(), session("Yard"), overlaps=[(SAFETY, "Yard")])
        story.ask("Olga", "Ana", to="Yard")
        story.drop("Olga", out_of="Yard")
        story.approve("Ana", to="Yard")

        waits(story, "Ana")

        assert story.entry("Ana").conflicts == ("Yard",)

    def test_keeps_its_terms(self):
        """What was agreed elsewhere stays with the seat."""
        story = Story()
        asked = story.request("Ana", asked_at=EARLIER)
        story.act(
            c.RecordPlace(
                session_id=SAFETY,
                registration_id=asked.registration_id,
                person_id="Ana",
                status=Status.CONFIRMED,
                requested_at=EARLIER,
                terms=Terms(transferred_from="elsewhere 1"),
            )
        )

        assert story.entry("Ana").terms.transferred_from == "elsewhere 1"
