"""Seating somebody beyond the limit."""

from waitlist_app.engine.commands import GrantSeat
from waitlist_app.engine.events import SeatGranted
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted


def grant_seat(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Give somebody who waits a seat beyond the limit, as an override, and say how many it passes over.

    The seat belongs to this registration, ends with it, and is never refilled.
    """
    actor.require(Permission.ASK_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        person = tx.read.registration(registration_id).person
        command = GrantSeat(session_id=session_id, registration_id=registration_id, reason=reason, approval="")
        events = override(tx, command, person=person, subject_id=registration_id)
        if events is None:
            return asked(f"a seat beyond the limit for {person.name}")
        granted = next(event for event in events if isinstance(event, SeatGranted))
        return f"{person.name} has a seat beyond the limit. {counted(granted.passed, 'person', 'people')} passed over."

    return work.transact(actor, unit)
