"""Which message an event causes, if any. Pure: the act's transaction writes the row, a worker gives it words later."""

from dataclasses import replace
from datetime import datetime
from typing import TypeGuard, assert_never

from waitlist_app.engine.decisions.courses import SEATED_ELSEWHERE
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    CheckedIn,
    ConflictBegan,
    ConflictEnded,
    EntryMoved,
    EntryPassed,
    EntryPlaced,
    EntryRanked,
    EntryRequeued,
    Event,
    FactsChanged,
    HoldReleased,
    MatterOpened,
    MatterSettled,
    MoveAnchored,
    MoveEnded,
    NewTimesTold,
    OfferAccepted,
    OfferDeclined,
    OfferExtended,
    OfferLapsed,
    OfferMade,
    OfferNotReached,
    OfferReached,
    OfferRefreshed,
    OfferRevoked,
    OverlapAllowed,
    PassTakenBack,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    PersonReplaced,
    ProposalHeld,
    ProposalWithdrawn,
    RefundDue,
    RefundMade,
    RefundWaived,
    RegistrationClosed,
    RuleLifted,
    RuleRestored,
    RulesChanged,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    SeatProposed,
    SeatReconfirmed,
    SessionCancelled,
    SessionRescheduled,
    SessionWoke,
    UnitsReduced,
    WaitlistJoined,
    WindowClosed,
)
from waitlist_app.engine.model import SIGN_OFF, Session, Status, Terms
from waitlist_app.engine.windows import reminder_at
from waitlist_app.services.message_kinds import Kind, reminder_key
from waitlist_app.services.ports import Draft


def announce(event: Event, terms: Terms, rules: Session, now: datetime) -> tuple[Draft, ...]:
    """Give the messages that `event`, of `now`, causes; `terms` are those of the request that it is about.

    What the participant is told, whoever asked for them is told as well. A reminder is written with the deadline that
    it is for, and is due later, as the `rules` of the session say.
    """
    drafts: tuple[Draft, ...] = ()
    for draft in filter(None, (_to_the_participant(event), _reminder(event, rules, now))):
        told = _as_one(draft, event, rules) if terms.any_date else draft
        drafts += (told,)
        if terms.requester_id not in {"", told.person_id}:
            drafts += (replace(told, person_id=terms.requester_id, dedupe=f"{told.dedupe}:requester"),)
    if terms.manager_id and _asks_for_sign_off(event):
        drafts += (_to_the_manager(event, terms.manager_id),)
    return drafts


def _as_one(draft: Draft, event: Event, rules: Session) -> Draft:
    """Tell of a request for any date of a course once: of all the dates it joins or leaves, and of its seat."""
    match event:
        case WaitlistJoined():
            return replace(draft, together=f"{event.person_id}:{rules.course}:{event.requested_at.isoformat()}")
        case RegistrationClosed() if draft.kind == Kind.LEFT:
            return replace(draft, together=f"{event.person_id}:{rules.course}")
        case RegistrationClosed() if draft.kind == Kind.OTHER_DATE:
            return replace(draft, told_by=Kind.CONFIRMED)
        case _:
            return draft


def _asks_for_sign_off(event: Event) -> TypeGuard[WaitlistJoined | MatterOpened]:
    match event:
        case WaitlistJoined(outstanding=outstanding):
            return SIGN_OFF in outstanding
        case MatterOpened(matter=matter):
            return matter == SIGN_OFF
        case _:
            return False


def _to_the_manager(event: WaitlistJoined | MatterOpened, manager_id: str) -> Draft:
    return replace(_about(event, Kind.SIGN_OFF_ASKED), person_id=manager_id)


def _to_the_participant(event: Event) -> Draft | None:  # noqa: C901, PLR0911, PLR0912 - one arm per message, no more
    """Give the message that `event` causes, or None when nobody outside has to know.

    A registration gets each kind once, except offers: those are told apart by their number in the session.
    """
    match event:
        case SeatGiven(is_recorded=True) | WaitlistJoined(is_recorded=True):
            return None  # the person has had it all along
        case SeatGiven() | SeatGranted() | SeatConfirmed() | OfferAccepted() if event.payment_due_at:
            return _about(event, Kind.PAYMENT_ASKED)
        case SeatGiven() | SeatGranted() | SeatConfirmed() | OfferAccepted() | PaymentReceived():
            return _about(event, Kind.CONFIRMED)
        case PaymentFailed():
            return _about_payment(event, Kind.PAYMENT_FAILED)
        case PaymentUnused():
            return _about_payment(event, Kind.PAYMENT_UNUSED)
        case RefundMade():
            return _about_payment(event, Kind.PAYMENT_REFUNDED, f"{event.given_back}")
        case RefundDue() | RefundWaived():
            return None  # the message about the seat says that money is owed back
        case WaitlistJoined():
            return _about(event, Kind.JOINED)
        case OfferMade() | OfferRefreshed():
            return _about_offer(event, Kind.OFFER)
        case OfferExtended():
            return _about_offer(event, Kind.EXTENDED, f"{event.expires_at:%Y%m%dT%H%M%S%f}")
        case OfferReached() if not event.is_printed and event.expires_at != event.was_until:
            return _about_offer(event, Kind.EXTENDED, f"{event.expires_at:%Y%m%dT%H%M%S%f}")
        case OfferReached() | OfferNotReached():
            return None  # the offer's own mail says when it ends, or cannot be sent
        case OfferDeclined():
            return _about(event, Kind.DECLINED)
        case OfferRevoked():
            return _about(event, Kind.REVOKED)
        case OfferLapsed():
            return _about(event, Kind.LAPSED)
        case EntryRequeued():
            return _about(event, Kind.REQUEUED)
        case RegistrationClosed(status=Status.NO_SHOW) | CheckedIn():
            return None  # whoever came, or did not, knows it
        case RegistrationClosed(is_stale=True) | PersonReplaced():
            return None  # they have what they had; that there were two records of them is not their affair
        case RegistrationClosed(status=Status.REFUNDED):
            return None  # told with the money
        case RegistrationClosed():
            return _about(event, _kind_of_end(event))
        case UnitsReduced():
            told = _about(event, Kind.REDUCED)
            return replace(told, dedupe=f"{told.dedupe}:{event.seat_units}")
        case NewTimesTold():
            told = _about(event, Kind.CHANGED)
            return replace(told, dedupe=f"{told.dedupe}:{event.number}")
        case SessionCancelled() | SessionRescheduled() | SessionWoke():
            return None  # everybody who is in it is told of their own registration
        case SeatReconfirmed() | OverlapAllowed():
            return None  # whoever answered knows it, and nothing changes for whoever keeps two seats
        case SeatProposed() | ProposalWithdrawn() | ApprovalTakenBack():
            return None  # a proposal is between the engine and the coordinators, and nobody was sent the offer
        case MatterSettled(matter=matter) if matter == SIGN_OFF:
            return _about(event, Kind.SIGN_OFF_GIVEN)
        case ConflictBegan() | ConflictEnded() | MatterOpened() | MatterSettled() | RuleLifted() | RuleRestored():
            return None  # the place is kept; the person's page says why it is skipped
        case ProposalHeld() | HoldReleased():
            return None  # the person has been promised nothing
        case (
            EntryPassed()
            | PassTakenBack()
            | EntryMoved()
            | MoveEnded()
            | MoveAnchored()
            | EntryPlaced()
            | EntryRanked()
        ):
            return None  # positions are shown, not mailed
        case RulesChanged() | FactsChanged() | WindowClosed():
            return None  # the page of a session shows by which rules it runs
        case _:
            assert_never(event)


def _reminder(event: Event, rules: Session, now: datetime) -> Draft | None:
    """Give the reminder of a deadline that `event` sets: one for each, however often its link is sent."""
    match event:
        case OfferMade() | OfferExtended():
            pass
        case OfferReached() if event.expires_at != event.was_until:
            pass
        case _:
            return None
    due_at = reminder_at(rules, made_at=now, expires_at=event.expires_at)
    if due_at is None:
        return None
    told = _about_offer(event, Kind.REMINDER)
    key = reminder_key(event.session_id, event.offer_number, event.expires_at)
    return replace(told, dedupe=key, due_at=due_at)


def _kind_of_end(event: RegistrationClosed) -> Kind:
    told = {
        Status.REMOVED: Kind.REMOVED,
        Status.TRANSFERRED: Kind.TRANSFERRED,
        Status.CANCELLED: Kind.CANCELLED,
        Status.REFUSED: Kind.SIGN_OFF_DECLINED,
        Status.FAILED: Kind.UNPAID,
        Status.LAPSED: Kind.UNANSWERED,
    }.get(event.status)
    if told:
        return told
    if event.reason == SEATED_ELSEWHERE:
        return Kind.OTHER_DATE
    return Kind.DROPPED if event.was.has_seat else Kind.LEFT


def _about_offer(
    event: OfferMade | OfferRefreshed | OfferExtended | OfferReached, kind: Kind, which: str = ""
) -> Draft:
    return Draft(
        kind=kind,
        person_id=event.person_id,
        session_id=event.session_id,
        registration_id=event.registration_id,
        dedupe=":".join(filter(None, (kind, event.session_id, str(event.offer_number), which))),
        offer_number=event.offer_number,
    )


def _about_payment(event: PaymentFailed | PaymentUnused | RefundMade, kind: Kind, which: str = "") -> Draft:
    """Tell of one payment once; of a refund once more when more was given back."""
    told = _about(event, kind)
    return replace(told, dedupe=":".join(filter(None, (told.dedupe, event.reference, which))))


def _about(
    event: SeatGiven
    | SeatGranted
    | SeatConfirmed
    | UnitsReduced
    | OfferAccepted
    | WaitlistJoined
    | OfferDeclined
    | OfferRevoked
    | OfferLapsed
    | EntryRequeued
    | RegistrationClosed
    | MatterOpened
    | MatterSettled
    | PaymentReceived
    | PaymentFailed
    | PaymentUnused
    | RefundMade
    | NewTimesTold,
    kind: Kind,
) -> Draft:
    return Draft(
        kind=kind,
        person_id=event.person_id,
        session_id=event.session_id,
        registration_id=event.registration_id,
        dedupe=f"{kind}:{event.registration_id}",
    )
