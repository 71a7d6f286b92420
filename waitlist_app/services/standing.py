"""What a registration's status and reason become with an event; rows and the folded record agree through it."""

from typing import Final, assert_never

from waitlist_app.engine.events import (
    ApprovalTakenBack,
    EntryRequeued,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    PaymentReceived,
    RegistrationClosed,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    WaitlistJoined,
)
from waitlist_app.engine.model import Status

Asked = SeatGiven | WaitlistJoined
"""Events that begin a registration."""

Standing = (
    Asked
    | SeatGranted
    | SeatConfirmed
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | OfferLapsed
    | OfferRevoked
    | EntryRequeued
    | ApprovalTakenBack
    | PaymentReceived
    | RegistrationClosed
)
"""Events that change where a registration stands."""


TO_BE_PAID: Final = "to be paid"
"""Why a seat is pending."""

_IN_FILES: Final = {Status.NO_SHOW: Status.REMOVED}


def status_in_files(status: Status) -> str:
    """Give the word of a status in a file; there whoever did not come was removed, since the seat is another's."""
    return _IN_FILES.get(status, status).value


def standing_after(event: Standing) -> tuple[Status, str]:  # noqa: C901, PLR0911, PLR0912 - one arm per event
    """Give the status and the reason that stand after `event`."""
    match event:
        case SeatGiven() | SeatGranted() | SeatConfirmed() | OfferAccepted() if event.payment_due_at:
            return Status.PENDING, TO_BE_PAID
        case PaymentReceived():
            return Status.CONFIRMED, "paid"
        case SeatGiven():
            return Status.CONFIRMED, _why_seated(event)
        case SeatGranted(reason=reason):
            return Status.CONFIRMED, reason or "confirmed"
        case SeatConfirmed():
            return Status.CONFIRMED, "confirmed on approval"
        case WaitlistJoined(reason=reason):
            return Status.WAITLISTED, reason
        case OfferMade():
            return Status.OFFERED, "offer open"
        case OfferAccepted():
            return Status.CONFIRMED, "offer accepted"
        case OfferDeclined():
            return Status.DECLINED, "offer declined"
        case OfferLapsed(by_hand=True, reason=reason):
            return Status.LAPSED, reason or Status.LAPSED.value
        case OfferLapsed():
            return Status.LAPSED, "no answer in time"
        case OfferRevoked(reason=reason):
            return Status.REVOKED, reason
        case ApprovalTakenBack():
            return Status.WAITLISTED, ""
        case EntryRequeued():
            return Status.WAITLISTED, "sent to the end of the line"
        case RegistrationClosed(status=status, reason=reason):
            return status, reason or status.value
        case _:
            assert_never(event)


def _why_seated(event: SeatGiven) -> str:
    if event.approval:
        return event.reason or "confirmed"
    return "had the seat already" if event.is_recorded else "seat free when asked"
