"""Whether a session was served in the order asked, told from its record."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from waitlist_app.engine.events import EntryMoved, EntryPassed, Event, PersonReplaced
from waitlist_app.engine.fairness import Inversion, inversions
from waitlist_app.engine.model import Session
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import ApprovalSigned, Happening, SessionAdded
from waitlist_app.services.ports import Reader, Work
from waitlist_app.services.record import join

_EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessLine:
    """One person who was seated before an eligible earlier entry, and by what right."""

    at: datetime
    name: str
    passed: tuple[str, ...]
    """Who could have been served instead, by name, in the order asked."""
    reason: str
    approved_by: str
    """The name behind the approval; empty where none is on record."""
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessReport:
    """Order served against order asked, for one session; without overrides there are no lines."""

    session: str
    lines: tuple[FairnessLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the record says of one session."""

    rules: Session
    events: tuple[tuple[datetime, Event], ...]
    reasons: dict[str, str]
    """By override and by approval."""
    approvals: dict[str, str]
    """The approval of each override."""
    signers: dict[str, str]
    """The id of whoever signed, by approval."""
    merged: dict[str, str]
    """The record that stayed, by one that was merged into it."""


def report_fairness(*, work: Work, actor: Actor, session_id: str) -> FairnessReport:
    """List everybody who was seated before an eligible earlier entry, with reason and approval, as the record tells."""
    actor.require(Permission.READ_AUDIT)

    def unit(reader: Reader) -> FairnessReport:
        told = _read(reader, session_id)
        found = inversions(told.rules, told.events)
        names = {e.person.id: e.person.name for e in reader.registrations(session_id)}
        names |= {was: names.get(into, "") for was, into in told.merged.items()}
        team = {member.id: member.name for member in reader.team()}
        lines = tuple(_line(one, told, names, team) for one in found if one.is_seated)
        return FairnessReport(session=told.rules.code, lines=lines)

    return work.read(actor, unit)


def _line(one: Inversion, told: _Told, names: dict[str, str], team: dict[str, str]) -> FairnessLine:
    last = one.override_ids[-1] if one.override_ids else ""
    approval = told.approvals.get(last, one.approval)
    signer = told.signers.get(approval, "")
    return FairnessLine(
        at=one.at,
        name=names.get(one.person_id, ""),
        passed=tuple(names.get(person, "") for person in one.passed),
        reason=told.reasons.get(last) or told.reasons.get(approval, ""),
        approved_by=team.get(signer, signer),
        approval=approval,
    )


def _read(reader: Reader, session_id: str) -> _Told:
    rules: Session | None = None
    events: list[tuple[datetime, Event]] = []
    reasons: dict[str, str] = {}
    approvals: dict[str, str] = {}
    signers: dict[str, str] = {}
    merged: dict[str, str] = {}
    for at, actor_id, happening in _entries(reader):
        if getattr(happening, "session_id", "") != session_id:
            continue
        if isinstance(happening, SessionAdded):
            rules = happening.rules
        elif isinstance(happening, ApprovalSigned):
            signers[happening.approval_id] = actor_id
            reasons[happening.approval_id] = happening.reason
        elif isinstance(happening, _EVENTS):
            events.append((at, happening))  # pyright: ignore[reportArgumentType] - one of the events
        if isinstance(happening, PersonReplaced):
            merged = {
                was: happening.person_id if into == happening.was_person_id else into for was, into in merged.items()
            }
            merged[happening.was_person_id] = happening.person_id
        if isinstance(happening, EntryMoved | EntryPassed):
            override_id = happening.override_id if isinstance(happening, EntryMoved) else happening.pass_id
            reasons[override_id] = happening.reason
            approvals[override_id] = happening.approval
    if rules is None:
        raise NotAllowed(detail=f"no session {session_id} on record")
    return _Told(
        rules=rules, events=tuple(events), reasons=reasons, approvals=approvals, signers=signers, merged=merged
    )


def _entries(reader: Reader) -> Iterator[tuple[datetime, str, Happening]]:
    for body, _, texts in reader.export_record():
        said = json.loads(body)
        happening = join(said["act"], said["data"], {field: text for field, _, _, text in texts})
        yield datetime.fromisoformat(said["at"]), said["actor"], happening
