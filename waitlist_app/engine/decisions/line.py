"""The order of the line: overrides, and what follows for an entry that leaves it."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine import ordering
from waitlist_app.engine.commands import MoveEntry, RevokeMove
from waitlist_app.engine.events import EntryMoved, EntryPlaced, Event, MoveEnded, ProposalWithdrawn
from waitlist_app.engine.model import Override, Registration, Roster, Status
from waitlist_app.engine.refusals import NoLongerWaiting, NothingMoved, ReasonMissing


def move(roster: Roster, command: MoveEntry, now: datetime) -> Iterator[Event]:
    """Place an entry before another, or last; needs the whole line, and raises `NothingMoved` or `NoLongerWaiting`."""
    if not command.reason.strip():
        raise ReasonMissing
    if command.before_id == command.registration_id:
        raise NothingMoved
    line = roster.line()
    ids = [entry.id for entry in line]
    if command.registration_id not in ids or (command.before_id and command.before_id not in ids):
        raise NoLongerWaiting
    old = ids.index(command.registration_id)
    entry = line[old]
    rest = [other for other in line if other.id != entry.id]
    new = next((at for at, other in enumerate(rest) if other.id == command.before_id), len(rest))
    if new == old:
        raise NothingMoved
    number = roster.tally.overrides_made + 1
    before_key = rest[new].line_key if command.before_id else ""
    yield EntryMoved(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        override_id=command.override_id,
        number=number,
        before_id=command.before_id,
        successor_id=rest[new + 1].id if new + 1 < len(rest) else "",
        before_key=before_key,
        arrivals=roster.tally.arrivals,
        from_position=old + 1,
        to_position=new + 1,
        from_key=entry.line_key,
        line_key=ordering.moved_key(before_key, number),
        passed=max(old - new, 0),
        reason=command.reason,
        approval=command.approval,
    )


def revoke_move(roster: Roster, command: RevokeMove, now: datetime) -> Iterator[Event]:
    """Undo an override: the order becomes what it would be without it."""
    override = next((o for o in roster.overrides if o.id == command.override_id), None)
    if override is None:
        raise NoLongerWaiting
    yield end_override(roster, override, roster.registrations[override.registration_id], because="revoked")
    left = tuple(o for o in roster.overrides if o.id != override.id)
    yield from place_again(replace(roster, overrides=left))


def leave_line(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    """End what only makes sense while the entry waits: its proposal, its overrides, places that lean on it."""
    yield from withdraw(roster, registration, because=because)
    yield from end_overrides(roster, registration, because=because)
    if registration.status is Status.WAITLISTED:
        yield from place_again(roster, gone=registration.id)


def withdraw(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    """Take the open proposal for an entry back, if there is one."""
    for proposal in roster.proposals.values():
        if proposal.registration_id == registration.id:
            yield ProposalWithdrawn(
                session_id=roster.session.id,
                proposal_id=proposal.id,
                registration_id=registration.id,
                person_id=registration.person_id,
                because=because,
            )


def end_overrides(roster: Roster, registration: Registration, *, because: str) -> Iterator[Event]:
    """End the overrides that moved an entry."""
    for override in roster.overrides:
        if override.registration_id == registration.id:
            yield end_override(roster, override, registration, because=because)


def end_override(roster: Roster, override: Override, registration: Registration, *, because: str) -> Event:
    """End one override."""
    return MoveEnded(
        session_id=roster.session.id,
        override_id=override.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        because=because,
    )


def place_again(roster: Roster, *, gone: str = "") -> Iterator[Event]:
    """Give each entry whose key the remaining overrides change its new key, from the front of the line."""
    if not roster.tally.overrides_made:
        return
    waiting = {r.id: r for r in roster.registrations.values() if r.status is Status.WAITLISTED and r.id != gone}
    keys = ordering.keys_with_overrides(waiting, roster.overrides)
    for line_key, registration_id in sorted((key, registration_id) for registration_id, key in keys.items()):
        registration = waiting[registration_id]
        if registration.line_key != line_key:
            yield EntryPlaced(
                session_id=roster.session.id,
                registration_id=registration_id,
                person_id=registration.person_id,
                line_key=line_key,
            )
