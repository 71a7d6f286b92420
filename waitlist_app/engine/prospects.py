"""What a request would come to, told before it is made: the same function decides, and nothing is kept."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from waitlist_app.engine import seats
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.decide import decide
from waitlist_app.engine.decisions.asking import is_offer_alone, newcomer_fits
from waitlist_app.engine.events import WaitlistJoined
from waitlist_app.engine.explain import Why
from waitlist_app.engine.model import SIGN_OFF, Registration, Roster, Session, Status, Tally
from waitlist_app.engine.refusals import (
    AlreadyRegistered,
    HasAnotherDate,
    HoldsOverlappingOffer,
    HoldsOverlappingSeat,
    SessionIsCancelled,
    SessionIsOver,
    WaitlistClosed,
    WaitlistFull,
    WindowNotOpen,
)
from waitlist_app.errors import Refused


class Outlook(StrEnum):
    """What a request would come to."""

    SEAT = "seat"
    APPROVAL = "approval"
    """A seat is free, and a manager has to say yes first: the request would be pending approval."""
    PLACE = "place"
    """A place in the line."""
    REFUSED = "refused"


class Prospect(Struct, frozen=True, kw_only=True):
    """What one request would come to at one instant, and why."""

    outlook: Outlook
    seat_units: int
    free: int | None
    """Units that nobody holds; None for no limit."""
    is_paid: bool = False
    """Whether the seat has to be paid before it is theirs for good."""
    why: Why | None = None
    """Why it would be a place in the line."""
    line_key: str = ""
    """Where that place would be; it counts with those in front of it."""
    session_ids: tuple[str, ...] = ()
    """The sessions in which the person holds a seat at the same time."""
    is_offer: bool = False
    """Whether all that they have there is an offer."""
    outstanding: tuple[str, ...] = ()
    """What would have to happen first, as stable words."""
    refusal: Refused | None = None


def prospect(roster: Roster, request: RequestSeat, now: datetime) -> Prospect:
    """Say what `request` would come to at `now`, whatever it expects; `roster` is what deciding it needs."""
    units, left = request.seat_units, seats.free(roster, now)
    free = None if left is None else max(left, 0)
    try:
        [event] = decide(roster, replace(request, expects_seat=False), now)
    except Refused as refusal:
        return Prospect(outlook=Outlook.REFUSED, seat_units=units, free=free, refusal=refusal)
    if not isinstance(event, WaitlistJoined):
        return Prospect(outlook=Outlook.SEAT, seat_units=units, free=free, is_paid=roster.session.is_paid)
    fits = newcomer_fits(roster, units, now)
    why = _why(roster, event, free, fits=fits)
    is_asked_first = event.outstanding == (SIGN_OFF,) and why is Why.OUTSTANDING
    waits_for_a_word = is_asked_first and fits and not event.terms.waitlist_only
    return Prospect(
        outlook=Outlook.APPROVAL if waits_for_a_word else Outlook.PLACE,
        seat_units=units,
        free=free,
        why=why,
        line_key=event.line_key,
        session_ids=event.conflicts,
        is_offer=bool(event.conflicts) and is_offer_alone(roster, event.conflicts),
        outstanding=event.outstanding,
    )


def awaits_only_a_word(session: Session, tally: Tally, entry: Registration, ready_ahead: int, now: datetime) -> bool:
    """Say whether an entry would have a seat but for what is outstanding: it is pending approval, and does not wait.

    `ready_ahead` are the units of all in front of it who could take a seat.
    """
    if entry.status is not Status.WAITLISTED or entry.outstanding != (SIGN_OFF,) or entry.conflicts:
        return False
    if entry.terms.waitlist_only:
        return False
    ahead = Roster(session=session, tally=replace(tally, ready_units=ready_ahead, waiting=0))
    return newcomer_fits(ahead, entry.seat_units, now)


def _why(roster: Roster, event: WaitlistJoined, free: int | None, *, fits: bool) -> Why:  # noqa: PLR0911 - one each
    if roster.session.is_sealed:
        return Why.SEALED
    if event.conflicts:
        return Why.CONFLICT
    if event.outstanding:
        return Why.OUTSTANDING
    if roster.session.capacity == 0:
        return Why.ALL_WAIT
    if event.terms.waitlist_only and fits:
        return Why.WAITLIST_ONLY
    if free is None or free >= event.seat_units:
        return Why.RESERVED
    return Why.TOO_FEW_SEATS if free else Why.NO_SEAT


_WORDS: Final = {
    Why.SEALED: "Requests are collected first, and nobody is seated before the window closes.",
    Why.CONFLICT: "You have a seat at the same time elsewhere: you keep your place, and are skipped until that ends.",
    Why.OUTSTANDING: "Your manager is asked to sign it off first, and you keep your place until the answer comes.",
    Why.ALL_WAIT: "Everybody joins the line first here.",
    Why.WAITLIST_ONLY: "You ask for the waitlist alone, so a free seat is offered to you and not yours at once.",
    Why.NO_SEAT: "Every seat is taken or held.",
}


def in_words(told: Prospect, position: int) -> tuple[str, ...]:
    """Say it to the person who would ask, in sentences that name nobody; `position` is that of the place, from 1."""
    match told.outlook:
        case Outlook.SEAT:
            is_one = told.seat_units == 1
            free, it = ("A seat is", "it") if is_one else (f"{told.seat_units} seats are", "them")
            then = f"You have {it} as soon as you ask."
            kept = f"We keep {it} for you from the moment you ask, and you have {it} once you have paid."
            return (f"{free} free for you.", kept if told.is_paid else then)
        case Outlook.APPROVAL:
            return ("A seat is free.", "Your request would be pending approval until your manager has signed it off.")
        case Outlook.PLACE:
            return (f"You would be number {position} in line.", _place(told))
        case Outlook.REFUSED:
            return (_refusal(told.refusal),)


def _place(told: Prospect) -> str:
    are = "1 seat is" if told.free == 1 else f"{told.free} seats are"
    if told.why is Why.RESERVED:
        return f"{are} free, but kept for those who wait." if told.free else "Free seats are kept for those who wait."
    if told.why is Why.TOO_FEW_SEATS:
        return f"You ask for {told.seat_units} seats, and {are} free."
    if told.why is Why.OUTSTANDING and SIGN_OFF not in told.outstanding:
        return "Another date of the course is on offer to you: you keep your place, and are skipped until that ends."
    if told.why is Why.CONFLICT and told.is_offer:
        return "You have an offer at the same time elsewhere: you keep your place, and are skipped until that ends."
    return _WORDS[told.why or Why.NO_SEAT]


def _refusal(refusal: Refused | None) -> str:  # noqa: PLR0911 - one line per rule
    match refusal:
        case AlreadyRegistered():
            return "You are in this session already. Asking again changes nothing."
        case HasAnotherDate():
            return "You have a seat on another date of this course. Give that seat up first."
        case HoldsOverlappingOffer():
            return "You have an offer at the same time elsewhere. Answer that first."
        case HoldsOverlappingSeat():
            return "You have a seat at the same time elsewhere. Give that seat up first."
        case WaitlistClosed():
            return "This session is full, and its waitlist is closed."
        case WaitlistFull(limit=limit):
            return f"This session is full, and so is its waitlist: it takes {limit} and no more."
        case WindowNotOpen():
            return "Requests for this session are not open yet."
        case SessionIsCancelled():
            return "This session was cancelled."
        case SessionIsOver():
            return "This session is over."
        case _:
            return str(refusal)
