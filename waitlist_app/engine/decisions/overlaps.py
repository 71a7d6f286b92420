"""Seats at the same time: what an approval allows, and what an accept decides.

Nobody is given two seats at once. They come about in two ways: a session is moved, or a waiver lets somebody take a
second seat. Then both seats stay, on the word of that approval. An offer never becomes a second seat by it: whoever
accepts one gives up what else they have at the time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from waitlist_app.engine.commands import AllowOverlap
from waitlist_app.engine.events import Event, OverlapAllowed
from waitlist_app.engine.model import ConflictRule, Place, Registration, Roster, Session, Status
from waitlist_app.engine.refusals import SeatAtThatTime


def allow(roster: Roster, command: AllowOverlap, now: datetime) -> Iterator[Event]:
    """Let a seat or an offer overlap; nothing follows where the guard is off, lifted, or the two are exchanged."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None or not registration.status.has_seat or _is_free(roster.session, registration):
        return
    if registration.excused or command.with_registration_id == registration.terms.gives_up:
        return
    yield OverlapAllowed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        with_session_id=command.with_session_id,
        approval=command.approval,
        is_seat=registration.status is not Status.OFFERED,
    )


def given_up_for(roster: Roster, offered: Registration, instead_of: tuple[str, ...], now: datetime) -> Sequence[Place]:
    """Give what ends when an offer is accepted: seats that were named, and offers.

    Raises `SeatAtThatTime` where there is a seat at the same time that was not named.
    """
    held = clashing(roster.session, offered, roster.places, now)
    kept = tuple(p.session_id for p in held if p.status is not Status.OFFERED and p.registration_id not in instead_of)
    if kept:
        raise SeatAtThatTime(kept)
    return held


def kept_until_paid(offered: Registration, ending: Sequence[Place]) -> Place | None:
    """Give the seat that is exchanged for an accepted one once that is paid; None where it cannot be a swap.

    A request names one seat to give up, so it is that where there is one, and no other was named before.
    """
    seats = [place for place in ending if place.status is Status.CONFIRMED]
    return seats[0] if len(seats) == 1 and not offered.terms.gives_up else None


def clashing(session: Session, offered: Registration, places: Sequence[Place], now: datetime) -> list[Place]:
    """Give those of a person's places at the same time that an accepted offer cannot stand beside."""
    if not offered.excused or _is_free(session, offered):
        return []
    return [place for place in places if place.registration_id != offered.terms.gives_up and place.has_seat(now)]


def _is_free(session: Session, registration: Registration) -> bool:
    """Say whether a registration may overlap with whatever there is."""
    return bool(registration.waiver) or session.conflicts is ConflictRule.IGNORE
