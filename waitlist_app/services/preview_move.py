"""What moving an entry would do, decided by the engine and recorded nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waitlist_app.engine import seats
from waitlist_app.engine.commands import MoveEntry
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import EntryMoved, Event, OfferMade, ProposalWithdrawn, SeatProposed
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import Roster
from waitlist_app.engine.settle import settle
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Entry, Reader, Work
from waitlist_app.services.rules import named
from waitlist_app.services.views import MovePreview, MoveRow
from waitlist_app.services.wording import counted, listed

MOST_LINES: Final = 14
"""The most lines that are shown; of a longer way only both ends are."""

_AT_EACH_END: Final = 5
_MOST_NAMES: Final = 4


def preview_move(*, work: Work, actor: Actor, registration_id: str, before_id: str) -> MovePreview:
    """Say what placing an entry before another one, or last when `before_id` is empty, would do.

    Raises what the move itself would be refused with.
    """
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: preview_within(reader, actor, registration_id, before_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The move, what settling makes of it, and the seats that were free before."""

    move: EntryMoved
    follows: tuple[Event, ...]
    before: Roster
    free: int | None


def preview_within(reader: Reader, actor: Actor, registration_id: str, before_id: str) -> MovePreview:
    """Say the same of a snapshot; whoever calls has asked for the permission."""
    moved = reader.registration(registration_id)
    facts, roster = reader.session(moved.session_id), reader.roster(moved.session_id)
    outcome = _decide(roster, registration_id, before_id, reader.now)
    move, shown = outcome.move, _positions(outcome.move, last=facts.tally.waiting)
    now = _around(reader, move, shown)
    seats_words, seats_detail = _seats(reader, outcome)
    return MovePreview(
        registration_id=registration_id,
        before_id=before_id,
        title=f"Move {moved.person.name} from {move.from_position} to {move.to_position}?",
        session=named(facts),
        before=tuple(_row(position, now[position], move, is_after=False) for position in shown),
        after=tuple(_row(position, now[_was_at(position, move)], move, is_after=True) for position in shown),
        passed=move.passed,
        passed_words=_passed(reader, roster, move),
        seats_words=seats_words,
        seats_detail=seats_detail,
        approver=actor.name,
    )


def _positions(move: EntryMoved, *, last: int) -> list[int]:
    """Give the positions that change, with one more on each side; of a long way only those at its ends."""
    first, end = sorted((move.from_position, move.to_position))
    changed = list(range(max(first - 1, 1), min(end + 1, last) + 1))
    return changed if len(changed) <= MOST_LINES else [*changed[:_AT_EACH_END], *changed[-_AT_EACH_END:]]


def _was_at(position: int, move: EntryMoved) -> int:
    """Say where the entry stands now that would stand at `position` after the move."""
    start, end = move.from_position, move.to_position
    if position == end:
        return start
    if end < position <= start:
        return position - 1
    return position + 1 if start <= position < end else position


def _around(reader: Reader, move: EntryMoved, shown: Sequence[int]) -> dict[int, Entry]:
    """Read the entries that are shown before or after the move, by their position now."""
    wanted = sorted({*shown, *(_was_at(position, move) for position in shown)})
    found: dict[int, Entry] = {}
    for first, count in _runs(wanted):
        found |= dict(enumerate(reader.waiting(move.session_id, first=first, count=count), first))
    return found


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Join positions that follow one another, as `(first, count)`."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and sum(runs[-1]) == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs


def _decide(roster: Roster, registration_id: str, before_id: str, now: datetime) -> _Outcome:
    command = MoveEntry(
        session_id=roster.session.id,
        registration_id=registration_id,
        before_id=before_id,
        override_id="preview",
        reason="preview",
        approval="",
    )
    events = decide(roster, command, now)
    after = fold(roster, events)
    return _Outcome(
        move=next(event for event in events if isinstance(event, EntryMoved)),
        follows=settle(after, now),
        before=roster,
        free=seats.free(roster, now),
    )


def _row(position: int, entry: Entry, move: EntryMoved, *, is_after: bool) -> MoveRow:
    is_moved = entry.registration.id == move.registration_id
    is_passed = is_after and move.to_position < position <= move.from_position
    note = ""
    if is_after and is_moved:
        note = f"from {move.from_position}"
    elif is_passed:
        note = f"passed {entry.passed_over + 1}×"
    return MoveRow(position=position, name=entry.person.name, is_moved=is_moved, note=note)


def _passed(reader: Reader, roster: Roster, move: EntryMoved) -> str:
    """Say how many are passed over, and how many of them not for the first time."""
    if not move.passed:
        return "Nobody"
    ahead = roster.registrations[move.before_id].line_key
    again = reader.passed_before(move.session_id, ahead, move.from_key)
    said = counted(move.passed, "person", "people")
    if not again:
        return said
    if move.passed == 1:
        return f"{said}, not for the first time"
    return f"{said}, {'one' if again == 1 else again} of them not for the first time"


def _seats(reader: Reader, outcome: _Outcome) -> tuple[str, str]:
    """Say what the move does to proposals: who would be proposed, then who stays and who no longer is."""
    gone = [event.registration_id for event in outcome.follows if isinstance(event, ProposalWithdrawn)]
    added = [event.registration_id for event in outcome.follows if isinstance(event, SeatProposed)]
    offered = [event.registration_id for event in outcome.follows if isinstance(event, OfferMade)]
    names = {one.entry.registration.id: one.entry.person.name for one in reader.proposals(outcome.move.session_id)}
    stay = [registration_id for registration_id in names if registration_id not in gone]
    kept = [f"{_named([names[one] for one in stay])} {'stays' if len(stay) == 1 else 'stay'} proposed."] if stay else []
    lost = [f"The proposal for {_named([names[one] for one in gone])} is withdrawn."] if gone else []
    who = [reader.registration(one).person.name for one in added[:_MOST_NAMES]]
    return _follows(outcome, who, of=len(added), is_offered=bool(offered), is_lost=bool(gone)), " ".join([*kept, *lost])


def _follows(outcome: _Outcome, who: Sequence[str], *, of: int, is_offered: bool, is_lost: bool) -> str:
    if not who:
        if is_lost:
            return "The free seats wait until there are enough for the first in line"
        return "No seat is free, so nobody is proposed" if outcome.free == 0 else "No proposal changes"
    names = _named(who, of=of)
    if is_offered:
        return f"{names} {'gets' if of == 1 else 'get'} an offer at once"
    if of == 1 and outcome.free == 1:
        return f"The free seat would be proposed to {names}"
    if of == 1 and outcome.free:
        return f"One of the {outcome.free} free seats would be proposed to {names}"
    return f"{names} would be proposed"


def _named(names: Sequence[str], *, of: int = 0) -> str:
    """Name people, at most four; the others are counted."""
    more = max(of, len(names)) - _MOST_NAMES
    return listed(names) if more <= 0 else listed([*names[:_MOST_NAMES], f"{more} more"])
