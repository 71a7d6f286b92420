"""What keeps a waiting entry from being served: seats held at the same time elsewhere, and matters outstanding."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import BeginConflict, EndConflict, OpenMatter, SettleMatter
from waitlist_app.engine.decisions.line import withdraw
from waitlist_app.engine.events import ConflictBegan, ConflictEnded, Event, MatterOpened, MatterSettled
from waitlist_app.engine.model import ConflictRule, Roster, Status


def begin_conflict(roster: Roster, command: BeginConflict, now: datetime) -> Iterator[Event]:
    """Skip a waiting entry from now on; nothing follows where the guard is off or lifted."""
    registration = roster.registrations.get(command.registration_id)
    if roster.session.conflicts is ConflictRule.IGNORE or registration is None or registration.waiver:
        return
    if registration.status is not Status.WAITLISTED:
        return
    if command.with_registration_id and command.with_registration_id == registration.terms.gives_up:
        # It is all that they have there now: where a merge ended another seat, that one is in the way no longer.
        over = EndConflict(
            session_id=command.session_id,
            registration_id=command.registration_id,
            with_session_id=command.with_session_id,
        )
        yield from end_conflict(roster, over, now)
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
    if registration is None or command.with_session_id not in registration.conflicts:
        return
    left = _without(registration.conflicts, command.with_session_id)
    yield ConflictEnded(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        with_session_id=command.with_session_id,
        is_ready=registration.status is Status.WAITLISTED and not left and not registration.outstanding,
    )


def open_matter(roster: Roster, command: OpenMatter, now: datetime) -> Iterator[Event]:
    """Skip a waiting entry until a matter is settled; nothing follows where it is open already."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None or registration.status is not Status.WAITLISTED:
        return
    if command.matter in registration.outstanding:
        return
    yield from withdraw(roster, registration, because=command.matter.partition(":")[0])
    yield MatterOpened(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        matter=command.matter,
        was_ready=registration.is_ready,
    )


def settle_matter(roster: Roster, command: SettleMatter, now: datetime) -> Iterator[Event]:
    """Take one matter off an entry."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None or command.matter not in registration.outstanding:
        return
    left = _without(registration.outstanding, command.matter)
    yield MatterSettled(
        session_id=roster.session.id,
        registration_id=registration.id,
        person_id=registration.person_id,
        seat_units=registration.seat_units,
        matter=command.matter,
        is_ready=registration.status is Status.WAITLISTED and not registration.conflicts and not left,
        approval=command.approval,
    )


def _without(words: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(word for word in words if word != gone)
