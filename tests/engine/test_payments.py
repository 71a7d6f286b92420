"""Paid sessions: a seat is pending until it is paid, and no money is ever lost."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import (
    Event,
    OfferAccepted,
    OfferLapsed,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundDue,
    RefundMade,
    RefundWaived,
    RegistrationClosed,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    SeatProposed,
)
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.model import Block, LapseRule, Mode, Payment, Registration, Status, Terms
from waitlist_app.engine.refusals import (
    AlreadyAccepted,
    AlreadyConfirmed,
    CapacityTooLow,
    NotConfirmed,
    NothingOwed,
    OfferEnded,
    PaymentOfAnother,
    PaymentUnknown,
    ReasonMissing,
    RefundTooLarge,
    SeatIsPaid,
    SeatsCostMoney,
)
from waitlist_app.engine.seats import Sum
from waitlist_app.errors import Defect

AN_HOUR = timedelta(minutes=60)
A_TICK = timedelta(microseconds=1)
FORKLIFT = "Forklift"
IN_POUNDS = Terms(price=4900, currency="GBP")


def at_a_price(*names: str, price: int = 4900, **rules: Any) -> Story:
    """Open a session at a price, and let people ask."""
    story = Story(session(price=price, **rules))
    story.ask(*names)
    return story


def money(events: tuple[Event, ...]) -> list[Event]:
    """Take what events tell of money."""
    about = PaymentReceived | PaymentFailed | PaymentUnused | RefundDue | RefundMade | RefundWaived
    return [event for event in events if isinstance(event, about)]


def payment(story: Story, name: str = "Ana", code: str = SAFETY) -> Payment:
    """Give what is known of somebody's payment."""
    return story.roster(code).payments[f"pay-{name}"]


def due(name: str, arrival: int, amount: int, because: str, reference: str = "") -> RefundDue:
    """Build what is said when money is owed back."""
    return RefundDue(
        session_id=SAFETY,
        registration_id=f"{name} {arrival}",
        person_id=name,
        reference=reference or f"pay-{name}",
        amount=amount,
        currency="GBP",
        because=because,
    )


class TestADirectBooking:
    def test_is_pending_for_an_hour(self):
        """The seat is taken, and Ana has until eleven."""
        story = at_a_price()

        events = story.ask("Ana")

        assert events == (
            SeatGiven(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                requested_at=MONDAY,
                arrival=1,
                terms=IN_POUNDS,
                payment_due_at=MONDAY + AN_HOUR,
            ),
        )
        assert story.standing() == stands(pending="Ana")
        assert story.sum() == Sum(limit=1, confirmed=0, pending=1, held=0, free=0, overbooked_by=0)

    def test_is_pending_as_long_as_the_session_says(self):
        """The window is a rule of the session."""
        story = at_a_price("Ana", payment_window=timedelta(minutes=20))

        assert story.entry("Ana").payment_due_at == MONDAY + timedelta(minutes=20)

    def test_that_costs_nothing_is_confirmed_at_once(self):
        """Amount zero needs no payment."""
        story = at_a_price("Ana", price=0)

        assert story.standing() == stands(confirmed="Ana")
        assert story.entry("Ana").terms == Terms()

    def test_out_of_a_block_is_pending_too(self):
        """Whoever a seat is kept for pays for it as well."""
        story = at_a_price(blocks=(Block(name="board", units=1),))

        story.ask("Ana", block="board")

        assert story.standing() == stands(pending="Ana")

    def test_past_the_line_is_pending_too_and_its_grant_with_it(self):
        """Beyond the limit or not, a seat is paid; unpaid, the grant ends."""
        story = at_a_price("Ana")

        story.ask("Bo", approval="Olga")

        assert story.standing() == stands(pending="Ana Bo")
        assert story.roster().tally.granted == 1
        story.now += AN_HOUR
        story.sweep()
        assert story.standing() == stands()
        assert story.roster().tally.granted == 0

    def test_counts_in_what_cannot_be_taken_away(self):
        """Nobody's unpaid seat disappears with a lower number."""
        story = at_a_price("Ana", "Bo", capacity=2)

        with pytest.raises(CapacityTooLow):
            story.set_capacity(1)

    def test_holds_the_seat_against_sessions_at_the_same_time(self):
        """Ana waits for Forklift, and is skipped there for as long as her seat here is kept."""
        story = Story(session(price=4900), session(FORKLIFT, capacity=0), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana")
        assert story.entry("Ana", FORKLIFT).conflicts == (SAFETY,)

        story.now += AN_HOUR
        story.sweep()

        assert story.entry("Ana", FORKLIFT).conflicts == ()

    def test_is_no_reason_to_skip_anybody_once_its_time_is_over(self):
        """No job ran, and Ana asks elsewhere at the same time: her unpaid seat is none any more."""
        story = Story(session(price=4900), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana")
        story.now += AN_HOUR - A_TICK
        story.ask("Bo", to=FORKLIFT)
        story.drop("Bo", out_of=FORKLIFT)

        story.now += A_TICK
        story.ask("Ana", to=FORKLIFT)

        assert story.standing(FORKLIFT) == stands(confirmed="Ana")

    def test_cannot_be_checked_in(self):
        """Only those who are confirmed come in."""
        story = at_a_price("Ana")

        with pytest.raises(NotConfirmed):
            story.act(c.CheckIn(session_id=SAFETY, registration_id="Ana 1"))


class TestAPromotion:
    def test_is_pending_once_the_offer_is_accepted(self):
        """The time to pay begins with the yes, not with the offer."""
        story = at_a_price("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.now += timedelta(minutes=30)

        events = story.accept("Bo")

        assert events == (
            OfferAccepted(
                session_id=SAFETY,
                registration_id="Bo 2",
                person_id="Bo",
                seat_units=1,
                payment_due_at=MONDAY + timedelta(minutes=90),
            ),
        )
        assert story.standing() == stands(pending="Bo")
        assert story.entry("Bo").offer_expires_at is None

    def test_is_accepted_once(self):
        """Pressing the button again says how things stand: to be paid, then too late."""
        story = at_a_price("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.accept("Bo")

        story.now += AN_HOUR - A_TICK
        with pytest.raises(AlreadyAccepted):
            story.accept("Bo")
        story.now += A_TICK
        with pytest.raises(OfferEnded) as refused:
            story.accept("Bo")
        assert refused.type is OfferEnded

    def test_is_never_confirmed_directly(self):
        """Nobody owes money for a seat that they have not said yes to."""
        story = at_a_price("Ana", "Bo")
        story.drop("Ana")

        with pytest.raises(SeatsCostMoney):
            story.approve("Bo", is_direct=True)

    def test_is_given_at_once_when_it_is_too_late_for_an_offer_and_stays_pending(self):
        """Four minutes before the start Bo is seated by hand, and has to pay like everybody else."""
        story = at_a_price("Ana", "Bo", starts_at=MONDAY + timedelta(hours=1))
        story.now = MONDAY + timedelta(minutes=56)
        story.drop("Ana")

        events = story.approve("Bo", is_direct=True)

        assert [type(event) for event in events] == [SeatConfirmed]
        assert story.standing() == stands(pending="Bo")
        assert story.entry("Bo").payment_due_at == story.now + AN_HOUR
        story.pay("Bo")
        assert story.standing() == stands(confirmed="Bo")

    def test_at_the_last_moment_gives_nothing_up_before_it_is_paid(self):
        """Bo swaps his seat in Forklift for one here: he has it until he has paid."""
        story = Story(session(price=4900, starts_at=MONDAY + timedelta(minutes=4)), session(FORKLIFT))
        story.ask("Ana")
        story.ask("Bo", to=FORKLIFT)
        story.ask("Bo", terms=Terms(gives_up=story.id_of("Bo", FORKLIFT), gives_up_in=FORKLIFT))
        story.drop("Ana")

        events = story.approve("Bo", is_direct=True)

        assert given_up(events) == [("", "")]
        assert (story.standing(), story.standing(FORKLIFT)) == (stands(pending="Bo"), stands(confirmed="Bo"))
        story.pay("Bo")
        assert (story.standing(), story.standing(FORKLIFT)) == (stands(confirmed="Bo"), stands())

    @pytest.mark.parametrize(("price", "expected"), [(4900, stands(offered="Bo")), (0, stands(confirmed="Bo"))])
    def test_that_is_automatic_is_offered_where_it_costs_something(self, price, expected):
        """A standing approval lets offers go out, and nobody owes anything by it."""
        story = Story(replace(standing(price=price), mode=Mode.AUTOMATIC))
        story.ask("Ana", "Bo")

        story.drop("Ana")

        assert story.standing() == expected

    def test_beyond_the_limit_is_pending_and_gives_nothing_up_yet(self):
        """A grant is a seat like any other, to be paid in time."""
        story = at_a_price("Ana", "Bo")

        events = story.grant("Bo")

        assert [event for event in events if isinstance(event, SeatGranted)] == [
            SeatGranted(
                session_id=SAFETY,
                registration_id="Bo 2",
                person_id="Bo",
                seat_units=1,
                line_key="20260302100000000000.000000002~",
                position=1,
                passed=0,
                was_ready=True,
                reason="the board asked",
                approval="Olga",
                payment_due_at=MONDAY + AN_HOUR,
            )
        ]
        assert story.standing() == stands(pending="Ana Bo")
        assert story.roster().tally.granted == 1

    def test_of_who_joined_free_of_charge_is_confirmed_by_itself(self):
        """Bo owes nothing, whatever the session costs now; Cleo, who joined at a price, is offered."""
        story = Story(replace(standing(), mode=Mode.AUTOMATIC))
        story.ask("Ana", "Bo")
        story.set_rules(price=4900)
        story.ask("Cleo")

        story.set_capacity(3)

        assert story.standing() == stands(confirmed="Ana Bo", offered="Cleo")


class TestACourse:
    def dates(self) -> Story:
        """Let Ana wait for Tuesday, and take Monday, another date of the same course, at a price."""
        story = Story(
            session("Monday", price=4900, course="fire"),
            session("Tuesday", course="fire"),
        )
        story.ask("Bo", "Ana", to="Tuesday")
        story.ask("Ana", to="Monday")
        return story

    def test_keeps_the_other_places_while_a_date_is_to_be_paid(self):
        """Nothing is Ana's yet: she keeps her place for Tuesday, and is skipped there."""
        story = self.dates()

        assert story.standing("Tuesday") == stands(confirmed="Bo", waiting="Ana")
        assert story.entry("Ana", "Tuesday").outstanding == ("course:Monday",)

    def test_goes_on_where_the_date_is_not_paid(self):
        """Monday is gone, and she is served on Tuesday as before."""
        story = self.dates()
        story.now += AN_HOUR
        story.sweep()

        story.drop("Bo", out_of="Tuesday")

        assert story.standing("Tuesday") == stands(waiting="Ana", proposed="Ana")

    def test_leaves_the_other_places_once_a_date_is_paid(self):
        """Monday is hers, and Tuesday's line goes on without her."""
        story = self.dates()

        story.pay("Ana", to="Monday")

        assert story.standing("Monday") == stands(confirmed="Ana")
        assert story.standing("Tuesday") == stands(confirmed="Bo")


class TestThePrice:
    def test_is_that_of_when_the_person_joined(self):
        """Ana joined at 49, Bo at 25: a later price changes nothing for either."""
        story = at_a_price("Ana", "Olga")
        story.set_rules(price=2500)
        story.ask("Bo")
        story.set_rules(price=0)
        story.ask("Cleo")

        prices = {name: story.entry(name).terms.price for name in ("Ana", "Olga", "Bo", "Cleo")}
        assert prices == {"Ana": 4900, "Olga": 4900, "Bo": 2500, "Cleo": 0}

    def test_decides_who_has_to_pay_whatever_the_session_costs_now(self):
        """Bo joined at a price and pays it; Cleo joined free of charge, and can be confirmed directly."""
        story = at_a_price("Ana", "Bo")
        story.set_rules(price=0)
        story.ask("Cleo")
        story.set_rules(price=9900)
        story.drop("Ana")
        story.approve("Bo")
        story.accept("Bo")
        assert story.entry("Bo").amount_due == 4900

        story.drop("Bo")
        story.approve("Cleo", is_direct=True)

        assert story.standing() == stands(confirmed="Cleo")

    def test_is_for_each_seat(self):
        """A group of three pays three times as much, and less when it becomes smaller."""
        story = at_a_price(capacity=3)
        story.ask("Ana", units=3)
        assert story.entry("Ana").amount_due == 14700

        story.reduce("Ana", keep=2)

        assert story.entry("Ana").amount_due == 9800

    def test_comes_with_its_currency(self):
        """A change of currency is a change of price."""
        story = at_a_price("Ana", currency="EUR", capacity=2)
        story.set_rules(currency="SEK")

        assert story.entry("Ana").terms == Terms(price=4900, currency="EUR")


class TestAPaymentInTime:
    def test_confirms_the_seat(self):
        """A tick before eleven is in time."""
        story = at_a_price("Ana")
        story.now += AN_HOUR - A_TICK

        events = story.pay("Ana")

        assert events == (
            PaymentReceived(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                reference="pay-Ana",
                amount=4900,
                currency="GBP",
            ),
        )
        assert story.standing() == stands(confirmed="Ana")
        assert story.entry("Ana") == Registration(
            id="Ana 1",
            person_id="Ana",
            status=Status.CONFIRMED,
            requested_at=MONDAY,
            arrival=1,
            terms=IN_POUNDS,
            payment="pay-Ana",
            paid=4900,
        )
        assert payment(story) == Payment(reference="pay-Ana", registration_id="Ana 1", amount=4900, currency="GBP")

    def test_of_too_much_confirms_and_owes_the_rest_back(self):
        """Ana paid for two and has one: the difference is hers."""
        story = at_a_price("Ana")

        events = story.pay("Ana", amount=4901)

        assert money(events)[1:] == [due("Ana", 1, 1, "too_much")]
        assert (story.entry("Ana").paid, payment(story).owed) == (4900, 1)

    def test_comes_after_an_attempt_that_failed(self):
        """Providers name all attempts alike: the same reference fails, and then succeeds."""
        story = at_a_price("Ana")
        assert story.fail_to_pay("Ana") == (
            PaymentFailed(
                session_id=SAFETY, registration_id="Ana 1", person_id="Ana", reference="pay-Ana", reason="card declined"
            ),
        )
        assert story.standing() == stands(pending="Ana")

        story.pay("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_is_heard_of_twice_and_counts_once(self):
        """The same reference changes nothing, in whatever amount, nor does a failure after it."""
        story = at_a_price("Ana")
        story.pay("Ana")
        before = story.roster()

        assert story.pay("Ana", amount=100) == story.fail_to_pay("Ana") == ()
        assert story.roster() == before

    def test_is_refused_where_it_was_for_somebody_else(self):
        """One reference, one registration: in this session, and in any other."""
        story = Story(session(capacity=2, price=4900), session(FORKLIFT, price=4900))
        story.ask("Ana", "Bo")
        story.ask("Cleo", to=FORKLIFT)
        story.pay("Ana")

        with pytest.raises(PaymentOfAnother):
            story.pay("Bo", reference="pay-Ana")
        with pytest.raises(PaymentOfAnother):
            story.pay("Cleo", to=FORKLIFT, reference="pay-Ana")
        with pytest.raises(PaymentOfAnother):
            story.fail_to_pay("Bo", reference="pay-Ana")

    def test_is_of_more_than_nothing(self):
        """A provider that reports a payment of nothing is wrong."""
        with pytest.raises(Defect) as caught:
            at_a_price("Ana").pay("Ana", amount=0)

        assert caught.value.detail == "A payment is of more than nothing."

    def test_makes_a_second_yes_a_matter_of_the_past(self):
        """Whoever presses the button of the offer after paying reads that the seat is theirs."""
        story = at_a_price("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.accept("Bo")
        story.pay("Bo")

        with pytest.raises(AlreadyConfirmed):
            story.accept("Bo")


class TestMoneyThatPaysForNothing:
    def unused(self, because: str, name: str = "Ana 1", **changes: Any) -> PaymentUnused:
        """Build what is said of it."""
        said = PaymentUnused(
            session_id=SAFETY,
            registration_id=name,
            person_id=name.split(maxsplit=1)[0],
            reference=f"pay-{name.split(maxsplit=1)[0]}",
            amount=4900,
            currency="GBP",
            because=because,
        )
        return replace(said, **changes)

    def test_is_too_late_at_the_deadline_itself(self):
        """At eleven the seat is Bo's to be proposed, whether or not a job ran; the money is owed back."""
        story = at_a_price("Ana", "Bo")
        story.now += AN_HOUR
        command = c.NotePayment(
            session_id=SAFETY,
            registration_id="Ana 1",
            person_id="Ana",
            reference="pay-Ana",
            amount=4900,
            currency="GBP",
        )

        assert decide(story.roster(), command, story.now) == (self.unused("late"),)
        events = story.act(command)

        assert money(events) == [self.unused("late")]
        assert story.standing() == stands(waiting="Bo", proposed="Bo")
        assert payment(story) == Payment(
            reference="pay-Ana", registration_id="Ana 1", amount=4900, currency="GBP", owed=4900
        )

    def test_is_too_late_for_somebody_who_left(self):
        """Ana dropped, and her transfer arrives the next day: nobody is seated by it."""
        story = at_a_price("Ana")
        story.drop("Ana")
        story.ask("Bo")

        story.act(
            c.NotePayment(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                reference="pay-Ana",
                amount=4900,
                currency="GBP",
            )
        )

        assert story.standing() == stands(pending="Bo")
        assert payment(story).owed == 4900

    def test_is_not_due_twice(self):
        """A second payment under another reference goes back, the first stays."""
        story = at_a_price("Ana")
        story.pay("Ana")

        events = story.pay("Ana", reference="again")

        assert money(events) == [self.unused("not_due", reference="again")]
        assert story.entry("Ana").payment == "pay-Ana"

    def test_is_not_due_before_a_seat_is_there(self):
        """Whoever waits cannot buy a place."""
        story = at_a_price("Ana", "Bo")

        events = story.pay("Bo")

        assert money(events) == [self.unused("not_due", "Bo 2")]
        assert story.standing() == stands(pending="Ana", waiting="Bo")

    @pytest.mark.parametrize(("amount", "currency"), [(4899, "GBP"), (4900, "EUR")])
    def test_is_wrong_when_it_is_too_little_or_another_currency(self, amount, currency):
        """The seat is kept until its deadline, for the amount that is due."""
        story = at_a_price("Ana")

        events = story.pay("Ana", amount=amount, currency=currency)

        assert money(events) == [self.unused("wrong_amount", amount=amount, currency=currency)]
        assert story.standing() == stands(pending="Ana")
        story.pay("Ana", reference="again")
        assert story.standing() == stands(confirmed="Ana")


class TestAtTheDeadline:
    def test_an_unpaid_seat_ends_and_settles(self):
        """A tick before, it is kept; then Ana is out, and Bo is proposed."""
        story = at_a_price("Ana", "Bo")
        story.now += AN_HOUR - A_TICK
        assert story.sweep() == ()
        assert story.sum() == Sum(limit=1, confirmed=0, pending=1, held=0, free=0, overbooked_by=0)

        story.now += A_TICK
        assert story.sum() == Sum(limit=1, confirmed=0, pending=0, held=0, free=1, overbooked_by=0)
        events = story.sweep()

        assert events == (
            RegistrationClosed(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                was=Status.PENDING,
                status=Status.FAILED,
                was_ready=False,
                reason="not paid in time",
            ),
            SeatProposed(
                session_id=SAFETY,
                proposal_id=f"{SAFETY}.1",
                registration_id="Bo 2",
                person_id="Bo",
                seat_units=1,
            ),
        )

    def test_nobody_goes_to_the_end(self):
        """Where lapsed offers do, an unpaid seat is closed all the same; who asks again has a new time."""
        story = at_a_price("Ana", "Bo", on_lapse=LapseRule.END)
        story.now += AN_HOUR

        story.ask("Cleo", "Ana")

        assert story.standing() == stands(waiting="Bo Cleo Ana", proposed="Bo")

    def test_a_newcomer_finds_the_seat_free(self):
        """No job ran, and nobody waits: the seat is Bo's at once."""
        story = at_a_price("Ana")
        story.now += AN_HOUR

        story.ask("Bo")

        assert story.standing() == stands(pending="Bo")

    def test_offers_of_the_same_instant_end_first(self):
        """What ends together is told in one order: offers as they were made, then payments as people arrived."""
        story = at_a_price("Ana", "Bo", "Cleo", "Dan", capacity=3, offer_window=AN_HOUR)
        story.drop("Cleo")
        story.approve("Dan")
        story.now += AN_HOUR

        events = story.sweep()

        ended = [event.person_id for event in events if isinstance(event, OfferLapsed | RegistrationClosed)]
        assert ended == ["Dan", "Ana", "Bo"]

    def test_is_what_falls_due_by_itself(self):
        """The book names the instant, as it does for offers."""
        story = at_a_price("Ana")

        assert story.ledger.due(MONDAY + AN_HOUR - A_TICK) == {}
        assert story.ledger.due(MONDAY + AN_HOUR) == {MONDAY + AN_HOUR: [(SAFETY, SAFETY)]}

    def test_a_change_of_the_window_moves_nothing_that_was_promised(self):
        """Ana keeps her hour."""
        story = at_a_price("Ana")

        story.set_rules(payment_window=timedelta(minutes=5))

        assert story.entry("Ana").payment_due_at == MONDAY + AN_HOUR

    def test_a_failed_attempt_is_nothing_to_note_any_more(self):
        """The seat is gone, and with it what the attempt was for, whether or not a job ran."""
        story = at_a_price("Ana")
        command = c.NoteFailedPayment(
            session_id=SAFETY, registration_id="Ana 1", person_id="Ana", reference="pay-Ana", reason="card declined"
        )

        assert len(decide(story.roster(), command, MONDAY + AN_HOUR - A_TICK)) == 1
        assert decide(story.roster(), command, MONDAY + AN_HOUR) == ()
        story.now += AN_HOUR
        assert money(story.fail_to_pay("Ana")) == []

    def test_an_unpaid_seat_is_free_for_a_newcomer_before_any_job_says_so(self):
        """Nobody comes back to the end from an unpaid seat, so nothing is kept for them."""
        story = at_a_price("Ana", on_lapse=LapseRule.END)

        [given] = decide(story.roster(), story.request("Bo"), MONDAY + AN_HOUR)

        assert isinstance(given, SeatGiven)

    def test_the_book_hands_out_who_could_have_the_seat(self):
        """To settle, the first in the line is known before the unpaid seat has come back."""
        story = at_a_price("Ana", "Bo")

        assert "Bo 2" in story.ledger.for_settlement(SAFETY).registrations


class TestASeatThatIsGivenUp:
    @pytest.mark.parametrize("status", [Status.DROPPED, Status.LEFT, Status.REMOVED])
    def test_owes_what_was_paid(self, status):
        """Whoever gives it up or is removed has the money to get back, on record."""
        story = at_a_price("Ana")
        story.pay("Ana")

        events = story.drop("Ana", status=status)

        assert money(events) == [due("Ana", 1, 4900, status.value)]
        assert payment(story).owed == 4900

    def test_owes_nothing_where_nothing_was_paid(self):
        """An unpaid seat is given up as any other."""
        assert money(at_a_price("Ana").drop("Ana")) == []

    def test_owes_nothing_to_who_did_not_come(self):
        """The seat was there; whoever stays away has had it."""
        story = at_a_price("Ana", "Bo")
        story.pay("Ana")

        events = story.act(c.NoteNoShow(session_id=SAFETY, registration_id="Ana 1"))

        assert money(events) == []

    def test_in_a_cancelled_session_owes_to_everybody_who_paid(self):
        """Ana has paid, Bo has not, Cleo waits."""
        story = at_a_price("Ana", "Bo", "Cleo", capacity=2)
        story.pay("Ana")

        events = story.cancel()

        assert money(events) == [due("Ana", 1, 4900, "cancelled")]
        assert story.standing() == stands()

    def test_in_part_owes_the_part(self):
        """A group of three that becomes two has one seat's money to get back."""
        story = at_a_price(capacity=3)
        story.ask("Ana", units=3)
        story.pay("Ana")

        events = story.reduce("Ana", keep=2)

        assert money(events) == [due("Ana", 1, 4900, "reduced")]
        assert story.entry("Ana").paid == 9800

    def test_and_owes_no_more_than_was_left_of_the_money(self):
        """Most of it was given back as a kindness: what is left is what can be owed."""
        story = at_a_price(capacity=2)
        story.ask("Ana", units=2)
        story.pay("Ana")
        story.give_back("Ana 1", "Ana", 9000)

        assert money(story.reduce("Ana", keep=1)) == [due("Ana", 1, 800, "reduced")]
        assert money(story.drop("Ana")) == []


class TestARefund:
    def test_of_everything_gives_the_seat_back(self):
        """The money goes, the seat comes, and Bo is proposed."""
        story = at_a_price("Ana", "Bo")
        story.pay("Ana")

        events = story.give_back("Ana 1", "Ana", 4900)

        assert events[:2] == (
            RegistrationClosed(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                seat_units=1,
                was=Status.CONFIRMED,
                status=Status.REFUNDED,
                was_ready=False,
                reason="asked for it",
            ),
            RefundMade(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                reference="pay-Ana",
                amount=4900,
                currency="GBP",
                settled=0,
                for_the_seat=4900,
                given_back=4900,
                reason="asked for it",
            ),
        )
        assert story.standing() == stands(waiting="Bo", proposed="Bo")
        assert payment(story) == Payment(
            reference="pay-Ana", registration_id="Ana 1", amount=4900, currency="GBP", given_back=4900
        )

    def test_of_a_part_leaves_the_seat(self):
        """Ten pounds off for the cold room; the rest later gives the seat back after all."""
        story = at_a_price("Ana")
        story.pay("Ana")

        story.give_back("Ana 1", "Ana", 1000)
        assert (story.standing(), story.entry("Ana").paid) == (stands(confirmed="Ana"), 3900)

        story.give_back("Ana 1", "Ana", 4900)
        assert story.standing() == stands()

    def test_of_what_is_owed_settles_it_and_takes_no_seat(self):
        """Ana paid too much; giving that back, heard of twice, is no refund of her seat."""
        story = at_a_price("Ana")
        story.pay("Ana", amount=9800)

        events = story.give_back("Ana 1", "Ana", 4900)

        made = next(event for event in events if isinstance(event, RefundMade))
        assert (made.amount, made.settled, made.for_the_seat) == (4900, 4900, 0)
        assert story.give_back("Ana 1", "Ana", 4900) == ()
        assert story.standing() == stands(confirmed="Ana")

    def test_of_more_than_is_owed_takes_the_rest_from_the_seat(self):
        """Everything goes back: what was too much, and the price."""
        story = at_a_price("Ana")
        story.pay("Ana", amount=5000)

        events = story.give_back("Ana 1", "Ana", 5000)

        made = next(event for event in events if isinstance(event, RefundMade))
        assert (made.amount, made.settled, made.for_the_seat) == (5000, 100, 4900)
        assert story.standing() == stands()

    def test_of_late_money_seats_and_unseats_nobody(self):
        """Ana's late payment goes back while Bo has her seat."""
        story = at_a_price("Ana")
        story.now += AN_HOUR
        story.act(
            c.NotePayment(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                reference="pay-Ana",
                amount=4900,
                currency="GBP",
            )
        )
        story.ask("Bo")

        story.give_back("Ana 1", "Ana", 4900)

        assert story.standing() == stands(pending="Bo")
        assert (payment(story).owed, payment(story).given_back) == (0, 4900)

    def test_is_never_of_more_than_came(self):
        """A penny too much is somebody's mistake."""
        story = at_a_price("Ana")
        story.pay("Ana")

        with pytest.raises(RefundTooLarge):
            story.give_back("Ana 1", "Ana", 4901)

    def test_is_of_money_that_came(self):
        """Nothing goes back of a payment nobody heard of, or that failed."""
        story = at_a_price("Ana")
        with pytest.raises(PaymentUnknown):
            story.give_back("Ana 1", "Ana", 100)
        story.fail_to_pay("Ana")
        with pytest.raises(PaymentUnknown):
            story.give_back("Ana 1", "Ana", 100)

    def test_is_of_the_payment_of_that_person(self):
        """One reference, one registration."""
        story = at_a_price("Ana", "Bo", capacity=2)
        story.pay("Ana")

        with pytest.raises(PaymentOfAnother):
            story.give_back("Bo 2", "Bo", 4900, reference="pay-Ana")


class TestMoneyThatIsKept:
    def keep(self, story: Story, reason: str = "Dropped too late") -> tuple[Event, ...]:
        """Keep what is owed to Ana."""
        return story.act(
            c.WaiveRefund(
                session_id=SAFETY, registration_id="Ana 1", person_id="Ana", reference="pay-Ana", reason=reason
            )
        )

    def dropped(self) -> Story:
        """Let Ana pay and drop."""
        story = at_a_price("Ana")
        story.pay("Ana")
        story.drop("Ana")
        return story

    def test_is_owed_no_more(self):
        """The terms said so; the reason is on record."""
        story = self.dropped()

        assert self.keep(story) == (
            RefundWaived(
                session_id=SAFETY,
                registration_id="Ana 1",
                person_id="Ana",
                reference="pay-Ana",
                amount=4900,
                currency="GBP",
                reason="Dropped too late",
            ),
        )
        assert (payment(story).owed, payment(story).kept) == (0, 4900)

    def test_can_still_be_given_back(self):
        """A coordinator thinks better of it."""
        story = self.dropped()
        self.keep(story)

        story.give_back("Ana 1", "Ana", 900)

        assert (payment(story).kept, payment(story).given_back) == (4000, 900)

    def test_needs_a_reason_and_something_owed(self):
        """It is against the person, so it is never silent."""
        story = self.dropped()
        with pytest.raises(ReasonMissing):
            self.keep(story, " ")
        self.keep(story)
        with pytest.raises(NothingOwed):
            self.keep(story)


class TestATransfer:
    def moved(self, story: Story) -> tuple[Event, ...]:
        """Move Ana from Safety to Forklift, as staff do, with what she paid."""
        known = story.entry("Ana")
        asking = story.request("Ana", to=FORKLIFT, terms=replace(known.terms, transferred_from=known.id))
        leaving = c.Close(session_id=SAFETY, registration_id=known.id, status=Status.TRANSFERRED)
        return story.act(leaving, replace(asking, paid=story.roster().payments.get(known.payment)))

    def test_takes_the_money_along(self):
        """Ana has paid, and has a seat on the other day without paying again, at the price that she joined at."""
        story = Story(session(price=4900), session(FORKLIFT, price=9900))
        story.ask("Ana")
        story.pay("Ana")

        events = self.moved(story)

        assert money(events) == []
        assert story.standing(FORKLIFT) == stands(confirmed="Ana")
        assert (story.entry("Ana", FORKLIFT).paid, story.entry("Ana", FORKLIFT).amount_due) == (4900, 4900)
        assert story.roster().payments == {}
        assert payment(story, code=FORKLIFT).registration_id == story.id_of("Ana", FORKLIFT)

    def test_of_somebody_who_has_still_to_pay_begins_the_time_anew(self):
        """The agreed price stays, the deadline is that of the new seat."""
        story = Story(session(price=4900), session(FORKLIFT, price=9900))
        story.ask("Ana")
        story.now += timedelta(minutes=30)

        self.moved(story)

        known = story.entry("Ana", FORKLIFT)
        assert (known.status, known.amount_due, known.payment_due_at) == (Status.PENDING, 4900, story.now + AN_HOUR)

    def test_leaves_nobody_who_paid_in_a_line(self):
        """There is no seat on the other day: nothing happens."""
        story = Story(session(price=4900), session(FORKLIFT, capacity=0))
        story.ask("Ana")
        story.pay("Ana")
        before = story.ledger.rosters

        with pytest.raises(SeatIsPaid):
            decide_to_move(story)

        assert story.ledger.rosters[FORKLIFT] == before[FORKLIFT]


def decide_to_move(story: Story) -> None:
    """Ask for a seat with the money that Ana paid elsewhere."""
    asking = story.request("Ana", to=FORKLIFT)
    story.act(replace(asking, paid=story.roster().payments["pay-Ana"]))


def given_up(events: Iterable[Event]) -> list[tuple[str, str]]:
    """List what the seats among the events say that is given up for them, and where."""
    seats = (event for event in events if isinstance(event, SeatConfirmed | SeatGranted | OfferAccepted))
    return [(seat.gives_up, seat.gives_up_in) for seat in seats]


class TestASwap:
    def swapping(self) -> Story:
        """Let Ana, who has paid for Monday, ask for Tuesday in exchange, and accept when Bo drops it."""
        story = Story(
            session("Monday", capacity=1, price=4900),
            session("Tuesday", capacity=1, price=4900),
            overlaps=[("Monday", "Tuesday")],
        )
        story.ask("Ana", to="Monday")
        story.pay("Ana", to="Monday")
        story.ask("Cleo", to="Monday")
        story.ask("Bo", to="Tuesday")
        story.ask("Ana", to="Tuesday", terms=Terms(gives_up="Ana 1", gives_up_in="Monday"))
        story.drop("Bo", out_of="Tuesday")
        story.approve("Ana", to="Tuesday")
        assert given_up(story.accept("Ana", to="Tuesday")) == [("", "")]
        return story

    def test_gives_nothing_up_before_the_new_seat_is_paid(self):
        """Both are Ana's, the old one confirmed, the new one pending; unpaid, she keeps Monday."""
        story = self.swapping()
        assert story.standing("Monday") == stands(confirmed="Ana", waiting="Cleo")
        assert story.standing("Tuesday") == stands(pending="Ana")

        story.now += AN_HOUR
        story.sweep()

        assert story.standing("Monday") == stands(confirmed="Ana", waiting="Cleo")
        assert story.standing("Tuesday") == stands()

    def test_exchanges_both_with_the_payment(self):
        """Tuesday is hers, Cleo is proposed Monday, and what she paid for Monday is owed back."""
        story = self.swapping()

        events = story.pay("Ana", to="Tuesday", reference="pay-Tuesday")

        assert story.standing("Tuesday") == stands(confirmed="Ana")
        assert story.standing("Monday") == stands(waiting="Cleo", proposed="Cleo")
        owed = [event for event in events if isinstance(event, RefundDue)]
        assert [(event.reference, event.amount, event.because) for event in owed] == [("pay-Ana", 4900, "dropped")]

    def test_at_once_waits_for_the_payment_too(self):
        """A seat is free on Tuesday: pending, it takes nothing away."""
        story = Story(session("Monday"), session("Tuesday", price=4900), overlaps=[("Monday", "Tuesday")])
        story.ask("Ana", to="Monday")

        story.ask("Ana", to="Tuesday", terms=Terms(gives_up="Ana 1", gives_up_in="Monday"))
        assert story.standing("Monday") == stands(confirmed="Ana")

        story.pay("Ana", to="Tuesday")
        assert (story.standing("Monday"), story.standing("Tuesday")) == (stands(), stands(confirmed="Ana"))

    def test_by_a_grant_waits_for_the_payment_too(self):
        """Seated beyond the limit, Ana keeps Monday until she has paid for Tuesday."""
        story = Story(session("Monday"), session("Tuesday", price=4900), overlaps=[("Monday", "Tuesday")])
        story.ask("Ana", to="Monday")
        story.ask("Bo", to="Tuesday")
        story.ask("Ana", to="Tuesday", terms=Terms(gives_up="Ana 1", gives_up_in="Monday"))

        assert given_up(story.grant("Ana", to="Tuesday")) == [("", "")]
        assert story.standing("Monday") == stands(confirmed="Ana")

        story.pay("Ana", to="Tuesday")
        assert story.standing("Monday") == stands()


def test_a_failed_attempt_is_known_by_its_reference():
    """It is of the seat that it was for, and of no amount."""
    story = at_a_price("Ana")

    story.fail_to_pay("Ana")

    assert payment(story) == Payment(reference="pay-Ana", registration_id="Ana 1")


def test_a_penny_is_money():
    """A seat at a penny is paid with one, and a penny of a larger payment can go back."""
    story = at_a_price("Ana", price=1)
    story.pay("Ana")
    assert story.standing() == stands(confirmed="Ana")
    story.give_back(story.id_of("Ana"), "Ana", 1)
    assert story.standing() == stands()

    other = at_a_price("Bo")
    other.pay("Bo")
    other.give_back(other.id_of("Bo"), "Bo", 1)
    assert (payment(other, "Bo").given_back, other.entry("Bo").paid) == (1, 4899)


class TestMoneyThatGoesAlong:
    """Whoever is moved with what they paid pays nothing again, however the new seat is given."""

    @pytest.mark.parametrize("way", ["block", "approval"])
    def test_is_taken_out_of_a_block_and_past_the_line_too(self, way):
        """The seat is confirmed, with the payment that came along."""
        story = Story(
            session(price=4900), session(FORKLIFT, price=9900, blocks=(Block(name="board", units=1),), capacity=2)
        )
        story.ask("Ana")
        story.pay("Ana")
        story.ask("Bo", to=FORKLIFT)
        known = story.entry("Ana")
        asking = story.request("Ana", to=FORKLIFT, terms=replace(known.terms, transferred_from=known.id))
        moved = replace(
            asking,
            paid=story.roster().payments[known.payment],
            block="board" if way == "block" else "",
            approval="Olga" if way == "approval" else "",
            reason="moved",
        )
        story.act(c.Close(session_id=SAFETY, registration_id=known.id, status=Status.TRANSFERRED), moved)

        there = story.entry("Ana", FORKLIFT)
        assert (there.status, there.paid, there.payment_due_at) == (Status.CONFIRMED, 4900, None)
        assert payment(story, code=FORKLIFT).registration_id == there.id


def test_of_a_group_that_loses_two_seats_the_price_of_two_is_owed():
    """A group of three that becomes one."""
    story = at_a_price(capacity=3)
    story.ask("Ana", units=3)
    story.pay("Ana")

    assert money(story.reduce("Ana", keep=1)) == [due("Ana", 1, 9800, "reduced")]


def test_nothing_has_a_price_in_a_session_that_is_free_of_charge():
    """Whatever a request says: the price is that of the session, and so is its currency."""
    story = Story(session())

    story.ask("Ana", terms=Terms(price=4900, currency="EUR"))

    assert story.standing() == stands(confirmed="Ana")
    assert (story.entry("Ana").terms.price, story.entry("Ana").terms.currency) == (0, "")


def test_what_is_kept_of_a_payment_stands_for_no_seat():
    """Ana paid a pound too much, and it was kept: her seat is paid with the price, and all of it is owed for it."""
    story = at_a_price("Ana")
    story.pay("Ana", amount=5000)
    story.act(
        c.WaiveRefund(session_id=SAFETY, registration_id="Ana 1", person_id="Ana", reference="pay-Ana", reason="a gift")
    )

    assert (payment(story).kept, story.entry("Ana").paid) == (100, 4900)
    assert money(story.drop("Ana")) == [due("Ana", 1, 4900, "dropped")]


def test_what_goes_back_of_other_money_leaves_the_seat_paid():
    """Each payment is counted by itself, whoever's it is."""
    story = at_a_price("Ana")
    story.pay("Ana", reference="one")
    made = RefundMade(
        session_id=SAFETY,
        registration_id=story.id_of("Ana"),
        person_id="Ana",
        reference="two",
        amount=100,
        currency="GBP",
        settled=0,
        for_the_seat=100,
        given_back=100,
        reason="asked for it",
    )

    assert evolve(story.roster(), made).registrations == story.roster().registrations
