"""Who came, and who did not."""

from waitlist_app.engine.commands import CheckIn, NoteNoShow
from waitlist_app.engine.events import SeatProposed
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work


def check_in(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Note that somebody with a confirmed seat came; once."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        carry_out(tx, CheckIn(session_id=session_id, registration_id=registration_id))
        return f"{tx.read.registration(registration_id).person.name} is checked in."

    return work.transact(actor, unit)


def note_no_show(*, work: Work, actor: Actor, registration_id: str, reason: str = "") -> str:
    """Note that somebody with a confirmed seat did not come, and say who is proposed for the seat.

    It counts for the priority rules that ask for earlier no-shows.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        command = NoteNoShow(session_id=session_id, registration_id=registration_id, reason=reason.strip())
        events = carry_out(tx, command)
        said = f"{tx.read.registration(registration_id).person.name} did not come."
        proposed = [event for event in events if isinstance(event, SeatProposed) and event.session_id == session_id]
        if not proposed:
            return said
        return f"{said} {tx.read.registration(proposed[0].registration_id).person.name} is proposed for the seat."

    return work.transact(actor, unit)
