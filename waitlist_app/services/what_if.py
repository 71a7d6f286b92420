"""What acts would do: decided and carried out as always, then rolled back, so that nothing of it is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from waitlist_app.engine.commands import Command
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Roster, Status
from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Draft, Transaction, Work

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would become of one registration; a registration that stays as it is has none."""

    session_id: str
    registration_id: str
    person_id: str
    was: str
    """Its status before; empty where there was none."""
    becomes: str
    """Its status after; empty where it would be closed."""
    from_position: int
    """In the line, from 1; 0 for who does not wait."""
    to_position: int
    was_proposed: bool
    is_proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What acts would change: by session id, then place in line, and the messages that would go."""

    changes: tuple[Change, ...]
    messages: tuple[Draft, ...]


def what_if(*, work: Work, actor: Actor, commands: Callable[[Transaction], Iterable[Command]]) -> Difference:
    """Say who would gain or lose a seat, an offer, a proposal or a place, and who would get a message.

    `commands` builds one act within the transaction, under its locks. Raises what the first of them is refused with.
    """
    actor.require(Permission.EDIT)

    return difference_of(work=work, actor=actor, acts=lambda tx: carry_out_all(tx, tuple(commands(tx))))


def difference_of(*, work: Work, actor: Actor, acts: Callable[[Transaction], Iterable[Event]]) -> Difference:
    """Say the same of acts that are more than commands; whoever calls has asked for the permission."""
    return tell_difference(work=work, actor=actor, acts=acts, tell=lambda _, difference: difference)


def tell_difference(
    *,
    work: Work,
    actor: Actor,
    acts: Callable[[Transaction], Iterable[Event]],
    tell: Callable[[Transaction, Difference], T],
) -> T:
    """Give what `tell` says of the difference, while everything is as it would be."""
    known: frozenset[str] = frozenset()
    while True:
        touched, told = work.rehearse(actor, lambda tx, k=known: _try(tx, acts, tell, k))
        if touched <= known:
            return told
        known |= touched  # to know how things stood before, a session has to be read before the act


def _try(
    tx: Transaction,
    acts: Callable[[Transaction], Iterable[Event]],
    tell: Callable[[Transaction, Difference], T],
    known: frozenset[str],
) -> tuple[frozenset[str], T]:
    tx.lock(sorted(known))
    before = {session_id: tx.whole(session_id) for session_id in sorted(known)}
    events = list(acts(tx))
    touched = frozenset(event.session_id for event in events)
    after = {session_id: tx.whole(session_id) for session_id in sorted(known & touched)}
    changes = tuple(change for key, roster in after.items() for change in _changes(key, before[key], roster))
    return touched, tell(tx, Difference(changes=changes, messages=tuple(tx.messages)))


def _changes(session_id: str, before: Roster, after: Roster) -> Sequence[Change]:
    was_at, is_at = _positions(before), _positions(after)
    was_proposed = {proposal.registration_id for proposal in before.proposals.values()}
    is_proposed = {proposal.registration_id for proposal in after.proposals.values()}
    found: list[Change] = []
    for key in sorted({**before.registrations, **after.registrations}, key=lambda k: (is_at.get(k, 0), k)):
        was, now = before.registrations.get(key), after.registrations.get(key)
        some = now or was
        if some is None:
            continue
        change = Change(
            session_id=session_id,
            registration_id=key,
            person_id=some.person_id,
            was=_status(was.status if was else None),
            becomes=_status(now.status if now else None),
            from_position=was_at.get(key, 0),
            to_position=is_at.get(key, 0),
            was_proposed=key in was_proposed,
            is_proposed=key in is_proposed,
        )
        is_same = change.was == change.becomes and change.from_position == change.to_position
        if not is_same or change.was_proposed != change.is_proposed:
            found.append(change)
    return found


def _positions(roster: Roster) -> Mapping[str, int]:
    return {entry.id: position for position, entry in enumerate(roster.line(), start=1)}


def _status(status: Status | None) -> str:
    return status.value if status else ""
