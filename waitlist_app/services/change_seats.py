"""Changing the seats of a session: capacity, allowance, room, and the waitlist."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from msgspec.structs import replace

from waitlist_app.engine import seats
from waitlist_app.engine.commands import ChangeRules, Close, Command
from waitlist_app.engine.events import Event, MatterOpened, SeatProposed
from waitlist_app.engine.model import TOO_LARGE, Block, BlockedRule, Session, Status
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out_all, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.moves import Move, check_seats, prepare, require_moves, signed, told
from waitlist_app.services.ports import Entry, Transaction, Work
from waitlist_app.services.wording import counted

MOST_SEATS: Final = 100_000
MOST_PERCENT: Final = 100

LongLine = Literal["ask", "enforce", "leave"]
"""What becomes of a line that is longer than its new limit: nothing is saved, its last ones leave, or all stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seats of a session as a form says them."""

    capacity: int | None
    """None is no limit, and then there is no waitlist; 0 means that everybody waits."""
    allowance_units: int = 0
    allowance_percent: int = 0
    room_capacity: int | None = None
    waitlist_is_open: bool = True
    waitlist_limit: int | None = None
    blocked_seats: BlockedRule = BlockedRule.OPEN
    blocks: tuple[Block, ...] = ()
    """Seats that are kept for somebody, by name; taking a block out releases it."""


def seats_of(rules: Session) -> Seats:
    """Give the seats of a session as they are, for a form to begin with."""
    return Seats(
        capacity=rules.capacity,
        allowance_units=rules.allowance_units,
        allowance_percent=rules.allowance_percent,
        room_capacity=rules.room_capacity,
        waitlist_is_open=rules.waitlist_is_open,
        waitlist_limit=rules.waitlist_limit,
        blocked_seats=rules.blocked_seats,
        blocks=rules.blocks,
    )


def change_seats(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    wanted: Seats,
    reason: str,
    moves: Sequence[Move] = (),
    long_line: LongLine = "ask",
) -> str:
    """Set the seats of a session and say in a sentence what follows.

    Fewer seats than people hold are refused until `moves` names who goes where and why: then all of it is one act, or
    none of it. So is a limit of the list below its length, until `long_line` says what becomes of the last ones.
    Setting one kind of allowance clears the other.
    """
    actor.require(Permission.EDIT)
    require_moves(actor, moves)
    _check(wanted)
    if not reason.strip():
        raise ReasonMissing

    def unit(tx: Transaction) -> str:
        prepared = [signed(tx, one) for one in prepare(tx, moves)]
        tx.lock([session_id])
        lapse_due(tx)
        rules = _rules(tx.read.session(session_id).rules, wanted)
        leaving = _beyond(tx, rules, {move.registration_id for move in moves}) if long_line == "enforce" else ()
        commands: list[Command] = [command for move in prepared for command in move.commands]
        commands += [_close(session_id, entry, reason.strip()) for entry in leaving]
        leaves_line = long_line == "leave"
        set_rules = ChangeRules(session_id=session_id, rules=rules, reason=reason.strip(), leaves_line=leaves_line)
        events = carry_out_all(tx, [*commands, set_rules])
        check_seats(prepared, events)
        said = [_seats_in_words(rules), *(told(move, tx) for move in prepared)]
        if leaving:
            said.append(f"{counted(len(leaving), 'person', 'people')} left the line.")
        said += _too_large(tx, session_id, rules, events)
        return " ".join([*said, *_proposed(tx, session_id, events)])

    return work.transact(actor, unit)


def _check(wanted: Seats) -> None:
    for field in ("capacity", "room_capacity", "allowance_units", "waitlist_limit"):
        value: int | None = getattr(wanted, field)
        if value is not None and not 0 <= value <= MOST_SEATS:
            raise InvalidInput(f"Please enter a number from 0 to {MOST_SEATS}.", field=field)
    names = [block.name.strip() for block in wanted.blocks]
    if not all(names) or len(set(names)) < len(names) or any(block.units < 1 for block in wanted.blocks):
        raise InvalidInput("Each block needs a name of its own, and at least 1 seat.", field="blocks")
    if not 0 <= wanted.allowance_percent <= MOST_PERCENT:
        raise InvalidInput(f"Please enter a share from 0 to {MOST_PERCENT} per cent.", field="allowance_percent")


def _rules(was: Session, wanted: Seats) -> Session:
    units, percent = _one_allowance(was, wanted)
    rules = replace(
        was,
        capacity=wanted.capacity,
        allowance_units=units,
        allowance_percent=percent,
        room_capacity=wanted.room_capacity,
        waitlist_is_open=wanted.waitlist_is_open,
        waitlist_limit=wanted.waitlist_limit,
        blocked_seats=wanted.blocked_seats,
        blocks=wanted.blocks,
    )
    if seats.limit(rules) is None:  # a list without a limit to wait for
        return replace(rules, waitlist_is_open=False, waitlist_limit=None)
    return rules


def _one_allowance(was: Session, wanted: Seats) -> tuple[int, int]:
    """Give allowance and percentage, of which one is 0: the one that was set last stays."""
    units, percent = wanted.allowance_units, wanted.allowance_percent
    if units and percent:
        is_new = (units != was.allowance_units, percent != was.allowance_percent)
        if is_new == (True, True):
            raise InvalidInput("Please set the allowance as a number or as a share, not both.", field="allowance_units")
        return (units, 0) if is_new[0] else (0, percent)
    return units, percent


def _beyond(tx: Transaction, rules: Session, moved: set[str]) -> tuple[Entry, ...]:
    """List those behind the limit of the list, in their order, once those who move are gone."""
    if rules.waitlist_limit is None:
        return ()
    line = [entry for entry in tx.read.waiting(rules.id) if entry.registration.id not in moved]
    return tuple(line[rules.waitlist_limit :])


def _close(session_id: str, entry: Entry, reason: str) -> Close:
    return Close(session_id=session_id, registration_id=entry.registration.id, status=Status.REMOVED, reason=reason)


def _seats_in_words(rules: Session) -> str:
    bound = seats.limit(rules)
    return "There is no limit now." if bound is None else f"The limit is {counted(bound, 'seat')} now."


def _too_large(tx: Transaction, session_id: str, rules: Session, events: Sequence[Event]) -> list[str]:
    """Name the groups that the session has too few seats for from now on."""
    opened = [e for e in events if isinstance(e, MatterOpened) and (e.session_id, e.matter) == (session_id, TOO_LARGE)]
    names = ((tx.read.registration(event.registration_id).person.name, event.seat_units) for event in opened)
    return [
        f"{name} waits for {units} seats and is skipped, since there are {seats.limit(rules)}." for name, units in names
    ]


def _proposed(tx: Transaction, session_id: str, events: Sequence[Event]) -> list[str]:
    mine = [event for event in events if isinstance(event, SeatProposed) and event.session_id == session_id]
    if not mine:
        return []
    if len(mine) == 1:
        return [f"{tx.read.registration(mine[0].registration_id).person.name} is proposed."]
    return [f"{len(mine)} people are proposed."]
