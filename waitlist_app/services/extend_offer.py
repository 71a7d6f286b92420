"""Giving somebody more time for an answer."""

from datetime import timedelta
from typing import Final

from waitlist_app.engine.commands import ExtendOffer
from waitlist_app.engine.events import OfferExtended
from waitlist_app.engine.refusals import OfferEnded
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import LiveOffer, Transaction, Work
from waitlist_app.services.wording import exact

LONGEST: Final = timedelta(days=60)


def extend_offer(*, work: Work, actor: Actor, registration_id: str, by: timedelta, reason: str) -> str:
    """Move the deadline of a live offer back by `by`, the cut-off at most, and say until when it runs now.

    The person gets one mail. An offer whose mail came back or could not be sent runs again, from now: whoever gives
    more time has reached the person by another way. Raises `OfferEnded`, `ReasonMissing`, `NotLonger`, or `OwnApproval`
    for an offer to oneself.
    """
    actor.require(Permission.DECIDE)
    if not timedelta() < by <= LONGEST:
        raise InvalidInput("Please give a time of up to 60 days.", field="hours")

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        offer = live_offer(tx, session_id, registration_id)
        forbid_own(tx, offer.entry.person.email)
        command = ExtendOffer(
            session_id=session_id,
            registration_id=registration_id,
            until=(max(offer.expires_at, tx.now) if offer.is_unreached else offer.expires_at) + by,
            reason=reason.strip(),
            starts_clock=offer.is_unreached,
        )
        extended = next(event for event in carry_out(tx, command) if isinstance(event, OfferExtended))
        zone = tx.read.session(session_id).zone
        return f"{offer.entry.person.name} has until {exact(extended.expires_at, zone)}."

    return work.transact(actor, unit)


def live_offer(tx: Transaction, session_id: str, registration_id: str) -> LiveOffer:
    """Give the offer of a registration that runs, or raise `OfferEnded`; its session is locked."""
    found = (offer for offer in tx.read.offers(session_id) if offer.entry.registration.id == registration_id)
    offer = next(found, None)
    if offer is None:
        raise OfferEnded
    return offer
