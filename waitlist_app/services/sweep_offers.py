"""Ending the offers, and the unpaid seats, whose deadline has come."""

from waitlist_app.engine.events import EntryRequeued, Event, OfferLapsed, RegistrationClosed, SessionWoke
from waitlist_app.engine.model import Status
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Reader, Transaction, Work


def sweep_offers(*, work: Work, actor: Actor) -> int:
    """End what is due in the actor's organisation, propose the next, and give how much of it there was.

    Looks before it locks: with nothing due no writer has to wait.
    """
    if not work.read(actor, _is_anything_due):
        return 0
    return work.transact(actor, _sweep)


def _is_anything_due(reader: Reader) -> bool:
    return reader.is_session_due() or any(offer.expires_at <= reader.now for offer in reader.offers())


def _sweep(tx: Transaction) -> int:
    return sum(_ends_by_itself(event) for event in lapse_due(tx))


def _ends_by_itself(event: Event) -> bool:
    is_unpaid = isinstance(event, RegistrationClosed) and event.status is Status.FAILED
    return is_unpaid or isinstance(event, OfferLapsed | EntryRequeued | SessionWoke)
