"""Files that people bring and take away, as use cases see them. An adapter turns bytes into these and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Generic, Protocol, TypeVar

from waitlist_app.services.session_rules import RuleChanges
from waitlist_app.services.views import ImportProblem

L = TypeVar("L")

LARGEST_UPLOAD: Final = 10 * 1024 * 1024
"""Bytes, inclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One line of a file of sessions; texts are trimmed, instants are UTC."""

    line: int
    """Where it begins in the file; the header is line 1."""
    session_code: str
    title: str
    capacity: int | None
    """None means no limit."""
    starts_at: datetime
    ends_at: datetime
    location: str = ""
    meeting_count: int | None = None
    """How many meetings the session should have; None when the file does not say."""
    course: str = ""
    """The course that it is a date of; empty for none."""
    rules: RuleChanges = field(default_factory=RuleChanges)
    """The rules that the line names; for the others the organisation's defaults hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One line of a file of meetings; `[starts_at, ends_at)`."""

    line: int
    session_code: str
    starts_at: datetime
    ends_at: datetime
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One line of a file of requests; `employee_id` or `email` is there."""

    line: int
    requested_at: datetime
    session_code: str
    employee_id: str
    employee_name: str
    email: str
    department: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    seat_units: int = 1
    no_shows: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    """Custom attributes, `(name, value)` by name."""
    phone: str = ""
    waitlist_only: bool = False
    """Whether a place in the line is asked for, even while a seat is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine(RequestLine):
    """One line of a file of places that exist already: a request with what became of it."""

    status: str
    """`confirmed` or `waitlisted`."""
    position: int | None = None
    """The place in the line; None goes by the time asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One line of a recorded stream; `action` is `request` or `drop`."""

    line: int
    occurred_at: datetime
    action: str
    session_code: str
    employee_id: str
    employee_name: str
    email: str
    department: str = ""
    role: str = ""
    compliance_deadline: date | None = None
    seat_units: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents(Generic[L]):
    """What a file says: the lines that can be used, in their order, and what is wrong with the others."""

    rows: tuple[L, ...]
    problems: tuple[ImportProblem, ...] = ()
    lines: int = 0
    """Lines below the header that are not blank, those with problems included."""
    headings: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    """What the file itself calls the columns that it has."""

    def heading(self, column: str) -> str:
        """Give the file's own heading of a column, or the column's name."""
        return self.headings.get(column, column)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One registration in the roster of a replay."""

    session_code: str
    employee_id: str
    email: str
    status: str
    position: int | None
    """Only somebody who waits has one."""
    seat_units: int
    requested_at: datetime
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsRow:
    """The seats of one session: `limit + overbooked_by = confirmed + pending + held + reserved + free`."""

    session_code: str
    capacity: int | None
    limit: int | None
    confirmed: int
    pending: int
    held: int
    reserved: int
    free: int | None
    """None, like `capacity` and `limit`, when there is no limit."""
    waiting: int
    overbooked_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadRow:
    """One person in the roster that a coordinator downloads; it can be imported again as a request."""

    session_code: str
    session_title: str
    zone: str
    """The session's zone, in which its times are written."""
    status: str
    position: int | None
    employee_id: str
    employee_name: str
    email: str
    department: str
    role: str
    compliance_deadline: date | None
    seat_units: int
    requested_at: datetime
    decided_at: datetime | None
    offer_expires_at: datetime | None
    reason: str


class Files(Protocol):
    """Reads and writes files.

    Every read raises `InvalidInput` for a file that cannot be used at all, and lists what is wrong with single lines.
    An instant without an offset is taken as the time of day in `zone`, an IANA name.
    """

    def read_sessions(self, data: bytes, *, zone: str = "UTC") -> Contents[SessionLine]:
        """Read sessions; of two lines with one code the earlier counts."""
        ...

    def read_meetings(self, data: bytes, *, zone: str = "UTC") -> Contents[MeetingLine]:
        """Read the meetings of sessions."""
        ...

    def read_requests(self, data: bytes, *, zone: str = "UTC") -> Contents[RequestLine]:
        """Read requests, in the order of the file."""
        ...

    def read_places(self, data: bytes, *, zone: str = "UTC") -> Contents[PlaceLine]:
        """Read seats and places in the line that exist already, in the order of the file."""
        ...

    def read_events(self, data: bytes, *, zone: str = "UTC") -> Contents[EventLine]:
        """Read a recorded stream, in the order of the file; of any size."""
        ...

    def roster_csv(self, rows: Iterable[DownloadRow]) -> bytes:
        """Write a roster for people and their spreadsheets; no cell can run as a formula."""
        ...

    def replay_roster_csv(self, rows: Iterable[RosterRow]) -> bytes:
        """Write the roster of a replay, as the specification has it; equal rows give equal bytes."""
        ...

    def seats_csv(self, rows: Iterable[SeatsRow]) -> bytes:
        """Write the seats of sessions, as the specification has it; equal rows give equal bytes."""
        ...
