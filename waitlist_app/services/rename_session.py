"""Giving a session another title."""

from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work


def rename_session(*, work: Work, actor: Actor, session_id: str, title: str) -> str:
    """Set the title, and say it. Nobody's seat or place changes by it, and nobody is written to."""
    actor.require(Permission.EDIT)
    name = title.strip()
    if not name:
        raise InvalidInput("Please enter a title.", field="title")

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        was = tx.read.session(session_id).title
        if name == was:
            return f"The title is {name} already."
        tx.rename_session(session_id, name)
        return f"{was} is called {name} from now on."

    return work.transact(actor, unit)
