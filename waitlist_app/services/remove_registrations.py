"""Taking people off a session, one or several in one act, for a reason."""

from collections.abc import Sequence

from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor
from waitlist_app.services.moves import Move, prepare, require_moves, told
from waitlist_app.services.ports import Transaction, Work


def remove_registrations(*, work: Work, actor: Actor, registration_ids: Sequence[str], reason: str) -> str:
    """Remove people, whatever they have, and say it: all of them or, where one has nothing any more, nobody.

    Each is told once, the record says who did it, when and why, and what was held goes to the next once all are gone.
    Raises `NotRegistered` with the name.
    """
    moves = [Move(registration_id=one, reason=reason) for one in dict.fromkeys(registration_ids)]
    if not moves:
        raise InvalidInput("Please choose whom to remove.", field="registration_ids")
    require_moves(actor, moves)

    def unit(tx: Transaction) -> str:
        prepared = prepare(tx, moves)
        by_person = sorted(prepared, key=lambda move: move.entry.person.id)  # as persons are locked
        carry_out_all(tx, [command for move in by_person for command in move.commands])
        return " ".join(told(move, tx) for move in prepared)

    return work.transact(actor, unit)
