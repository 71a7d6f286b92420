"""The sentences that people read when a rule says no."""

import inspect
from datetime import UTC, datetime
from functools import partial

import pytest

from waitlist_app.engine import refusals
from waitlist_app.errors import Refused

SENTENCES = {
    partial(refusals.AlreadyRegistered, "r1"): "This person is already in this session. Asking again changes nothing.",
    partial(refusals.HoldsOverlappingSeat, ("Forklift",)): (
        "This person holds a seat in a session at the same time. Give that seat up first."
    ),
    partial(refusals.HoldsOverlappingOffer, ("Forklift",)): (
        "This person has an offer in a session at the same time. It has to be answered first."
    ),
    partial(refusals.NotRegistered): "This person has no seat and no place in the line of this session.",
    partial(refusals.TooManyUnits, 5, 3): "This asks for 5 seats, but the session has 3 in all. Ask for fewer.",
    partial(refusals.WaitlistClosed): "This session is full and its waitlist is closed. Nothing was saved.",
    partial(refusals.WaitlistFull, 20): "The waitlist is full: it takes 20 and no more. Nothing was saved.",
    partial(refusals.SeatGone, "20260302~", 0, None): (
        "The seat that was free for you has gone meanwhile. You would join the line."
    ),
    partial(refusals.SeatGone, "20260302~", 8, datetime(2026, 3, 2, tzinfo=UTC)): (
        "The seat that was free for you has gone meanwhile. You would be number 8 in line."
    ),
    partial(refusals.ProposalGone): "This proposal is no longer open. Somebody decided it, or the line changed.",
    partial(refusals.NoLongerWaiting): "This person is no longer waiting.",
    partial(refusals.SeatNoLongerFree): "This seat is no longer free.",
    partial(refusals.SeatsCostMoney): (
        "Seats of this session cost money, so this one is offered and not confirmed at once."
    ),
    partial(refusals.NobodyNext): (
        "Nobody else who waits can take this seat. Hold it instead, or leave the proposal open."
    ),
    partial(refusals.NextChanged): "Somebody else is next by now. Please look again.",
    partial(refusals.NotPassedOver): "This person is not passed over now.",
    partial(refusals.HoldNotAhead): (
        "A seat is held until an instant that lies ahead, and not beyond the start of the session."
    ),
    partial(refusals.NotHeld): "No seat is held for this person.",
    partial(refusals.PromotesAlone): (
        "This session makes its offers by itself and would make this one again. Take the offer back."
    ),
    partial(refusals.OfferEnded): "This offer has ended.",
    partial(refusals.NotLonger, datetime(2026, 3, 4, 10, tzinfo=UTC)): (
        "This gives no more time. An offer can only be kept longer, and never past the cut-off."
    ),
    partial(refusals.AlreadyConfirmed): "This seat is confirmed already.",
    partial(refusals.AlreadyAccepted): "This offer is accepted already. The seat is kept, to be paid in time.",
    partial(refusals.PaymentOfAnother): "This payment was noted for another registration. Nothing was saved.",
    partial(refusals.PaymentUnknown): ("No money is known to have come under this reference. Note the payment first."),
    partial(refusals.RefundTooLarge): "This is more than was paid under this reference. Nothing was saved.",
    partial(refusals.NothingOwed): "Nothing is owed back of this payment.",
    partial(refusals.SeatIsPaid): (
        "This person has paid for a seat, and none is free there without passing over people who wait."
    ),
    partial(refusals.ReasonMissing): (
        "Please give a reason. It is kept in the history and shown to the people passed over."
    ),
    partial(refusals.SignOffAnswered): "This request does not wait for a sign-off any more.",
    partial(refusals.NothingMoved): "This entry stands there already.",
    partial(refusals.CapacityTooLow, 2, 3): "Capacity 2 is below 3 seats that people hold. Name who moves where first.",
    partial(refusals.CapacityTooLow, 0, 1): "Capacity 0 is below 1 seat that people hold. Name who moves where first.",
    partial(refusals.LineTooLong, 2, 5): (
        "5 people wait, and the list would take 2. Say whether the last 3 leave the line or stay."
    ),
    partial(refusals.LineTooLong, 1, 2): (
        "2 people wait, and the list would take 1. Say whether the last leaves the line or stays."
    ),
    partial(refusals.LineTooLong, 0, 1): (
        "1 person waits, and the list would take 0. Say whether the last leaves the line or stays."
    ),
    partial(refusals.SessionIsCancelled): "This session was cancelled. Nothing was saved.",
    partial(refusals.TooLateToAsk): "This session has begun. Only a coordinator can still add somebody who comes late.",
    partial(refusals.SessionIsOver): (
        "This session is over. Whoever came all the same can be imported as a place that exists."
    ),
    partial(refusals.NotConfirmed): "This person has no confirmed seat in this session.",
    partial(refusals.AlreadyCheckedIn): "This person is checked in already.",
    partial(refusals.NotStarted): "The session has not started yet, so nobody is missing.",
    partial(refusals.BlockTooSmall, "board", 1): "The block board has 1 seat left. Nothing was saved.",
    partial(refusals.BlockTooSmall, "board", 0): "The block board has 0 seats left. Nothing was saved.",
    partial(refusals.TooFewToReserve, 3, 2): "3 seats would be reserved, but only 2 are not taken or held.",
    partial(refusals.TooFewToReserve, 2, 1): "2 seats would be reserved, but only 1 is not taken or held.",
    partial(refusals.TooFewToReserve, 1, 0): "1 seat would be reserved, but only 0 are not taken or held.",
    partial(refusals.NotFewer, 3): "This registration has 3 seats. Enter a smaller number, of at least 1.",
    partial(refusals.NotFewer, 2): "This registration has 2 seats. Enter a smaller number, of at least 1.",
    partial(refusals.NotFewer, 1): "This registration has 1 seat. Drop it to give that one back.",
    partial(refusals.SeatsAreFree): (
        "Enough seats are free. Move this person to the front of the line instead, and approve."
    ),
    partial(refusals.NothingToLift): (
        "No seat elsewhere keeps this person from one here, so there is no rule to lift."
    ),
    partial(refusals.NothingLifted): "No rule is lifted for this person.",
    partial(refusals.MatterOutstanding): (
        "Something has still to happen before this person can take a seat, such as a sign-off."
    ),
    partial(refusals.WindowTooLate): (
        "A window is set before anybody has asked, and opens later than now. Nothing was saved."
    ),
    partial(refusals.WindowNotOpen, datetime(2026, 3, 2, tzinfo=UTC)): (
        "Requests for this session are not open yet. Nothing was saved."
    ),
    partial(refusals.StillCollecting, datetime(2026, 3, 2, tzinfo=UTC)): (
        "Requests are still collected. Nobody is seated before the window closes. Nothing was saved."
    ),
    partial(refusals.OrderStands): "People wait in the present order. Change the order by itself, with a reason.",
    partial(refusals.HasAnotherDate, ("s",)): (
        "This person has a seat on another date of this course. Give that seat up first, or ask in exchange for it."
    ),
    partial(refusals.NeedsApproval): (
        "This passes over people who wait, or goes beyond a limit. It needs a reason and an approval."
    ),
    partial(refusals.CourseStands): (
        "People are in this session, so its course and the rule about it stay as they are."
    ),
    partial(refusals.StartTooClose): "The session starts too soon for an offer with a deadline.",
    partial(
        refusals.SeatAtThatTime, ("X",)
    ): "There is a seat in another session at the same time. Choose which of the two to keep.",
    partial(refusals.SessionHasBegun): "This session has begun, so it cannot be moved. Nothing was saved.",
    partial(refusals.NewStartHasPassed): "The new start has passed already. Nothing was saved.",
    partial(
        refusals.AnswerDateWrong
    ): "Answers can be asked for by a time between now and the new start. Nothing was saved.",
    partial(refusals.NothingAsked): "This seat does not have to be confirmed again.",
}
CODES = {
    "SeatAtThatTime": "seat_at_that_time",
    "SessionHasBegun": "session_has_begun",
    "NewStartHasPassed": "new_start_has_passed",
    "AnswerDateWrong": "answer_date_wrong",
    "NothingAsked": "nothing_asked",
    "AlreadyRegistered": "duplicate",
    "HoldsOverlappingSeat": "conflict",
    "HoldsOverlappingOffer": "conflict",
    "NotRegistered": "not_registered",
    "TooManyUnits": "too_many_units",
    "WaitlistClosed": "waitlist_closed",
    "WaitlistFull": "waitlist_full",
    "PromotesAlone": "promotes_alone",
    "SeatGone": "seat_gone",
    "NobodyNext": "nobody_next",
    "NextChanged": "next_changed",
    "NotPassedOver": "not_passed_over",
    "HoldNotAhead": "hold_not_ahead",
    "NotHeld": "not_held",
    "ProposalGone": "proposal_gone",
    "NoLongerWaiting": "not_waiting",
    "SignOffAnswered": "sign_off_answered",
    "SeatNoLongerFree": "seat_taken",
    "SeatsCostMoney": "seats_cost_money",
    "OfferEnded": "offer_ended",
    "NotLonger": "not_longer",
    "AlreadyConfirmed": "already_confirmed",
    "AlreadyAccepted": "already_accepted",
    "PaymentOfAnother": "payment_of_another",
    "PaymentUnknown": "payment_unknown",
    "RefundTooLarge": "refund_too_large",
    "NothingOwed": "nothing_owed",
    "SeatIsPaid": "seat_is_paid",
    "ReasonMissing": "reason_missing",
    "NothingMoved": "nothing_moved",
    "CapacityTooLow": "capacity_too_low",
    "LineTooLong": "line_too_long",
    "SessionIsCancelled": "session_cancelled",
    "TooLateToAsk": "too_late_to_ask",
    "SessionIsOver": "session_is_over",
    "NotConfirmed": "not_confirmed",
    "AlreadyCheckedIn": "already_checked_in",
    "NotStarted": "not_started",
    "BlockTooSmall": "block_too_small",
    "TooFewToReserve": "too_few_to_reserve",
    "NotFewer": "not_fewer",
    "SeatsAreFree": "seats_are_free",
    "NothingToLift": "nothing_to_lift",
    "NothingLifted": "nothing_lifted",
    "MatterOutstanding": "matter_outstanding",
    "WindowTooLate": "window_too_late",
    "WindowNotOpen": "window_not_open",
    "StillCollecting": "still_collecting",
    "OrderStands": "order_stands",
    "HasAnotherDate": "other_date",
    "NeedsApproval": "needs_approval",
    "CourseStands": "course_stands",
    "StartTooClose": "start_too_close",
}


class TestARefusal:
    @pytest.mark.parametrize(("refused", "sentence"), SENTENCES.items())
    def test_says_what_is_so_in_one_sentence(self, refused, sentence):
        """The person reads exactly this."""
        assert str(refused()) == sentence

    @pytest.mark.parametrize("refused", SENTENCES)
    def test_carries_its_facts(self, refused):
        """A screen can say them in its own way."""
        assert tuple(vars(refused()).values()) == refused.args

    def test_has_a_stable_code(self):
        """Counts and programs go by the code, which never changes."""
        defined = {
            name: kind.code
            for name, kind in inspect.getmembers(refusals, inspect.isclass)
            if issubclass(kind, Refused) and kind is not Refused
        }

        assert defined == CODES
        assert {refused.func.__name__ for refused in SENTENCES} == CODES.keys()


def test_a_seat_that_is_gone_names_no_place_that_nobody_counted():
    """The number is known only to who counts the line."""
    refused = refusals.SeatGone("20260302~")

    assert str(refused) == "The seat that was free for you has gone meanwhile. You would join the line."
    assert (refused.line_key, refused.position) == ("20260302~", 0)
