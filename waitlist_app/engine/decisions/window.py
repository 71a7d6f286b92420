"""Sealed windows: requests are collected, and allotted all at once when the hour comes."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine import ordering
from waitlist_app.engine.commands import CloseWindow, SetWindow
from waitlist_app.engine.decisions.ranking import rank_again
from waitlist_app.engine.events import Event, RulesChanged, WindowClosed
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.model import Draw, Facts, Registration, Roster, Session, Status
from waitlist_app.engine.refusals import SessionIsCancelled, WindowTooLate
from waitlist_app.errors import Defect


def set_window(roster: Roster, command: SetWindow, now: datetime) -> Iterator[Event]:
    """Set or take away the window; raises `WindowTooLate` once somebody has asked, or it would be open already."""
    was, window = roster.session, command.window
    if was.cancelled_at:
        raise SessionIsCancelled
    if roster.tally.arrivals or (window and not now <= window.opens_at < window.closes_at):
        raise WindowTooLate
    if window == was.window:
        return
    if window and window.draw is Draw.LOTTERY and not window.commitment:
        raise Defect("A lottery needs the commitment to its seed before its window opens.")
    yield RulesChanged(session_id=was.id, was=was, rules=replace(was, window=window), reason=command.reason)


def close(roster: Roster, command: CloseWindow, now: datetime) -> Iterator[Event]:
    """Publish the seed and give everybody the place that they drew; nothing follows before the hour, or after."""
    window = roster.session.window
    if window is None or not roster.session.has_closed(now):
        return
    is_drawn = window.draw is Draw.LOTTERY
    if is_drawn and ordering.commitment_to(command.seed) != window.commitment:
        raise Defect("The seed of the lottery is not the one that was committed to.")
    closed = WindowClosed(
        session_id=roster.session.id,
        closed_at=window.closes_at,
        arrivals=roster.tally.arrivals,
        seed=command.seed if is_drawn else "",
    )
    yield closed
    if is_drawn:
        after = evolve(roster, closed)
        waiting = (entry for entry in roster.registrations.values() if entry.status is Status.WAITLISTED)
        keys = {entry.id: _drawn_key(after.session, entry) for entry in waiting}
        yield from rank_again(after, keys, because="drawn")


def _drawn_key(session: Session, entry: Registration) -> str:
    return ordering.base_key(
        session,
        person_id=entry.person_id,
        requested_at=entry.requested_at,
        arrival=entry.terms.first_arrival or entry.arrival,
        facts=Facts(),
    )
