"""Moving a session: other times, another place. Everybody keeps their place, is told, and may be asked."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import Reconfirm, Reschedule
from waitlist_app.engine.events import Event, NewTimesTold, SeatReconfirmed, SessionRescheduled
from waitlist_app.engine.model import Roster, Status
from waitlist_app.engine.refusals import (
    AnswerDateWrong,
    NewStartHasPassed,
    NothingAsked,
    NotRegistered,
    ReasonMissing,
    SessionHasBegun,
    SessionIsCancelled,
)


def reschedule(roster: Roster, command: Reschedule, now: datetime) -> Iterator[Event]:
    """Set other times, and tell everybody by arrival; only those with a confirmed seat are asked anything.

    What was promised stays: the order of the line, the deadlines of offers, and every seat, though it now may overlap
    with another. Raises `SessionIsCancelled`, `ReasonMissing`, `SessionHasBegun`, `NewStartHasPassed` or
    `AnswerDateWrong`.
    """
    session, starts_at, asking = roster.session, command.meetings[0].starts_at, command.asking
    if session.cancelled_at:
        raise SessionIsCancelled
    if not command.reason.strip():
        raise ReasonMissing
    if session.starts_at and session.starts_at <= now:
        raise SessionHasBegun
    if starts_at <= now:
        raise NewStartHasPassed
    if asking and not now < asking.by <= starts_at:
        raise AnswerDateWrong
    number = session.times_changed + 1
    yield SessionRescheduled(
        session_id=session.id,
        number=number,
        meetings=command.meetings,
        location=command.location,
        overlaps=command.overlaps,
        reason=command.reason,
        approval=command.approval,
        asking=asking,
    )
    for registration in sorted(roster.registrations.values(), key=lambda one: one.arrival):
        yield NewTimesTold(
            session_id=session.id,
            registration_id=registration.id,
            person_id=registration.person_id,
            number=number,
            answer_by=asking.by if asking and registration.status is Status.CONFIRMED else None,
        )


def reconfirm(roster: Roster, command: Reconfirm, now: datetime) -> Iterator[Event]:
    """Keep the seat; raises `NotRegistered` when it is gone, `NothingAsked` when there is no question any more."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None:
        raise NotRegistered
    if registration.answer_by is None:
        raise NothingAsked
    yield SeatReconfirmed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        on_behalf=command.on_behalf,
    )
