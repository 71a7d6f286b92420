"""Moving an entry in the line: an override, with a reason."""

from collections.abc import Sequence

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import MoveEntry
from waitlist_app.engine.events import EntryMoved
from waitlist_app.errors import Refused
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override, own_among
from waitlist_app.services.ports import Entry, Transaction, Work


def move_entry(
    *, work: Work, actor: Actor, registration_id: str, before_id: str, reason: str, version: int | None = None
) -> str:
    """Place an entry before another one, or last when `before_id` is empty, and say what moved.

    It is the actor's own where an entry of theirs is moved, or moves up by it.

    `version` is that of the page on which it was dragged; when the line changed since, nothing moves. Where a second
    person has to approve it, it is recorded as a request, and says so.
    """
    actor.require(Permission.ASK_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        if version is not None and tx.read.session(session_id).version != version:
            raise LineChanged
        person = tx.read.registration(registration_id).person
        gains = own_among(tx, _moved_up(tx.read.waiting(session_id), registration_id, before_id))
        command = MoveEntry(
            session_id=session_id,
            registration_id=registration_id,
            before_id=before_id,
            override_id=new_id(),
            reason=reason,
            approval="",
        )
        events = override(tx, command, person=gains[0].person if gains else person, subject_id=command.override_id)
        if events is None:
            return asked(f"moving {person.name}")
        moved = next(event for event in events if isinstance(event, EntryMoved))
        return f"{person.name} moved from {moved.from_position} to {moved.to_position}."

    return work.transact(actor, unit)


def _moved_up(line: Sequence[Entry], registration_id: str, before_id: str) -> Sequence[Entry]:
    """List those who move up when an entry is placed further down: they stand behind it, and will stand before it."""
    ids = [entry.registration.id for entry in line]
    if registration_id not in ids:
        return ()
    end = ids.index(before_id) if before_id in ids else len(ids)
    return line[ids.index(registration_id) + 1 : end]


class LineChanged(Refused):
    """The line is not the one that was on the screen."""

    code = "line_changed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The line changed meanwhile. Please look again.")
