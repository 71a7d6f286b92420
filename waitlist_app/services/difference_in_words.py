"""A difference as the screen shows it: who gains, who loses, and which messages would go."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from waitlist_app.services.list_messages import SUBJECTS
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.ports import Draft, Transaction
from waitlist_app.services.what_if import Change, Difference
from waitlist_app.services.wording import counted, listed

MOST_NAMED: Final = 50
"""Of those who gain, of those who lose, and of those who get one kind of message."""


class _Stands(IntEnum):
    """How near to a seat somebody is."""

    NOWHERE = 0
    WAITS = 1
    PROPOSED = 2
    OFFERED = 3
    PENDING = 4
    SEATED = 5


_STANDS: Final = {
    "": _Stands.NOWHERE,
    "waitlisted": _Stands.WAITS,
    "offered": _Stands.OFFERED,
    "pending": _Stands.PENDING,
    "confirmed": _Stands.SEATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What would become of one person in one session."""

    name: str
    follows: str
    """As a sentence without the name, as in `Is proposed for a seat in FAW-0318.`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """Messages of one kind."""

    subject: str
    to: tuple[str, ...]
    """The first of them, by name."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceInWords:
    """A difference in words: by session, then place in line; the first of many by name, all of them counted."""

    gains: tuple[Effect, ...] = ()
    gains_count: int = 0
    loses: tuple[Effect, ...] = ()
    loses_count: int = 0
    up: int = 0
    """How many more only move up in a line."""
    down: int = 0
    mails: tuple[Mails, ...] = ()
    """Those that would go at once; a reminder goes only if nobody answers."""


def in_words(tx: Transaction, difference: Difference) -> DifferenceInWords:
    """Say a difference in words, within the transaction that made it."""
    gains = [change for change in difference.changes if _after(change) > _before(change)]
    loses = [change for change in difference.changes if _after(change) < _before(change)]
    same = [change for change in difference.changes if _after(change) == _before(change)]
    at_once = [draft for draft in difference.messages if draft.due_at is None]
    return DifferenceInWords(
        gains=tuple(Effect(name=_name(tx, one.person_id), follows=_gain(tx, one)) for one in gains[:MOST_NAMED]),
        gains_count=len(gains),
        loses=tuple(Effect(name=_name(tx, one.person_id), follows=_loss(tx, one)) for one in loses[:MOST_NAMED]),
        loses_count=len(loses),
        up=sum(one.to_position < one.from_position for one in same),
        down=sum(one.to_position > one.from_position for one in same),
        mails=tuple(_mails(tx, kind, at_once) for kind in dict.fromkeys(draft.kind for draft in at_once)),
    )


def in_lines(told: DifferenceInWords) -> list[str]:
    """Give a difference line by line: who gains, who loses, who only moves, and which mails would go."""
    effects = ((told.gains, told.gains_count, "gain"), (told.loses, told.loses_count, "lose"))
    lines: list[str] = []
    for named, count, does in effects:
        lines += [f"{one.name}: {one.follows}" for one in named]
        lines += [f"{count - len(named)} more {does}."] if count > len(named) else []
    for count, way in ((told.up, "up"), (told.down, "down")):
        lines += [f"{counted(count, 'person moves', 'people move')} {way} in a line."] if count else []
    return [*lines, *(f"Mail to {_whom(one)}: {one.subject}." for one in told.mails)]


def _whom(mails: Mails) -> str:
    more = mails.count - len(mails.to)
    return listed([*mails.to, f"{more} more"] if more else mails.to)


def _before(change: Change) -> _Stands:
    return _Stands.PROPOSED if change.was_proposed else _STANDS[change.was]


def _after(change: Change) -> _Stands:
    return _Stands.PROPOSED if change.is_proposed else _STANDS[change.becomes]


def _gain(tx: Transaction, change: Change) -> str:
    code = _code(tx, change)
    match _after(change):
        case _Stands.WAITS:
            return f"Joins the line of {code}, number {change.to_position}."
        case _Stands.PROPOSED:
            return f"Is proposed for a seat in {code}."
        case _Stands.OFFERED:
            return f"Gets an offer in {code}."
        case _Stands.PENDING:
            return f"Gets a seat in {code}, which is to be paid."
        case _:
            return f"Gets a seat in {code}."


def _loss(tx: Transaction, change: Change) -> str:
    code = _code(tx, change)
    match _before(change):
        case _Stands.PROPOSED if change.becomes:
            return f"Is no longer proposed for a seat in {code}."
        case _Stands.WAITS | _Stands.PROPOSED:
            return f"Leaves the line of {code}."
        case _Stands.OFFERED:
            return f"Loses the offer in {code}."
        case _:
            return f"Loses the seat in {code}."


def _mails(tx: Transaction, kind: str, drafts: Sequence[Draft]) -> Mails:
    people = [draft.person_id for draft in drafts if draft.kind == kind]
    to = tuple(_name(tx, person_id) for person_id in people[:MOST_NAMED])
    return Mails(subject=SUBJECTS[Kind(kind)], to=to, count=len(people))


def _name(tx: Transaction, person_id: str) -> str:
    return tx.person(person_id)[0].name


def _code(tx: Transaction, change: Change) -> str:
    return tx.read.session(change.session_id).rules.code
