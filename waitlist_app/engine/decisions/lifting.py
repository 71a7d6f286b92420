"""A rule lifted for one entry, on the word of an approval: it may have a seat here beside one elsewhere.

At the same time, or on another date of the course. The entry keeps its place, and the approval stands with it from then
on, through offer and seat. Only while it waits can the rule be restored: a seat that was given stays.
"""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import LiftRule, RestoreRule
from waitlist_app.engine.courses import date_of
from waitlist_app.engine.events import Event, RuleLifted, RuleRestored
from waitlist_app.engine.model import Registration, Roster, Status
from waitlist_app.engine.refusals import NoLongerWaiting, NothingLifted, NothingToLift, ReasonMissing


def lift(roster: Roster, command: LiftRule, now: datetime) -> Iterator[Event]:
    """Let no seat elsewhere keep an entry back; raises `ReasonMissing`, `NoLongerWaiting` or `NothingToLift`."""
    if not command.reason.strip():
        raise ReasonMissing
    entry = _waiting(roster, command.registration_id)
    lifted = {*entry.conflicts, *(date_of(matter) for matter in entry.outstanding)} - {""}
    if not lifted:
        raise NothingToLift
    left = tuple(matter for matter in entry.outstanding if not date_of(matter))
    yield RuleLifted(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
        lifted=tuple(sorted(lifted)),
        outstanding=left,
        is_ready=not left,
        reason=command.reason,
        approval=command.approval,
    )


def restore(roster: Roster, command: RestoreRule, now: datetime) -> Iterator[Event]:
    """Let the rules hold again; raises `NoLongerWaiting`, or `NothingLifted` where they do."""
    entry = _waiting(roster, command.registration_id)
    if not entry.waiver:
        raise NothingLifted
    yield RuleRestored(session_id=roster.session.id, registration_id=entry.id, person_id=entry.person_id)


def _waiting(roster: Roster, registration_id: str) -> Registration:
    entry = roster.registrations.get(registration_id)
    if entry is None or entry.status is not Status.WAITLISTED:
        raise NoLongerWaiting
    return entry
