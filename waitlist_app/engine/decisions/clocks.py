"""The clock of an offer: more time, a new link, and that it stands while the person was not reached."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine import windows
from waitlist_app.engine.commands import ExtendOffer, RefreshOffer, StartClock, StopClock
from waitlist_app.engine.decisions.offers import offered
from waitlist_app.engine.events import Event, OfferExtended, OfferNotReached, OfferReached, OfferRefreshed
from waitlist_app.engine.model import Registration, Roster
from waitlist_app.engine.refusals import NotLonger, ReasonMissing


def extend(roster: Roster, command: ExtendOffer, now: datetime) -> Iterator[Event]:
    """Set a later deadline, the cut-off at most; raises `OfferEnded`, `ReasonMissing` or `NotLonger`."""
    registration = offered(roster, command.registration_id, now)
    if not command.reason.strip():
        raise ReasonMissing
    was_until = _deadline(registration)
    last = windows.cut_off(roster.session)
    until = command.until if last is None else min(command.until, last)
    if until <= max(was_until, now):
        raise NotLonger(was_until)
    yield OfferExtended(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        offer_number=registration.offer_number,
        was_until=was_until,
        expires_at=until,
        reason=command.reason,
        starts_clock=command.starts_clock and registration.clock_stands_since is not None,
    )


def refresh(roster: Roster, command: RefreshOffer, now: datetime) -> Iterator[Event]:
    """Send the offer again under a new link; raises `OfferEnded`."""
    registration = offered(roster, command.registration_id, now)
    yield OfferRefreshed(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        offer_number=registration.offer_number,
    )


def start(roster: Roster, command: StartClock, now: datetime) -> Iterator[Event]:
    """Let the clock run that stood, the deadline moved by a delay of more than a minute; else nothing follows."""
    registration = _standing(roster, command.registration_id, command.offer_number)
    if registration is None or registration.clock_stands_since is None:
        return
    was_until = _deadline(registration)
    delay = command.handed_over_at - registration.clock_stands_since
    yield OfferReached(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        offer_number=registration.offer_number,
        was_until=was_until,
        expires_at=windows.put_back(roster.session, was_until, by=delay),
        is_printed=command.is_printed,
    )


def stop(roster: Roster, command: StopClock, now: datetime) -> Iterator[Event]:
    """Let the clock stand of an offer that did not reach its person; nothing follows once the offer has ended."""
    registration = _standing(roster, command.registration_id, command.offer_number)
    if registration is None or not registration.is_open(now):
        return
    yield OfferNotReached(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        offer_number=registration.offer_number,
        stands_since=registration.clock_stands_since or now,
        reason=command.reason,
    )


def _standing(roster: Roster, registration_id: str, offer_number: int) -> Registration | None:
    """Find the registration while it has this very offer, past its deadline or not."""
    registration = roster.registrations.get(registration_id)
    is_it = registration and registration.offer_expires_at and registration.offer_number == offer_number
    return registration if is_it else None


def _deadline(registration: Registration) -> datetime:
    assert registration.offer_expires_at  # noqa: S101 - an offer has one
    return registration.offer_expires_at
