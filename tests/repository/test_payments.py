"""Paid sessions through the use cases, over both databases: pending, paid, failed, refunded, and what is owed back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.desk import INES, NOBODY, STRANGER, at, member
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.engine.model import Status, Terms
from waitlist_app.engine.refusals import NothingOwed, PaymentOfAnother, PaymentUnknown, ReasonMissing, RefundTooLarge
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.deadlines import SqlDeadlines
from waitlist_app.services.act_on_behalf import accept_on_behalf
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.check_record import check_record
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.erase_person import StillOwed, erase_person
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.list_refunds import RefundRow, list_refunds
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.meters import sum_of
from waitlist_app.services.moves import Move
from waitlist_app.services.note_payment import note_failed_payment, note_payment
from waitlist_app.services.note_refund import note_refund, waive_refund
from waitlist_app.services.preview_act import preview_act
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.set_price import set_price
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.transfer_registration import transfer_registration

ALICE = member("Alice Marchmont", Role.OWNER)
AUDITOR = member("Odile Renner", Role.AUDITOR)
SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")
AN_HOUR = timedelta(minutes=60)
A_TICK = timedelta(microseconds=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Mailroom]:
    """Open First Aid with one seat at GBP 49.00: Rosa has it until 11:42, Imani waits."""
    desk = Mailroom(database_url, team=(INES, ALICE, AUDITOR))
    desk.tokens = []
    desk.session("FAW", DAY, title="First Aid at Work", price=4900)
    desk.ask("Rosa Tilbrook", "faw")
    desk.ask("Imani Vestergrove", "faw")
    yield desk
    assert check_record(work=desk.work, actor=INES).is_whole
    assert (
        fold_record(export_record(work=desk.work, actor=AUDITOR, signer=SIGNER), is_signed=is_signed)
        == list_rosters(work=desk.work, actor=INES)[0]
    )
    desk.engine.dispose()


def pay(desk: Mailroom, who: str = "rosa-faw", reference: str = "pay-1", **rest) -> str:
    """Let a coordinator note a payment."""
    return note_payment(work=desk.work, actor=INES, registration_id=who, reference=reference, **rest)


def provider(desk: Mailroom) -> Actor:
    """Give the actor as which a payment provider's word is heard."""
    return next(actor for actor in desk.work.organisations() if actor.org_id == INES.org_id)


def status(desk: Mailroom, who: str = "rosa-faw") -> tuple[Status, str]:
    """Say where a registration stands, and why."""
    entry = desk.read(lambda reader: reader.registration(who))
    return entry.registration.status, entry.reason


class TestASeatAtAPrice:
    def test_is_pending_and_counted_as_taken(self, desk: Mailroom) -> None:
        """The sum, the roster and the seats say so, in files as on screens."""
        assert status(desk) == (Status.PENDING, "to be paid")
        rows, seats = list_rosters(work=desk.work, actor=INES)
        assert [(row.email, row.status) for row in rows] == [
            ("rosa.tilbrook@tarnwick.example", "pending"),
            ("imani.vestergrove@tarnwick.example", "waitlisted"),
        ]
        assert [(row.confirmed, row.pending, row.held, row.free, row.waiting) for row in seats] == [(0, 1, 0, 0, 1)]

    def test_asks_for_the_money_by_mail(self, desk: Mailroom) -> None:
        """Rosa reads what to pay and by when."""
        desk.deliver()

        (mail,) = desk.mails("payment_asked")
        assert mail.subject == "Please pay by Thu 12 March, 11:42: First Aid at Work"
        assert "To pay: GBP 49.00" in mail.text

    def test_is_told_with_amount_and_deadline(self, desk: Mailroom) -> None:
        """Whoever asks for somebody hears what to tell them."""
        desk.session("ABW", DAY, price=12900)

        said = request_seat(
            work=desk.work, actor=INES, session_id="abw", employee_id="K1", name="Keiko", email="keiko@x.example"
        )

        assert said == "Keiko has a seat, to be paid by Thu 12 Mar 2026, 11:42 GMT: GBP 129.00."

    def test_keeps_the_price_of_its_day(self, desk: Mailroom) -> None:
        """The price goes up; Rosa and Imani joined before."""
        said = set_price(work=desk.work, actor=INES, session_id="faw", price=9900, currency="EUR", reason="New caterer")

        assert said == "A seat costs EUR 99.00 from now on. Those who joined before keep their price."
        terms = Terms(price=4900, currency="GBP")
        for who in ("rosa-faw", "imani-faw"):
            assert desk.read(lambda reader, w=who: reader.registration(w)).registration.terms == terms
        assert pay(desk) == "Rosa Tilbrook paid GBP 49.00 and has the seat."

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"price": -1}, "price"),
            ({"price": 100_000_001}, "price"),
            ({"currency": "Pounds"}, "currency"),
            ({"currency": "gbp"}, "currency"),
            ({"payment_window": timedelta(minutes=5) - A_TICK}, "payment_window"),
            ({"payment_window": timedelta(days=60) + A_TICK}, "payment_window"),
        ],
    )
    def test_has_a_price_that_makes_sense(self, desk: Mailroom, changes: dict[str, Any], field: str) -> None:
        """A price below nothing, a currency that is none, a time to pay that nobody could keep."""
        sensible: dict[str, Any] = {"price": 100, "currency": "GBP", **changes}

        with pytest.raises(InvalidInput) as refused:
            set_price(
                work=desk.work,
                actor=INES,
                session_id="faw",
                reason="New caterer",
                **sensible,
            )

        assert refused.value.field == field

    def test_changes_its_price_with_a_reason(self, desk: Mailroom) -> None:
        """What people pay is never changed without one."""
        with pytest.raises(ReasonMissing):
            set_price(work=desk.work, actor=INES, session_id="faw", price=0, currency="GBP", reason=" ")


class TestAPayment:
    def test_confirms_the_seat_and_is_told(self, desk: Mailroom) -> None:
        """Rosa has the seat, on record in Ines's name, and gets the mail with her calendar file."""
        assert pay(desk) == "Rosa Tilbrook paid GBP 49.00 and has the seat."

        assert status(desk) == (Status.CONFIRMED, "paid")
        desk.deliver()
        (mail,) = desk.mails("confirmed")
        assert "Paid:  GBP 49.00" in mail.text
        assert [mail.status for mail in desk.mails("payment_asked")] == ["obsolete"]

    def test_is_noted_once(self, desk: Mailroom) -> None:
        """A webhook that is repeated changes nothing, and a reference belongs to one registration."""
        pay(desk)

        assert pay(desk) == "Nothing has changed: this payment was noted before."
        with pytest.raises(PaymentOfAnother):
            pay(desk, "imani-faw")

    def test_that_fails_keeps_the_seat_until_its_deadline(self, desk: Mailroom) -> None:
        """Rosa is written to, once for each attempt, and pays under the same reference."""
        said = note_failed_payment(
            work=desk.work, actor=INES, registration_id="rosa-faw", reference="pay-1", reason="Card declined"
        )

        assert said == "Noted. The seat is kept for Rosa Tilbrook until Thu 12 Mar 2026, 11:42 GMT."
        assert status(desk)[0] is Status.PENDING
        desk.deliver()
        assert len(desk.mails("payment_failed")) == 1
        again = note_failed_payment(
            work=desk.work, actor=INES, registration_id="rosa-faw", reference="pay-1", reason="Card declined"
        )
        assert again == "Nothing has changed: this was noted before, or no payment is due."
        assert pay(desk) == "Rosa Tilbrook paid GBP 49.00 and has the seat."

    def test_that_staff_say_has_failed_needs_a_reason(self, desk: Mailroom) -> None:
        """A provider gives its own; people say why."""
        with pytest.raises(ReasonMissing):
            note_failed_payment(work=desk.work, actor=INES, registration_id="rosa-faw", reference="pay-1")
        note_failed_payment(work=desk.work, actor=provider(desk), registration_id="rosa-faw", reference="pay-1")

    def test_has_a_reference_that_names_nobody(self, desk: Mailroom) -> None:
        """References stay on record for good."""
        for reference in ("", "Rosa Tilbrook", "p" * 101):
            with pytest.raises(InvalidInput) as refused:
                pay(desk, reference=reference)
            assert refused.value.field == "reference"

    def test_of_nothing_is_none(self, desk: Mailroom) -> None:
        """Who notes a payment where nothing is due says how much came."""
        desk.session("ABW", DAY)
        desk.ask("Keiko Harrowgate", "abw")

        with pytest.raises(InvalidInput) as refused:
            pay(desk, "keiko-abw")
        assert refused.value.field == "amount"

    def test_is_noted_by_whoever_may_edit(self, desk: Mailroom) -> None:
        """Nobody else, and nobody of another organisation."""
        for actor in (NOBODY, STRANGER, AUDITOR):
            with pytest.raises(NotAllowed):
                note_payment(work=desk.work, actor=actor, registration_id="rosa-faw", reference="pay-1")


class TestAPaymentThatDoesNotCome:
    def test_gives_the_seat_to_the_next(self, desk: Mailroom) -> None:
        """A tick before the deadline nothing is due; at it Rosa is out, and Imani is proposed."""
        desk.later(AN_HOUR - A_TICK)
        assert sweep_offers(work=desk.work, actor=provider(desk)) == 0

        desk.later(A_TICK)
        total = desk.read(lambda reader: sum_of(reader.session("faw")))
        assert (total.pending, total.free) == (0, 1)
        assert sweep_offers(work=desk.work, actor=provider(desk)) == 1

        assert status(desk) == (Status.FAILED, "not paid in time")
        assert desk.proposed() == ["Imani Vestergrove"]
        desk.deliver()
        assert [mail.subject for mail in desk.mails("unpaid")] == ["Your seat was not paid in time: First Aid at Work"]

    def test_is_what_the_sweep_waits_for(self, desk: Mailroom) -> None:
        """The worker wakes at the deadline of a payment as at that of an offer."""
        assert SqlDeadlines(desk.engine).nearest() == {INES.org_id: at("2026-03-12 11:42")}

    def test_is_too_late_afterwards_and_reported(self, desk: Mailroom) -> None:
        """Nobody is seated by it; a coordinator sees it, and Rosa is written to twice: now, and when it goes back."""
        desk.later(AN_HOUR)

        said = note_payment(
            work=desk.work,
            actor=provider(desk),
            registration_id="rosa-faw",
            reference="pay-1",
            amount=4900,
            currency="GBP",
        )

        assert said == "The seat is no longer kept for Rosa Tilbrook. GBP 49.00 is owed back."
        assert status(desk)[0] is Status.FAILED
        assert list_refunds(work=desk.work, actor=INES) == [
            RefundRow(
                reference="pay-1",
                registration_id="rosa-faw",
                name="Rosa Tilbrook",
                session="FAW",
                amount="GBP 49.00",
                status="failed",
                came="Thu 12 Mar 2026, 11:42 GMT",
            )
        ]
        desk.deliver()
        assert ["Owed to you: GBP 49.00" in mail.text for mail in desk.mails("payment_unused")] == [True]

        assert note_refund(work=desk.work, actor=INES, reference="pay-1") == "Rosa Tilbrook got back GBP 49.00."
        assert list_refunds(work=desk.work, actor=INES) == []
        desk.deliver()
        assert ["Given back: GBP 49.00" in mail.text for mail in desk.mails("payment_refunded")] == [True]


class TestAPromotion:
    def offered(self, desk: Mailroom) -> None:
        """Let Rosa drop, and offer Imani the seat."""
        desk.drop("rosa-faw")
        desk.approve("imani-faw")

    def test_is_paid_after_the_yes(self, desk: Mailroom) -> None:
        """Imani accepts on the page, reads what to pay, and reads the same when she opens the link again."""
        self.offered(desk)
        token = desk.mail_link("imani-faw")

        page = answer_offer(work=desk.work, token=token, answer="accept")

        assert (page.state, page.heading) == ("seated", "The seat is kept for you until it is paid")
        assert page.say == (
            "You accepted on Thursday 12 March, 10:42. Please pay GBP 49.00 by Thursday 12 March, 11:42. London time."
        )
        assert answer_offer(work=desk.work, token=token, answer="accept") == page
        pay(desk, "imani-faw")
        assert answer_offer(work=desk.work, token=token, answer="accept").heading == "You have a seat"

    def test_that_is_not_paid_shows_so(self, desk: Mailroom) -> None:
        """The page of the offer tells what became of it."""
        self.offered(desk)
        token = desk.mail_link("imani-faw")
        answer_offer(work=desk.work, token=token, answer="accept")
        desk.later(AN_HOUR)
        desk.sweep()

        page = answer_offer(work=desk.work, token=token, answer="accept")

        assert page.heading == "This seat was not paid in time"

    def test_on_behalf_tells_what_to_pay(self, desk: Mailroom) -> None:
        """The caller hears amount and deadline."""
        self.offered(desk)

        said = accept_on_behalf(work=desk.work, actor=INES, registration_id="imani-faw")

        assert said == (
            "Imani Vestergrove has the seat, to be paid by Thu 12 Mar 2026, 11:42 GMT: GBP 49.00. "
            "You accepted it on their behalf."
        )


class TestMoneyThatGoesBack:
    def test_is_owed_after_a_drop_and_said_in_its_mail(self, desk: Mailroom) -> None:
        """One act, one mail: the seat is given up, and the money is owed."""
        pay(desk)

        drop_registration(work=desk.work, actor=INES, registration_id="rosa-faw", reason="Ill")

        assert [(row.amount, row.status) for row in list_refunds(work=desk.work, actor=INES)] == [
            ("GBP 49.00", "dropped")
        ]
        desk.deliver()
        (mail,) = desk.mails("dropped")
        assert "GBP 49.00 is owed back to you." in mail.text

    def test_is_owed_to_everybody_who_paid_for_a_cancelled_session(self, desk: Mailroom) -> None:
        """Rosa has paid, Imani waits."""
        pay(desk)

        cancel_session(work=desk.work, actor=INES, session_id="faw", reason="The trainer is ill")

        assert [(row.name, row.status) for row in list_refunds(work=desk.work, actor=INES)] == [
            ("Rosa Tilbrook", "cancelled")
        ]

    def test_is_the_seat_as_well_where_all_of_it_goes(self, desk: Mailroom) -> None:
        """A refund releases the seat; staff say why, a provider need not."""
        pay(desk)
        with pytest.raises(ReasonMissing):
            note_refund(work=desk.work, actor=INES, reference="pay-1")
        assert status(desk)[0] is Status.CONFIRMED

        said = note_refund(work=desk.work, actor=provider(desk), reference="pay-1")

        assert said == "Rosa Tilbrook got back GBP 49.00. The seat is given up."
        assert status(desk) == (Status.REFUNDED, "refunded")
        assert desk.proposed() == ["Imani Vestergrove"]
        again = note_refund(work=desk.work, actor=provider(desk), reference="pay-1")
        assert again == "Nothing has changed: this refund was noted before."

    def test_may_be_a_part_and_the_seat_stays(self, desk: Mailroom) -> None:
        """Ten pounds, then ten more: each is told, and neither takes the seat."""
        pay(desk)

        for given_back in (1000, 2000):
            said = note_refund(work=desk.work, actor=INES, reference="pay-1", given_back=given_back)
            assert said == "Rosa Tilbrook got back GBP 10.00."

        assert status(desk)[0] is Status.CONFIRMED
        assert len(desk.mails("payment_refunded")) == 2

    def test_is_known_and_not_more_than_came(self, desk: Mailroom) -> None:
        """A wrong number, and a wrong amount."""
        pay(desk)

        with pytest.raises(PaymentUnknown):
            note_refund(work=desk.work, actor=INES, reference="pay-2")
        with pytest.raises(RefundTooLarge):
            note_refund(work=desk.work, actor=INES, reference="pay-1", given_back=4901)

    def test_can_be_kept_for_a_reason(self, desk: Mailroom) -> None:
        """Dropped too late: the terms say so, and so does the record."""
        pay(desk)
        drop_registration(work=desk.work, actor=INES, registration_id="rosa-faw", reason="Ill")
        with pytest.raises(ReasonMissing):
            waive_refund(work=desk.work, actor=INES, reference="pay-1", reason=" ")

        said = waive_refund(work=desk.work, actor=INES, reference="pay-1", reason="Dropped on the day")

        assert said == "GBP 49.00 that was owed back to Rosa Tilbrook is kept."
        assert list_refunds(work=desk.work, actor=INES) == []
        with pytest.raises(NothingOwed):
            waive_refund(work=desk.work, actor=INES, reference="pay-1", reason="Dropped on the day")

    def test_keeps_its_person_known_until_they_have_it(self, desk: Mailroom) -> None:
        """Nobody is erased while money is owed to them."""
        pay(desk)
        drop_registration(work=desk.work, actor=INES, registration_id="rosa-faw", reason="Ill")
        rosa = desk.read(lambda reader: reader.registration("rosa-faw")).person

        def erase() -> str:
            return erase_person(
                work=desk.work, actor=ALICE, person_id=rosa.id, typed=rosa.email, reason="Asked for by mail"
            )

        with pytest.raises(StillOwed):
            erase()
        note_refund(work=desk.work, actor=INES, reference="pay-1")
        assert erase().startswith("Everything that named this person is erased.")

    def test_is_seen_by_the_team_alone(self, desk: Mailroom) -> None:
        """Who is owed what is nobody else's to read."""
        with pytest.raises(NotAllowed):
            list_refunds(work=desk.work, actor=NOBODY)
        for noted in (note_refund, waive_refund):
            with pytest.raises(NotAllowed):
                noted(work=desk.work, actor=AUDITOR, reference="pay-1", reason="x")


class TestATransfer:
    def test_takes_the_payment_along(self, desk: Mailroom) -> None:
        """Rosa is moved to another day that costs more, and has nothing to pay; a refund finds her there."""
        desk.session("ABW", DAY, price=9900)
        pay(desk)

        said = transfer_registration(
            work=desk.work,
            actor=INES,
            move=Move(registration_id="rosa-faw", to_session_id="abw", reason="Smaller room"),
        )

        assert said == "Rosa Tilbrook has a seat in ABW now."
        assert list_refunds(work=desk.work, actor=INES) == []
        note_refund(work=desk.work, actor=INES, reference="pay-1", reason="Moved too often")
        assert desk.read(lambda reader: reader.session("abw")).tally.confirmed == 0

    def test_before_paying_says_what_is_still_to_pay(self, desk: Mailroom) -> None:
        """The agreed price, and a new hour."""
        desk.session("ABW", DAY, price=9900)
        desk.later(timedelta(minutes=30))

        said = transfer_registration(
            work=desk.work,
            actor=INES,
            move=Move(registration_id="rosa-faw", to_session_id="abw", reason="Smaller room"),
        )

        assert said == ("Rosa Tilbrook has a seat in ABW now, to be paid by Thu 12 Mar 2026, 12:12 GMT: GBP 49.00.")


class TestWhatIf:
    def test_tells_what_a_payment_would_do(self, desk: Mailroom) -> None:
        """Rosa would be confirmed and told, and nothing is kept of the question."""
        shown = preview_act(
            work=desk.work,
            act=lambda dry: note_payment(work=dry, actor=INES, registration_id="rosa-faw", reference="pay-1"),
        )
        difference = shown.difference

        assert [(change.was, change.becomes) for change in difference.changes] == [("pending", "confirmed")]
        assert [draft.kind for draft in difference.messages] == ["confirmed"]
        assert status(desk)[0] is Status.PENDING
        assert desk.read(lambda reader: reader.payment("pay-1")) is None
