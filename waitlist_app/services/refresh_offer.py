"""Sending an offer again, under a new link."""

from waitlist_app.engine.commands import RefreshOffer
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import Transaction, Work


def refresh_offer(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Send a new link with the same deadline; the old one shows how things stand, and acts no more.

    Raises `OwnApproval` for an offer to oneself.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        person = tx.read.registration(registration_id).person
        forbid_own(tx, person.email)
        carry_out(tx, RefreshOffer(session_id=session_id, registration_id=registration_id))
        return f"{person.name} gets a new link."

    return work.transact(actor, unit)
