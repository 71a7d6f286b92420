"""Taking a live offer back."""

from waitlist_app.engine.commands import RevokeOffer
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
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        person = tx.read.registration(registration_id).person
        forbid_own(tx, person.email)
        carry_out(tx, RevokeOffer(session_id=session_id, registration_id=registration_id, reason=reason.strip()))
        return f"The offer to {person.name} was taken back."

    return work.transact(actor, unit)
