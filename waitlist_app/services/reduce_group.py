"""Giving back a part of a group's seats."""

from waitlist_app.engine.commands import ReduceUnits
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted


def reduce_group(*, work: Work, actor: Actor, registration_id: str, seat_units: int, reason: str = "") -> str:
    """Let a group keep `seat_units` seats, at least 1 and fewer than it has; its place or offer stays as it is."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        command = ReduceUnits(
            session_id=session_id, registration_id=registration_id, seat_units=seat_units, reason=reason.strip()
        )
        carry_out(tx, command)
        entry = tx.read.registration(registration_id)
        verb = "keeps" if entry.registration.status.has_seat else "asks for"
        return f"{entry.person.name} {verb} {counted(seat_units, 'seat')}."

    return work.transact(actor, unit)
