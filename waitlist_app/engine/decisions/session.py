"""The rules of the session itself."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from waitlist_app.engine import money, seats
from waitlist_app.engine.commands import CancelSession, ChangeRules
from waitlist_app.engine.decisions.groups import compare_with_limit
from waitlist_app.engine.events import (
    Event,
    MoveEnded,
    ProposalWithdrawn,
    RegistrationClosed,
    RulesChanged,
    SessionCancelled,
)
from waitlist_app.engine.model import Limit, Mode, Roster, Session, Status
from waitlist_app.engine.refusals import (
    CapacityTooLow,
    CourseStands,
    LineTooLong,
    OrderStands,
    ReasonMissing,
    SessionIsCancelled,
    TooFewToReserve,
)

_SET_BY_ACTS_OF_THEIR_OWN: Final = ("window", "asking", "times_changed", "holds", "offered_holds", "passings")
"""What stands in the rules of a session and is no setting."""


def change_rules(roster: Roster, command: ChangeRules, now: datetime) -> Iterator[Event]:
    """Set the rules; nothing that people have is taken away by it.

    Raises `OrderStands` where people wait and the order would be another, `CourseStands` where anybody is in it and it
    would belong to another course, `CapacityTooLow` when they lower the limit below what people hold, grants apart,
    and `LineTooLong` when they lower the limit of the list below its length, unless the command leaves the line.
    """
    was = roster.session
    rules = _in_keeping(was, command.rules)
    if rules == was:
        return
    if was.cancelled_at:
        raise SessionIsCancelled
    if (roster.tally.waiting or roster.tally.held) and rules.priority_rules != was.priority_rules:
        raise OrderStands
    if (rules.course, rules.one_date) != (was.course, was.one_date) and seats.is_anybody_in(roster.tally):
        raise CourseStands
    _check_the_seats(roster, rules, now)
    if not command.leaves_line:
        _check_the_line(roster, rules)
    yield RulesChanged(session_id=was.id, was=was, rules=rules, reason=command.reason)
    if seats.limit(rules) != seats.limit(was):
        yield from compare_with_limit(replace(roster, session=rules))


def _in_keeping(was: Session, rules: Session) -> Session:
    """Turn the mode back to manual with the waitlist: those who wait are kept, each promotion is a person's again."""
    rules = replace(rules, **{name: getattr(was, name) for name in _SET_BY_ACTS_OF_THEIR_OWN})
    turns_off = was.waitlist_is_open and not rules.waitlist_is_open
    return replace(rules, mode=Mode.MANUAL, standing_approval=None) if turns_off else rules


def _check_the_seats(roster: Roster, rules: Session, now: datetime) -> None:
    tally = roster.tally
    bound, before = seats.limit(rules), seats.limit(roster.session)
    kept, kept_before = seats.reserved(rules, now), seats.reserved(roster.session, now)
    held = tally.confirmed + tally.pending + tally.held - tally.granted
    if bound is not None and kept > kept_before and held + kept > bound:
        raise TooFewToReserve(kept, max(bound - held, 0))
    taken = held + kept
    if bound is not None and bound < taken and (before is None or bound < before):
        room = rules.room_capacity if seats.ruling_limit(rules) is Limit.ROOM else None
        raise CapacityTooLow(next(n for n in (room, rules.capacity) if n is not None), taken)


def _check_the_line(roster: Roster, rules: Session) -> None:
    most, before, waiting = rules.waitlist_limit, roster.session.waitlist_limit, roster.tally.waiting
    if most is not None and most < waiting and (before is None or most < before):
        raise LineTooLong(most, waiting)


def cancel(roster: Roster, command: CancelSession, now: datetime) -> Iterator[Event]:
    """Close everybody as `cancelled`, by arrival, with what was proposed, offered or moved; needs the whole session."""
    session = roster.session
    if session.cancelled_at:
        raise SessionIsCancelled
    if not command.reason.strip():
        raise ReasonMissing
    for proposal in sorted(roster.proposals.values(), key=lambda one: one.number):
        yield ProposalWithdrawn(
            session_id=session.id,
            proposal_id=proposal.id,
            registration_id=proposal.registration_id,
            person_id=roster.registrations[proposal.registration_id].person_id,
            because="cancelled",
        )
    for override in roster.overrides:
        yield MoveEnded(
            session_id=session.id,
            override_id=override.id,
            registration_id=override.registration_id,
            person_id=roster.registrations[override.registration_id].person_id,
            because="cancelled",
        )
    for registration in sorted(roster.registrations.values(), key=lambda one: one.arrival):
        yield RegistrationClosed(
            session_id=session.id,
            registration_id=registration.id,
            person_id=registration.person_id,
            seat_units=registration.seat_units,
            was=registration.status,
            status=Status.CANCELLED,
            was_ready=registration.is_ready,
            reason=command.reason,
            was_granted=bool(registration.grant),
        )
        yield from money.refund_due(session.id, registration, amount=registration.paid, because=Status.CANCELLED.value)
    yield SessionCancelled(session_id=session.id, cancelled_at=now, reason=command.reason)
