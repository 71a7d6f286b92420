"""The rules of the session itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from waitlist_app.engine import seats
from waitlist_app.engine.commands import ChangeCapacity
from waitlist_app.engine.events import CapacityChanged, Event
from waitlist_app.engine.model import Roster
from waitlist_app.engine.refusals import CapacityTooLow


def change_capacity(roster: Roster, command: ChangeCapacity, now: datetime) -> Iterator[Event]:
    """Set the number of seats; raises `CapacityTooLow` below what people hold."""
    session, tally = roster.session, roster.tally
    if command.capacity == session.capacity:
        return
    bound = seats.limit(replace(session, capacity=command.capacity))
    taken = tally.confirmed + tally.pending + tally.held
    if command.capacity is not None and bound is not None and bound < taken and _is_lower(bound, seats.limit(session)):
        raise CapacityTooLow(command.capacity, taken)
    yield CapacityChanged(session_id=session.id, was=session.capacity, capacity=command.capacity, reason=command.reason)


def _is_lower(bound: int, than: int | None) -> bool:
    return than is None or bound < than
