"""Asking for a seat: one at once, or a place in the line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from waitlist_app.engine import money, ordering, seats
from waitlist_app.engine.commands import AskEarlier, RequestSeat
from waitlist_app.engine.decisions import courses
from waitlist_app.engine.decisions.offers import goes_to_the_end
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import (
    SIGN_OFF,
    STANDARD,
    BlockedRule,
    ConflictRule,
    Facts,
    Mode,
    Roster,
    Session,
    Status,
    Terms,
)
from waitlist_app.engine.refusals import (
    AlreadyRegistered,
    BlockTooSmall,
    HoldsOverlappingOffer,
    HoldsOverlappingSeat,
    MatterOutstanding,
    ReasonMissing,
    SeatGone,
    SeatIsPaid,
    SessionIsCancelled,
    SessionIsOver,
    StillCollecting,
    TooLateToAsk,
    TooManyUnits,
    WaitlistClosed,
    WaitlistFull,
    WindowNotOpen,
)

_USUAL: Final = {mode: replace(STANDARD, mode=mode) for mode in Mode}
"""The terms of requests with nothing special, as nearly all are, by the mode in which they are made."""


def request(roster: Roster, command: RequestSeat, now: datetime) -> Iterator[Event]:  # noqa: C901 - each rule once
    """Give a newcomer a seat, or a place in the line; raises a `Refused` that says which rule is against it."""
    session, tally = roster.session, roster.tally
    if command.lifts:
        command = replace(command, waiver=command.approval, approval="")
    conflicts = admit(roster, command, now)
    if command.block or command.approval:
        forbid_before_the_hour(session)
    if conflicts and command.approval:
        raise in_the_way(roster, conflicts)
    terms = as_of(session, money.priced(session, command.terms))
    arrival = tally.arrivals + 1
    outstanding = (*outstanding_for(session, command.facts), *courses.matters(roster, command, now))
    if command.block:
        if outstanding:
            raise MatterOutstanding
        if conflicts:
            raise in_the_way(roster, conflicts)
        yield _seated_in_block(roster, command, terms, arrival, now)
        return
    only_waits = terms.waitlist_only and not command.approval
    fits = newcomer_fits(roster, command.seat_units, now) and not only_waits
    if fits and not conflicts and not outstanding:
        yield SeatGiven(
            session_id=session.id,
            registration_id=command.registration_id,
            person_id=command.person_id,
            seat_units=command.seat_units,
            requested_at=command.requested_at,
            arrival=arrival,
            waiver=command.waiver,
            terms=terms,
            on_behalf=command.on_behalf,
            payment_due_at=_payment_due_at(session, command, terms, now),
            paid=command.paid,
        )
        return
    if command.approval:
        if outstanding:
            raise MatterOutstanding
        yield _seated_past_the_line(roster, command, terms, arrival, now)
        return
    if command.paid:
        raise SeatIsPaid
    check_the_list(roster, fits=fits, conflicts=conflicts)
    line_key = ordering.base_key(
        session,
        person_id=command.person_id,
        requested_at=command.requested_at,
        arrival=arrival,
        facts=command.facts,
    )
    if command.expects_seat:
        raise SeatGone(line_key)
    yield WaitlistJoined(
        session_id=session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=arrival,
        line_key=line_key,
        conflicts=conflicts,
        outstanding=outstanding,
        waiver=command.waiver,
        terms=terms,
        on_behalf=command.on_behalf,
    )


def admit(roster: Roster, command: RequestSeat | AskEarlier, now: datetime) -> tuple[str, ...]:
    """Check what holds for everybody who asks; give the sessions at the same time in which the person has a seat."""
    session = roster.session
    if session.cancelled_at:
        raise SessionIsCancelled
    if session.window and now < session.window.opens_at:
        raise WindowNotOpen(session.window.opens_at)
    if existing := roster.of_person(command.person_id):
        raise AlreadyRegistered(existing.id)
    forbid_too_late(session, command, now)
    conflicts = () if command.waiver else held_at_the_same_time(roster, command.terms, now)
    if conflicts and session.conflicts is ConflictRule.BLOCK:
        raise in_the_way(roster, conflicts)
    courses.forbid_second_seat(roster, command)
    bound = seats.limit(session)
    if bound and command.seat_units > bound:
        raise TooManyUnits(command.seat_units, bound)
    return conflicts


def forbid_too_late(session: Session, command: RequestSeat | AskEarlier, now: datetime) -> None:
    """Pass, or raise `TooLateToAsk` for who asks from the start on, and `SessionIsOver` from the end on.

    What counts is when somebody asked, as a file tells it; for any date, and for an earlier time, it is `now`. Staff
    can add who comes late while the session runs, and put back who was taken out by mistake at any time.
    """
    is_told = isinstance(command, RequestSeat) and not command.terms.any_date
    asked_at = command.requested_at if is_told else now
    if session.starts_at is None or asked_at < session.starts_at or command.terms.reinstates:
        return
    if session.ends_at and session.ends_at <= asked_at:
        raise SessionIsOver
    if isinstance(command, RequestSeat) and not _is_added_by_staff(command):
        raise TooLateToAsk


def _is_added_by_staff(command: RequestSeat) -> bool:
    """Say whether staff put somebody into this very session, and did not pass a wish for any date on."""
    if command.approval or command.lifts or command.terms.transferred_from:
        return True
    return command.on_behalf and not command.terms.any_date


def forbid_before_the_hour(session: Session) -> None:
    """Pass, or raise `StillCollecting` while a window collects requests."""
    if session.window and not session.window.is_closed:
        raise StillCollecting(session.window.closes_at)


def _seated_in_block(roster: Roster, command: RequestSeat, terms: Terms, arrival: int, now: datetime) -> SeatGiven:
    """Give somebody a seat out of a block: it was never free, so nobody is passed over."""
    left = sum(
        block.units
        for block in roster.session.blocks
        if block.name == command.block and (block.releases_at is None or now < block.releases_at)
    )
    if left < command.seat_units:
        raise BlockTooSmall(command.block, left)
    return SeatGiven(
        session_id=roster.session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=arrival,
        waiver=command.waiver,
        terms=terms,
        on_behalf=command.on_behalf,
        block=command.block,
        payment_due_at=_payment_due_at(roster.session, command, terms, now),
        paid=command.paid,
    )


def _seated_past_the_line(roster: Roster, command: RequestSeat, terms: Terms, arrival: int, now: datetime) -> SeatGiven:
    """Seat a newcomer whom somebody approved: in a free seat if there are enough, else beyond the limit."""
    if not command.reason.strip():
        raise ReasonMissing
    free = seats.free(roster, now)
    return SeatGiven(
        session_id=roster.session.id,
        registration_id=command.registration_id,
        person_id=command.person_id,
        seat_units=command.seat_units,
        requested_at=command.requested_at,
        arrival=arrival,
        waiver=command.waiver,
        terms=terms,
        passed=roster.tally.waiting,
        is_granted=free is not None and free < command.seat_units,
        approval=command.approval,
        reason=command.reason,
        on_behalf=command.on_behalf,
        payment_due_at=_payment_due_at(roster.session, command, terms, now),
        paid=command.paid,
    )


def _payment_due_at(session: Session, command: RequestSeat, terms: Terms, now: datetime) -> datetime | None:
    return None if command.paid else money.payment_due_at(session, terms, now)


def outstanding_for(session: Session, facts: Facts) -> tuple[str, ...]:
    """Say what has to happen before somebody of whom this is known can have a seat."""
    return (SIGN_OFF,) if session.sign_off and session.sign_off.covers(facts) else ()


def check_the_list(roster: Roster, *, fits: bool, conflicts: tuple[str, ...]) -> None:
    """Pass, or raise `WaitlistClosed` or `WaitlistFull`.

    Whom a window collects is no overflow, and neither is who `fits` and only needs somebody's word. For who fits but
    for `conflicts` it is those that are in the way (`HoldsOverlappingSeat`), and not that the list is closed.
    """
    session, tally = roster.session, roster.tally
    if session.is_sealed or (fits and not conflicts):
        return
    is_full = session.waitlist_limit is not None and tally.waiting >= session.waitlist_limit
    if fits and (is_full or not session.waitlist_is_open):
        raise in_the_way(roster, conflicts)
    if not session.waitlist_is_open:
        raise WaitlistClosed
    if session.waitlist_limit is not None and is_full:
        raise WaitlistFull(session.waitlist_limit)


def as_of(session: Session, terms: Terms) -> Terms:
    """Give the terms of a request with the mode that stands as it is made."""
    if terms.mode is session.mode:
        return terms
    return _USUAL[session.mode] if terms is STANDARD else replace(terms, mode=session.mode)


def newcomer_fits(roster: Roster, seat_units: int, now: datetime) -> bool:
    """Say whether `seat_units` would be left after every ready waiting entry was served.

    Newcomers never overtake: those who wait come first even while nobody has approved them.
    """
    if roster.session.capacity == 0 or roster.session.is_sealed or _is_kept(roster):
        return False
    free = seats.free(roster, now)
    if free is None:
        return True
    ready = roster.tally.ready_units
    for overdue in roster.overdue(now):
        ready += overdue.seat_units if goes_to_the_end(roster, overdue) else 0
    ready -= seats.set_aside(roster.session, now)  # whoever it is held for is among those ready
    return free - ready >= seat_units


def _is_kept(roster: Roster) -> bool:
    """Say whether what is free is kept for people who wait, though they cannot take it now."""
    return roster.session.blocked_seats is BlockedRule.KEPT and roster.tally.waiting > 0


def held_at_the_same_time(roster: Roster, terms: Terms, now: datetime) -> tuple[str, ...]:
    """Name the sessions at the same time in which the person holds a seat, but for the seat that is given up."""
    if not roster.places or roster.session.conflicts is ConflictRule.IGNORE:
        return ()
    held = (place for place in roster.places if place.registration_id != terms.gives_up and place.has_seat(now))
    return tuple(sorted(place.session_id for place in held))


def in_the_way(roster: Roster, conflicts: tuple[str, ...]) -> HoldsOverlappingSeat:
    """Say that what somebody has in the sessions `conflicts` is against it."""
    kind = HoldsOverlappingOffer if is_offer_alone(roster, conflicts) else HoldsOverlappingSeat
    return kind(conflicts)


def is_offer_alone(roster: Roster, conflicts: tuple[str, ...]) -> bool:
    """Say whether the person has offers in these sessions, and no seat yet."""
    return all(place.status is Status.OFFERED for place in roster.places if place.session_id in conflicts)
