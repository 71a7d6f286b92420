"""Dates of one course: a seat on one ends the wait for the others, an offer of one lets them wait."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, Story, at, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.any_date import ask_for_any_date
from waitlist_app.engine.events import (
    Event,
    MatterOpened,
    MatterSettled,
    OfferLapsed,
    ProposalWithdrawn,
    RegistrationClosed,
    SeatGiven,
    SeatProposed,
)
from waitlist_app.engine.explain import Why, why
from waitlist_app.engine.model import LapseRule, Mode, Session, StandingApproval, Status, Terms
from waitlist_app.engine.refusals import CourseStands, HasAnotherDate, MatterOutstanding, WaitlistFull
from waitlist_app.errors import Defect

MARCH, APRIL, MAY = "March", "April", "May"
REASON = "has a seat on another date of the course"


def date(code: str, **rules) -> Session:
    """Build a date of the course."""
    return session(code, course="First Aid", **rules)


def two_full_dates(**rules) -> Story:
    """Fill two dates of one seat; Ana waits on both, and Bo in April behind her."""
    story = Story(date(MARCH, **rules), date(APRIL, **rules))
    story.ask("Olga", "Ana", to=MARCH)
    story.ask("Piet", "Ana", "Bo", to=APRIL)
    return story


class TestASeatOnOneDate:
    def test_scenario_065_ends_the_wait_for_the_other(self):
        """Ana has a seat in March: she leaves the line of April, Bo moves up, and the record says why."""
        story = two_full_dates()
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)

        events = story.accept("Ana", to=MARCH)

        assert story.standing(MARCH) == stands(confirmed="Ana")
        assert story.standing(APRIL) == stands(confirmed="Piet", waiting="Bo")
        assert events[1:] == (
            RegistrationClosed(
                session_id=APRIL,
                registration_id="Ana 4",
                person_id="Ana",
                seat_units=1,
                was=Status.WAITLISTED,
                status=Status.LEFT,
                was_ready=False,
                reason=REASON,
            ),
        )

    def test_settles_the_line_that_is_left(self):
        """Ana was proposed in April; with a seat in March, given at once, she is not, and Bo is."""
        story = two_full_dates()
        story.drop("Piet", out_of=APRIL)
        story.drop("Olga", out_of=MARCH)

        events = story.approve("Ana", to=MARCH, is_direct=True)

        assert story.standing(APRIL) == stands(waiting="Bo", proposed="Bo")
        assert events[1:] == (
            ProposalWithdrawn(
                session_id=APRIL, proposal_id="April.1", registration_id="Ana 4", person_id="Ana", because="left"
            ),
            RegistrationClosed(
                session_id=APRIL,
                registration_id="Ana 4",
                person_id="Ana",
                seat_units=1,
                was=Status.WAITLISTED,
                status=Status.LEFT,
                was_ready=True,
                reason=REASON,
            ),
            SeatProposed(session_id=APRIL, proposal_id="April.2", registration_id="Bo 5", person_id="Bo", seat_units=1),
        )

    def test_counts_however_it_came(self):
        """A seat beyond the limit, and one that was free when she asked, are seats."""
        granted, asked = two_full_dates(), two_full_dates()
        asked.set_capacity(2, of=MARCH)
        asked.drop("Ana", out_of=MARCH)

        granted.grant("Ana", to=MARCH)
        asked.ask("Ana", to=MARCH)

        assert granted.line(APRIL) == asked.line(APRIL) == "Bo"

    def test_leaves_other_courses_alone(self):
        """Fire Safety is another course, and a session without one is nobody's other date."""
        story = Story(date(MARCH), session(APRIL, capacity=0), session(MAY, capacity=0, course="Fire Safety"))
        story.ask("Ana", to=APRIL)
        story.ask("Ana", to=MAY)

        story.ask("Ana", to=MARCH)

        assert (story.line(APRIL), story.line(MAY)) == ("Ana", "Ana")

    def test_leaves_a_line_alone_where_several_dates_are_allowed(self):
        """The rule of the line that would be left counts."""
        story = Story(date(MARCH), date(APRIL, capacity=0, one_date=False), date(MAY, capacity=0))
        story.ask("Ana", to=APRIL)
        story.ask("Ana", to=MAY)

        story.ask("Ana", to=MARCH)

        assert (story.line(APRIL), story.line(MAY)) == ("Ana", "")

    def test_leaves_an_entry_alone_whose_guard_was_lifted(self):
        """Somebody approved that Ana may have several."""
        story = Story(date(MARCH), date(APRIL, capacity=0))
        story.ask("Ana", to=APRIL, waiver="Olga")

        story.ask("Ana", to=MARCH)

        assert story.line(APRIL) == "Ana"

    def test_refuses_a_second_one(self):
        """Whoever has a seat in March asks for April in exchange, or not at all."""
        story = Story(date(MARCH), date(APRIL))
        story.ask("Ana", to=MARCH)

        with pytest.raises(HasAnotherDate) as refused:
            story.ask("Ana", to=APRIL)

        assert refused.value.session_ids == (MARCH,)

    def test_can_be_exchanged_for_another(self):
        """Waiting for April in exchange keeps March, and neither ends the other before that."""
        story = Story(date(MARCH), date(APRIL))
        story.ask("Ana", to=MARCH)
        story.ask("Bo", to=APRIL)
        story.ask("Ana", to=APRIL, terms=Terms(gives_up="Ana 1", gives_up_in=MARCH))
        story.drop("Bo", out_of=APRIL)
        story.approve("Ana", to=APRIL)

        story.accept("Ana", to=APRIL)

        assert (story.standing(MARCH), story.standing(APRIL)) == (stands(), stands(confirmed="Ana"))

    def test_leaves_the_entry_alone_that_gives_it_up(self):
        """Dan would exchange March for April; with March his, April waits on, and only May ends."""
        story = Story(date(MARCH, capacity=0), date(APRIL, capacity=0), date(MAY, capacity=0))
        story.ask("Dan", to=MARCH)
        story.ask("Dan", to=APRIL, terms=Terms(gives_up="Dan 1", gives_up_in=MARCH))
        story.ask("Dan", to=MAY)

        story.grant("Dan", to=MARCH)

        assert (story.line(APRIL), story.line(MAY)) == ("Dan", "")

    def test_leaves_the_entry_alone_that_gives_it_up_and_comes_back_to_the_line(self):
        """Ana would exchange April for March; the approval of her offer is undone, and she waits on."""
        story = Story(date(MARCH), date(APRIL))
        story.ask("Olga", to=MARCH)
        story.ask("Ana", to=APRIL)
        story.ask("Ana", to=MARCH, terms=Terms(gives_up="Ana 2", gives_up_in=APRIL))
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)

        story.undo_approval("Ana", to=MARCH)

        assert story.standing(MARCH) == stands(waiting="Ana", proposed="Ana")
        assert story.standing(APRIL) == stands(confirmed="Ana")

    def test_given_up_lets_the_person_ask_again(self):
        """A seat that is gone counts no more."""
        story = Story(date(MARCH), date(APRIL))
        story.ask("Ana", to=MARCH)
        story.drop("Ana", out_of=MARCH)

        story.ask("Ana", to=APRIL)

        assert story.standing(APRIL) == stands(confirmed="Ana")


class TestWaitingForSeveralDates:
    def test_scenario_022_counts_for_nothing(self):
        """One seat in the course is allowed, and the entries that wait for one are none."""
        story = two_full_dates()
        story.drop("Olga", out_of=MARCH)

        story.approve("Ana", to=MARCH)
        story.accept("Ana", to=MARCH)

        assert story.standing(MARCH) == stands(confirmed="Ana")

    def test_may_lead_to_a_proposal_on_each(self):
        """A proposal holds nothing; which of them is approved first decides."""
        story = two_full_dates()
        story.drop("Olga", out_of=MARCH)
        story.drop("Piet", out_of=APRIL)

        assert story.standing(MARCH) == stands(waiting="Ana", proposed="Ana")
        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Ana")


class TestAnOfferOfOneDate:
    def test_lets_the_other_entries_keep_their_place_and_be_skipped(self):
        """Ana is offered March: in April she stays first and is told why, and the seat there is proposed to Bo."""
        story = two_full_dates()
        story.drop("Piet", out_of=APRIL)
        story.drop("Olga", out_of=MARCH)

        events = story.approve("Ana", to=MARCH)

        reason = why(story.roster(APRIL), "Ana 4", story.now)
        assert reason is not None
        assert (reason.position, reason.why, reason.sentence) == (
            1,
            Why.OUTSTANDING,
            "Skipped, with the place kept: another date of the course is on offer.",
        )
        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Bo")
        assert events[1:] == (
            ProposalWithdrawn(
                session_id=APRIL, proposal_id="April.1", registration_id="Ana 4", person_id="Ana", because="course"
            ),
            MatterOpened(
                session_id=APRIL,
                registration_id="Ana 4",
                person_id="Ana",
                seat_units=1,
                matter="course:March",
                was_ready=True,
            ),
            SeatProposed(session_id=APRIL, proposal_id="April.2", registration_id="Bo 5", person_id="Bo", seat_units=1),
        )

    @pytest.mark.parametrize("end", ["declines", "is revoked", "lapses", "drops"])
    def test_lets_them_come_back_when_it_ends(self, end):
        """However the offer ends, the seat in April is proposed to Ana, who is still first there."""
        story = two_full_dates()
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.drop("Piet", out_of=APRIL)

        match end:
            case "declines":
                events = story.decline("Ana", to=MARCH)
            case "is revoked":
                events = story.revoke("Ana", to=MARCH)
            case "lapses":
                story.now = MONDAY + timedelta(hours=48)
                events = story.sweep()
            case _:
                events = story.drop("Ana", out_of=MARCH)

        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Ana")
        assert (
            MatterSettled(
                session_id=APRIL,
                registration_id="Ana 4",
                person_id="Ana",
                seat_units=1,
                matter="course:March",
                is_ready=True,
            )
            in events
        )

    def test_lets_them_come_back_when_it_sends_to_the_end(self):
        """Ana waits at the end in March, and is served in April."""
        story = two_full_dates(on_lapse=LapseRule.END)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.drop("Piet", out_of=APRIL)

        story.decline("Ana", to=MARCH)

        assert story.standing(MARCH) == stands(waiting="Ana", proposed="Ana")
        assert story.standing(APRIL) == stands(waiting="Ana Bo", proposed="Ana")

    def test_lets_a_newcomer_wait_for_another_date_though_a_seat_is_free(self):
        """Ana may ask for May while she is offered March; she is served there once that offer has ended."""
        story = Story(date(MARCH, on_lapse=LapseRule.OUT), date(MAY, capacity=2))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)

        story.ask("Ana", "Bo", to=MAY)
        skipped = story.standing(MAY)
        story.decline("Ana", to=MARCH)

        assert skipped == stands(confirmed="Bo", waiting="Ana")
        assert story.standing(MAY) == stands(confirmed="Bo", waiting="Ana", proposed="Ana")

    def test_that_is_past_its_deadline_keeps_nobody_waiting(self):
        """At its deadline an offer holds nothing, whether or not a job ran: Ana gets the seat in May."""
        story = Story(date(MARCH), date(MAY))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.now = MONDAY + timedelta(hours=48)

        story.ask("Ana", to=MAY)

        assert story.standing(MAY) == stands(confirmed="Ana")

    def test_can_be_passed_by_no_approval(self):
        """Not even an override gives a second date while the first is on offer."""
        story = Story(date(MARCH), date(MAY))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)

        with pytest.raises(MatterOutstanding):
            story.ask("Ana", to=MAY, approval="Olga")

    def test_counts_on_every_date_of_one_act(self):
        """Both dates get a seat at once and promote alone: Ana is offered the first by code, Bo the other."""
        rules = {"mode": Mode.OFFERED, "standing_approval": StandingApproval(id="standing 1")}
        story = Story(date(MARCH, **rules), date(APRIL, **rules))
        story.ask("Olga", "Ana", to=MARCH)
        story.ask("Piet", "Ana", "Bo", to=APRIL)

        story.act(
            c.Close(session_id=MARCH, registration_id="Olga 1", status=Status.DROPPED),
            c.Close(session_id=APRIL, registration_id="Piet 3", status=Status.DROPPED),
        )

        assert story.standing(APRIL) == stands(offered="Ana", waiting="Bo")
        assert story.standing(MARCH) == stands(waiting="Ana")

    def test_with_a_waiver_ends_the_wait_of_who_comes_back_to_a_line(self):
        """Ana took May by a waiver while March was on offer; what sends her back to March's line finds that seat."""
        story = Story(date(MARCH, on_lapse=LapseRule.END), date(MAY))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.ask("Ana", to=MAY, waiver="Olga")
        assert story.standing(MARCH) == stands(offered="Ana")

        story.decline("Ana", to=MARCH)

        assert (story.standing(MARCH), story.standing(MAY)) == (stands(), stands(confirmed="Ana"))

    def test_ends_with_a_seat_on_a_date_that_does_not_mind(self):
        """May lets people have other dates beside it; March does not, so its offer ends and Bo is proposed there."""
        story = Story(date(MARCH), date(MAY, one_date=False))
        story.ask("Olga", "Ana", "Bo", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)

        events = story.ask("Ana", to=MAY)

        assert story.standing(MAY) == stands(confirmed="Ana")
        assert story.standing(MARCH) == stands(waiting="Bo", proposed="Bo")
        [closed] = [event for event in events if isinstance(event, RegistrationClosed)]
        assert (closed.was, closed.status, closed.reason) == (Status.OFFERED, Status.DROPPED, REASON)

    @pytest.mark.parametrize(("taken", "other"), [(MARCH, APRIL), (APRIL, MARCH)])
    def test_of_two_records_ends_when_the_other_is_taken(self, taken, other):
        """Ann and Ana are one person with an offer of each date, and takes one."""
        story = Story(date(MARCH), date(APRIL))
        story.ask("Olga", "Ana", to=MARCH)
        story.ask("Piet", "Ann", "Bo", to=APRIL)
        story.drop("Olga", out_of=MARCH)
        story.drop("Piet", out_of=APRIL)
        story.approve("Ana", to=MARCH)
        story.approve("Ann", to=APRIL)
        story.merge("Ann", into="Ana")

        story.accept("Ana", to=taken)

        assert story.standing(taken).confirmed == ("Ana",)
        assert (story.standing(other).offered, story.standing(other).confirmed) == ((), ())

    def test_that_has_still_to_be_paid_ends_with_a_seat_elsewhere(self):
        """Nothing was paid for March, so nothing is owed back."""
        story = Story(date(MARCH, price=4900), date(MAY, one_date=False))
        story.ask("Ana", to=MARCH)

        story.ask("Ana", to=MAY)

        assert (story.standing(MARCH), story.standing(MAY)) == (stands(), stands(confirmed="Ana"))

    def test_past_its_deadline_is_left_to_lapse(self):
        """Nobody needs to end what has ended by itself."""
        story = Story(date(MARCH, offer_window=timedelta(hours=1)), date(MAY, one_date=False))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.now += timedelta(hours=1)

        story.ask("Ana", to=MAY)
        events = story.sweep()

        assert [type(event) for event in events][:1] == [OfferLapsed]
        assert (story.standing(MARCH), story.standing(MAY)) == (stands(), stands(confirmed="Ana"))

    def test_of_two_by_a_waiver_keeps_who_comes_back_to_a_line_skipped(self):
        """Both dates were on offer; Ana declines one, and waits at its end while the other runs."""
        story = Story(date(MARCH, on_lapse=LapseRule.END), standing(MAY, course="First Aid"))
        story.ask("Olga", "Ana", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Ana", to=MARCH)
        story.ask("Piet", to=MAY)
        story.ask("Ana", to=MAY, waiver="Olga")
        story.drop("Piet", out_of=MAY)

        story.decline("Ana", to=MARCH)

        assert story.entry("Ana", MARCH).outstanding == ("course:May",)
        assert story.standing(MARCH) == stands(waiting="Ana")


class TestTheCourseOfASession:
    def test_is_set_before_anybody_is_in_it(self):
        """With people in it, somebody would have two seats, or be skipped, by the stroke of a pen."""
        story = Story(session(MARCH))
        story.set_rules(of=MARCH, course="First Aid")
        story.ask("Ana", to=MARCH)

        with pytest.raises(CourseStands):
            story.set_rules(of=MARCH, course="Fire Safety")
        with pytest.raises(CourseStands):
            story.set_rules(of=MARCH, one_date=False)

        assert story.roster(MARCH).session.course == "First Aid"

    @pytest.mark.parametrize("status", ["waiting", "offered"])
    def test_stands_for_whoever_waits_or_is_offered_a_seat(self, status):
        """A place in the line is a place, and so is an offer."""
        story = Story(standing(MARCH) if status == "offered" else session(MARCH, capacity=0))
        story.ask("Olga", "Ana", to=MARCH)
        story.now = at("2026-03-02 11:00")
        story.drop("Olga", out_of=MARCH)

        with pytest.raises(CourseStands):
            story.set_rules(of=MARCH, course="Fire Safety")

    def test_can_be_set_again_once_it_is_empty(self):
        """Whoever left is no obstacle."""
        story = Story(session(MARCH))
        story.ask("Ana", to=MARCH)
        story.drop("Ana", out_of=MARCH)

        story.set_rules(of=MARCH, course="First Aid")

        assert story.roster(MARCH).session.course == "First Aid"


def any_date(story: Story, name: str, *codes: str, **rest) -> tuple[Event, ...]:
    """Let somebody ask for any of the dates, in this order of choice."""
    requests = [story.request(name, to=code, terms=Terms(any_date=True), **rest) for code in codes]
    return ask_for_any_date(story.ledger, requests, story.now)


class TestARequestForAnyDate:
    def test_gets_a_seat_at_once_on_the_first_date_that_has_one(self):
        """March is full; April has a seat, and nothing is asked of May."""
        story = Story(date(MARCH), date(APRIL), date(MAY))
        story.ask("Olga", to=MARCH)

        events = any_date(story, "Ana", MARCH, APRIL, MAY)

        assert events == (
            SeatGiven(
                session_id=APRIL,
                registration_id="Ana 3",
                person_id="Ana",
                seat_units=1,
                requested_at=MONDAY,
                arrival=1,
                terms=Terms(any_date=True),
            ),
        )
        assert (story.standing(MARCH), story.standing(MAY)) == (stands(confirmed="Olga"), stands())

    def test_takes_the_first_choice_where_several_have_one(self):
        """Both have a seat; she named April first."""
        story = Story(date(MARCH), date(APRIL))

        any_date(story, "Ana", APRIL, MARCH)

        assert (story.standing(MARCH), story.standing(APRIL)) == (stands(), stands(confirmed="Ana"))

    def test_overtakes_nobody(self):
        """A seat came back in March and belongs to Bo, who waits; Ana joins the line behind him."""
        story = Story(date(MARCH))
        story.ask("Olga", "Bo", to=MARCH)
        story.drop("Olga", out_of=MARCH)

        any_date(story, "Ana", MARCH)

        assert story.standing(MARCH) == stands(waiting="Bo Ana", proposed="Bo")

    def test_joins_the_line_of_each_date_with_one_time(self):
        """Without a seat at once she waits everywhere, as somebody who asked when she asked."""
        story = two_full_dates()

        any_date(story, "Cleo", MARCH, APRIL, asked_at=MONDAY - timedelta(hours=1))

        assert (story.line(MARCH), story.line(APRIL)) == ("Cleo Ana", "Cleo Ana Bo")
        assert {story.entry("Cleo", code).requested_at for code in (MARCH, APRIL)} == {MONDAY - timedelta(hours=1)}

    def test_leaves_out_the_dates_that_refuse(self):
        """The list of April is closed; March takes her."""
        story = Story(date(MARCH, capacity=0), date(APRIL, capacity=0, waitlist_is_open=False))

        any_date(story, "Ana", APRIL, MARCH)

        assert (story.line(MARCH), story.line(APRIL)) == ("Ana", "")

    def test_is_refused_where_every_date_refuses(self):
        """The first refusal is told."""
        story = Story(date(MARCH, capacity=0, waitlist_limit=0), date(APRIL, capacity=0, waitlist_is_open=False))

        with pytest.raises(WaitlistFull):
            any_date(story, "Ana", MARCH, APRIL)

    def test_ends_with_a_seat_on_one_date_whatever_the_rule_there(self):
        """April allows several dates, and Ana asked for one of them."""
        story = Story(date(MARCH), date(APRIL, one_date=False))
        story.ask("Olga", to=MARCH)
        story.ask("Piet", to=APRIL)
        any_date(story, "Ana", MARCH, APRIL)
        story.drop("Olga", out_of=MARCH)

        story.approve("Ana", to=MARCH)
        offered = story.entry("Ana", APRIL).outstanding
        story.accept("Ana", to=MARCH)

        assert offered == ("course:March",)
        assert (story.standing(MARCH), story.line(APRIL)) == (stands(confirmed="Ana"), "")

    def test_finds_what_is_over_to_be_over(self):
        """Bo's offer in March ended and he is out; nobody waits, and Ana has the seat."""
        story = Story(date(MARCH), date(APRIL, capacity=0))
        story.ask("Olga", "Bo", to=MARCH)
        story.drop("Olga", out_of=MARCH)
        story.approve("Bo", to=MARCH)
        story.now = MONDAY + timedelta(hours=48)

        events = any_date(story, "Ana", APRIL, MARCH)

        assert [type(event) for event in events] == [OfferLapsed, SeatGiven]
        assert (story.standing(MARCH), story.line(APRIL)) == (stands(confirmed="Ana"), "")

    def test_names_a_date(self):
        """Whoever builds such a request chooses the dates."""
        with pytest.raises(Defect) as caught:
            any_date(Story(date(MARCH)), "Ana")

        assert caught.value.detail == "A request for any date names at least one."


class TestADateThatHasToBePaid:
    def test_is_kept_until_its_deadline_for_whoever_asks_for_any(self):
        """The time to pay counts from the request."""
        story = Story(date(MARCH, price=4900), date(APRIL, price=4900))

        any_date(story, "Ana", MARCH, APRIL)

        assert story.entry("Ana", MARCH).payment_due_at == story.now + timedelta(minutes=60)


class TestWhatIsToldOfAnotherDate:
    def test_is_nothing_to_somebody_who_left_or_has_a_seat(self):
        """It is for those who wait."""
        story = two_full_dates()

        for registration_id in ("gone", *(r.id for r in story.roster(APRIL).registrations.values() if not r.line_key)):
            told = c.TakeOtherDate(
                session_id=APRIL,
                registration_id=registration_id,
                with_session_id=MARCH,
                with_registration_id="m",
                is_seat=True,
            )
            assert story.act(told) == ()

    def test_is_heard_by_an_entry_that_gives_up_something_else(self):
        """Ana waits for April in exchange for a seat in a session of another kind: an offer of March is no exchange."""
        story = Story(date(MARCH), date(APRIL), session("Crane"))
        story.ask("Ana", to="Crane")
        story.ask("Olga", "Ana", to=MARCH)
        story.ask("Piet", to=APRIL)
        story.ask("Ana", to=APRIL, terms=Terms(gives_up=story.id_of("Ana", "Crane"), gives_up_in="Crane"))
        story.drop("Olga", out_of=MARCH)

        story.approve("Ana", to=MARCH)

        assert story.entry("Ana", APRIL).outstanding == (f"course:{MARCH}",)
