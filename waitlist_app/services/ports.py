"""What use cases need from outside, as protocols. Adapters implement them; tests have fakes of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from waitlist_app.engine.act import Book
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Facts, Payment, Place, Registration, Roster, Session, Status, Tally, Terms
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.approvals import ApprovalRules, OverrideRequest, OverrideRequests
from waitlist_app.services.client_keys import ClientKeys
from waitlist_app.services.happenings import Happening
from waitlist_app.services.session_rules import OrganisationRules
from waitlist_app.services.team import MemberFacts, Team

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Row = Mapping[str, Any]
"""A row of a read, by column name; see the adapter for what it holds."""


class PersonDetails(Struct, frozen=True, kw_only=True):
    """Who somebody is, as a form or a file says it, trimmed. `employee_id` may be empty; then `email` counts."""

    employee_id: str = ""
    name: str
    email: str = ""
    phone: str = ""
    department: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    no_shows: int = 0
    """How often they had a seat before and did not come, where that is known from elsewhere."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Custom attributes, `(name, value)` by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDetails:
    """One sitting; `[starts_at, ends_at)`, both aware."""

    starts_at: datetime
    ends_at: datetime
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetails:
    """A session as a form or a file says it."""

    rules: Session
    title: str
    location: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    meetings: tuple[MeetingDetails, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A session as it is stored: what it says, its rules, and its tally."""

    rules: Session
    tally: Tally
    title: str
    location: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    version: int
    meetings: tuple[MeetingDetails, ...] = ()
    overdue_units: int = 0
    """Units of offers past their deadline that no event has ended yet; see `seats.add_up`."""
    unpaid_units: int = 0
    """The same of seats that were not paid by theirs."""
    reserved_units: int = 0
    """Units in blocks that were not released at the instant of the read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person as stored."""

    id: str
    employee_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    department: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    no_shows: int = 0
    """How often they had a seat and did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A registration with its person, as reads return it."""

    registration: Registration
    person: PersonFacts
    session_id: str
    passed_over: int = 0
    decided_at: datetime | None = None
    reason: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    facts: Facts = field(default_factory=Facts)
    """What the policy knew of the person when they asked, role and deadline among it."""
    override_id: str = ""
    override_reason: str = ""
    override_by: str = ""
    override_from: int = 0
    override_to: int = 0
    proposal_id: str = ""
    approved_by: str = ""
    """Who approved the last offer; known of those who have a seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProposal:
    """An open proposal with whom it is for and why the seat is free."""

    id: str
    session_id: str
    entry: Entry
    proposed_at: datetime
    seat_from: str = ""
    seat_from_name: str = ""
    position: int = 0
    """In the line, from 1."""
    skipped: int = 0
    """How many of those ahead are not proposed: they cannot take the seat, it is too few for them, or somebody passed
    them over."""
    escalated_to: str = ""
    """The id of the member to whom it escalated; empty while it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingProposal:
    """An open proposal that nobody decided in time and that did not escalate yet."""

    id: str
    session_id: str
    registration_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffer:
    """A running offer."""

    session_id: str
    number: int
    entry: Entry
    made_at: datetime
    expires_at: datetime
    approved_by: str = ""
    mail_status: str = ""
    mail_error: str = ""
    is_unreached: bool = False
    """Whether its mail came back or could not be sent: the clock stands, and a coordinator has to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOffer:
    """An offer, live or ended."""

    number: int
    status: str
    """`live`, `accepted`, `declined`, `revoked`, `lapsed`, `ended` by hand, or `undone` before it was sent."""
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    seat_from: str = ""
    """Why the seat was free; empty when that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRefund:
    """A payment of which something is owed back, with its registration, active or closed."""

    payment: Payment
    entry: Entry
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAct:
    """One entry of the record with the names and texts it is about."""

    seq: int
    at: datetime
    actor_id: str
    actor_name: str
    act: str
    session_id: str
    registration_id: str
    person_name: str
    data: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    hash: str = ""
    session_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMessage:
    """One message of the outbox."""

    id: str
    kind: str
    person: PersonFacts
    session_id: str
    registration_id: str
    offer_number: int
    status: str
    created_at: datetime
    due_at: datetime
    """Not sent before."""
    recipient: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    sent_at: datetime | None = None
    error: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLink:
    """What a link in an offer mail leads to."""

    org_id: str
    organisation: str
    session_id: str
    registration_id: str
    offer_number: int
    is_replaced: bool = False
    """Whether a newer link was sent: this one shows how things stand, and acts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffLink:
    """What the link in a manager's mail leads to."""

    org_id: str
    organisation: str
    session_id: str
    registration_id: str
    manager_id: str
    """The person it was sent to; nobody else may answer through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveLink:
    """What the link for leaving the line leads to."""

    org_id: str
    organisation: str
    session_id: str
    registration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLink:
    """What the link leads to that asks somebody to confirm a seat again."""

    org_id: str
    organisation: str
    session_id: str
    registration_id: str
    number: int
    """Which change of the session it is about."""


class Own(Protocol):
    """What one member may read of their own: nothing else is shown to managers and employees."""

    def registrations(self) -> Sequence[Entry]:
        """List the member's own registrations, closed ones included, the newest first."""
        ...

    def to_sign_off(self) -> Sequence[Entry]:
        """List those of others that the member is asked to sign off, answered ones included, the newest first."""
        ...

    def team(self) -> Sequence[Entry]:
        """List those of others that the member signs off or asked for, the newest first."""
        ...

    def sessions(self, *, of_team: bool) -> Mapping[str, SessionFacts]:
        """Give the sessions of the member's own registrations, or of the team's, by id."""
        ...


class Reader(Protocol):
    """A consistent snapshot of one organisation."""

    @property
    def now(self) -> datetime:
        """The instant of the snapshot, UTC."""
        ...

    def is_session_due(self) -> bool:
        """Say whether something came due by itself beside the offers: of a session, or of a seat to be paid."""
        ...

    def sessions(self) -> Sequence[SessionFacts]:
        """List all sessions by start, without their meetings."""
        ...

    def session(self, session_id: str) -> SessionFacts:
        """Give one session with its meetings, or raise `NotAllowed`."""
        ...

    def waiting(self, session_id: str, *, first: int = 1, count: int | None = None) -> Sequence[Entry]:
        """List the line in its order, from position `first` on."""
        ...

    def ahead(self, session_id: str, line_key: str) -> int:
        """Count the waiting entries that stand before `line_key`."""
        ...

    def ready_units_ahead(self, session_id: str, line_key: str) -> int:
        """Count the units of those who stand before `line_key` and could take a seat."""
        ...

    def passed_before(self, session_id: str, after_key: str, before_key: str) -> int:
        """Count those from `after_key` on and before `before_key` whom an override has passed over already."""
        ...

    def skipped_ahead(self, session_id: str, line_key: str, count: int) -> tuple[int, Sequence[tuple[int, Entry]]]:
        """Count those before `line_key` who are not proposed, and list the first `count` with their positions."""
        ...

    def seated(self, session_id: str, *, count: int | None = None) -> Sequence[Entry]:
        """List those with a confirmed or pending seat, by the time they got it."""
        ...

    def offers(self, session_id: str | None = None) -> Sequence[LiveOffer]:
        """List the live offers, by their deadline, with those past it that no event has ended yet."""
        ...

    def proposals(self, session_id: str | None = None) -> Sequence[OpenProposal]:
        """List the open proposals, oldest first."""
        ...

    def proposal(self, proposal_id: str) -> OpenProposal | None:
        """Give one open proposal."""
        ...

    def facts_of(self, session_id: str) -> Mapping[str, Facts]:
        """Give what the policy knows of everybody who waits or has an offer, by registration."""
        ...

    def count_seated(self, session_id: str) -> int:
        """Count those with a confirmed or pending seat."""
        ...

    def registration(self, registration_id: str) -> Entry:
        """Give one registration, active or closed, or raise `NotAllowed`."""
        ...

    def payment(self, reference: str) -> Payment | None:
        """Give what is known of a payment."""
        ...

    def refunds_due(self) -> Sequence[OwedRefund]:
        """List the payments of which something is owed back, the oldest first."""
        ...

    def some_sessions(self, session_ids: Sequence[str]) -> Mapping[str, SessionFacts]:
        """Give sessions by id, with their meetings; ids that are not there are left out."""
        ...

    def roster(self, session_id: str) -> Roster:
        """Give the whole roster of a session, or raise `NotAllowed`."""
        ...

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in sessions at the same time as this one, by session id."""
        ...

    def offer(self, registration_id: str, number: int) -> PastOffer | None:
        """Give one offer of a registration, live or ended."""
        ...

    def registrations(self, session_id: str | None = None) -> Sequence[Entry]:
        """List every registration, closed ones included, by session code, then request."""
        ...

    def record(
        self, *, session_id: str | None = None, search: str = "", first: int = 0, count: int = 50
    ) -> tuple[int, Sequence[RecordedAct]]:
        """Count and list entries of the record, newest first."""
        ...

    def head(self) -> tuple[int, str]:
        """Give the number and hash of the last entry of the record."""
        ...

    def person(self, person_id: str) -> PersonFacts:
        """Give one person, or raise `NotAllowed`; whoever was erased, or merged into another, is not there."""
        ...

    def registrations_of(self, person_id: str) -> Sequence[Entry]:
        """List every registration of a person, closed ones included, with proposals and overrides."""
        ...

    def people(self) -> Sequence[PersonFacts]:
        """List everybody who was not erased, by id."""
        ...

    def own(self, member_id: str) -> "Own":
        """Reads of what is a member's own, or their team's."""
        ...

    def team(self) -> Sequence[MemberFacts]:
        """List the members who were not removed, by name."""
        ...

    def approval_rules(self) -> ApprovalRules:
        """Give what the organisation demands of approvals."""
        ...

    def organisation_rules(self) -> OrganisationRules:
        """Give what new sessions begin with, and the calendar."""
        ...

    def ageing(self, *, since: datetime) -> Sequence[AgeingProposal]:
        """List the open proposals that were made at `since` or before and did not escalate, the oldest first."""
        ...

    def override_requests(self) -> Sequence[OverrideRequest]:
        """List the overrides that wait for a second person's word, oldest first."""
        ...

    def export_record(self) -> Iterator[tuple[str, str, Sequence[tuple[str, str, str, str]]]]:
        """Give `(body, hash, texts)` of every entry in order, texts as `(field, commitment, salt, text)`."""
        ...

    def messages(self, *, count: int = 200) -> Sequence[MailboxMessage]:
        """List messages, newest first, without their bodies."""
        ...

    def message(self, message_id: str) -> MailboxMessage:
        """Give one message, or raise `NotAllowed`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """A seat, an offer or a place in line that somebody has."""

    registration_id: str
    session_id: str
    code: str
    title: str
    status: Status


class Erasing(Protocol):
    """Erases people of the organisation in which a transaction acts."""

    def find(self, said: str) -> Sequence[PersonFacts]:
        """List who was not erased and has this e-mail address, in whatever case, or this employee id."""
        ...

    def count_registrations(self, person_id: str) -> int:
        """Count the registrations of a person, closed ones included."""
        ...

    def person(self, person_id: str) -> PersonFacts:
        """Give a person who was not erased, alone with them to the end of the act, or raise `NotAllowed`."""
        ...

    def places(self, person_id: str) -> Sequence[HeldPlace]:
        """List what the person has in sessions that have not ended, by session code."""
        ...

    def is_owed_money(self, person_id: str) -> bool:
        """Say whether something that the person paid is owed back."""
        ...

    def erase(self, person: PersonFacts) -> None:
        """Erase who the person is and every word about them, and end their links and the mails about them.

        Of what the same act writes, nothing about them is sent either.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePlace:
    """One active registration of a person."""

    registration_id: str
    session_id: str
    gives_up: str = ""
    """The registration that it would be exchanged for."""


class Merging(Protocol):
    """Merges people of the organisation in which a transaction acts."""

    def places(self, person_id: str) -> Sequence[ActivePlace]:
        """List the active registrations of a person with their sessions, by session id."""
        ...

    def person(self, person_id: str) -> PersonFacts:
        """Give a person who was neither erased nor merged, or raise `NotAllowed`."""
        ...

    def lock(self, *person_ids: str) -> None:
        """Be alone with these people to the end of the act, taken by id."""
        ...

    def merge(self, person_id: str, *, into: str) -> str:
        """Let everything that names the one record name the other, and give who that is now, as the record tells it."""
        ...


class Transaction(Book, Protocol):
    """One act: one actor, one instant, one commit."""

    @property
    def now(self) -> datetime:
        """The instant of the act, UTC."""
        ...

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def read(self) -> Reader:
        """Reads inside the transaction."""
        ...

    def lock(self, session_ids: Sequence[str]) -> None:
        """Lock sessions, in the one order, before anything about them is read."""
        ...

    def session_of(self, *, registration_id: str = "", proposal_id: str = "", override_id: str = "") -> str:
        """Give the id of the session of a thing of this organisation, or raise `NotAllowed`."""
        ...

    def find_or_add_person(self, details: PersonDetails) -> str:
        """Give the id of the person, added to the record when new."""
        ...

    def find_person(self, details: PersonDetails) -> str:
        """Give the id of the person; empty for somebody who is not known."""
        ...

    def no_shows(self, person_id: str) -> int:
        """Give how often a person who was found in this act had a seat and did not come."""
        ...

    def person(self, person_id: str) -> tuple[PersonFacts, Facts]:
        """Give somebody of the organisation, with what a policy may know of them now."""
        ...

    def add_organisation(self, *, name: str, zone: str) -> None:
        """Add the actor's organisation; its record starts here."""
        ...

    @property
    def team(self) -> Team:
        """Changes to the members of the organisation."""
        ...

    @property
    def erasing(self) -> Erasing:
        """Erasure of people."""
        ...

    @property
    def merging(self) -> Merging:
        """Merging of people."""
        ...

    def add_member(self, *, member_id: str, name: str, email: str, role: Role) -> None:
        """Add somebody to the team."""
        ...

    def add_session(self, details: SessionDetails) -> None:
        """Add a session with its meetings and its overlaps."""
        ...

    def rename_session(self, session_id: str, title: str) -> None:
        """Give a locked session another title, and note it."""
        ...

    def overlapping(self, session_id: str, meetings: Sequence[MeetingDetails]) -> frozenset[str]:
        """Name the other sessions that meetings at these times would overlap with; nobody adds or moves one meanwhile.

        Asked before any session is locked.
        """
        ...

    def session_ids(self) -> Mapping[str, str]:
        """Give the ids of all sessions by code."""
        ...

    def active(self, session_id: str, person_id: str) -> Registration | None:
        """Give a person's active registration in a session."""
        ...

    @property
    def touched(self) -> frozenset[str]:
        """The sessions that the act changed so far, or put something on record about."""
        ...

    @property
    def messages(self) -> Sequence["Draft"]:
        """The messages that the act causes so far."""
        ...

    def seal_seed(self, session_id: str) -> str:
        """Make the seed of a session's lottery, keep it sealed, and give its commitment."""
        ...

    @property
    def approval_rules(self) -> ApprovalRules:
        """What the organisation demands of approvals."""
        ...

    def set_approval_rules(self, rules: ApprovalRules) -> None:
        """Demand something else of them."""
        ...

    @property
    def organisation_rules(self) -> OrganisationRules:
        """What new sessions begin with, and the calendar."""
        ...

    def set_organisation_rules(self, rules: OrganisationRules) -> None:
        """Let them begin with something else, or the organisation work at other times."""
        ...

    @property
    def override_requests(self) -> OverrideRequests:
        """Overrides that wait for a second person's word."""
        ...

    def escalate(self, proposal: AgeingProposal, *, to: str) -> bool:
        """Note that an open proposal escalated to a member, who gets a mail, and say whether it had not before."""
        ...

    def recall_offer(self, registration_id: str) -> str | None:
        """Make the mail of a live offer obsolete, and give the proposal that it came from; None once it was claimed."""
        ...

    @property
    def client_keys(self) -> ClientKeys:
        """Keys under which requests were sent."""
        ...

    def sign(self, *, kind: str, subject_id: str, session_id: str, reason: str = "", asked_by: str = "") -> str:
        """Record the actor's approval, of what `asked_by` asked for unless that is empty, and give its id."""
        ...

    def note(self, happening: Happening) -> None:
        """Put something on record that has no rows of the engine."""
        ...

    def due(self, until: datetime) -> Mapping[datetime, Sequence[tuple[str, str]]]:
        """Give the deadlines up to `until`, in order, each with `(code, session id)` of its sessions by code."""
        ...

    def whole(self, session_id: str) -> Roster:
        """Give the whole roster of a session."""
        ...


class Work(Protocol):
    """Runs use cases over a database."""

    def transact(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` in one transaction and commit; lost races are tried again a few times, then `TryAgain`."""
        ...

    def rehearse(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` in a transaction that is rolled back: a dry run decides exactly as the run would."""
        ...

    def read(self, actor: Actor, unit: Callable[[Reader], T]) -> T:
        """Run `unit` over a consistent snapshot."""
        ...

    def open_link(self, token: str) -> OfferLink | None:
        """Find what a link in a mail leads to; None when there is no such link."""
        ...

    def open_sign_off_link(self, token: str) -> SignOffLink | None:
        """Find what the link in a manager's mail leads to; None when there is no such link."""
        ...

    def open_leave_link(self, token: str) -> LeaveLink | None:
        """Find what a link for leaving the line leads to; None when there is no such link."""
        ...

    def open_seat_link(self, token: str) -> SeatLink | None:
        """Find what the link leads to that asks to confirm a seat again; None when there is no such link."""
        ...

    def organisations(self) -> Sequence[Actor]:
        """List the organisations, each as the system actor that acts in it."""
        ...


class Mailer(Protocol):
    """Hands messages over."""

    @property
    def keeps_mail(self) -> bool:
        """Whether the row in the outbox is the mail itself; otherwise secrets are taken out of it afterwards."""
        ...

    def send(self, *, key: str, recipient: str, subject: str, html: str, text: str, calendar: str = "") -> None:
        """Hand one message over, with a calendar file unless that is empty; `key` makes a repeat harmless.

        Raises `TryAgain` when a later attempt may do, otherwise `Refused` with a sentence for the coordinator.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that an event causes: whom it is for and what it is about, not yet its words."""

    kind: str
    person_id: str
    session_id: str
    registration_id: str
    dedupe: str
    """What may exist once in an organisation, as in `offer:<session id>:<offer number>`."""
    offer_number: int = 0
    due_at: datetime | None = None
    """When it is to be sent; None is at once."""
    together: str = ""
    """Of the messages of one kind to one person with the same word here, an act writes the first; empty for each."""
    told_by: str = ""
    """Left out where the same act writes the person a message of this kind, which says it too; empty for never."""


Announce = Callable[[Event, Terms, Session, datetime], Sequence[Draft]]
"""Says which messages an event of an instant causes, by the terms of its request and the rules of its session."""
