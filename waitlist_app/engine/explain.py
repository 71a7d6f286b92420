"""Why somebody is next, or is not: data and a sentence, from the same functions that decide."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from waitlist_app.engine import seats
from waitlist_app.engine.decisions.waking import wake
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import SIGN_OFF, TOO_LARGE, GroupRule, Registration, Roster, Status
from waitlist_app.engine.settle import is_promoted_alone, next_in_line


class Why(StrEnum):
    """The stable name of the reason why an entry is, or is not, proposed."""

    NEXT = "next"
    CONFLICT = "conflict"
    OUTSTANDING = "outstanding"
    TOO_FEW_SEATS = "too_few_seats"
    GROUP_AHEAD = "group_ahead"
    KEPT_FOR_GROUP = "kept_for_group"
    NO_SEAT = "no_seat"
    SEALED = "sealed"
    RESERVED = "reserved"
    """Enough seats are free, and those who wait come before a newcomer."""
    ALL_WAIT = "all_wait"
    """Nobody is seated at once where the capacity is 0."""
    WAITLIST_ONLY = "waitlist_only"
    """A seat is free, and a place in the line was asked for."""
    HELD = "held"
    PASSED_OVER = "passed_over"


class Reason(Struct, frozen=True, kw_only=True):
    """Why one waiting entry stands as it does."""

    registration_id: str
    person_id: str
    position: int
    why: Why
    sentence: str
    session_ids: tuple[str, ...] = ()
    """The sessions in which the person holds a seat at the same time, for a conflict."""


def why_each(roster: Roster, now: datetime) -> tuple[Reason, ...]:  # noqa: C901 - one arm per reason
    """Explain everybody in the line, in its order; needs the whole roster."""
    roster = fold(roster, wake(roster, now))
    if roster.session.is_sealed:
        said = "Requests are collected first. Nobody is seated before the window closes."
        return tuple(_reason(entry, at, Why.SEALED, said) for at, entry in enumerate(roster.line(), start=1))
    free = seats.free(roster, now)
    chosen = {entry.id for entry in next_in_line(roster, free, now)}
    left = None if free is None else max(free, 0)
    held = {one.registration_id for one in roster.session.holds}
    passed = {one.registration_id for one in roster.session.passings}
    blocking: Registration | None = None
    too_many: Registration | None = None
    """The first in front that what is free is too little for, and that others passed."""
    reasons: list[Reason] = []
    for position, entry in enumerate(roster.line(), start=1):
        if entry.id in held and entry.id in chosen:
            said = "A seat is held for this entry, and nobody else gets it."
            reasons.append(_reason(entry, position, Why.HELD, said))
        elif entry.id in chosen:
            reasons.append(_reason(entry, position, Why.NEXT, "A seat is free, and this entry is next for it."))
            left = None if left is None else left - entry.seat_units
        elif entry.conflicts:
            reasons.append(_conflict(entry, position))
        elif TOO_LARGE in entry.outstanding:
            all_in_all = seats.limit(roster.session)
            said = f"Skipped, with the place kept: it needs {entry.seat_units} seats, the session has {all_in_all}."
            reasons.append(_reason(entry, position, Why.OUTSTANDING, said))
        elif entry.outstanding:
            said = f"Skipped, with the place kept: {matter_in_words(entry.outstanding[0])}."
            reasons.append(_reason(entry, position, Why.OUTSTANDING, said))
        elif entry.id in passed:
            said = "A coordinator passed this entry over for one seat. It keeps its place and comes first for the next."
            reasons.append(_reason(entry, position, Why.PASSED_OVER, said))
        elif blocking:
            said = f"A group in front waits for {blocking.seat_units} seats, and nobody is passed over."
            reasons.append(_reason(entry, position, Why.GROUP_AHEAD, said))
        elif left and too_many and entry.seat_units <= left:
            times = _passed(too_many.passes)
            said = f"What is free is kept for a group in front: it waits for {too_many.seat_units} seats{times}."
            reasons.append(_reason(entry, position, Why.KEPT_FOR_GROUP, said))
        elif left:
            said = f"This entry needs {entry.seat_units} seats, and {left} {'is' if left == 1 else 'are'} free"
            said = f"{said}{_passed(entry.passes)}."
            reasons.append(_reason(entry, position, Why.TOO_FEW_SEATS, said))
            blocking = entry if roster.session.groups is GroupRule.STRICT else None
            too_many = too_many or entry
        else:
            reasons.append(_reason(entry, position, Why.NO_SEAT, "No seat is free for this entry."))
    return tuple(reasons)


class Obstacle(StrEnum):
    """What stands between an entry and a seat."""

    WINDOW = "window"
    """The window has to close."""
    CONFLICT = "conflict"
    """A seat elsewhere at the same time has to end, or to be given up."""
    MATTER = "matter"
    """Something has to happen first, such as a sign-off."""
    SEATS = "seats"
    """Seats have to come free for it, and for everybody in front who can take one."""
    APPROVAL = "approval"
    """Somebody has to approve its proposal."""


class Step(Struct, frozen=True, kw_only=True):
    """One thing that has to happen before an entry has a seat."""

    obstacle: Obstacle
    session_id: str = ""
    """Where the seat is that it clashes with."""
    matter: str = ""
    seat_units: int = 0
    """How many more units have to come free, if nobody in front leaves."""
    at: datetime | None = None
    """When that happens by itself, where it does."""


def what_it_takes(roster: Roster, registration_id: str, now: datetime) -> tuple[Step, ...]:
    """Say what would have to happen for a waiting entry to be offered a seat; needs the whole roster.

    Empty for whoever does not wait, and for an entry whose offer is made by itself.
    """
    roster = fold(roster, wake(roster, now))
    entry = roster.registrations.get(registration_id)
    if entry is None or entry.status is not Status.WAITLISTED:
        return ()
    if roster.session.window and roster.session.is_sealed:
        return (Step(obstacle=Obstacle.WINDOW, at=roster.session.window.closes_at),)
    steps = [Step(obstacle=Obstacle.CONFLICT, session_id=session_id) for session_id in entry.conflicts]
    steps += [Step(obstacle=Obstacle.MATTER, matter=matter) for matter in entry.outstanding]
    free = seats.free(roster, now)
    held, turn = {one.registration_id for one in roster.session.holds}, roster.turn_of(entry)
    before = (other for other in roster.ready_line() if roster.turn_of(other) < turn and other.id not in held)
    ahead = sum(other.seat_units for other in before)
    missing = 0 if free is None else ahead + entry.seat_units - free
    is_next = any(other.id == entry.id for other in next_in_line(roster, free, now))
    if missing > 0 and not is_next:
        steps.append(Step(obstacle=Obstacle.SEATS, seat_units=missing))
    elif not is_promoted_alone(roster, entry, now):
        steps.append(Step(obstacle=Obstacle.APPROVAL))
    return tuple(steps)


def _passed(passes: int) -> str:
    """Say how often somebody was passed over, as the end of a sentence; empty for never."""
    return f", and was passed over {passes}×" if passes else ""


def why(roster: Roster, registration_id: str, now: datetime, *, offered: Collection[str] = ()) -> Reason | None:
    """Explain one waiting entry; None when it is not in the line.

    `offered` are the sessions in which the person has an offer and no seat yet, which their entry here does not know.
    """
    found = next((reason for reason in why_each(roster, now) if reason.registration_id == registration_id), None)
    if found and found.why is Why.CONFLICT and set(found.session_ids).issubset(offered):
        return replace(found, sentence=_clash("has an offer", found.session_ids))
    return found


_MATTERS: Final = {
    SIGN_OFF: "a manager has still to sign it off",
    TOO_LARGE: "it needs more seats than the session has",
    "course": "another date of the course is on offer",
}


def matter_in_words(matter: str) -> str:
    """Say what has to happen before an entry can be served; what a matter is about stands behind a colon."""
    return _MATTERS[matter.partition(":")[0]]


def _conflict(entry: Registration, position: int) -> Reason:
    return _reason(entry, position, Why.CONFLICT, _clash("holds a seat", entry.conflicts), entry.conflicts)


def _clash(has: str, session_ids: tuple[str, ...]) -> str:
    where = "in a session" if len(session_ids) == 1 else f"in {len(session_ids)} sessions"
    return f"Skipped, with the place kept: this person {has} {where} at the same time."


def _reason(entry: Registration, position: int, why: Why, sentence: str, session_ids: tuple[str, ...] = ()) -> Reason:
    return Reason(
        registration_id=entry.id,
        person_id=entry.person_id,
        position=position,
        why=why,
        sentence=sentence,
        session_ids=session_ids,
    )
