"""What keeps a waiting entry from being served: seats held at the same time elsewhere, and matters outstanding."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import BeginConflict, EndConflict, OpenMatter, SettleMatter
from waitlist_app.engine.decisions.line import withdraw
from waitlist_app.engine.events import ConflictBegan, ConflictEnded, Event, MatterOpened, MatterSettled
from waitlist_app.engine.model import ConflictRule, Registration, Roster, Status


def begin_conflict(roster: Roster, command: BeginConflict, now: datetime) -> Iterator[Event]:
    """Skip a waiting entry from now on; nothing follows where the guard is off or lifted."""
    registration = roster.registrations.get(command.registration_id)
    if roster.session.conflicts is ConflictRule.IGNORE or registration is None or registration.waiver:
        return
    if registration.status is not Status.WAITLISTED:
        return
    if command.with_registration_id and command.with_registration_id == registration.terms.gives_up:
        # It is all that they have there now: where a merge ended another seat, that one is in the way no longer.
        yield from _ended(roster, registration, command.with_session_id)
        return
    if command.with_session_id in registration.conflicts:
        return
    yield from withdraw(roster, registration, because="conflict")
    yield ConflictBegan(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        was_ready=registration.is_ready,
    )


def end_conflict(roster: Roster, command: EndConflict, now: datetime) -> Iterator[Event]:
    """Take one reason for being skipped away."""
    registration = roster.registrations.get(command.registration_id)
    if registration:
        yield from _ended(roster, registration, command.with_session_id)


def _ended(roster: Roster, registration: Registration, with_session_id: str) -> Iterator[Event]:
    if with_session_id not in registration.conflicts:
        return
    left = _without(registration.conflicts, with_session_id)
    yield ConflictEnded(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=with_session_id,
        is_ready=registration.status is Status.WAITLISTED and not left and not registration.outstanding,
    )


def open_matter(roster: Roster, command: OpenMatter, now: datetime) -> Iterator[Event]:
    """Skip a waiting entry until a matter is settled; nothing follows where it is open already."""
    registration = roster.registrations.get(command.registration_id)
    if registration and registration.status is Status.WAITLISTED:
        yield from opened(roster, registration, command.matter)


def opened(roster: Roster, entry: Registration, matter: str) -> Iterator[Event]:
    """Skip an entry that waits, as `open_matter` does."""
    if matter in entry.outstanding:
        return
    yield from withdraw(roster, entry, because=matter.partition(":")[0])
    yield MatterOpened(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
        matter=matter,
        was_ready=entry.is_ready,
    )


def settle_matter(roster: Roster, command: SettleMatter, now: datetime) -> Iterator[Event]:
    """Take one matter off an entry."""
    registration = roster.registrations.get(command.registration_id)
    if registration:
        yield from settled(roster, registration, command.matter, approval=command.approval)


def settled(roster: Roster, entry: Registration, matter: str, *, approval: str = "") -> Iterator[Event]:
    """Take one matter off an entry; nothing follows where it is none of its own."""
    if matter not in entry.outstanding:
        return
    left = _without(entry.outstanding, matter)
    yield MatterSettled(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
        matter=matter,
        is_ready=entry.status is Status.WAITLISTED and not entry.conflicts and not left,
        approval=approval,
    )


def _without(words: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(word for word in words if word != gone)
