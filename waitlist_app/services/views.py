"""What a screen may show: frozen values, safe to send to a browser.

Words are ready to print: times carry their zone or stand in the session's zone, lengths are
spelled out. A countdown is the exception: it travels as epoch seconds (UTC) and its full
length in seconds, because only the browser knows what time it is while it is being looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """A running clock: when it ends (epoch seconds, exclusive) and how long it was in all."""

    ends_at: float
    of_seconds: float
    ends_words: str
    """The exact end with its zone, as in `Sat 14 Mar 2026, 10:42 GMT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCell:
    """One cell of the seat meter; `units` wide."""

    kind: str
    """One of `confirmed`, `pending`, `held`, `reserved`, `free`, `over`."""
    units: int
    label: str = ""
    ends_at: float = 0.0
    of_seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMeter:
    """The sum of one session: `limit + overbooked_by = confirmed + pending + held + reserved + free`."""

    capacity: int
    allowance: int
    limit: int
    is_unlimited: bool
    confirmed: int
    pending: int
    held: int
    reserved: int
    free: int
    overbooked_by: int
    waiting: int
    waiting_limit: int
    """0 means that the waitlist has no limit."""
    next_ends_at: float
    """End of the nearest live offer in epoch seconds; 0 when nothing is held."""
    next_of_seconds: float
    cells: tuple[SeatCell, ...]
    """One cell a unit up to 60 seats, else one block per kind."""
    sentence: str
    """The whole sum in words, for screen readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One line of the list of sessions."""

    id: str
    code: str
    title: str
    code_beside: str
    """Empty when the title is the code."""
    when: str
    where: str
    rule: str
    """Order and mode in short, as in `First come · manual`."""
    meter: SeatMeter
    needs_you: bool
    next_act: str
    next_act_detail: str
    proposals: int
    starts_at: float
    search: str
    """Lower-case text that the search box looks through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    """The list of sessions and the four figures above it."""

    rows: tuple[SessionRow, ...]
    decisions: int
    oldest_decision: str
    offers: int
    next_offer_ends_at: float
    next_offer_of_seconds: float
    free_seats: int
    sessions_with_free: int
    waiting: int
    sessions_with_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A chip on a row: a kind for its colour and icon, and its words."""

    kind: str
    """One of `conflict`, `signoff`, `override`, `proposed`, `plain`; among checks also `good`."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One waiting person."""

    id: str
    position: int
    name: str
    team: str
    why: str
    why_detail: str
    since: str
    since_for: str
    flags: tuple[Flag, ...]
    is_skipped: bool
    is_proposed: bool
    proposal_id: str
    override_id: str
    seat_units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One live offer."""

    id: str
    registration_id: str
    name: str
    team: str
    offered: str
    """When it was made, as in `Offered Tue, 15:54`."""
    by: str
    countdown: Countdown
    mail: str
    """What became of the mail: `Sent`, `Not sent yet`, or what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatedRow:
    """One person who has a seat."""

    id: str
    name: str
    team: str
    email: str
    employee_id: str
    status: str
    since: str
    seat_units: int
    how: str
    """How the seat was got, as in `Asked while seats were free` or `Offer approved by Ines Calder`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One act of the record, as a sentence."""

    id: str
    day: str
    time: str
    who: str
    what: str
    reason: str
    icon: str
    """A Lucide icon name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """Everything that the page of one session shows."""

    id: str
    code: str
    title: str
    code_beside: str
    """Empty when the title is the code."""
    name: str
    """Title and code."""
    when: str
    where: str
    facts: tuple[str, ...]
    meter: SeatMeter
    waiting: tuple[EntryRow, ...]
    """The window of the line that was asked for, in its order, with true positions."""
    waiting_total: int
    waiting_from: int
    """Position of the first row in `waiting`, or 0 when it is empty."""
    offers: tuple[OfferRow, ...]
    seated: tuple[SeatedRow, ...]
    seated_total: int
    history: tuple[HistoryRow, ...]
    proposals: int
    version: int
    """Grows with every change of the line; lets the browser tell a stale drag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One thing that awaits a human."""

    id: str
    """The proposal's id, or that of the request for an override."""
    kind: str
    """`promotion` or `override`."""
    what: str
    session_id: str
    session: str
    evidence: str
    evidence_detail: str
    since: str
    since_for: str
    if_nobody: str
    if_nobody_detail: str
    is_ageing: bool = False
    """Whether nobody decided it within the time of the organisation."""
    escalated_to: str = ""
    """The name of the deputy to whom it escalated, while they may decide it."""
    reason: str = ""
    """Why, in the words of who asked for an override."""
    is_for_others: bool = False
    """Whether it is the reader's own, which somebody else has to decide; see `show_inbox.seen_by`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Everything awaiting a decision, most urgent first."""

    rows: tuple[InboxRow, ...]
    total: int
    oldest: str
    next_offer_ends: str
    """For the empty face: when the next offer ends, or an empty text."""
    decisions: int = 0
    """How many of them the reader may decide; see `show_inbox.seen_by`."""
    barred: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By request for an override, the members of the team who may not approve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedRow:
    """Somebody ahead of the candidate who cannot take the seat, and why."""

    position: int
    name: str
    why: str
    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a coordinator reads before approving one promotion."""

    proposal_id: str
    session_id: str
    title: str
    """`Offer a seat to Imani Vestergrove?`"""
    session: str
    seat: str
    """Why the seat is free."""
    now: SeatMeter
    now_words: str
    after: SeatMeter
    after_words: str
    name: str
    team: str
    position: str
    because: str
    """Why this person is the next who can take it."""
    asked: str
    checks: tuple[Flag, ...]
    skipped: tuple[SkippedRow, ...]
    """The first of those skipped, at most 20."""
    skipped_total: int
    deadline: str
    """The exact end the offer would have, as in `Sat 14 Mar 2026, 10:42 GMT`."""
    deadline_detail: str
    consequence: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One line of the order before and after a move."""

    position: int
    name: str
    is_moved: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What a drag would do, before anybody says why."""

    registration_id: str
    before_id: str
    """The entry it would stand before; empty for the end of the line."""
    title: str
    """`Move Oona Birchwood from 7 to 3?`"""
    session: str
    before: tuple[MoveRow, ...]
    """The lines that change, with one more on each side."""
    after: tuple[MoveRow, ...]
    passed: int
    passed_words: str
    seats_words: str
    seats_detail: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message in the built-in mailbox."""

    id: str
    to: str
    subject: str
    sent: str
    status: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message, whole."""

    id: str
    to: str
    sender: str
    subject: str
    sent: str
    status: str
    html: str
    text: str
    hides_link: bool = False
    """Whether the link in it was left out for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSeat:
    """A seat at the same time as an offer: one of the two can be kept."""

    registration_id: str
    title: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """What an employee sees behind the link of an offer."""

    state: str
    """One of `open`, `expired`, `seated`, `declined`, `closed`, `unknown`."""
    organisation: str
    name: str
    heading: str
    say: str
    title: str
    when: str
    where: str
    why: str
    deadline: str
    """As in `Saturday 14 March, 10:42`."""
    zone: str
    """As in `London time`."""
    ends_at: float
    of_seconds: float
    limit: int
    seat_number: int
    other_seats: tuple[OtherSeat, ...] = ()
    """What has to be given up to accept; empty where nothing is at the same time."""
    other_titles: str = ""
    """The same in words, as in `Abrasive Wheels`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPage:
    """What somebody sees behind the link that asks to confirm a seat again."""

    state: str
    """One of `open`, `kept`, `closed`, `unknown`."""
    organisation: str
    name: str
    heading: str
    say: str
    title: str
    when: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffPage:
    """What a manager sees behind the link of a sign-off."""

    state: str
    """One of `open`, `given`, `declined`, `closed`."""
    organisation: str
    name: str
    """Of the participant."""
    title: str
    when: str
    where: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """A registration as the person, or their manager, sees it."""

    id: str
    name: str
    """Of the participant."""
    title: str
    when: str
    where: str
    status: str
    """A word, as in `Waiting`, `Offered`, `Confirmed` or `Closed`."""
    say: str
    """How things stand, in a sentence."""
    is_offered: bool
    """Whether a seat is held until `ends_at`, for the person to accept or decline."""
    may_leave: bool
    """Whether there is a place in line or a seat to give up."""
    needs_answer: bool
    """Whether the manager who looks at it has still to sign it off."""
    ends_at: float = 0.0
    """The deadline of the offer, in seconds since 1970; 0 without one."""
    of_seconds: float = 1.0
    ends_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry of the record."""

    seq: int
    at: str
    actor: str
    act: str
    subject: str
    sentence: str
    reason: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A window of the record, newest first."""

    rows: tuple[AuditRow, ...]
    total: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProblem:
    """One line of a file that cannot be used, and why."""

    line: int
    column: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One usable line and what would happen to it."""

    line: int
    session: str
    employee_id: str
    name: str
    """Of the person, or the title of a session that has one."""
    at: str
    """When they asked, or when the session starts."""
    result: str
    """`gets a seat`, `waits, number 3`, `already there`, `new session`, `changed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file holds and what applying it does; the same for a dry run and for the run."""

    kind: str
    """`sessions`, `requests` or `places`."""
    file_name: str
    lines: int
    ready: int
    seated: int
    waiting: int
    duplicates: int
    problems: tuple[ImportProblem, ...]
    preview: tuple[ImportLine, ...]
    is_applied: bool
    sentence: str
