"""Asking for any date of a course on behalf of somebody."""

from collections.abc import Sequence
from datetime import datetime

from waitlist_app.clock import new_id
from waitlist_app.engine.any_date import ask_for_any_date
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import SIGN_OFF, Facts, Terms
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import PersonDetails, Reader, SessionFacts, Transaction, Work
from waitlist_app.services.refused_attempts import noted
from waitlist_app.services.request_seat import check_units, checked_person, facts_of, manager_missing, reachable
from waitlist_app.services.wording import counted, listed


def request_any_date(
    *,
    work: Work,
    actor: Actor,
    course: str,
    person: PersonDetails,
    seat_units: int = 1,
    manager: PersonDetails | None = None,
    requester: PersonDetails | None = None,
) -> str:
    """Ask for whichever date of a course comes first, and say in a sentence what became of it.

    The first date, by start, that has a seat for a newcomer gives it at once. Without one the person joins the line of
    every date that takes them, with one and the same time; a seat on one of them ends the others. Raises the `Refused`
    of the first date where none takes them, and `InvalidInput` for a course without a date to come.
    """
    actor.require(Permission.EDIT)
    asks = checked_person(person)
    check_units(seat_units)
    asked = {"manager": reachable(manager, "manager"), "requester": reachable(requester, "requester")}

    dates: Sequence[SessionFacts] = ()

    def unit(tx: Transaction) -> str:
        nonlocal dates
        dates = open_dates(tx.read, course.strip())
        if not dates:
            raise InvalidInput("This course has no date to come. Check how it is written.", field="course")
        tx.lock([date.rules.id for date in dates])
        lapse_due(tx)
        ids = {name: tx.find_or_add_person(one) for name, one in asked.items() if one}
        person_id = tx.find_or_add_person(asks)
        requests = requests_for(
            dates,
            person_id=person_id,
            requested_at=tx.now,
            seat_units=seat_units,
            facts=facts_of(asks, missed=tx.no_shows(person_id)),
            terms=Terms(requester_id=ids.get("requester", ""), manager_id=ids.get("manager", ""), any_date=True),
            on_behalf=True,
        )
        events = ask_for_any_date(tx, requests, tx.now)
        if manager is None and _needs_sign_off(events):
            raise manager_missing()
        return _told(tx, asks.name, dates, events)

    with noted(work, actor, lambda: dates[0].rules.id, asks):  # it is the first date that says why not
        return work.transact(actor, unit)


def open_dates(reader: Reader, course: str) -> Sequence[SessionFacts]:
    """List the dates of a course that have still to begin and were not cancelled, by start, then code."""
    dates = [
        session
        for session in reader.sessions()
        if course and session.rules.course == course and is_to_come(session, reader.now)
    ]
    return sorted(dates, key=_by_start)


def is_to_come(session: SessionFacts, now: datetime) -> bool:
    """Say whether a session can still be asked for as one of several."""
    return session.starts_at > now and session.rules.cancelled_at is None


def requests_for(
    dates: Sequence[SessionFacts],
    *,
    person_id: str,
    requested_at: datetime,
    seat_units: int,
    facts: Facts,
    terms: Terms,
    on_behalf: bool = False,
) -> list[RequestSeat]:
    """Give one request for each date, all with the same time and the same terms."""
    return [
        RequestSeat(
            session_id=date.rules.id,
            registration_id=new_id(),
            person_id=person_id,
            requested_at=requested_at,
            seat_units=seat_units,
            facts=facts,
            terms=terms,
            on_behalf=on_behalf,
        )
        for date in dates
    ]


def _needs_sign_off(events: Sequence[Event]) -> bool:
    return any(isinstance(event, WaitlistJoined) and SIGN_OFF in event.outstanding for event in events)


def _told(tx: Transaction, name: str, dates: Sequence[SessionFacts], events: Sequence[Event]) -> str:
    codes = {date.rules.id: date.rules.code for date in dates}
    given = next((event for event in events if isinstance(event, SeatGiven)), None)
    if given:
        return f"{name} has a seat in {codes[given.session_id]}."
    joined = [event for event in events if isinstance(event, WaitlistJoined)]
    places = [f"number {tx.read.ahead(e.session_id, e.line_key) + 1} in {codes[e.session_id]}" for e in joined]
    then = " A manager is asked to sign it off." if _needs_sign_off(events) else ""
    return f"{name} waits for {counted(len(joined), 'date')}: {listed(places)}.{then}"


def _by_start(session: SessionFacts) -> tuple[datetime, str]:
    return session.starts_at, session.rules.code
