"""Who was served though they had asked later than somebody who waited, and by what right, from the events alone.

Wider than `fairness`, which reports what overrides did: whoever waits may know of everybody who came before them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from waitlist_app.engine import seats
from waitlist_app.engine.events import Event, OfferMade, SeatConfirmed, SeatGiven, SeatGranted, WaitlistJoined
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.model import Registration, Roster, Session, Status
from waitlist_app.engine.settle import next_in_line

_Served = OfferMade | SeatConfirmed | SeatGranted | SeatGiven


class Right(StrEnum):
    """By what right somebody who asked later was served before."""

    OVERRIDE = "override"
    """Somebody moved one of the two, for a reason."""
    GRANT = "grant"
    """Somebody was seated past the line, for a reason."""
    RANK = "rank"
    """The order of the session puts them before."""
    GROUP = "group"
    """What was free was too little for the group that waited."""
    SKIPPED = "skipped"
    """Whoever waited could not take a seat then."""


class Passing(Struct, frozen=True, kw_only=True):
    """One person who was served before somebody who waited and had asked before them."""

    at: datetime
    registration_id: str
    """Of whoever was served."""
    person_id: str
    right: Right
    approval: str = ""
    """The approval of the act that served them; empty for a newcomer in a free seat."""
    override_id: str = ""
    """What decided it: the newest override of the order that did, or the approval of an earlier time."""
    obstacles: tuple[str, ...] = ()
    """Why whoever waited was skipped: sessions at the same time, and matters outstanding."""


def passings(rules: Session, events: Iterable[tuple[datetime, Event]], registration_id: str) -> tuple[Passing, ...]:
    """List everybody who was served before one entry while it waited, as it happened; `rules` are the first ones."""
    roster = Roster(session=rules)
    found: list[Passing] = []
    put_in: dict[str, str] = {}
    """The approval of everybody who was given a place of an earlier time."""
    for at, event in events:
        if isinstance(event, WaitlistJoined) and event.approval:
            put_in[event.registration_id] = event.approval
        entry = roster.registrations.get(registration_id)
        if (
            isinstance(event, _Served)
            and entry
            and entry.status is Status.WAITLISTED
            and entry.id != event.registration_id
        ):
            found.extend(_passing(roster, entry, event, at, put_in))
        roster = evolve(roster, event)
    return tuple(found)


def _passing(
    roster: Roster, entry: Registration, event: _Served, at: datetime, put_in: Mapping[str, str]
) -> Iterator[Passing]:
    served = roster.registrations.get(event.registration_id)
    if served and served.arrival < entry.arrival:
        return  # they had asked before
    if isinstance(event, SeatGiven) and event.block:
        return  # that seat was kept for them, and never free
    found = _right(roster, entry, served, event, at, put_in=put_in)
    if found:
        right, override_id = found
        yield Passing(
            at=at,
            registration_id=event.registration_id,
            person_id=event.person_id,
            right=right,
            approval=event.approval,
            override_id=override_id,
            obstacles=(*entry.conflicts, *entry.outstanding) if right is Right.SKIPPED else (),
        )


def _right(
    roster: Roster,
    entry: Registration,
    served: Registration | None,
    event: _Served,
    at: datetime,
    *,
    put_in: Mapping[str, str],
) -> tuple[Right, str] | None:
    """Give the right, and what decided it; None where whoever waited is served as well."""
    if isinstance(event, SeatGranted) or (isinstance(event, SeatGiven) and event.passed):
        return Right.GRANT, ""
    if not entry.is_ready:
        return Right.SKIPPED, ""
    passes = [one.id for one in roster.session.passings if one.registration_id == entry.id]
    if served and passes and roster.turn_of(served) < roster.turn_of(entry):
        return Right.OVERRIDE, passes[-1]
    if served and served.line_key < entry.line_key:
        if served.base_key < entry.base_key:
            return (Right.OVERRIDE, put_in[served.id]) if served.id in put_in else (Right.RANK, "")
        deciding = [o.id for o in roster.overrides if o.registration_id in {served.id, entry.id}]
        return Right.OVERRIDE, deciding[-1]
    # Behind it in the line, so it was too large for what was free, or is about to be served as well.
    is_served_too = any(one.id == entry.id for one in next_in_line(roster, seats.free(roster, at), at))
    return None if is_served_too else (Right.GROUP, "")
