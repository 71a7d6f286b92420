"""Asking with an earlier time than somebody who is there already, and being put back after a mistake: overrides."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine import money, ordering
from waitlist_app.engine.commands import AskEarlier
from waitlist_app.engine.decisions import courses
from waitlist_app.engine.decisions.asking import admit, as_of, check_the_list, newcomer_fits, outstanding_for
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import Roster
from waitlist_app.engine.refusals import ReasonMissing


def ask_earlier(roster: Roster, command: AskEarlier, now: datetime) -> Iterator[Event]:
    """Give a seat where nobody is passed over by it, else the place of the time that counts; needs the whole line.

    Passed are those who stand in front of whoever asks now, and behind that place. Whoever is reinstated is never
    refused by the limit of the list; raises otherwise what a request raises, and `ReasonMissing`.
    """
    session = roster.session
    if not command.reason.strip():
        raise ReasonMissing
    conflicts = admit(roster, command, now)
    terms = as_of(session, money.priced(session, command.terms))
    arrival = roster.tally.arrivals + 1
    signing = () if command.is_signed_off else outstanding_for(session, command.facts)
    outstanding = (*signing, *courses.matters(roster, command, now))
    fits = newcomer_fits(roster, command.seat_units, now) and not terms.waitlist_only
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
            approval=command.approval,
            reason=command.reason,
            on_behalf=True,
            payment_due_at=money.payment_due_at(session, terms, now),
        )
        return
    if not terms.reinstates:
        check_the_list(roster, fits=fits, conflicts=conflicts)
    line_key = _key(roster, command, command.requested_at, terms.first_arrival or arrival)
    asking_now = ordering.base_key(
        session, person_id=command.person_id, requested_at=now, arrival=arrival, facts=command.facts
    )
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
        on_behalf=True,
        requeued_at=command.requeued_at,
        asked_now_key=asking_now,
        passed=sum(line_key < entry.line_key < asking_now for entry in roster.line()),
        approval=command.approval,
        reason=command.reason,
    )


def _key(roster: Roster, command: AskEarlier, requested_at: datetime, arrival: int) -> str:
    """Give the place that counts: the one at the end, for somebody who had been sent there, or the one drawn."""
    if command.requeued_at:
        return ordering.requeued_key(command.requeued_at, arrival)
    if command.terms.drawn_key:
        return command.terms.drawn_key
    return ordering.base_key(
        roster.session,
        person_id=command.person_id,
        requested_at=requested_at,
        arrival=arrival,
        facts=command.facts,
    )
