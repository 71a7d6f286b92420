"""Groups that need more seats than their session has: skipped, with their place kept, so that they block nobody."""

from collections.abc import Iterator

from waitlist_app.engine import seats
from waitlist_app.engine.decisions.conflicts import opened, settled
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import TOO_LARGE, Registration, Roster, Status


def compare_with_limit(roster: Roster) -> Iterator[Event]:
    """Skip the waiting groups that the limit is too little for, and no longer those that it is enough for again."""
    waiting = (r for r in roster.registrations.values() if r.status is Status.WAITLISTED)
    groups = (r for r in waiting if r.seat_units > 1 or TOO_LARGE in r.outstanding)
    for entry in sorted(groups, key=lambda one: one.arrival):
        if is_too_large(roster, entry):
            yield from opened(roster, entry, TOO_LARGE)
        else:
            yield from settled(roster, entry, TOO_LARGE)


def is_too_large(roster: Roster, entry: Registration) -> bool:
    """Say whether the session has fewer seats in all; with none at all everybody waits, and nobody is too many."""
    bound = seats.limit(roster.session)
    return bound is not None and 0 < bound < entry.seat_units
