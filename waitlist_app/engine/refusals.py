"""Every rule that can say no, each with its stable code and its sentence."""

from datetime import datetime

from waitlist_app.errors import Refused


class AlreadyRegistered(Refused):
    """The person is in this session already; asking twice changes nothing."""

    code = "duplicate"

    def __init__(self, registration_id: str, *, stands: str = "is already in this session") -> None:
        """Name the registration that exists; `stands` says how it stands, for whoever looked."""
        super().__init__(f"This person {stands}. Asking again changes nothing.")
        self.registration_id = registration_id


class HoldsOverlappingSeat(Refused):
    """The person holds a seat at the same time, and this organisation refuses such requests."""

    code = "conflict"

    _says = "This person holds a seat in a session at the same time. Give that seat up first."

    def __init__(self, session_ids: tuple[str, ...]) -> None:
        """Name the sessions that overlap."""
        super().__init__(self._says)
        self.session_ids = session_ids


class HoldsOverlappingOffer(HoldsOverlappingSeat):
    """All that the person has at the same time is an offer."""

    _says = "This person has an offer in a session at the same time. It has to be answered first."


class HasAnotherDate(Refused):
    """The person has a seat on another date of the course, and one is what everybody gets."""

    code = "other_date"

    def __init__(self, session_ids: tuple[str, ...]) -> None:
        """Name the sessions in which they have one."""
        super().__init__(
            "This person has a seat on another date of this course. Give that seat up first, or ask in exchange for it."
        )
        self.session_ids = session_ids


class NeedsApproval(Refused):
    """A place that exists elsewhere passes somebody over here, or goes beyond a limit."""

    code = "needs_approval"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This passes over people who wait, or goes beyond a limit. It needs a reason and an approval.")


class NotRegistered(Refused):
    """There is nothing active to act on."""

    code = "not_registered"

    def __init__(self, name: str = "") -> None:
        """Name them, where several are meant."""
        super().__init__(f"{name or 'This person'} has no seat and no place in the line of this session.")


class SessionIsCancelled(Refused):
    """The session does not take place."""

    code = "session_cancelled"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This session was cancelled. Nothing was saved.")


class TooLateToAsk(Refused):
    """From the start on nobody joins by asking for themselves, or for any date."""

    code = "too_late_to_ask"

    def __init__(self) -> None:
        """Say it, and what is left."""
        super().__init__("This session has begun. Only a coordinator can still add somebody who comes late.")


class SessionIsOver(Refused):
    """After the last meeting nobody asks for a seat any more."""

    code = "session_is_over"

    def __init__(self) -> None:
        """Say it, and what is left."""
        super().__init__("This session is over. Whoever came all the same can be imported as a place that exists.")


class NotFewer(Refused):
    """A group can only become smaller, and has to keep one seat."""

    code = "not_fewer"

    def __init__(self, seat_units: int) -> None:
        """Name what the group has."""
        less = "Enter a smaller number, of at least 1." if seat_units > 1 else "Drop it to give that one back."
        super().__init__(f"This registration has {_seats(seat_units)}. {less}")
        self.seat_units = seat_units


class SeatsAreFree(Refused):
    """Somebody would be granted a seat beyond the limit though the limit is not reached."""

    code = "seats_are_free"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Enough seats are free. Move this person to the front of the line instead, and approve.")


class NothingToLift(Refused):
    """No seat elsewhere keeps the person from one here."""

    code = "nothing_to_lift"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("No seat elsewhere keeps this person from one here, so there is no rule to lift.")


class NothingLifted(Refused):
    """The rules hold for the person already."""

    code = "nothing_lifted"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("No rule is lifted for this person.")


class MatterOutstanding(Refused):
    """Something has to happen before the person can take a seat."""

    code = "matter_outstanding"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Something has still to happen before this person can take a seat, such as a sign-off.")


class NotConfirmed(Refused):
    """Only whoever has a confirmed seat can come, or fail to."""

    code = "not_confirmed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This person has no confirmed seat in this session.")


class AlreadyCheckedIn(Refused):
    """The person is there already."""

    code = "already_checked_in"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This person is checked in already.")


class NotStarted(Refused):
    """Nobody can be missing before the session starts."""

    code = "not_started"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The session has not started yet, so nobody is missing.")


class BlockTooSmall(Refused):
    """A block has too few units left, or is not there any more."""

    code = "block_too_small"

    def __init__(self, block: str, units: int) -> None:
        """Name the block and what is left in it."""
        super().__init__(f"The block {block} has {_seats(units)} left. Nothing was saved.")
        self.block = block
        self.units = units


class TooFewToReserve(Refused):
    """A block would need seats that people have, or that wait for them."""

    code = "too_few_to_reserve"

    def __init__(self, units: int, free: int) -> None:
        """Name both numbers."""
        are = "is" if free == 1 else "are"
        super().__init__(f"{_seats(units)} would be reserved, but only {free} {are} not taken or held.")
        self.units = units
        self.free = free


class TooManyUnits(Refused):
    """A group asks for more seats than the session will ever have."""

    code = "too_many_units"

    def __init__(self, seat_units: int, limit: int) -> None:
        """Name both numbers."""
        super().__init__(f"This asks for {seat_units} seats, but the session has {limit} in all. Ask for fewer.")
        self.seat_units = seat_units
        self.limit = limit


class WaitlistClosed(Refused):
    """The session is full and takes no new entries."""

    code = "waitlist_closed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This session is full and its waitlist is closed. Nothing was saved.")


class WaitlistFull(Refused):
    """The line is as long as it may be."""

    code = "waitlist_full"

    def __init__(self, limit: int) -> None:
        """Name the limit."""
        super().__init__(f"The waitlist is full: it takes {limit} and no more. Nothing was saved.")
        self.limit = limit


class SeatGone(Refused):
    """Somebody was shown a free seat that has gone meanwhile: they are asked before they join the line."""

    code = "seat_gone"

    def __init__(self, line_key: str, position: int = 0, submitted_at: datetime | None = None) -> None:
        """Keep the place that would follow: its key, and where known its number and the time it counts from."""
        place = f"You would be number {position} in line." if position else "You would join the line."
        super().__init__(f"The seat that was free for you has gone meanwhile. {place}")
        self.line_key = line_key
        self.position = position
        self.submitted_at = submitted_at


class ProposalGone(Refused):
    """The proposal was decided or withdrawn meanwhile."""

    code = "proposal_gone"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This proposal is no longer open. Somebody decided it, or the line changed.")


class NoLongerWaiting(Refused):
    """The entry left the line meanwhile."""

    code = "not_waiting"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This person is no longer waiting.")


class SeatNoLongerFree(Refused):
    """The seat went to somebody else meanwhile."""

    code = "seat_taken"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This seat is no longer free.")


class SeatsCostMoney(Refused):
    """A seat of a paid session is offered, and confirmed once it is paid."""

    code = "seats_cost_money"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Seats of this session cost money, so this one is offered and not confirmed at once.")


class SeatAtThatTime(Refused):
    """Somebody accepts an offer and has a seat at the same time: not both."""

    code = "seat_at_that_time"

    def __init__(self, session_ids: tuple[str, ...]) -> None:
        """Name the sessions of the other seats."""
        super().__init__("There is a seat in another session at the same time. Choose which of the two to keep.")
        self.session_ids = session_ids


class SessionHasBegun(Refused):
    """Whoever sits in a session cannot be moved with it."""

    code = "session_has_begun"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This session has begun, so it cannot be moved. Nothing was saved.")


class NewStartHasPassed(Refused):
    """A session is moved to a time that is still to come."""

    code = "new_start_has_passed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The new start has passed already. Nothing was saved.")


class AnswerDateWrong(Refused):
    """People are given until some time before the new start to answer."""

    code = "answer_date_wrong"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Answers can be asked for by a time between now and the new start. Nothing was saved.")


class NothingAsked(Refused):
    """The seat was confirmed again already, or nobody asked."""

    code = "nothing_asked"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This seat does not have to be confirmed again.")


class OfferEnded(Refused):
    """The deadline has passed, or the offer was answered or taken back."""

    code = "offer_ended"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This offer has ended.")


class PromotesAlone(Refused):
    """The session would make the same offer again at once."""

    code = "promotes_alone"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This session makes its offers by itself and would make this one again. Take the offer back.")


class NobodyNext(Refused):
    """The seat would stay empty: nobody else can take it."""

    code = "nobody_next"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Nobody else who waits can take this seat. Hold it instead, or leave the proposal open.")


class NextChanged(Refused):
    """Somebody else is next than the screen said."""

    code = "next_changed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Somebody else is next by now. Please look again.")


class NotPassedOver(Refused):
    """The entry was not passed over, or its turn has come."""

    code = "not_passed_over"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This person is not passed over now.")


class HoldNotAhead(Refused):
    """The instant has passed, or lies behind the start of the session."""

    code = "hold_not_ahead"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("A seat is held until an instant that lies ahead, and not beyond the start of the session.")


class NotHeld(Refused):
    """No seat is held for this person."""

    code = "not_held"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("No seat is held for this person.")


class NotLonger(Refused):
    """The new deadline is not later than the one that was promised, or would pass the cut-off."""

    code = "not_longer"

    def __init__(self, until: datetime) -> None:
        """Keep the deadline that stands."""
        super().__init__("This gives no more time. An offer can only be kept longer, and never past the cut-off.")
        self.until = until


class AlreadyConfirmed(OfferEnded):
    """The offer was accepted before; pressing the button again changes nothing."""

    code = "already_confirmed"

    def __init__(self) -> None:
        """Say it."""
        Refused.__init__(self, "This seat is confirmed already.")


class AlreadyAccepted(OfferEnded):
    """The offer was accepted before, and the seat is kept to be paid."""

    code = "already_accepted"

    def __init__(self) -> None:
        """Say it."""
        Refused.__init__(self, "This offer is accepted already. The seat is kept, to be paid in time.")


class PaymentOfAnother(Refused):
    """The reference is known, for another registration."""

    code = "payment_of_another"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This payment was noted for another registration. Nothing was saved.")


class PaymentUnknown(Refused):
    """Money goes back of which nobody has heard that it came."""

    code = "payment_unknown"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("No money is known to have come under this reference. Note the payment first.")


class RefundTooLarge(Refused):
    """More would go back than came."""

    code = "refund_too_large"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This is more than was paid under this reference. Nothing was saved.")


class NothingOwed(Refused):
    """There is nothing that could be kept."""

    code = "nothing_owed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Nothing is owed back of this payment.")


class SeatIsPaid(Refused):
    """Somebody who has paid would be left with a place in a line."""

    code = "seat_is_paid"

    def __init__(self) -> None:
        """Say it."""
        super().__init__(
            "This person has paid for a seat, and none is free there without passing over people who wait."
        )


class ReasonMissing(Refused):
    """An act that passes people over, or takes something away, needs a reason."""

    code = "reason_missing"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Please give a reason. It is kept in the history and shown to the people passed over.")


class SignOffAnswered(Refused):
    """The manager has answered, or there was nothing to sign off."""

    code = "sign_off_answered"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This request does not wait for a sign-off any more.")


class NothingMoved(Refused):
    """The entry stands there already."""

    code = "nothing_moved"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This entry stands there already.")


class CapacityTooLow(Refused):
    """The new number is below the seats that people hold."""

    code = "capacity_too_low"

    def __init__(self, capacity: int, held: int) -> None:
        """Name both numbers."""
        super().__init__(f"Capacity {capacity} is below {_seats(held)} that people hold. Name who moves where first.")
        self.capacity = capacity
        self.held = held


class LineTooLong(Refused):
    """More people wait than the new limit of the list allows."""

    code = "line_too_long"

    def __init__(self, limit: int, waiting: int) -> None:
        """Name both numbers."""
        people = "1 person waits" if waiting == 1 else f"{waiting} people wait"
        last = (
            "the last leaves the line or stays"
            if waiting - limit == 1
            else f"the last {waiting - limit} leave the line or stay"
        )
        super().__init__(f"{people}, and the list would take {limit}. Say whether {last}.")
        self.limit = limit
        self.waiting = waiting


class WindowTooLate(Refused):
    """A sealed window is set before it opens and before anybody has asked, so that it is the same for all."""

    code = "window_too_late"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("A window is set before anybody has asked, and opens later than now. Nothing was saved.")


class WindowNotOpen(Refused):
    """Requests are collected in a window that opens later."""

    code = "window_not_open"

    def __init__(self, opens_at: datetime) -> None:
        """Keep the instant; whoever shows it knows the zone."""
        super().__init__("Requests for this session are not open yet. Nothing was saved.")
        self.opens_at = opens_at


class StillCollecting(Refused):
    """Requests are collected in a window, and nobody is seated before its hour, not even by an override."""

    code = "still_collecting"

    def __init__(self, closes_at: datetime) -> None:
        """Keep the instant; whoever shows it knows the zone."""
        super().__init__("Requests are still collected. Nobody is seated before the window closes. Nothing was saved.")
        self.closes_at = closes_at


class OrderStands(Refused):
    """People wait in the present order; another one moves them, so it is an act of its own."""

    code = "order_stands"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("People wait in the present order. Change the order by itself, with a reason.")


class CourseStands(Refused):
    """Which course a session belongs to, and what that means, is settled before anybody is in it."""

    code = "course_stands"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("People are in this session, so its course and the rule about it stay as they are.")


class StartTooClose(Refused):
    """An offer would end before anybody could answer it."""

    code = "start_too_close"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The session starts too soon for an offer with a deadline.")


def _seats(units: int) -> str:
    return "1 seat" if units == 1 else f"{units} seats"
