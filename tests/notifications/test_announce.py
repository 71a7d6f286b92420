from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from waitlist_app.engine import events
from waitlist_app.engine.model import STANDARD, Meeting, Session, Status, Terms
from waitlist_app.notifications.announce import announce
from waitlist_app.services.ports import Draft

AT = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)
MEI: dict[str, Any] = {"session_id": "first-aid", "registration_id": "mei-in-first-aid", "person_id": "mei"}
UNITS: dict[str, Any] = {**MEI, "seat_units": 1}
NEWCOMER: dict[str, Any] = {**UNITS, "requested_at": AT, "arrival": 1}


def _told(kind: str) -> Draft:
    return Draft(
        kind=kind,
        person_id="mei",
        session_id="first-aid",
        registration_id="mei-in-first-aid",
        dedupe=f"{kind}:mei-in-first-aid",
    )


def _announced(
    event: events.Event, terms: Terms = STANDARD, *, remind: timedelta = timedelta(0), now: datetime = AT
) -> tuple[Draft, ...]:
    rules = Session(id="first-aid", code="FA", capacity=4, reminder_window=remind)
    return announce(event, terms, rules, now)


def _closed(was: Status, status: Status) -> events.RegistrationClosed:
    return events.RegistrationClosed(**UNITS, was=was, status=status, was_ready=False)


OFFER = events.OfferMade(**UNITS, proposal_id="p", offer_number=7, expires_at=AT, approval="ines")

LATER = AT + timedelta(hours=3)
EXTENDED = Draft(
    kind="extended",
    person_id="mei",
    session_id="first-aid",
    registration_id="mei-in-first-aid",
    dedupe=f"extended:first-aid:7:{LATER:%Y%m%dT%H%M%S%f}",
    offer_number=7,
)

CASES: dict[str, tuple[events.Event, Draft | None]] = {
    "a seat at once": (events.SeatGiven(**NEWCOMER), _told("confirmed")),
    "a seat confirmed on approval": (
        events.SeatConfirmed(**UNITS, proposal_id="p", approval="ines"),
        _told("confirmed"),
    ),
    "an accepted offer": (events.OfferAccepted(**UNITS), _told("confirmed")),
    "joining the line": (events.WaitlistJoined(**NEWCOMER, line_key="a", conflicts=()), _told("joined")),
    "an offer": (
        OFFER,
        Draft(
            kind="offer",
            person_id="mei",
            session_id="first-aid",
            registration_id="mei-in-first-aid",
            dedupe="offer:first-aid:7",
            offer_number=7,
        ),
    ),
    "an offer that is extended": (
        events.OfferExtended(**MEI, offer_number=7, was_until=AT, expires_at=LATER, reason="On leave"),
        EXTENDED,
    ),
    "an offer that is sent again": (
        events.OfferRefreshed(**MEI, offer_number=7),
        replace(EXTENDED, kind="offer", dedupe="offer:first-aid:7"),
    ),
    "an offer handed over": (events.OfferReached(**MEI, offer_number=7, was_until=AT, expires_at=AT), None),
    "an offer handed over late, which says so": (
        events.OfferReached(**MEI, offer_number=7, was_until=AT, expires_at=LATER),
        None,
    ),
    "an offer handed over later than it says": (
        events.OfferReached(**MEI, offer_number=7, was_until=AT, expires_at=LATER, is_printed=False),
        EXTENDED,
    ),
    "an offer that came back": (
        events.OfferNotReached(**MEI, offer_number=7, stands_since=AT, reason="No such mailbox"),
        None,
    ),
    "a declined offer": (events.OfferDeclined(**UNITS), _told("declined")),
    "a revoked offer": (events.OfferRevoked(**UNITS, reason="The room is smaller."), _told("revoked")),
    "a lapsed offer": (events.OfferLapsed(**UNITS, expired_at=AT), _told("lapsed")),
    "going to the end": (events.EntryRequeued(**UNITS, requeued_at=AT, arrival=2, line_key="z"), _told("requeued")),
    "a dropped seat": (_closed(Status.CONFIRMED, Status.DROPPED), _told("dropped")),
    "a drop while an offer runs": (_closed(Status.OFFERED, Status.DROPPED), _told("dropped")),
    "a drop from the line": (_closed(Status.WAITLISTED, Status.DROPPED), _told("left")),
    "leaving the line": (_closed(Status.WAITLISTED, Status.LEFT), _told("left")),
    "a seat on another date": (
        structs.replace(_closed(Status.WAITLISTED, Status.LEFT), reason="has a seat on another date of the course"),
        _told("other_date"),
    ),
    "a seat that is written down": (events.SeatGiven(**NEWCOMER, is_recorded=True), None),
    "a place in line that is written down": (
        events.WaitlistJoined(**NEWCOMER, line_key="a", conflicts=(), is_recorded=True),
        None,
    ),
    "a removal": (_closed(Status.CONFIRMED, Status.REMOVED), _told("removed")),
    "a released block": (events.SessionWoke(session_id="first-aid", woken_at=AT, released=("board",)), None),
    "a no-show": (_closed(Status.CONFIRMED, Status.NO_SHOW), None),
    "coming": (events.CheckedIn(**MEI, checked_in_at=AT), None),
    "a transfer": (_closed(Status.CONFIRMED, Status.TRANSFERRED), _told("transferred")),
    "a cancelled session, to each": (_closed(Status.WAITLISTED, Status.CANCELLED), _told("cancelled")),
    "a cancelled session": (
        events.SessionCancelled(session_id="first-aid", cancelled_at=AT, reason="The trainer is ill."),
        None,
    ),
    "a session that is moved, to each": (
        events.NewTimesTold(**MEI, number=2, answer_by=AT),
        replace(_told("changed"), dedupe="changed:mei-in-first-aid:2"),
    ),
    "a session that is moved": (
        events.SessionRescheduled(
            session_id="first-aid",
            number=2,
            meetings=(Meeting(starts_at=AT, ends_at=LATER),),
            location="Leeds",
            overlaps=(),
            reason="The trainer is ill.",
            approval="ines",
        ),
        None,
    ),
    "a seat that is confirmed again": (events.SeatReconfirmed(**MEI), None),
    "a seat that nobody confirmed again": (_closed(Status.CONFIRMED, Status.LAPSED), _told("unanswered")),
    "two seats at the same time": (
        events.OverlapAllowed(**MEI, with_session_id="fire", approval="ines", is_seat=True),
        None,
    ),
    "a rule that is lifted": (
        events.RuleLifted(**UNITS, lifted=("fire",), outstanding=(), is_ready=True, reason="She asked", approval="i"),
        None,
    ),
    "a rule that holds again": (events.RuleRestored(**MEI), None),
    "a seat beyond the limit": (
        events.SeatGranted(
            **UNITS, line_key="a", position=2, passed=1, was_ready=True, reason="The board asked.", approval="ines"
        ),
        _told("confirmed"),
    ),
    "a smaller group": (
        events.UnitsReduced(**UNITS, by=1, was=Status.CONFIRMED, was_ready=False),
        replace(_told("reduced"), dedupe="reduced:mei-in-first-aid:1"),
    ),
    "a seat at once that is to be paid": (
        events.SeatGiven(**NEWCOMER, payment_due_at=LATER),
        _told("payment_asked"),
    ),
    "an accepted offer that is to be paid": (
        events.OfferAccepted(**UNITS, payment_due_at=LATER),
        _told("payment_asked"),
    ),
    "a seat beyond the limit that is to be paid": (
        events.SeatGranted(
            **UNITS,
            line_key="a",
            position=2,
            passed=1,
            was_ready=True,
            reason="The board asked.",
            approval="ines",
            payment_due_at=LATER,
        ),
        _told("payment_asked"),
    ),
    "a payment": (
        events.PaymentReceived(**UNITS, reference="pay-1", amount=4900, currency="GBP"),
        _told("confirmed"),
    ),
    "an attempt to pay that fails": (
        events.PaymentFailed(**MEI, reference="pay-1", reason="card declined"),
        replace(_told("payment_failed"), dedupe="payment_failed:mei-in-first-aid:pay-1"),
    ),
    "money that is too late": (
        events.PaymentUnused(**MEI, reference="pay-1", amount=4900, currency="GBP", because="late"),
        replace(_told("payment_unused"), dedupe="payment_unused:mei-in-first-aid:pay-1"),
    ),
    "a seat that is not paid": (_closed(Status.PENDING, Status.FAILED), _told("unpaid")),
    "a drop before paying": (_closed(Status.PENDING, Status.DROPPED), _told("dropped")),
    "a seat that goes with the money": (_closed(Status.CONFIRMED, Status.REFUNDED), None),
    "money that is owed back": (
        events.RefundDue(**MEI, reference="pay-1", amount=4900, currency="GBP", because="dropped"),
        None,
    ),
    "money that went back": (
        events.RefundMade(
            **MEI, reference="pay-1", amount=100, currency="GBP", settled=0, for_the_seat=100, given_back=300
        ),
        replace(_told("payment_refunded"), dedupe="payment_refunded:mei-in-first-aid:pay-1:300"),
    ),
    "money that is kept": (
        events.RefundWaived(**MEI, reference="pay-1", amount=4900, currency="GBP", reason="Dropped too late."),
        None,
    ),
    "a proposal": (events.SeatProposed(**UNITS, proposal_id="p"), None),
    "a withdrawn proposal": (events.ProposalWithdrawn(**MEI, proposal_id="p", because="outranked"), None),
    "a pass": (
        events.EntryPassed(**MEI, pass_id="p", instead_id="x", behind_key="k~", reason="On leave", approval="a"),
        None,
    ),
    "a pass that is taken back": (events.PassTakenBack(**MEI, pass_id="p"), None),
    "a hold": (events.ProposalHeld(**UNITS, proposal_id="p", until=AT, reason="Asks at home"), None),
    "a hold that is released": (events.HoldReleased(**MEI), None),
    "an approval that is undone": (events.ApprovalTakenBack(**UNITS, offer_number=1, proposal_id="p"), None),
    "a conflict that begins": (events.ConflictBegan(**UNITS, with_session_id="fire", was_ready=True), None),
    "a conflict that ends": (events.ConflictEnded(**UNITS, with_session_id="fire", is_ready=True), None),
    "a matter that opens": (events.MatterOpened(**UNITS, matter="sign_off", was_ready=True), None),
    "a matter that is settled": (events.MatterSettled(**UNITS, matter="course:fire", is_ready=True), None),
    "a sign-off": (events.MatterSettled(**UNITS, matter="sign_off", is_ready=True), _told("sign_off_given")),
    "a sign-off that is declined": (_closed(Status.WAITLISTED, Status.REFUSED), _told("sign_off_declined")),
    "an override": (
        events.EntryMoved(
            **MEI,
            override_id="o",
            number=1,
            before_id="",
            successor_id="",
            before_key="",
            from_position=1,
            to_position=2,
            from_key="a",
            line_key="b",
            passed=0,
            reason="Asked to wait.",
            approval="ines",
        ),
        None,
    ),
    "an override that ends": (events.MoveEnded(**MEI, override_id="o", because="revoked"), None),
    "a new place": (events.EntryPlaced(**MEI, line_key="b"), None),
    "a place in another order": (
        events.EntryRanked(**MEI, base_key="b", line_key="b", from_position=2, to_position=1, because="order"),
        None,
    ),
    "an override in another order": (
        events.MoveAnchored(**MEI, override_id="o", before_key="b", from_key="c", line_key="b"),
        None,
    ),
    "a window that closes": (
        events.WindowClosed(session_id="first-aid", closed_at=datetime(2026, 3, 2, tzinfo=UTC), arrivals=3, seed="s"),
        None,
    ),
    "another fact": (events.FactsChanged(**MEI, details="{}", passed=1, reason="Wrong on the form."), None),
    "another record of the same person": (
        events.PersonReplaced(**MEI, was_person_id="mei 2", status=Status.CONFIRMED, approval="a"),
        None,
    ),
    "the worse of two places": (
        events.RegistrationClosed(
            **MEI,
            seat_units=1,
            was=Status.WAITLISTED,
            status=Status.REMOVED,
            was_ready=True,
            reason="stale",
            is_stale=True,
        ),
        None,
    ),
    "a new capacity": (
        events.RulesChanged(
            session_id="first-aid",
            was=Session(id="first-aid", code="FA", capacity=4),
            rules=Session(id="first-aid", code="FA", capacity=5),
            reason="",
        ),
        None,
    ),
}


class TestAnEvent:
    @pytest.mark.parametrize(("event", "message"), CASES.values(), ids=CASES)
    def test_causes_the_message_its_person_needs_and_no_other(self, event, message):
        """Whoever gains or loses something is told once; the rest stays on the screen."""
        assert _announced(event) == ((message,) if message else ())

    def test_of_every_kind_has_an_answer_here(self):
        """No event may come into being without anybody asking whether a person has to be told."""
        assert {type(event) for event, _ in CASES.values()} == set(events.Event.__args__)

    def test_of_a_second_offer_of_a_session_is_another_message(self):
        """Two offers to the same person are two mails, each with its own deadline."""
        [first] = _announced(OFFER)
        later = events.OfferMade(**UNITS, proposal_id="p", offer_number=8, expires_at=AT, approval="ines")
        [second] = _announced(later)

        assert (first.dedupe, second.dedupe) == ("offer:first-aid:7", "offer:first-aid:8")


HOUR = timedelta(hours=1)
ENDS = AT + 24 * HOUR
MADE = structs.replace(OFFER, expires_at=ENDS)
NUMBERED: dict[str, Any] = {**MEI, "offer_number": 7}


class TestAReminder:
    @pytest.mark.parametrize(
        ("event", "due_at", "of"),
        [
            (MADE, ENDS - 4 * HOUR, ENDS),
            (structs.replace(MADE, stands_since=AT), ENDS - 4 * HOUR, ENDS),
            (
                events.OfferExtended(**NUMBERED, was_until=ENDS, expires_at=ENDS + HOUR, reason="On leave"),
                ENDS - 3 * HOUR,
                ENDS + HOUR,
            ),
            (
                events.OfferReached(**NUMBERED, was_until=ENDS, expires_at=ENDS + 3 * HOUR),
                ENDS - HOUR,
                ENDS + 3 * HOUR,
            ),
        ],
        ids=["an offer", "an offer that waits for its mail", "more time", "a mail that was late"],
    )
    def test_is_written_with_each_deadline_and_due_before_it(self, event, due_at, of):
        """Four hours before, as the session says; which deadline it is for is its key."""
        reminder = _announced(event, remind=4 * HOUR)[-1]

        assert (reminder.kind, reminder.person_id, reminder.offer_number) == ("reminder", "mei", 7)
        assert (reminder.due_at, reminder.dedupe) == (due_at, f"reminder:first-aid:7:{of:%Y%m%dT%H%M%S%f}")

    @pytest.mark.parametrize(
        ("event", "remind", "told"),
        [
            (MADE, timedelta(0), ["offer"]),
            (MADE, 24 * HOUR, ["offer"]),
            (events.OfferRefreshed(**NUMBERED), HOUR, ["offer"]),
            (events.OfferReached(**NUMBERED, was_until=ENDS, expires_at=ENDS), HOUR, []),
        ],
        ids=["a session without one", "an offer no longer than that", "a new link", "a mail that was in time"],
    )
    def test_is_not_written_where_no_deadline_is_new_or_none_is_due(self, event, remind, told):
        """For one deadline there is one reminder, whatever else happens to the offer."""
        assert [draft.kind for draft in _announced(event, remind=remind)] == told

    def test_goes_to_whoever_asked_as_well(self):
        """As everything does that the participant is told."""
        drafts = _announced(MADE, Terms(requester_id="ines"), remind=4 * HOUR)

        reminders = [draft for draft in drafts if draft.kind == "reminder"]
        assert [draft.person_id for draft in reminders] == ["mei", "ines"]
        assert reminders[1].dedupe == f"{reminders[0].dedupe}:requester"
        assert {draft.due_at for draft in reminders} == {ENDS - 4 * HOUR}


class TestSomebodyElse:
    def test_who_asked_for_the_participant_is_told_the_same(self):
        """A manager who nominates hears what becomes of it."""
        drafts = _announced(events.OfferAccepted(**UNITS), Terms(requester_id="ines"))

        assert [(d.kind, d.person_id) for d in drafts] == [("confirmed", "mei"), ("confirmed", "ines")]
        assert len({d.dedupe for d in drafts}) == 2

    def test_who_asked_for_themselves_is_told_once(self):
        """Naming oneself as the requester is no reason for a second mail."""
        assert len(_announced(events.OfferAccepted(**UNITS), Terms(requester_id="mei"))) == 1

    @pytest.mark.parametrize(
        ("event", "told"),
        [
            (
                events.WaitlistJoined(**NEWCOMER, line_key="a", conflicts=(), outstanding=("sign_off",)),
                [("joined", "mei"), ("sign_off_asked", "rafe")],
            ),
            (events.WaitlistJoined(**NEWCOMER, line_key="a", conflicts=()), [("joined", "mei")]),
            (events.MatterOpened(**UNITS, matter="sign_off", was_ready=True), [("sign_off_asked", "rafe")]),
            (events.MatterOpened(**UNITS, matter="course:fire", was_ready=True), []),
        ],
        ids=["joining, to be signed off", "joining, nothing to sign", "needed later", "another matter"],
    )
    def test_a_manager_is_asked_when_there_is_something_to_sign_off(self, event, told):
        """The manager who is named gets a mail exactly when the entry waits for their word."""
        assert [(d.kind, d.person_id) for d in _announced(event, Terms(manager_id="rafe"))] == told
