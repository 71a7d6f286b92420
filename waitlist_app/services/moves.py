"""Taking people off a session, one by one and each with a reason: out, or to another session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import Close, Command, RequestSeat
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import SIGN_OFF, Registration, Status, Terms
from waitlist_app.engine.refusals import NotRegistered, ReasonMissing
from waitlist_app.errors import Refused
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import to_pay_in_words
from waitlist_app.services.completing import paid_with
from waitlist_app.services.overriding import sign_now
from waitlist_app.services.ports import Entry, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Who moves where, and why."""

    registration_id: str
    to_session_id: str = ""
    """Empty means that the person is taken off, and goes nowhere."""
    reason: str
    past_line: bool = False
    """Seat them there though people wait or no seat is free: an override."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A move as the commands that carry it out, in their order."""

    entry: Entry
    code: str
    """Of the session that they go to; empty for none."""
    commands: tuple[Command, ...]
    arrives_as: str = ""
    """The registration in the other session."""
    had_seat: bool = False
    past_line: RequestSeat | None = None
    """The request that passes a line or a limit over: an override, which nobody has signed yet."""


class NoSeatThere(Refused):
    """Somebody would give up a seat for a place in a line."""

    code = "no_seat_there"

    def __init__(self, name: str, code: str) -> None:
        """Name who, and where."""
        super().__init__(
            f"There is no seat for {name} in {code} without passing over people who wait, or going beyond the limit. "
            "Choose another session, or seat them there as an override."
        )


class SignOffThere(Refused):
    """A manager has to say yes there first, and nobody is named, or the seat would be given up meanwhile."""

    code = "sign_off_there"

    def __init__(self, name: str, code: str) -> None:
        """Name who, and where."""
        super().__init__(
            f"A manager has to sign {name} off in {code} first. "
            "Ask for the seat there, and name the manager; the place here can be given up once they say yes."
        )


class SameSession(Refused):
    """A move that leads nowhere."""

    code = "same_session"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This person is in that session already. Choose another one.")


def require_moves(actor: Actor, moves: Iterable[Move]) -> None:
    """Pass, or raise `NotAllowed`; a move past a line needs what an override needs. Each needs a reason."""
    actor.require(Permission.EDIT)
    for move in moves:
        if not move.reason.strip():
            raise ReasonMissing
        if move.past_line:
            actor.require(Permission.ASK_OVERRIDE)


def prepare(tx: Transaction, moves: Sequence[Move]) -> list[Prepared]:
    """Lock the sessions that people leave and go to, and give each move as commands, in the order given.

    Raises `NotRegistered` with the name of whoever has nothing to leave, or no longer.
    """
    here = [tx.session_of(registration_id=move.registration_id) for move in moves]
    tx.lock([*{*here, *(move.to_session_id for move in moves if move.to_session_id)}])
    lapse_due(tx)
    return [_prepared(tx, move, session_id) for move, session_id in zip(moves, here, strict=True)]


def _prepared(tx: Transaction, move: Move, session_id: str) -> Prepared:
    entry = tx.read.registration(move.registration_id)
    registration, reason = entry.registration, move.reason.strip()
    if not registration.status.is_active:
        raise NotRegistered(entry.person.name)
    if not move.to_session_id:
        closing = Close(session_id=session_id, registration_id=registration.id, status=Status.REMOVED, reason=reason)
        return Prepared(entry=entry, code="", commands=(closing,))
    if move.to_session_id == session_id:
        raise SameSession
    arrives_as = new_id()
    closing = Close(session_id=session_id, registration_id=registration.id, status=Status.TRANSFERRED, reason=reason)
    asking = RequestSeat(
        session_id=move.to_session_id,
        registration_id=arrives_as,
        person_id=registration.person_id,
        requested_at=tx.now,
        seat_units=registration.seat_units,
        facts=entry.facts,
        terms=_terms(registration),
        reason=reason if move.past_line else "",
        paid=paid_with(tx, registration),
    )
    return Prepared(
        entry=entry,
        code=tx.read.session(move.to_session_id).rules.code,
        commands=(closing, asking),
        arrives_as=arrives_as,
        had_seat=registration.status.has_seat,
        past_line=asking if move.past_line else None,
    )


def _terms(old: Registration) -> Terms:
    """Give the terms that go along; who had a seat is moved to a seat, though a place in the line was asked for."""
    only_waits = old.terms.waitlist_only and not old.status.has_seat
    new = {"transferred_from": old.id, "reinstates": "", "first_arrival": 0, "drawn_key": ""}
    return structs.replace(old.terms, **new, waitlist_only=only_waits)


def signed(tx: Transaction, prepared: Prepared) -> Prepared:
    """Sign a move past a line that is a part of a larger act, or raise `SecondPersonNeeded`."""
    asking = prepared.past_line
    if asking is None:
        return prepared
    approval = sign_now(
        tx,
        person=prepared.entry.person,
        subject_id=prepared.arrives_as,
        session_id=asking.session_id,
        reason=asking.reason,
    )
    return replace(prepared, commands=(prepared.commands[0], structs.replace(asking, approval=approval)))


def check_seats(prepared: Iterable[Prepared], events: Sequence[Event]) -> None:
    """Pass, or raise `NoSeatThere` for whoever gave up a seat and would have to wait for another.

    Raises `SignOffThere` where that is for a manager's word, and where nobody would be asked for that.
    """
    seated = {event.registration_id for event in events if isinstance(event, SeatGiven)}
    unsigned = {
        event.registration_id: event.terms.manager_id
        for event in events
        if isinstance(event, WaitlistJoined) and SIGN_OFF in event.outstanding
    }
    for move in prepared:
        if not move.arrives_as or move.arrives_as in seated:
            continue
        if move.arrives_as in unsigned and (move.had_seat or not unsigned[move.arrives_as]):
            raise SignOffThere(move.entry.person.name, move.code)
        if move.had_seat:
            raise NoSeatThere(move.entry.person.name, move.code)


def told(prepared: Prepared, tx: Transaction) -> str:
    """Say in a sentence what became of a move."""
    name = prepared.entry.person.name
    if not prepared.arrives_as:
        return f"{name} was removed."
    there = tx.read.registration(prepared.arrives_as).registration
    session_id = tx.session_of(registration_id=there.id)
    if there.status.has_seat:
        zone = tx.read.session(session_id).zone if there.payment_due_at else ""
        return f"{name} has a seat in {prepared.code} now{to_pay_in_words(there, zone)}."
    return f"{name} waits in {prepared.code} now, number {tx.read.ahead(session_id, there.line_key) + 1} in line."
