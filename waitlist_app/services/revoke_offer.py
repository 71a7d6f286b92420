"""Ending a live offer: taken back, or as if its deadline had come."""

from waitlist_app.engine.commands import ExpireOffer, RevokeOffer
from waitlist_app.engine.events import EntryRequeued, Event
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import Transaction, Work


def revoke_offer(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Take the offer back with a reason; the person is told, and the seat goes to the next.

    Raises `OwnApproval` for an offer to oneself, which is declined instead.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        name, _ = _end(tx, RevokeOffer, registration_id, reason)
        return f"The offer to {name} was taken back."

    return work.transact(actor, unit)


def expire_offer(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Let the offer lapse at once, with a reason, and say where its person is then; the seat goes to the next.

    What follows is what follows a lapse in that session. Raises `OwnApproval` for an offer to oneself.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        name, events = _end(tx, ExpireOffer, registration_id, reason)
        goes_to_the_end = any(isinstance(event, EntryRequeued) for event in events)
        where = "at the end of the line" if goes_to_the_end else "out of the line"
        return f"The offer to {name} has ended, and {name} is {where}."

    return work.transact(actor, unit)


def _end(
    tx: Transaction, command: type[RevokeOffer | ExpireOffer], registration_id: str, reason: str
) -> tuple[str, tuple[Event, ...]]:
    """Carry it out, and give the person's name and the events."""
    session_id = tx.session_of(registration_id=registration_id)
    tx.lock([session_id])
    person = tx.read.registration(registration_id).person
    forbid_own(tx, person.email)
    events = carry_out(tx, command(session_id=session_id, registration_id=registration_id, reason=reason.strip()))
    return person.name, events
