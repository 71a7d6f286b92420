"""What follows from a command: events, or a refusal. Nothing here changes anything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from waitlist_app.engine import ordering, seats, windows
from waitlist_app.engine.commands import (
    AcceptOffer,
    ApproveProposal,
    BeginConflict,
    ChangeCapacity,
    Close,
    Command,
    DeclineOffer,
    EndConflict,
    LapseDue,
    MoveEntry,
    RequestSeat,
    RevokeMove,
    RevokeOffer,
)
from waitlist_app.engine.events import (
    CapacityChanged,
    ConflictBegan,
    ConflictEnded,
    EntryMoved,
    EntryPlaced,
    EntryRequeued,
    Event,
    MoveEnded,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    ProposalWithdrawn,
    RegistrationClosed,
    SeatGiven,
    WaitlistJoined,
)
from waitlist_app.engine.model import ConflictRule, LapseRule, Override, Place, Proposal, Registration, Roster, Status
from waitlist_app.engine.refusals import (
    AlreadyConfirmed,
    AlreadyRegistered,
    CapacityTooLow,
    HoldsOverlappingSeat,
    NoLongerWaiting,
    NothingMoved,
    NotRegistered,
    OfferEnded,
    ProposalGone,
    ReasonMissing,
    SeatNoLongerFree,
    TooManyUnits,
    WaitlistClosed,
    WaitlistFull,
)
from waitlist_app.errors import Defect


def decide(roster: Roster, command: Command, now: datetime) -> tuple[Event, ...]:
    """Give the events that follow from `command` at `now`, or raise the `Refused` that says why not.

    `now` is aware. The session has still to be settled afterwards; see `settle`.
    """
    return tuple(_DECIDERS[type(command)](roster, command, now))


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def _request(roster: Roster, command: RequestSeat, now: datetime) -> Iterator[Event]:
    session, tally = roster.session, roster.tally
    if existing := roster.of_person(command.person_id):
        raise AlreadyRegistered(existing.id)
    conflicts = () if command.waiver else _held_at_the_same_time(session.conflicts, roster.places, now)
    if conflicts and session.conflicts is ConflictRule.BLOCK:
        raise HoldsOverlappingSeat(conflicts)
    bound = seats.limit(session)
    if bound and command.seat_units > bound:
        raise TooManyUnits(command.seat_units, bound)
    arrival = tally.arrivals + 1
    if not conflicts and newcomer_fits(roster, command.seat_units, now):
        yield SeatGiven(
            session_id=session.id,
            registration_id=command.registration_id,
            person_id=command.person_id,
            seat_units=command.seat_units,
            requested_at=command.requested_at,
            arrival=arrival,
            waiver=command.waiver,
        )
        return
    if not session.waitlist_is_open:
        raise WaitlistClosed
    if session.waitlist_limit is not None and tally.waiting >= session.waitlist_limit:
        raise WaitlistFull(session.waitlist_limit)
    yield WaitlistJoined(
        session_id=session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=arrival,
        line_key=ordering.base_key(session, requested_at=command.requested_at, arrival=arrival, facts=command.facts),
        conflicts=conflicts,
        waiver=command.waiver,
    )


def newcomer_fits(roster: Roster, seat_units: int, now: datetime) -> bool:
    """Say whether `seat_units` would be left after every ready waiting entry was served.

    Newcomers never overtake: those who wait come first even while nobody has approved them.
    """
    if roster.session.capacity == 0:
        return False
    free = seats.free(roster, now)
    if free is None:
        return True
    returning = sum(r.seat_units for r in roster.overdue(now) if _goes_to_the_end(roster, r))
    return free - roster.tally.ready_units - returning >= seat_units


def _held_at_the_same_time(rule: ConflictRule, places: tuple[Place, ...], now: datetime) -> tuple[str, ...]:
    if rule is ConflictRule.IGNORE:
        return ()
    return tuple(sorted(place.session_id for place in places if place.has_seat(now)))


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────


def _close(roster: Roster, command: Close, now: datetime) -> Iterator[Event]:
    registration = roster.registrations.get(command.registration_id)
    if command.status.is_active:
        raise Defect(f"A registration cannot be closed as {command.status}.")
    if registration is None:
        raise NotRegistered
    yield from _leave_line(roster, registration, because="left")
    yield RegistrationClosed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        was=registration.status,
        status=command.status,
        was_ready=registration.is_ready,
        reason=command.reason,
    )


# ── proposals and offers ─────────────────────────────────────────────────────────────────────────


def _approve(roster: Roster, command: ApproveProposal, now: datetime) -> Iterator[Event]:
    proposal = roster.proposals.get(command.proposal_id)
    if proposal is None:
        raise ProposalGone
    registration = roster.registrations.get(proposal.registration_id)
    if registration is None or not registration.is_ready:
        raise NoLongerWaiting
    free = seats.free(roster, now)
    if free is not None and free < registration.seat_units:
        raise SeatNoLongerFree
    yield from offer(roster, registration, proposal, approval=command.approval, now=now)


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
    )
    yield from _place_again(roster, gone=registration.id)


def _offered(roster: Roster, registration_id: str, now: datetime) -> Registration:
    registration = roster.registrations.get(registration_id)
    if registration is None or not registration.is_open(now):
        raise OfferEnded
    return registration


def _goes_to_the_end(roster: Roster, registration: Registration) -> bool:
    """Say whether an unused offer sends its person to the end of the line: by the policy, and only once."""
    return roster.session.on_lapse is LapseRule.END and registration.requeued_at is None


def _requeue(
    roster: Roster, registration: Registration, *, requeued_at: datetime, arrival: int, because: str
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
    )


def _accept(roster: Roster, command: AcceptOffer, now: datetime) -> Iterator[Event]:
    known = roster.registrations.get(command.registration_id)
    if known and known.status is Status.CONFIRMED:
        raise AlreadyConfirmed
    registration = _offered(roster, command.registration_id, now)
    yield from _end_overrides(roster, registration, because="seated")
    yield OfferAccepted(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
    )


def _decline(roster: Roster, command: DeclineOffer, now: datetime) -> Iterator[Event]:
    registration = _offered(roster, command.registration_id, now)
    yield from _end_overrides(roster, registration, because="declined")
    if _goes_to_the_end(roster, registration):
        arrival = roster.tally.arrivals + 1
        yield _requeue(roster, registration, requeued_at=now, arrival=arrival, because="declined")
        return
    yield OfferDeclined(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
    )


def _revoke_offer(roster: Roster, command: RevokeOffer, now: datetime) -> Iterator[Event]:
    registration = _offered(roster, command.registration_id, now)
    if not command.reason.strip():
        raise ReasonMissing
    yield from _end_overrides(roster, registration, because="offer_revoked")
    yield OfferRevoked(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        reason=command.reason,
    )


def _lapse_due(roster: Roster, command: LapseDue, now: datetime) -> Iterator[Event]:
    arrival = roster.tally.arrivals
    due = ((r.offer_expires_at, r) for r in roster.overdue(min(command.until, now)))
    for expired_at, registration in sorted(((at, r) for at, r in due if at), key=_lapse_order):
        yield from _end_overrides(roster, registration, because="lapsed")
        if _goes_to_the_end(roster, registration):
            arrival += 1
            yield _requeue(roster, registration, requeued_at=expired_at, arrival=arrival, because="lapsed")
        else:
            yield OfferLapsed(
                session_id=roster.session.id,
                registration_id=registration.id,
                person_id=registration.person_id,
                seat_units=registration.seat_units,
                expired_at=expired_at,
            )


def _lapse_order(due: tuple[datetime, Registration]) -> tuple[datetime, int]:
    return due[0], due[1].offer_number


# ── conflicts with other sessions ────────────────────────────────────────────────────────────────


def _begin_conflict(roster: Roster, command: BeginConflict, now: datetime) -> Iterator[Event]:
    registration = roster.registrations.get(command.registration_id)
    if roster.session.conflicts is ConflictRule.IGNORE or registration is None or registration.waiver:
        return
    if registration.status is not Status.WAITLISTED or command.with_session_id in registration.conflicts:
        return
    yield from _withdraw(roster, registration, because="conflict")
    yield ConflictBegan(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        was_ready=registration.is_ready,
    )


def _end_conflict(roster: Roster, command: EndConflict, now: datetime) -> Iterator[Event]:
    registration = roster.registrations.get(command.registration_id)
    if registration is None or command.with_session_id not in registration.conflicts:
        return
    yield ConflictEnded(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        is_ready=registration.status is Status.WAITLISTED and len(registration.conflicts) == 1,
    )


# ── overrides ────────────────────────────────────────────────────────────────────────────────────


def _move(roster: Roster, command: MoveEntry, now: datetime) -> Iterator[Event]:
    if not command.reason.strip():
        raise ReasonMissing
    if command.before_id == command.registration_id:
        raise NothingMoved
    line = roster.line()
    ids = [entry.id for entry in line]
    if command.registration_id not in ids or (command.before_id and command.before_id not in ids):
        raise NoLongerWaiting
    old = ids.index(command.registration_id)
    entry = line[old]
    rest = [other for other in line if other.id != entry.id]
    new = next((at for at, other in enumerate(rest) if other.id == command.before_id), len(rest))
    if new == old:
        raise NothingMoved
    number = roster.tally.overrides_made + 1
    before_key = rest[new].line_key if command.before_id else ""
    yield EntryMoved(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        override_id=command.override_id,
        number=number,
        before_id=command.before_id,
        successor_id=rest[new + 1].id if new + 1 < len(rest) else "",
        before_key=before_key,
        arrivals=roster.tally.arrivals,
        from_position=old + 1,
        to_position=new + 1,
        from_key=entry.line_key,
        line_key=ordering.moved_key(before_key, number),
        passed=max(old - new, 0),
        reason=command.reason,
        approval=command.approval,
    )


def _revoke_move(roster: Roster, command: RevokeMove, now: datetime) -> Iterator[Event]:
    override = next((o for o in roster.overrides if o.id == command.override_id), None)
    registration = roster.registrations.get(override.registration_id) if override else None
    if override is None or registration is None:
        raise NoLongerWaiting
    yield _move_ended(roster, override, registration, because="revoked")
    left = tuple(o for o in roster.overrides if o.id != override.id)
    yield from _place_again(replace(roster, overrides=left))


def _leave_line(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    """End what only makes sense while the entry waits: its proposal, its overrides, places that lean on it."""
    yield from _withdraw(roster, registration, because=because)
    yield from _end_overrides(roster, registration, because=because)
    if registration.status is Status.WAITLISTED:
        yield from _place_again(roster, gone=registration.id)


def _withdraw(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    for proposal in roster.proposals.values():
        if proposal.registration_id == registration.id:
            yield ProposalWithdrawn(
                session_id=roster.session.id,
                proposal_id=proposal.id,
                registration_id=registration.id,
                person_id=registration.person_id,
                because=because,
            )


def _end_overrides(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    for override in roster.overrides:
        if override.registration_id == registration.id:
            yield _move_ended(roster, override, registration, because=because)


def _move_ended(roster: Roster, override: Override, registration: Registration, *, because: str) -> Event:
    return MoveEnded(
        session_id=roster.session.id,
        override_id=override.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        because=because,
    )


def _place_again(roster: Roster, *, gone: str = "") -> Iterator[Event]:
    """Give each entry whose key the remaining overrides change its new key, from the front of the line."""
    if not roster.overrides and not roster.tally.overrides_made:
        return
    waiting = {r.id: r for r in roster.registrations.values() if r.status is Status.WAITLISTED and r.id != gone}
    keys = ordering.keys_with_overrides(waiting, roster.overrides)
    for line_key, registration_id in sorted((key, registration_id) for registration_id, key in keys.items()):
        registration = waiting[registration_id]
        if registration.line_key != line_key:
            yield EntryPlaced(
                session_id=roster.session.id,
                registration_id=registration_id,
                person_id=registration.person_id,
                line_key=line_key,
            )


# ── the session itself ───────────────────────────────────────────────────────────────────────────


def _change_capacity(roster: Roster, command: ChangeCapacity, now: datetime) -> Iterator[Event]:
    session, tally = roster.session, roster.tally
    if command.capacity == session.capacity:
        return
    bound = seats.limit(replace(session, capacity=command.capacity))
    taken = tally.confirmed + tally.pending + tally.held
    if command.capacity is not None and bound is not None and bound < taken and _is_lower(bound, seats.limit(session)):
        raise CapacityTooLow(command.capacity, taken)
    yield CapacityChanged(session_id=session.id, was=session.capacity, capacity=command.capacity, reason=command.reason)


def _is_lower(bound: int, than: int | None) -> bool:
    return than is None or bound < than


_DECIDERS: Final[dict[type[Command], Callable[[Roster, Any, datetime], Iterator[Event]]]] = {
    RequestSeat: _request,
    Close: _close,
    ApproveProposal: _approve,
    AcceptOffer: _accept,
    DeclineOffer: _decline,
    RevokeOffer: _revoke_offer,
    LapseDue: _lapse_due,
    BeginConflict: _begin_conflict,
    EndConflict: _end_conflict,
    MoveEntry: _move,
    RevokeMove: _revoke_move,
    ChangeCapacity: _change_capacity,
}
