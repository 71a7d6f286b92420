"""Calling a session off."""

from waitlist_app.engine.commands import CancelSession
from waitlist_app.engine.events import RegistrationClosed
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted


def cancel_session(*, work: Work, actor: Actor, session_id: str, reason: str) -> str:
    """Cancel the session: everybody in it is told once, offers end, nobody is proposed, and requests are refused."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        events = carry_out(tx, CancelSession(session_id=session_id, reason=reason.strip()))
        code = tx.read.session(session_id).rules.code
        people = sum(isinstance(event, RegistrationClosed) for event in events)
        return f"{code} is cancelled. {counted(people, 'person is', 'people are')} told."

    return work.transact(actor, unit)
