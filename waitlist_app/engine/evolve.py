"""What an event does to a roster. Decides nothing: an event is a fact."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, assert_never

from msgspec.structs import replace

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
from waitlist_app.engine.model import Hold, Override, Passing, Proposal, Registration, Roster, Session, Status, Tally
from waitlist_app.engine.money import AboutMoney, for_the_seat, payments_after

_Value = TypeVar("_Value")


def fold(roster: Roster, events: Iterable[Event]) -> Roster:
    """Apply events in their order."""
    for event in events:
        roster = evolve(roster, event)
    return roster


def evolve(roster: Roster, event: Event) -> Roster:
    """Give the roster after `event`. Entries that the slice does not hold are counted and else left alone."""
    after = _evolve(roster, event)
    session = after.session
    return _turns_after(after, event) if session.passings or session.holds or session.offered_holds else after


def _evolve(roster: Roster, event: Event) -> Roster:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm each
    """Do what the event says of registrations, proposals, overrides, rules and the tally."""
    tally = roster.tally
    match event:
        case SeatGiven():
            seated = Registration(
                id=event.registration_id,
                person_id=event.person_id,
                status=Status.PENDING if event.payment_due_at else Status.CONFIRMED,
                requested_at=event.requested_at,
                arrival=event.arrival,
                seat_units=event.seat_units,
                waiver=event.waiver,
                terms=event.terms,
                grant=event.approval if event.is_granted else "",
                payment_due_at=event.payment_due_at,
                payment=event.paid.reference if event.paid else "",
                paid=for_the_seat(event.paid) if event.paid else 0,
            )
            units = event.seat_units
            pending = units if event.payment_due_at else 0
            counted = tally.plus(
                confirmed=units - pending, pending=pending, arrivals=1, granted=units if event.is_granted else 0
            )
            given = _with(roster, counted, seated)
            if event.paid:
                given = replace(given, payments=payments_after(roster.payments, event))
            return _with_fewer(given, event.block, units) if event.block else given
        case WaitlistJoined():
            entry = Registration(
                id=event.registration_id,
                person_id=event.person_id,
                status=Status.WAITLISTED,
                requested_at=event.requested_at,
                arrival=event.arrival,
                seat_units=event.seat_units,
                base_key=event.line_key,
                line_key=event.line_key,
                conflicts=event.conflicts,
                outstanding=event.outstanding,
                waiver=event.waiver,
                terms=event.terms,
                requeued_at=event.requeued_at,
            )
            ready = event.seat_units if entry.is_ready else 0
            return _with(roster, tally.plus(waiting=1, ready_units=ready, arrivals=1), entry)
        case RegistrationClosed():
            left = _without(roster, _uncount(tally, event, event.seat_units), event.registration_id)
            return replace(left, payments=payments_after(roster.payments, event)) if event.payment else left
        case SeatGranted():
            units = event.seat_units
            ready = units if event.was_ready else 0
            counted = tally.plus(waiting=-1, ready_units=-ready, granted=units)
            return _seat(roster, counted, event, grant=event.approval)
        case UnitsReduced():
            fewer = _uncount(tally, event, event.by)
            return _change(roster, fewer, event.registration_id, seat_units=event.seat_units)
        case CheckedIn():
            return _change(roster, tally, event.registration_id, checked_in_at=event.checked_in_at)
        case SeatProposed():
            proposal = Proposal(id=event.proposal_id, registration_id=event.registration_id)
            return replace(
                roster,
                tally=tally.plus(proposed=1, proposals_made=1),
                proposals={**roster.proposals, proposal.id: proposal},
            )
        case ProposalWithdrawn():
            return replace(roster, tally=tally.plus(proposed=-1), proposals=_left(roster.proposals, event.proposal_id))
        case SeatConfirmed():
            counted = tally.plus(waiting=-1, ready_units=-event.seat_units, proposed=-1)
            return _seat(_promoted(roster, event), counted, event)
        case OfferMade():
            units = event.seat_units
            counted = tally.plus(waiting=-1, ready_units=-units, held=units, proposed=-1, offers_made=1)
            return _change(
                _promoted(roster, event),
                counted,
                event.registration_id,
                status=Status.OFFERED,
                offer_number=event.offer_number,
                offer_expires_at=event.expires_at,
                clock_stands_since=event.stands_since,
            )
        case OfferAccepted():
            counted = tally.plus(held=-event.seat_units)
            accepted = _seat(roster, counted, event, offer_expires_at=None, clock_stands_since=None, excused="")
            entry = accepted.registrations.get(event.registration_id)
            if not event.exchanges or entry is None:
                return accepted
            terms = replace(entry.terms, gives_up=event.exchanges, gives_up_in=event.exchanges_in)
            return _change(accepted, accepted.tally, entry.id, terms=terms)
        case PaymentReceived():
            counted = tally.plus(pending=-event.seat_units, confirmed=event.seat_units)
            return _change(
                replace(roster, payments=payments_after(roster.payments, event)),
                counted,
                event.registration_id,
                status=Status.CONFIRMED,
                payment_due_at=None,
                payment=event.reference,
                paid=event.amount,
            )
        case PaymentFailed() | PaymentUnused() | RefundWaived():
            return replace(roster, payments=payments_after(roster.payments, event))
        case RefundDue(amount=amount):
            return _owe(roster, event, amount)
        case RefundMade(for_the_seat=amount):
            return _owe(roster, event, amount)
        case OfferExtended():
            stood = {"clock_stands_since": None} if event.starts_clock else {}
            return _change(roster, tally, event.registration_id, offer_expires_at=event.expires_at, **stood)
        case OfferReached():
            return _change(
                roster, tally, event.registration_id, offer_expires_at=event.expires_at, clock_stands_since=None
            )
        case OfferNotReached():
            return _change(roster, tally, event.registration_id, clock_stands_since=event.stands_since)
        case OfferRefreshed():
            return roster
        case OfferDeclined() | OfferRevoked() | OfferLapsed():
            return _without(roster, tally.plus(held=-event.seat_units), event.registration_id)
        case EntryRequeued():
            units = event.seat_units
            return _change(
                roster,
                tally.plus(held=-units, waiting=1, ready_units=units, arrivals=1),
                event.registration_id,
                status=Status.WAITLISTED,
                offer_expires_at=None,
                clock_stands_since=None,
                excused="",
                requeued_at=event.requeued_at,
                arrival=event.arrival,
                base_key=event.line_key,
                line_key=event.line_key,
            )
        case ApprovalTakenBack():
            units = event.seat_units
            counted = tally.plus(held=-units, waiting=1, ready_units=units, proposed=1)
            proposal = Proposal(id=event.proposal_id, registration_id=event.registration_id)
            before = _pass_over(roster, event.passed_before, by=-1) if event.passed_before else roster
            return _change(
                replace(before, proposals={**roster.proposals, proposal.id: proposal}),
                counted,
                event.registration_id,
                status=Status.WAITLISTED,
                offer_expires_at=None,
                clock_stands_since=None,
                excused="",
            )
        case ConflictBegan():
            lost = event.seat_units if event.was_ready else 0
            entry = roster.registrations.get(event.registration_id)
            known = entry.conflicts if entry else ()
            conflicts = tuple(sorted({*known, event.with_session_id}))
            return _change(roster, tally.plus(ready_units=-lost), event.registration_id, conflicts=conflicts)
        case ConflictEnded():
            gained = event.seat_units if event.is_ready else 0
            entry = roster.registrations.get(event.registration_id)
            left = tuple(c for c in (entry.conflicts if entry else ()) if c != event.with_session_id)
            return _change(roster, tally.plus(ready_units=gained), event.registration_id, conflicts=left)
        case MatterOpened():
            lost = event.seat_units if event.was_ready else 0
            entry = roster.registrations.get(event.registration_id)
            outstanding = (*(entry.outstanding if entry else ()), event.matter)
            return _change(roster, tally.plus(ready_units=-lost), event.registration_id, outstanding=outstanding)
        case MatterSettled():
            gained = event.seat_units if event.is_ready else 0
            entry = roster.registrations.get(event.registration_id)
            outstanding = tuple(m for m in (entry.outstanding if entry else ()) if m != event.matter)
            return _change(roster, tally.plus(ready_units=gained), event.registration_id, outstanding=outstanding)
        case RuleLifted():
            gained = event.seat_units if event.is_ready else 0
            freed = {"conflicts": (), "outstanding": event.outstanding, "waiver": event.approval}
            return _change(roster, tally.plus(ready_units=gained), event.registration_id, **freed)
        case RuleRestored():
            return _change(roster, tally, event.registration_id, waiver="")
        case EntryMoved():
            override = Override(
                id=event.override_id,
                number=event.number,
                registration_id=event.registration_id,
                before_id=event.before_id,
                successor_id=event.successor_id,
                before_key=event.before_key,
                arrivals=event.arrivals,
            )
            moved = replace(roster, overrides=(*roster.overrides, override))
            return _change(moved, tally.plus(overrides_made=1), event.registration_id, line_key=event.line_key)
        case MoveEnded():
            return replace(roster, overrides=tuple(o for o in roster.overrides if o.id != event.override_id))
        case EntryPlaced():
            return _change(roster, tally, event.registration_id, line_key=event.line_key)
        case RulesChanged():
            return replace(roster, session=event.rules)
        case SessionWoke():
            left = tuple(block for block in roster.session.blocks if block.name not in event.released)
            holds = tuple(hold for hold in roster.session.holds if hold.registration_id not in event.ended_holds)
            woken = replace(roster.session, blocks=left, holds=holds, woken_at=event.woken_at)
            return replace(roster, session=woken)
        case SessionCancelled():
            return replace(roster, session=replace(roster.session, cancelled_at=event.cancelled_at))
        case SessionRescheduled():
            was = roster.session
            moved = replace(was, asking=event.asking, times_changed=event.number)
            if was.starts_at:  # a recorded stream has no start
                ends_at = max(meeting.ends_at for meeting in event.meetings)
                moved = replace(moved, starts_at=event.meetings[0].starts_at, ends_at=ends_at)
            return replace(roster, session=moved)
        case NewTimesTold():
            return _change(roster, tally, event.registration_id, answer_by=event.answer_by)
        case SeatReconfirmed():
            return _change(roster, tally, event.registration_id, answer_by=None)
        case OverlapAllowed():
            lifted = {"waiver": event.approval} if event.is_seat else {"excused": event.approval}
            return _change(roster, tally, event.registration_id, **lifted)
        case EntryRanked():
            return _change(roster, tally, event.registration_id, base_key=event.base_key, line_key=event.line_key)
        case MoveAnchored():
            anchored = (
                replace(o, before_key=event.before_key) if o.id == event.override_id else o for o in roster.overrides
            )
            return replace(roster, overrides=tuple(anchored))
        case EntryPassed():
            passing = Passing(
                id=event.pass_id,
                registration_id=event.registration_id,
                instead_id=event.instead_id,
                behind_key=event.behind_key,
            )
            others = (
                # Whoever stepped back behind this one steps back behind the next.
                replace(one, instead_id=event.instead_id, behind_key=event.behind_key)
                if one.instead_id == event.registration_id
                else one
                for one in roster.session.passings
                if one.registration_id != event.registration_id
            )
            return replace(roster, session=replace(roster.session, passings=(*others, passing)))
        case PassTakenBack():
            left = tuple(one for one in roster.session.passings if one.id != event.pass_id)
            return replace(roster, session=replace(roster.session, passings=left))
        case ProposalHeld():
            held = Hold(registration_id=event.registration_id, units=event.seat_units, until=event.until)
            others = (one for one in roster.session.holds if one.registration_id != event.registration_id)
            return replace(roster, session=replace(roster.session, holds=(*others, held)))
        case HoldReleased():
            left = tuple(one for one in roster.session.holds if one.registration_id != event.registration_id)
            return replace(roster, session=replace(roster.session, holds=left))
        case WindowClosed():
            window = roster.session.window
            assert window  # noqa: S101 - nothing else closes
            closed = replace(window, is_closed=True, seed=event.seed, arrivals=event.arrivals)
            return replace(roster, session=replace(roster.session, window=closed))
        case FactsChanged():
            return roster
        case PersonReplaced():
            waived = {"waiver": event.waiver} if event.waiver else {}
            return _change(roster, tally, event.registration_id, person_id=event.person_id, **waived)
        case _:
            assert_never(event)


def _seat(roster: Roster, tally: Tally, event: SeatGranted | SeatConfirmed | OfferAccepted, **fields: Any) -> Roster:
    """Give somebody who is known a seat: theirs, or to be paid until an instant."""
    if event.payment_due_at is None:
        counted = tally.plus(confirmed=event.seat_units)
        return _change(roster, counted, event.registration_id, status=Status.CONFIRMED, **fields)
    counted, due = tally.plus(pending=event.seat_units), event.payment_due_at
    return _change(roster, counted, event.registration_id, status=Status.PENDING, payment_due_at=due, **fields)


def _promoted(roster: Roster, event: SeatConfirmed | OfferMade) -> Roster:
    """Count what a promotion uses up: its proposal, the turns of who was passed, and one of its approval."""
    left = replace(roster, proposals=_left(roster.proposals, event.proposal_id))
    passed = _pass_over(left, event.passed_before) if event.passed_before else left
    return _used(passed, event.approval)


def _owe(roster: Roster, event: AboutMoney, amount: int) -> Roster:
    """Take `amount` off what stands for the seat, where the payment is still one for a seat."""
    owing = replace(roster, payments=payments_after(roster.payments, event))
    entry = roster.registrations.get(event.registration_id)
    if entry is None or entry.payment != event.reference or not amount:
        return owing
    return _change(owing, roster.tally, entry.id, paid=entry.paid - amount)


def _turns_after(roster: Roster, event: Event) -> Roster:
    """End the holds and passes that only made sense before `event`.

    A hold ends with its proposal; one whose seat is offered comes back when that is undone. A pass ends when whoever
    was passed is served, leaves or is placed anew, and with the turn of whoever was chosen instead: seated, given back,
    closed, or not proposed any more.
    """
    session, about = roster.session, getattr(event, "registration_id", "")
    holds, passings = _holds_after(session, event, about), session.passings
    match event:
        case RulesChanged():
            passings = passings if event.rules.priority_rules == event.was.priority_rules else ()
        case OfferMade() | EntryMoved():
            passings = tuple(one for one in passings if one.registration_id != about)
        case (
            SeatConfirmed()
            | SeatGranted()
            | OfferAccepted()
            | OfferDeclined()
            | OfferRevoked()
            | OfferLapsed()
            | EntryRequeued()
            | FactsChanged()
            | RegistrationClosed()
        ):
            passings = tuple(one for one in passings if about not in {one.registration_id, one.instead_id})
        case ProposalWithdrawn():
            passings = tuple(one for one in passings if about != one.instead_id)
        case _:
            pass
    if (*holds, passings) == (session.holds, session.offered_holds, session.passings):
        return roster
    return replace(roster, session=replace(session, holds=holds[0], offered_holds=holds[1], passings=passings))


def _holds_after(session: Session, event: Event, about: str) -> tuple[tuple[Hold, ...], tuple[Hold, ...]]:
    """Give the holds of a session after `event`, and those whose seat is offered."""
    holds, offered = session.holds, session.offered_holds
    mine = tuple(one for one in (*holds, *offered) if one.registration_id == about)
    if not mine:
        return holds, offered
    others = tuple(one for one in holds if one not in mine), tuple(one for one in offered if one not in mine)
    match event:
        case UnitsReduced():
            smaller = replace(mine[0], units=event.seat_units)
            return tuple(smaller if one in mine else one for one in holds), tuple(
                smaller if one in mine else one for one in offered
            )
        case OfferMade():
            return others[0], (*others[1], *mine)
        case ApprovalTakenBack(held_until=until):
            return (*others[0], *(mine if until else ())), others[1]
        case (
            SeatConfirmed()
            | SeatGranted()
            | RegistrationClosed()
            | ProposalWithdrawn()
            | OfferAccepted()
            | OfferDeclined()
            | OfferRevoked()
            | OfferLapsed()
            | EntryRequeued()
        ):
            return others
        case _:
            return holds, offered


def _with_fewer(roster: Roster, name: str, units: int) -> Roster:
    """Take units out of a block; a block without any is gone."""
    blocks = (
        replace(block, units=block.units - units) if block.name == name else block for block in roster.session.blocks
    )
    left = tuple(block for block in blocks if block.units > 0)
    return replace(roster, session=replace(roster.session, blocks=left))


def _pass_over(roster: Roster, before_key: str, *, by: int = 1) -> Roster:
    """Count `by` passes on everybody ready in front of `before_key` who is not proposed; 0 at least."""
    proposed = {proposal.registration_id for proposal in roster.proposals.values()}
    passed = {
        r.id: replace(r, passes=max(r.passes + by, 0))
        for r in roster.registrations.values()
        if r.is_ready and r.line_key < before_key and r.id not in proposed
    }
    return replace(roster, registrations={**roster.registrations, **passed}) if passed else roster


def _uncount(tally: Tally, event: RegistrationClosed | UnitsReduced, units: int) -> Tally:
    match event.was:
        case Status.CONFIRMED:
            return tally.plus(confirmed=-units, granted=-units if event.was_granted else 0)
        case Status.PENDING:
            return tally.plus(pending=-units, granted=-units if event.was_granted else 0)
        case Status.OFFERED:
            return tally.plus(held=-units)
        case _:
            left = -1 if isinstance(event, RegistrationClosed) else 0
            return tally.plus(waiting=left, ready_units=-units if event.was_ready else 0)


def _used(roster: Roster, approval: str) -> Roster:
    """Count a promotion on the standing approval that it was made under, where that has a bound."""
    signed = roster.session.standing_approval
    if signed is None or signed.promotions_left is None or signed.id != approval:
        return roster
    left = replace(signed, promotions_left=signed.promotions_left - 1)
    return replace(roster, session=replace(roster.session, standing_approval=left))


def _with(roster: Roster, tally: Tally, registration: Registration) -> Roster:
    return replace(roster, tally=tally, registrations={**roster.registrations, registration.id: registration})


def _without(roster: Roster, tally: Tally, registration_id: str) -> Roster:
    return replace(roster, tally=tally, registrations=_left(roster.registrations, registration_id))


def _left(values: Mapping[str, _Value], gone: str) -> dict[str, _Value]:
    left = dict(values)
    left.pop(gone, None)
    return left


def _change(roster: Roster, tally: Tally, registration_id: str, **fields: Any) -> Roster:
    entry = roster.registrations.get(registration_id)
    if entry is None:
        return replace(roster, tally=tally)
    return _with(roster, tally, replace(entry, **fields))
