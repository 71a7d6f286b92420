"""Whose turn it is: passing a candidate over for one seat, and holding a seat for one until a date."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine import seats
from waitlist_app.engine.commands import HoldProposal, PassOver, ReleaseHold, TakeBackPass
from waitlist_app.engine.decisions.line import withdraw
from waitlist_app.engine.events import EntryPassed, Event, HoldReleased, PassTakenBack, ProposalHeld
from waitlist_app.engine.model import Proposal, Registration, Roster
from waitlist_app.engine.refusals import (
    HoldNotAhead,
    NextChanged,
    NobodyNext,
    NotHeld,
    NotPassedOver,
    ProposalGone,
    ReasonMissing,
)
from waitlist_app.engine.settle import next_in_line


def pass_over(roster: Roster, command: PassOver, now: datetime) -> Iterator[Event]:
    """Propose the next one instead, for the seats that are free now; needs the whole line.

    The entry keeps its place. Until the turn of whoever is chosen instead is over, seats go to that one first.
    Raises `ProposalGone`, `NobodyNext`, or `NextChanged` when somebody else is next than the command says.
    """
    if not command.reason.strip():
        raise ReasonMissing
    entry, _ = _proposed(roster, command.registration_id)
    instead = chosen_instead(roster, entry, now)
    if instead is None:
        raise NobodyNext
    if instead.id != command.instead_id:
        raise NextChanged
    yield EntryPassed(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        pass_id=command.pass_id,
        instead_id=instead.id,
        behind_key=roster.turn_of(instead)[0],
        reason=command.reason,
        approval=command.approval,
    )
    yield from withdraw(roster, entry, because="passed_over")


def chosen_instead(roster: Roster, entry: Registration, now: datetime) -> Registration | None:
    """Give whom the seat of a proposed entry would go to, nobody who was passed over for it; of several, the last."""
    proposed = {one.id for one in next_in_line(roster, seats.free(roster, now), now)}
    passed = {one.registration_id for one in roster.session.passings if one.instead_id == entry.id} | {entry.id}
    others = {key: one for key, one in roster.registrations.items() if key not in passed}
    holds = tuple(one for one in roster.session.holds if one.registration_id != entry.id)
    after = replace(roster, registrations=others, session=replace(roster.session, holds=holds))
    found = next_in_line(after, seats.free(after, now), now)
    return next(iter([one for one in found if one.id not in proposed][-1:]), None)


def take_back_pass(roster: Roster, command: TakeBackPass, now: datetime) -> Iterator[Event]:
    """Let an entry that was passed over have its turn again; raises `NotPassedOver`."""
    entry = roster.registrations.get(command.registration_id)
    passing = next((one for one in roster.session.passings if one.registration_id == command.registration_id), None)
    if entry is None or passing is None:
        raise NotPassedOver
    yield PassTakenBack(
        session_id=roster.session.id, registration_id=entry.id, person_id=entry.person_id, pass_id=passing.id
    )


def hold(roster: Roster, command: HoldProposal, now: datetime) -> Iterator[Event]:
    """Reserve the seat of a proposal for its candidate until an instant, exclusive.

    Raises `ProposalGone`, `ReasonMissing`, or `HoldNotAhead` unless the instant lies ahead and not behind the start.
    """
    if not command.reason.strip():
        raise ReasonMissing
    entry, proposal = _proposed(roster, command.registration_id)
    starts_at = roster.session.starts_at
    if command.until <= now or (starts_at is not None and command.until > starts_at):
        raise HoldNotAhead
    yield ProposalHeld(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        proposal_id=proposal.id,
        seat_units=entry.seat_units,
        until=command.until,
        reason=command.reason,
    )


def release(roster: Roster, command: ReleaseHold, now: datetime) -> Iterator[Event]:
    """Let a proposal be an ordinary one again; raises `NotHeld`."""
    entry = roster.registrations.get(command.registration_id)
    if entry is None or all(one.registration_id != entry.id for one in roster.session.holds):
        raise NotHeld
    yield HoldReleased(session_id=roster.session.id, registration_id=entry.id, person_id=entry.person_id)


def _proposed(roster: Roster, registration_id: str) -> tuple[Registration, Proposal]:
    proposal = next((one for one in roster.proposals.values() if one.registration_id == registration_id), None)
    if proposal is None:
        raise ProposalGone
    return roster.registrations[registration_id], proposal
