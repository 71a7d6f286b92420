"""What goes on record beside the engine's events: people and sessions that are added, and people's words.

Like events they are facts. Fields named in `PERSONAL` never enter the chain, only a salted commitment to them does.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Session, WorkingHours
from waitlist_app.services.session_rules import SessionRules


class OrganisationAdded(Struct, frozen=True, kw_only=True):
    """A tenant begins; its chain starts here."""

    zone: str


class MemberAdded(Struct, frozen=True, kw_only=True):
    """Somebody joined the team; who that is stands beside the chain."""

    member_id: str
    role: str
    details: str
    """Canonical JSON of name and address."""


class RoleChanged(Struct, frozen=True, kw_only=True):
    """A member may do something else from now on."""

    member_id: str
    was: str
    role: str
    details: str
    """Canonical JSON of the name."""
    reason: str


class MemberRemoved(Struct, frozen=True, kw_only=True):
    """Somebody left the team."""

    member_id: str
    role: str
    details: str
    """Canonical JSON of the name."""
    reason: str


class TenantVisited(Struct, frozen=True, kw_only=True):
    """A platform administrator came in to read."""

    visitor_id: str
    """In their own organisation."""
    details: str
    """Canonical JSON of their name and organisation."""
    reason: str


class SessionAdded(Struct, frozen=True, kw_only=True):
    """A session with its rules."""

    session_id: str
    code: str
    title: str
    location: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    rules: Session
    meetings: tuple[tuple[str, str], ...]
    """`(starts_at, ends_at)`, ISO 8601 in UTC."""


class SessionRenamed(Struct, frozen=True, kw_only=True):
    """A session has another title; nothing else about it changed."""

    session_id: str
    was: str
    title: str


class PersonAdded(Struct, frozen=True, kw_only=True):
    """Somebody who was not known before; who that is stands beside the chain."""

    person_id: str
    details: str
    """Canonical JSON of employee id, name, address, department, role and deadline."""


class PersonErased(Struct, frozen=True, kw_only=True):
    """Everything that said who a person is was erased; what stays are random keys."""

    person_id: str
    reason: str


class PeopleMerged(Struct, frozen=True, kw_only=True):
    """Two records were found to be one person; what each had in sessions follows in entries of its own."""

    person_id: str
    """The record that stays."""
    was_person_id: str
    approval: str
    details: str
    """Canonical JSON of who the one that stays is from now on, as when somebody is added."""
    reason: str


class LinkRefused(Struct, frozen=True, kw_only=True):
    """Somebody signed in to another organisation opened a link of this one; nothing was shown, and nothing done."""

    session_id: str
    registration_id: str
    purpose: str
    """`offer`, `sign_off` or `leave`."""


class ApprovalSigned(Struct, frozen=True, kw_only=True):
    """A person's word for one act, or for many within a scope."""

    approval_id: str
    kind: str
    subject_id: str
    session_id: str
    reason: str = ""
    asked_by: str = ""
    """The member who asked for it, where a second person signed."""


class OverrideAsked(Struct, frozen=True, kw_only=True):
    """Somebody asked for an override that a second person has to approve."""

    request_id: str
    kind: str
    session_id: str
    registration_id: str
    person_id: str
    reason: str


class OverrideDeclined(Struct, frozen=True, kw_only=True):
    """A second person said no to it, or it was taken back."""

    request_id: str
    session_id: str
    registration_id: str
    reason: str


class ApprovalRulesChanged(Struct, frozen=True, kw_only=True):
    """The organisation demands something else of approvals."""

    needs_second_person: bool
    allows_own: bool
    reason: str


class DeputyNamed(Struct, frozen=True, kw_only=True):
    """Proposals that nobody decides escalate to somebody else from now on, after another time, or not at all."""

    deputy_id: str
    """Empty for nobody."""
    hours: int
    details: str
    """Canonical JSON of the name."""
    reason: str


class DefaultsChanged(Struct, frozen=True, kw_only=True):
    """Sessions that are added from now on begin with other rules."""

    was: SessionRules
    rules: SessionRules
    reason: str


class CalendarChanged(Struct, frozen=True, kw_only=True):
    """The organisation works at other times."""

    was: WorkingHours
    calendar: WorkingHours
    reason: str


class ProposalEscalated(Struct, frozen=True, kw_only=True):
    """Nobody decided an open proposal in time, so the deputy was asked; nothing moved."""

    session_id: str
    registration_id: str
    person_id: str
    proposal_id: str
    deputy_id: str
    details: str
    """Canonical JSON of the deputy's name."""


class FileImported(Struct, frozen=True, kw_only=True):
    """A file of sessions or requests was applied."""

    kind: str
    digest: str
    lines: int


class RequestRefused(Struct, frozen=True, kw_only=True):
    """A rule was against a request; nothing else of it was stored."""

    session_id: str
    person_id: str
    """Empty for somebody who was not known before, and is not known by it."""
    refusal: str
    """The stable code of the rule."""


Happening = (
    Event
    | OrganisationAdded
    | MemberAdded
    | RoleChanged
    | MemberRemoved
    | TenantVisited
    | SessionAdded
    | SessionRenamed
    | PersonAdded
    | PersonErased
    | PeopleMerged
    | LinkRefused
    | ApprovalSigned
    | RequestRefused
    | OverrideAsked
    | OverrideDeclined
    | ApprovalRulesChanged
    | DeputyNamed
    | DefaultsChanged
    | CalendarChanged
    | ProposalEscalated
    | FileImported
)

PERSONAL: Final = frozenset({"reason", "details"})
