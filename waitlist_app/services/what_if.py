"""What an act would do: decided and carried out as always, then rolled back, so that nothing of it is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from waitlist_app.engine.model import Roster, Status
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Draft, Transaction, Work

T = TypeVar("T")
U = TypeVar("U")


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
    """What an act would change: by session id, then place in line, and the messages that would go."""

    changes: tuple[Change, ...]
    messages: tuple[Draft, ...]


NO_DIFFERENCE: Final = Difference(changes=(), messages=())


def tell_difference(
    *,
    work: Work,
    actor: Actor,
    act: Callable[[Transaction], T],
    tell: Callable[[Transaction, T, Difference], U],
) -> U:
    """Give what `tell` says of what `act` gave and of its difference, while everything is as it would be.

    Raises what the act is refused with. Whoever calls has asked for the permission.
    """
    known: frozenset[str] = frozenset()
    while True:
        touched, told = work.rehearse(actor, lambda tx, k=known: _try(tx, act, tell, k))
        if touched <= known:
            return told
        known |= touched  # to know how things stood before, a session has to be read before the act


def _try(
    tx: Transaction,
    act: Callable[[Transaction], T],
    tell: Callable[[Transaction, T, Difference], U],
    known: frozenset[str],
) -> tuple[frozenset[str], U]:
    tx.lock(sorted(known))
    before = {session_id: tx.whole(session_id) for session_id in sorted(known)}
    said = act(tx)
    after = {session_id: tx.whole(session_id) for session_id in sorted(known & tx.touched)}
    changes = tuple(change for key, roster in after.items() for change in _changes(key, before[key], roster))
    return tx.touched, tell(tx, said, Difference(changes=changes, messages=tuple(tx.messages)))


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
