"""Proposals turned into offers, and what becomes of an offer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waitlist_app.engine import money, ordering, seats, windows
from waitlist_app.engine.commands import AcceptOffer, ApproveProposal, DeclineOffer, ExpireOffer, LapseDue, RevokeOffer
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.decisions.line import end_overrides, place_again
from waitlist_app.engine.decisions.overlaps import given_up_for, kept_until_paid
from waitlist_app.engine.decisions.waking import wake
from waitlist_app.engine.events import (
    EntryRequeued,
    Event,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    SeatConfirmed,
)
from waitlist_app.engine.model import GroupRule, LapseRule, Proposal, Registration, Roster, Status
from waitlist_app.engine.refusals import (
    AlreadyAccepted,
    AlreadyConfirmed,
    NoLongerWaiting,
    OfferEnded,
    ProposalGone,
    ReasonMissing,
    SeatNoLongerFree,
    SeatsCostMoney,
)

NOT_PAID: Final = "not paid in time"


def approve(roster: Roster, command: ApproveProposal, now: datetime) -> Iterator[Event]:
    """Turn a proposal into an offer or a seat, everything checked again.

    Raises `ProposalGone`, `NoLongerWaiting` or `SeatNoLongerFree` when it is no longer true, `StartTooClose` where no
    window is left for an offer, and `SeatsCostMoney` for a seat at once that costs something while it can be offered:
    nobody owes money who has not said yes. Once it is too late for offers, such a seat is pending until it is paid.
    """
    proposal = roster.proposals.get(command.proposal_id)
    if proposal is None:
        raise ProposalGone
    registration = roster.registrations.get(proposal.registration_id)
    if registration is None or not registration.is_ready:
        raise NoLongerWaiting
    free = seats.free_for(roster, registration, now)
    if free is not None and free < registration.seat_units:
        raise SeatNoLongerFree
    if not command.is_direct:
        yield from offer(roster, registration, proposal, approval=command.approval, now=now)
        return
    if registration.terms.price and windows.can_offer(roster.session, now):
        raise SeatsCostMoney
    yield from confirm(roster, registration, proposal, approval=command.approval, now=now)


def confirm(
    roster: Roster, registration: Registration, proposal: Proposal, *, approval: str, now: datetime
) -> Iterator[Event]:
    """Carry a proposal out as a seat at once, or as one to be paid; then nothing is exchanged for it yet."""
    due_at = money.payment_due_at(roster.session, registration.terms, now)
    yield SeatConfirmed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        proposal_id=proposal.id,
        seat_units=registration.seat_units,
        approval=approval,
        passed_before=passed_before(roster, registration),
        gives_up="" if due_at else registration.terms.gives_up,
        gives_up_in="" if due_at else registration.terms.gives_up_in,
        payment_due_at=due_at,
    )
    yield from end_overrides(roster, registration, because="seated")
    yield from place_again(roster, gone=registration.id)


def offer(
    roster: Roster, registration: Registration, proposal: Proposal, *, approval: str, now: datetime
) -> Iterator[Event]:
    """Carry a proposal out as an offer; raises `StartTooClose` when no window is left."""
    yield OfferMade(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        proposal_id=proposal.id,
        seat_units=registration.seat_units,
        offer_number=roster.tally.offers_made + 1,
        expires_at=windows.deadline(roster.session, now),
        approval=approval,
        stands_since=now if roster.session.offers_wait_for_mail else None,
        passed_before=passed_before(roster, registration),
    )
    yield from place_again(roster, gone=registration.id)


def passed_before(roster: Roster, registration: Registration) -> str:
    """Give the key in front of which an offer to the entry passes everybody; empty where nobody may be passed."""
    return "" if roster.session.groups is GroupRule.STRICT else registration.line_key


def offered(roster: Roster, registration_id: str, now: datetime) -> Registration:
    """Give the registration with its live offer, or raise `OfferEnded`."""
    registration = roster.registrations.get(registration_id)
    if registration is None or not registration.is_open(now):
        raise OfferEnded
    return registration


def goes_to_the_end(roster: Roster, registration: Registration) -> bool:
    """Say whether an unused offer sends its person to the end of the line: by the policy, and only once."""
    is_offer = registration.status is Status.OFFERED
    return is_offer and roster.session.on_lapse is LapseRule.END and registration.requeued_at is None


def _requeue(
    roster: Roster,
    registration: Registration,
    *,
    requeued_at: datetime,
    arrival: int,
    because: str,
    on_behalf: bool = False,
    by_hand: bool = False,
    reason: str = "",
) -> EntryRequeued:
    return EntryRequeued(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        requeued_at=requeued_at,
        arrival=arrival,
        line_key=ordering.requeued_key(requeued_at, arrival),
        because=because,
        on_behalf=on_behalf,
        by_hand=by_hand,
        reason=reason,
    )


def accept(roster: Roster, command: AcceptOffer, now: datetime) -> Iterator[Event]:
    """Confirm the person while the offer runs, or keep the seat to be paid; then nothing is exchanged for it yet.

    Raises `AlreadyConfirmed`, `AlreadyAccepted` or `OfferEnded`, and `SeatAtThatTime` where the person has another seat
    then and has not said to give that one up. Where this one has still to be paid, that one is kept until then.
    """
    known = roster.registrations.get(command.registration_id)
    if known and known.status is Status.CONFIRMED:
        raise AlreadyConfirmed
    if known and known.can_pay(now):
        raise AlreadyAccepted
    registration = offered(roster, command.registration_id, now)
    ending = given_up_for(roster, registration, command.instead_of, now)
    yield from end_overrides(roster, registration, because="seated")
    due_at = money.payment_due_at(roster.session, registration.terms, now)
    kept = kept_until_paid(registration, ending) if due_at else None
    yield OfferAccepted(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        on_behalf=command.on_behalf,
        gives_up="" if due_at else registration.terms.gives_up,
        gives_up_in="" if due_at else registration.terms.gives_up_in,
        payment_due_at=due_at,
        was_excused=bool(registration.excused),
        instead_of=tuple((place.session_id, place.registration_id) for place in ending if place is not kept),
        exchanges=kept.registration_id if kept else "",
        exchanges_in=kept.session_id if kept else "",
    )


def decline(roster: Roster, command: DeclineOffer, now: datetime) -> Iterator[Event]:
    """Give the seat back at once; raises `OfferEnded`."""
    registration = offered(roster, command.registration_id, now)
    yield from end_overrides(roster, registration, because="declined")
    if goes_to_the_end(roster, registration):
        arrival = roster.tally.arrivals + 1
        yield _requeue(
            roster, registration, requeued_at=now, arrival=arrival, because="declined", on_behalf=command.on_behalf
        )
        return
    yield OfferDeclined(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        on_behalf=command.on_behalf,
    )


def revoke_offer(roster: Roster, command: RevokeOffer, now: datetime) -> Iterator[Event]:
    """Take the seat back, for a reason; raises `OfferEnded` or `ReasonMissing`."""
    registration = offered(roster, command.registration_id, now)
    if not command.reason.strip():
        raise ReasonMissing
    yield from end_overrides(roster, registration, because="offer_revoked")
    yield OfferRevoked(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        reason=command.reason,
    )


def expire(roster: Roster, command: ExpireOffer, now: datetime) -> Iterator[Event]:
    """End an offer before its deadline, as silence would at it; raises `OfferEnded` or `ReasonMissing`."""
    registration = offered(roster, command.registration_id, now)
    if not command.reason.strip():
        raise ReasonMissing
    yield from _lapse(
        roster, registration, at=now, arrival=roster.tally.arrivals + 1, by_hand=True, reason=command.reason
    )


def lapse_due(roster: Roster, command: LapseDue, now: datetime) -> Iterator[Event]:
    """End what reached its deadline, the earliest first; of one instant offers in their order, then unpaid seats."""
    arrival = roster.tally.arrivals
    due = ((r.ends_at, r) for r in roster.overdue(min(command.until, now)))
    for expired_at, registration in sorted(((at, r) for at, r in due if at), key=_lapse_order):
        if registration.status is Status.PENDING:
            yield from closed(roster, registration, status=Status.FAILED, reason=NOT_PAID)
            continue
        yield from _lapse(roster, registration, at=expired_at, arrival=arrival + 1)
        arrival += goes_to_the_end(roster, registration)
    yield from wake(roster, min(command.until, now))


def _lapse(
    roster: Roster,
    registration: Registration,
    *,
    at: datetime,
    arrival: int,
    by_hand: bool = False,
    reason: str = "",
) -> Iterator[Event]:
    """End an offer that was not answered, as the policy says; `arrival` is for whoever goes to the end."""
    yield from end_overrides(roster, registration, because="lapsed")
    if goes_to_the_end(roster, registration):
        yield _requeue(
            roster,
            registration,
            requeued_at=at,
            arrival=arrival,
            because="lapsed",
            by_hand=by_hand,
            reason=reason,
        )
        return
    yield OfferLapsed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        expired_at=at,
        by_hand=by_hand,
        reason=reason,
    )


def _lapse_order(due: tuple[datetime, Registration]) -> tuple[datetime, bool, int, int]:
    expired_at, registration = due
    return expired_at, registration.status is Status.PENDING, registration.offer_number, registration.arrival
