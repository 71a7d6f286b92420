"""Moving somebody to another session."""

from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor
from waitlist_app.services.moves import Move, check_seats, prepare, require_moves, told
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import Transaction, Work


def transfer_registration(*, work: Work, actor: Actor, move: Move) -> str:
    """Close the registration as transferred, ask in the other session at the same instant, and say what came of it.

    What was held here goes to the next in line. Whoever had a seat gets a seat there, or stays (`NoSeatThere`); where
    people wait, or no seat is free, that is an override: it needs `past_line`, and where the organisation demands it a
    second person, until whose word nothing moves. Whoever waited joins the line there, as somebody who asks now. A
    manager's word that is needed there has to be asked for first (`SignOffThere`).
    """
    require_moves(actor, [move])

    def unit(tx: Transaction) -> str:
        [prepared] = prepare(tx, [move])
        if prepared.past_line is None:
            check_seats([prepared], carry_out_all(tx, prepared.commands))
            return told(prepared, tx)
        person = prepared.entry.person
        events = override(tx, prepared.past_line, person=person, subject_id=prepared.arrives_as)
        if events is None:
            return asked(f"moving {person.name} to {prepared.code}")
        return told(prepared, tx)

    return work.transact(actor, unit)
