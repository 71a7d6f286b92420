"""Dropping somebody from a session."""

from waitlist_app.engine.commands import Close
from waitlist_app.engine.events import SeatProposed
from waitlist_app.engine.model import Status
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work


def drop_registration(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Give back the seat, or the place in the line, and say who is proposed for it.

    Somebody who waits leaves the line; somebody with a seat drops it. The reason may be empty.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        lapse_due(tx)
        entry = tx.read.registration(registration_id)
        is_waiting = entry.registration.status is Status.WAITLISTED
        command = Close(
            session_id=session_id,
            registration_id=registration_id,
            status=Status.LEFT if is_waiting else Status.DROPPED,
            reason=reason.strip(),
        )
        events = carry_out(tx, command)
        if is_waiting:
            return f"{entry.person.name} left the line."
        proposed = [event for event in events if isinstance(event, SeatProposed) and event.session_id == session_id]
        if not proposed:
            return f"{entry.person.name} dropped."
        following = tx.read.registration(proposed[0].registration_id)
        return f"{entry.person.name} dropped. {following.person.name} is proposed for the seat."

    return work.transact(actor, unit)
