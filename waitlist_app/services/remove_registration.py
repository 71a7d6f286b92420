"""Taking somebody off a session, for a reason."""

from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor
from waitlist_app.services.moves import Move, prepare, require_moves, told
from waitlist_app.services.ports import Transaction, Work


def remove_registration(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Remove the person, whatever they have; the record says who did it, when and why, and what was held is free."""
    move = Move(registration_id=registration_id, reason=reason)
    require_moves(actor, [move])

    def unit(tx: Transaction) -> str:
        [prepared] = prepare(tx, [move])
        carry_out_all(tx, prepared.commands)
        return told(prepared, tx)

    return work.transact(actor, unit)
