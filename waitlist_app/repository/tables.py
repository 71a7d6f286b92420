"""Every table, each carrying its organisation.

Primary keys are `(org_id, id)`, and so is every reference between tables, so that no row can point into another
organisation, whatever a query forgets. Text that is compared by code point, such as the key of a line, is collated so.
"""

# pyright: reportAssignmentType=false
# SQLModel declares `__tablename__` as an attribute of another kind than the text that it takes.

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ACTIVE = "status in ('waitlisted', 'offered', 'pending', 'confirmed')"
READY = "status = 'waitlisted' and conflicts = '' and outstanding = ''"
OFFERED = "status = 'offered'"
UNPAID = "status = 'pending'"


def by_code_point(*, primary_key: bool = False) -> Column[str]:
    """Make a text column that sorts by code point on both databases."""
    kind = String().with_variant(String(collation="C"), "postgresql")
    return Column(kind, nullable=False, primary_key=primary_key)


def long_text() -> Column[str]:
    """Make a text column without a bound."""
    return Column(Text(), nullable=False)


def late_text() -> Column[str]:
    """Make a text column without a bound that came to a table which had rows already."""
    return Column(Text(), nullable=False, server_default=text("''"))


def late_number(default: int = 0) -> Column[int]:
    """Make a column of numbers, `default` in the rows that its table had already."""
    return Column(Integer(), nullable=False, server_default=text(str(default)))


def late_flag() -> Column[bool]:
    """Make a yes or no that came to a table which had rows already; no for those."""
    return Column(Boolean(), nullable=False, server_default=false())


def within(table: str, *columns: str) -> ForeignKeyConstraint:
    """Refer to a row of the same organisation."""
    return ForeignKeyConstraint(["org_id", *columns], [f"{table}.org_id", f"{table}.id"])


def partial_unique(name: str, *columns: str, where: str) -> Index:
    """Make a unique index over the rows that match `where`, the same on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Make an index over the rows that match `where`, the same on both databases."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Organisation(SQLModel, table=True):
    """One tenant."""

    id: str = Field(primary_key=True)
    name: str
    zone: str
    """The IANA name of its time zone."""
    created_at: datetime
    needs_second_person: bool = Field(default=False, sa_column=late_flag())
    """Whether an override is approved by somebody else than who asks for it."""
    allows_own_approval: bool = Field(default=False, sa_column=late_flag())
    """Whether people may approve promotions and overrides of their own."""
    deputy_id: str = Field(default="", sa_column=late_text())
    """The member to whom proposals escalate that nobody decides; empty for nobody."""
    escalates_after_hours: int = Field(default=72, sa_column=late_number(72))
    session_rules: str = Field(default="", sa_column=late_text())
    """What new sessions begin with, as canonical JSON; empty where each rule has its default."""
    calendar: str = Field(default="", sa_column=late_text())
    """Hours, days, holidays and zone, as canonical JSON; empty for the usual ones in the organisation's zone."""


class Member(SQLModel, table=True):
    """One person of the team, with a role."""

    __table_args__: Any = (
        ForeignKeyConstraint(["org_id"], ["organisation.id"]),
        UniqueConstraint("org_id", "email"),
        Index("ix_member_email", "email"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    email: str
    """Normalised: trimmed and without case."""
    role: str
    joined_at: datetime | None = None
    """When they signed in first; empty while the invitation is open."""
    removed_at: datetime | None = None
    signed_out_at: datetime | None = None
    """Every browser that was signed in before is out: the role changed, or the member was removed."""


class Person(SQLModel, table=True):
    """Somebody who asks for seats. `identity` is the employee id, else the normalised address."""

    __table_args__: Any = (
        ForeignKeyConstraint(["org_id"], ["organisation.id"]),
        UniqueConstraint("org_id", "identity"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    """Random; the only name of the person that the chained record knows."""
    identity: str
    employee_id: str = ""
    name: str
    email: str = ""
    department: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    attributes: str = Field(default="", sa_column=late_text())
    """Custom attributes, as canonical JSON of names and values; empty where there are none."""
    phone: str = Field(default="", sa_column=late_text())
    """As it was written, for a person to call."""
    no_shows: int = Field(default=0, sa_column=late_number())
    """How often they had a seat and did not come."""
    merged_into: str = Field(default="", sa_column=late_text())
    """The record that stayed when this one was found to be the same person; never one that was itself merged."""


class Session(SQLModel, table=True):
    """One offering: its rules, and the tally that every act on it keeps."""

    __table_args__: Any = (
        ForeignKeyConstraint(["org_id"], ["organisation.id"]),
        UniqueConstraint("org_id", "code"),
        partial_index("ix_session_wakes", "org_id", "wakes_at", where="wakes_at is not null"),
        CheckConstraint("capacity is null or capacity >= 0", name="capacity"),
        partial_index("ix_session_window", "org_id", "window_closes_at", where="window_closes_at is not null"),
        partial_index("ix_session_course", "org_id", "course", where="course <> ''"),
        CheckConstraint("confirmed >= 0 and pending >= 0 and held >= 0 and waiting >= 0", name="tally"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    code: str = Field(sa_column=by_code_point())
    title: str
    location: str = ""
    zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    allowance_units: int = 0
    allowance_percent: int = 0
    order_policy: str
    role_order: str = ""
    """Roles from first to last, one a line."""
    mode: str
    standing_approval: str = ""
    """The standing approval with its scope, as canonical JSON; empty for none."""
    offer_seconds: int
    follows_start: bool = True
    """Whether rules about the start apply; recorded streams switch them off."""
    window_closes_at: datetime | None = None
    """When a sealed window that has still to be allotted closes."""
    waitlist_is_open: bool = True
    waitlist_limit: int | None = None
    conflict_rule: str
    lapse_rule: str
    course: str = Field(default="", sa_column=late_text())
    """The course that it is a date of; empty for none."""
    rules: str = Field(default="", sa_column=late_text())
    """The rules that have no column of their own, as canonical JSON; empty where each has its default."""
    confirmed: int = 0
    pending: int = 0
    held: int = 0
    waiting: int = 0
    ready_units: int = 0
    proposed: int = 0
    arrivals: int = 0
    proposals_made: int = 0
    offers_made: int = 0
    overrides_made: int = 0
    granted: int = Field(default=0, sa_column=late_number())
    times_changed: int = Field(default=0, sa_column=late_number())
    """How often it was moved; calendar files count by it."""
    most_meetings: int = Field(default=0, sa_column=late_number())
    """How many meetings it had at most before it was moved; calendars may still show those that it has no more."""
    wakes_at: datetime | None = None
    """When something of it comes due by itself, beside its offers; kept with the rules."""
    version: int = 0
    """Grows with every act on the session."""


class SealedSeed(SQLModel, table=True):
    """The seed of a session's lottery; only the draw reads it, and only its commitment is shown before."""

    __tablename__ = "sealed_seed"
    __table_args__: Any = (within("session", "session_id"),)
    org_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    seed: str


class Meeting(SQLModel, table=True):
    """One sitting of a session; `[starts_at, ends_at)`."""

    __table_args__: Any = (
        within("session", "session_id"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )
    org_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    starts_at: datetime = Field(primary_key=True)
    ends_at: datetime
    location: str = ""


class SessionOverlap(SQLModel, table=True):
    """Two sessions with meetings at the same time; kept both ways round, with every change of meetings."""

    __tablename__ = "session_overlap"
    __table_args__: Any = (within("session", "session_id"),)
    org_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    other_id: str = Field(primary_key=True)


class Registration(SQLModel, table=True):
    """One person in one session."""

    __table_args__: Any = (
        within("session", "session_id"),
        within("person", "person_id"),
        CheckConstraint("seat_units >= 1", name="units"),
        CheckConstraint("status <> 'offered' or offer_expires_at is not null", name="deadline"),
        partial_unique("uq_registration_active", "org_id", "person_id", "session_id", where=ACTIVE),
        partial_index("ix_registration_ready", "org_id", "session_id", "line_key", where=READY),
        partial_index("ix_registration_sizes", "org_id", "session_id", "seat_units", "passes", "line_key", where=READY),
        partial_index("ix_registration_line", "org_id", "session_id", "line_key", where="status = 'waitlisted'"),
        partial_index("ix_registration_due", "org_id", "offer_expires_at", where=OFFERED),
        partial_index("ix_registration_unpaid", "org_id", "payment_due_at", where=UNPAID),
        partial_index("ix_registration_manager", "org_id", "manager_id", where="manager_id <> ''"),
        partial_index("ix_registration_requester", "org_id", "requester_id", where="requester_id <> ''"),
        partial_index("ix_registration_clock", "org_id", "id", where="clock_stands_since is not null"),
        Index("ix_registration_session", "org_id", "session_id", "status"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    session_id: str
    person_id: str
    status: str
    seat_units: int = 1
    requested_at: datetime
    arrival: int
    base_key: str = Field(default="", sa_column=by_code_point())
    line_key: str = Field(default="", sa_column=by_code_point())
    conflicts: str = ""
    """Ids of the sessions in which the person holds a seat at the same time, with blanks between; empty means ready."""
    outstanding: str = Field(default="", sa_column=late_text())
    """What has to happen before it can be served, as words with blanks between; empty means ready."""
    waiver: str = ""
    excused: str = Field(default="", sa_column=late_text())
    """The approval under which its offer overlaps with another seat until it is answered; empty for none."""
    terms: str = Field(default="", sa_column=late_text())
    """What is special about the request, as canonical JSON; empty where nothing is."""
    manager_id: str = Field(default="", sa_column=late_text())
    """The person who is asked to sign it off, as the terms name them; the policies read it."""
    requester_id: str = Field(default="", sa_column=late_text())
    """The person who asked for somebody else, as the terms name them; the policies read it."""
    grant_id: str = Field(default="", sa_column=late_text())
    """The approval of a seat beyond the limit; empty where the seat is within it."""
    role: str = ""
    department: str = ""
    compliance_deadline: date | None = None
    """What the policy knew of the person when they asked."""
    more_facts: str = Field(default="", sa_column=late_text())
    """What else it knew, as canonical JSON: earlier no-shows and custom attributes; empty where nothing."""
    passed_over: int = 0
    """How many active overrides passed it."""
    offer_number: int = 0
    offer_expires_at: datetime | None = None
    clock_stands_since: datetime | None = None
    """Since when the clock of the offer stands, because its mail has not reached the person."""
    requeued_at: datetime | None = None
    decided_at: datetime | None = None
    checked_in_at: datetime | None = None
    answer_by: datetime | None = None
    """Until when the person is asked to confirm the seat again; empty where nothing is asked."""
    passes: int = Field(default=0, sa_column=late_number())
    """How often somebody behind it was offered a seat that was too few for it."""
    payment_due_at: datetime | None = None
    """Until when the seat is kept to be paid, exclusive."""
    payment: str = Field(default="", sa_column=late_text())
    """The reference of the payment that the seat was paid with."""
    paid: int = Field(default=0, sa_column=late_number())
    """What of it stands for the seat, in the smallest unit of its currency."""
    reason: str = ""


class Payment(SQLModel, table=True):
    """Money that came for a registration, or an attempt that failed; amounts in the smallest unit of the currency."""

    __table_args__: Any = (
        within("session", "session_id"),
        within("registration", "registration_id"),
        CheckConstraint(
            "owed >= 0 and given_back >= 0 and kept >= 0 and owed + given_back + kept <= amount", name="amounts"
        ),
        Index("ix_payment_registration", "org_id", "registration_id"),
        Index("ix_payment_session", "org_id", "session_id"),
        partial_index("ix_payment_owed", "org_id", "noted_at", where="owed > 0"),
    )
    org_id: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    """Under which whoever took the money knows it; belongs to one registration."""
    session_id: str
    registration_id: str
    amount: int
    """What came; 0 for an attempt that failed."""
    currency: str
    owed: int
    """What of it has still to be given back."""
    given_back: int
    kept: int
    """What was owed back, and is kept by somebody's decision."""
    noted_at: datetime


class Proposal(SQLModel, table=True):
    """The engine's suggestion, and what became of it."""

    __table_args__: Any = (
        within("session", "session_id"),
        within("registration", "registration_id"),
        partial_unique("uq_proposal_open", "org_id", "registration_id", where="status = 'open'"),
        partial_index("ix_proposal_open", "org_id", "session_id", where="status = 'open'"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    session_id: str
    registration_id: str
    status: str
    """`open`, `approved` or `withdrawn`."""
    proposed_at: datetime
    seat_from: str = ""
    """Why the seat is free: the act, as in `dropped` or `lapsed`."""
    seat_from_registration_id: str = ""
    decided_at: datetime | None = None
    because: str = ""
    escalated_at: datetime | None = None
    """When nobody had decided it in time, and a mail went to the deputy."""
    escalated_to: str = Field(default="", sa_column=late_text())
    """Who that was; empty while it did not."""


class Offer(SQLModel, table=True):
    """An offer, from its approval to its end."""

    __table_args__: Any = (
        within("session", "session_id"),
        within("registration", "registration_id"),
        partial_unique("uq_offer_live", "org_id", "registration_id", where="status = 'live'"),
    )
    org_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    registration_id: str
    status: str
    """`live`, `accepted`, `declined`, `revoked`, `lapsed`, `ended` by hand, or `undone` before it was sent."""
    made_at: datetime
    expires_at: datetime
    approval_id: str
    is_unreached: bool = Field(default=False, sa_column=late_flag())
    """Whether its mail came back or could not be sent, and a coordinator has to decide."""
    ended_at: datetime | None = None


class Approval(SQLModel, table=True):
    """A person's word: who signed what, when and why."""

    __table_args__: Any = (ForeignKeyConstraint(["org_id"], ["organisation.id"]),)
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    """`promotion`, `override` or `standing`."""
    subject_id: str
    signed_by: str
    signed_by_name: str
    signed_at: datetime
    reason: str = ""


class Override(SQLModel, table=True):
    """A reasoned change of the order, while it applies and after."""

    __table_args__: Any = (
        within("session", "session_id"),
        within("registration", "registration_id"),
        partial_index("ix_override_active", "org_id", "session_id", where="ended_at is null"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    session_id: str
    number: int
    registration_id: str
    before_id: str = ""
    successor_id: str = ""
    before_key: str = ""
    from_key: str = ""
    to_key: str = ""
    arrivals: int = 0
    from_position: int
    to_position: int
    passed: int
    reason: str
    approval_id: str
    made_at: datetime
    ended_at: datetime | None = None
    because: str = ""


class OverrideRequest(SQLModel, table=True):
    """An override that waits for, or got, the word of a second person."""

    __tablename__ = "override_request"
    __table_args__: Any = (
        within("session", "session_id"),
        partial_index("ix_override_request_open", "org_id", "asked_at", where="status = 'open'"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    """The name of the command."""
    session_id: str
    registration_id: str = ""
    email: str = ""
    """The normalised address of whom it is for."""
    subject_id: str
    command: str = Field(sa_column=long_text())
    """Canonical JSON of the command, without its reason."""
    reason: str
    status: str
    """`open`, `approved` or `declined`."""
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    approval_id: str = ""


class ClientKey(SQLModel, table=True):
    """The key under which a request was sent, and what it led to: sent again, it counts once."""

    __tablename__ = "client_key"
    __table_args__: Any = (within("session", "session_id"), within("registration", "registration_id"))
    org_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    """Of the key and what was asked, hexadecimal."""
    registration_id: str
    position: int
    """In the line then, from 1; 0 for a seat."""
    asks_manager: bool
    is_pending: bool = Field(default=False, sa_column=late_flag())
    """Whether a manager's word was all that was missing."""
    made_at: datetime


class SeatTime(SQLModel, table=True):
    """One meeting during which a person holds a seat; the database lets no two of them overlap."""

    __tablename__ = "seat_time"
    __table_args__: Any = (
        within("registration", "registration_id"),
        Index("ix_seat_time_person", "org_id", "person_id", "starts_at"),
    )
    org_id: str = Field(primary_key=True)
    registration_id: str = Field(primary_key=True)
    starts_at: datetime = Field(primary_key=True)
    ends_at: datetime
    person_id: str
    is_waived: bool = False
    exchange_for: str = Field(default="", sa_column=late_text())
    """The registration that this seat is taken in exchange for; the two may overlap."""


class AuditEntry(SQLModel, table=True):
    """One link of the organisation's chain: `hash = SHA-256(previous hash, newline, body)`."""

    __tablename__ = "audit_entry"
    __table_args__: Any = (
        ForeignKeyConstraint(["org_id"], ["organisation.id"]),
        Index("ix_audit_entry_session", "org_id", "session_id", "seq"),
    )
    org_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    actor_id: str
    act: str
    session_id: str = ""
    registration_id: str = ""
    person_id: str = ""
    body: str = Field(sa_column=long_text())
    """Canonical JSON without personal text, exactly as it was hashed."""
    hash: str


class AuditText(SQLModel, table=True):
    """Personal text beside the chain; erasing it leaves the commitment in the chain valid."""

    __tablename__ = "audit_text"
    __table_args__: Any = (Index("ix_audit_text_seq", "org_id", "seq"),)
    org_id: str = Field(primary_key=True)
    commitment: str = Field(primary_key=True)
    """`SHA-256(salt, text)`, hexadecimal."""
    seq: int
    field: str
    salt: str
    text: str = Field(sa_column=long_text())


class AuditHead(SQLModel, table=True):
    """The end of an organisation's chain; its row is the lock that orders the writers."""

    __tablename__ = "audit_head"
    org_id: str = Field(primary_key=True)
    seq: int
    hash: str


class Message(SQLModel, table=True):
    """One message of the outbox, written with the act that causes it."""

    __table_args__: Any = (
        within("person", "person_id"),
        partial_index("ix_message_due", "org_id", "due_at", where="status = 'waiting'"),
        UniqueConstraint("org_id", "dedupe"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    person_id: str
    session_id: str = ""
    registration_id: str = ""
    offer_number: int = 0
    dedupe: str
    """What may exist once, as in `offer:<session>:<number>`."""
    created_at: datetime
    status: str = "waiting"
    """`waiting`, `sent`, `failed` or `obsolete`."""
    due_at: datetime
    """Not before; moved on by a claim and by a failure."""
    attempts: int = 0
    recipient: str = ""
    subject: str = ""
    html: str = Field(default="", sa_column=long_text())
    text: str = Field(default="", sa_column=long_text())
    """As it was rendered for the first attempt; the same for every other."""
    calendar: str = Field(default="", sa_column=late_text())
    """The calendar file that goes with it; empty for none."""
    sent_at: datetime | None = None
    error: str = ""


class Link(SQLModel, table=True):
    """A link in a mail; only its hash is stored."""

    __table_args__: Any = (
        within("registration", "registration_id"),
        Index("ix_link_registration", "org_id", "registration_id"),
    )
    token_hash: str = Field(primary_key=True)
    org_id: str
    purpose: str
    registration_id: str
    offer_number: int
    """Which offer it is about, or, for a seat to confirm again, which change of the session."""
    made_at: datetime
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None
    """When a newer link was sent; from then on this one shows how things stand, and acts no more."""


class ImportedFile(SQLModel, table=True):
    """A file that was imported, by the hash of what it said."""

    __tablename__ = "imported_file"
    __table_args__: Any = (ForeignKeyConstraint(["org_id"], ["organisation.id"]),)
    org_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    name: str
    imported_at: datetime
