"""The rules of the session itself."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine import seats
from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.events import Event, RulesChanged
from waitlist_app.engine.model import Limit, Roster
from waitlist_app.engine.refusals import CapacityTooLow


def change_rules(roster: Roster, command: ChangeRules, now: datetime) -> Iterator[Event]:
    """Set the rules; raises `CapacityTooLow` when they lower the limit below what people hold."""
    was, rules, tally = roster.session, command.rules, roster.tally
    if rules == was:
        return
    bound, before = seats.limit(rules), seats.limit(was)
    taken = tally.confirmed + tally.pending + tally.held
    if bound is not None and bound < taken and (before is None or bound < before):
        room = rules.room_capacity if seats.ruling_limit(rules) is Limit.ROOM else None
        raise CapacityTooLow(next(n for n in (room, rules.capacity) if n is not None), taken)
    yield RulesChanged(session_id=was.id, was=was, rules=rules, reason=command.reason)
