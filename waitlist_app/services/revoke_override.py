"""Undoing an override."""

from waitlist_app.engine.commands import RevokeMove
from waitlist_app.engine.events import MoveEnded
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import own_stays_behind
from waitlist_app.services.ports import Transaction, Work


def revoke_override(*, work: Work, actor: Actor, override_id: str) -> str:
    """Undo one move; the order becomes what it would be without it.

    Raises `OwnApproval` where that moves an entry of the actor's own up: somebody else of the team undoes it then.
    """
    actor.require(Permission.APPROVE_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(override_id=override_id)
        tx.lock([session_id])
        with own_stays_behind(tx, session_id):
            events = carry_out(tx, RevokeMove(session_id=session_id, override_id=override_id))
        ended = next(event for event in events if isinstance(event, MoveEnded))
        name = tx.read.registration(ended.registration_id).person.name
        return f"The move of {name} was undone."

    return work.transact(actor, unit)
