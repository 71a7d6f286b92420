"""What an offer of one date of a course, or a seat on it, means for the person's entries on the others."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from waitlist_app.engine.commands import SettleMatter, TakeOtherDate
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    EntryRequeued,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    PaymentReceived,
    PersonReplaced,
    RegistrationClosed,
    RuleRestored,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
)
from waitlist_app.engine.model import OTHER_DATE, Place, Status

AboutDates = (
    SeatGiven
    | SeatGranted
    | SeatConfirmed
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | OfferRevoked
    | OfferLapsed
    | EntryRequeued
    | ApprovalTakenBack
    | PaymentReceived
    | RegistrationClosed
    | PersonReplaced
    | RuleRestored
)
"""Events by which somebody comes to hold a date, or holds it no longer."""


def matter_of(session_id: str) -> str:
    """Name what has to end before an entry can be served: the offer of that other date."""
    return f"{OTHER_DATE}:{session_id}"


def date_of(matter: str) -> str:
    """Give the session whose offer a matter waits for; empty for a matter of another kind."""
    kind, _, session_id = matter.partition(":")
    return session_id if kind == OTHER_DATE else ""


def follows_for_a_date(
    event: AboutDates, dates: Sequence[Place], now: datetime, *, is_waived: bool
) -> Iterator[TakeOtherDate | SettleMatter]:
    """Give what the other dates of the course are told of `event`; `dates` are the person's places there.

    A seat ends what is on offer on other dates too, unless it `is_waived`: then an approval allows both.
    """
    match event:
        case SeatGiven() | SeatGranted() | SeatConfirmed() | OfferAccepted() if event.payment_due_at:
            yield from _taken(event, _waiting(dates), is_seat=False)  # theirs only once it is paid
        case SeatGiven() | SeatGranted() | SeatConfirmed() | OfferAccepted() | PaymentReceived():
            yield from _taken(event, _waiting(dates) if is_waived else _not_theirs_yet(dates, now), is_seat=True)
        case OfferMade():
            yield from _taken(event, _waiting(dates), is_seat=False)
        case PersonReplaced(status=status) if status.has_seat:
            yield from _taken(event, _waiting(dates), is_seat=status is Status.CONFIRMED)
        case PersonReplaced() | RuleRestored():
            yield from _held_meanwhile(event, dates, now)
        case RegistrationClosed(is_stale=True):
            return  # its person holds this date as before
        case RegistrationClosed() if event.was in {Status.WAITLISTED, Status.CONFIRMED}:
            return  # neither kept an entry elsewhere from being served
        case OfferDeclined() | OfferRevoked() | OfferLapsed() | RegistrationClosed():
            yield from _given_back(event, dates)
        case EntryRequeued() | ApprovalTakenBack():
            yield from _given_back(event, dates)
            yield from _held_meanwhile(event, dates, now)


def _taken(
    event: SeatGiven | SeatGranted | SeatConfirmed | OfferAccepted | OfferMade | PaymentReceived | PersonReplaced,
    dates: Iterable[Place],
    *,
    is_seat: bool,
) -> Iterator[TakeOtherDate]:
    for place in dates:
        yield TakeOtherDate(
            session_id=place.session_id,
            registration_id=place.registration_id,
            with_session_id=event.session_id,
            with_registration_id=event.registration_id,
            is_seat=is_seat,
        )


def _given_back(
    event: OfferDeclined | OfferRevoked | OfferLapsed | RegistrationClosed | EntryRequeued | ApprovalTakenBack,
    dates: Sequence[Place],
) -> Iterator[SettleMatter]:
    for place in _waiting(dates):
        yield SettleMatter(
            session_id=place.session_id,
            registration_id=place.registration_id,
            matter=matter_of(event.session_id),
        )


def _held_meanwhile(
    event: EntryRequeued | ApprovalTakenBack | PersonReplaced | RuleRestored, dates: Sequence[Place], now: datetime
) -> Iterator[TakeOtherDate]:
    """Find what the person has of other dates: under a waiver while they had the offer, or by another record."""
    for place in dates:
        if place.has_seat(now):
            yield TakeOtherDate(
                session_id=event.session_id,
                registration_id=event.registration_id,
                with_session_id=place.session_id,
                with_registration_id=place.registration_id,
                is_seat=place.status is Status.CONFIRMED,
            )


def _waiting(dates: Sequence[Place]) -> Iterator[Place]:
    return (place for place in dates if place.status is Status.WAITLISTED)


def _not_theirs_yet(dates: Sequence[Place], now: datetime) -> Iterator[Place]:
    """Give the dates for which the person waits, or that they have still to accept or to pay."""
    return (place for place in dates if place.status is Status.WAITLISTED or _is_open(place, now))


def _is_open(place: Place, now: datetime) -> bool:
    return place.status is not Status.CONFIRMED and place.has_seat(now)
