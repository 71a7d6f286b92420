"""One date of a course for each person: what that means for somebody who asks, and for somebody who waits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waitlist_app.engine.commands import AskEarlier, RecordPlace, RequestSeat, TakeOtherDate
from waitlist_app.engine.courses import matter_of
from waitlist_app.engine.decisions.conflicts import opened
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Place, Registration, Roster, Session, Status, Terms
from waitlist_app.engine.refusals import HasAnotherDate

Asking = RequestSeat | AskEarlier | RecordPlace
"""Commands that begin a registration."""

SEATED_ELSEWHERE: Final = "has a seat on another date of the course"


def is_for_one_date(session: Session, asked: Registration | Asking) -> bool:
    """Say whether somebody here takes one date of the course and no more.

    By the rule of the session, or because any date is what they asked for; a waiver lifts both.
    """
    return bool(session.course) and (session.one_date or asked.terms.any_date) and not _is_waived(asked)


def _is_waived(asked: Registration | Asking) -> bool:
    return not isinstance(asked, RecordPlace) and bool(asked.waiver)


def forbid_second_seat(roster: Roster, command: Asking) -> None:
    """Pass, or raise `HasAnotherDate` where the person has a seat on another date and does not give it up.

    Waiting for another date is no seat, so whoever waits for several may have whichever comes first.
    """
    taken = [place for place in _elsewhere(roster, command) if place.status is Status.CONFIRMED]
    if taken:
        raise HasAnotherDate(tuple(place.session_id for place in taken))


def matters(roster: Roster, command: Asking, now: datetime) -> tuple[str, ...]:
    """Name the offers of other dates that have to end before a newcomer can be served."""
    return tuple(matter_of(place.session_id) for place in _elsewhere(roster, command) if place.has_seat(now))


def _elsewhere(roster: Roster, command: Asking) -> list[Place]:
    if not roster.dates or not is_for_one_date(roster.session, command):
        return []
    return [place for place in roster.dates if place.registration_id != command.terms.gives_up]


def take_other_date(roster: Roster, command: TakeOtherDate, now: datetime) -> Iterator[Event]:
    """End the wait of somebody who has a seat on another date, and an offer that they did not take.

    An offer of another date lets them keep their place, skipped.
    """
    entry = roster.registrations.get(command.registration_id)
    if entry is None or entry.status is Status.CONFIRMED:
        return
    if not is_for_one_date(roster.session, entry) or _is_given_up(entry.terms, command):
        return
    if command.is_seat:
        status = Status.DROPPED if entry.status.has_seat else Status.LEFT
        yield from closed(roster, entry, status=status, reason=SEATED_ELSEWHERE)
        return
    yield from opened(roster, entry, matter_of(command.with_session_id))


def _is_given_up(terms: Terms, command: TakeOtherDate) -> bool:
    return bool(terms.gives_up) and terms.gives_up == command.with_registration_id
