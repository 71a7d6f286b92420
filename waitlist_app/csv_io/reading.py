"""The five kinds of file that are read. See `columns` for what each must have."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from waitlist_app.csv_io.columns import EVENTS, MEETINGS, PLACES, REQUESTS, SESSIONS
from waitlist_app.csv_io.rules import flags, read_rules
from waitlist_app.csv_io.sheet import Sheet, open_sheet
from waitlist_app.csv_io.values import addresses, days, instants, numbers, words
from waitlist_app.services.files import Contents, EventLine, MeetingLine, PlaceLine, RequestLine, SessionLine

_MOST_SEATS: Final = 100_000
_MOST_UNITS: Final = 1000
_MOST_MEETINGS: Final = 1000
_MOST_NO_SHOWS: Final = 10_000

_capacity: Final = partial(numbers, least=0, most=_MOST_SEATS, too_small="A capacity is 0 or more.")
_meeting_count: Final = partial(numbers, least=1, most=_MOST_MEETINGS, too_small="A session has 1 meeting or more.")
_seat_units: Final = partial(numbers, least=1, most=_MOST_UNITS, too_small="A request needs 1 seat or more.")
_no_shows: Final = partial(numbers, least=0, most=_MOST_NO_SHOWS, too_small="This is 0 or more.")
_only_requests: Final = partial(
    words, allowed=frozenset({"", "request"}), why="Only requests can be imported. Leave this line out."
)
_positions: Final = partial(numbers, least=1, most=_MOST_SEATS, too_small="The first place in the line is 1.")
_STATUSES: Final = {
    "confirmed": "confirmed",
    "enrolled": "confirmed",
    "registered": "confirmed",
    "waitlisted": "waitlisted",
    "waiting": "waitlisted",
}
_statuses: Final = partial(words, allowed=frozenset(_STATUSES), why="This must be confirmed or waitlisted.")
_actions: Final = partial(words, allowed=frozenset({"request", "drop"}), why="This must be request or drop.")


def read_sessions(data: bytes, *, zone: str = "UTC") -> Contents[SessionLine]:
    """Read sessions; of two lines with one code the earlier counts. Times without an offset are times in `zone`."""
    sheet = open_sheet(data, SESSIONS)
    sheet.require("session_code", "A session needs a code.")
    codes = sheet.texts("session_code")
    sheet.note("session_code", _repeated(codes, sheet))
    titles, locations, courses = sheet.texts("title"), sheet.texts("location"), sheet.texts("course")
    capacities = sheet.values("capacity", _capacity)
    starts = sheet.values("starts_at", partial(instants, zone=ZoneInfo(zone)))
    ends = sheet.values("ends_at", partial(instants, zone=ZoneInfo(zone)))
    counts = sheet.values("meeting_count", _meeting_count)
    rules = read_rules(sheet)

    def session(row: int) -> SessionLine:
        return SessionLine(
            line=sheet.lines[row],
            session_code=codes[row],
            title=titles[row] or codes[row],
            capacity=capacities[row],
            starts_at=starts[row],
            ends_at=ends[row],
            location=locations[row],
            meeting_count=counts[row],
            course=courses[row],
            rules=rules(row),
        )

    _check_ends(sheet, [ends[row] > starts[row] for row in range(len(codes))])
    return sheet.contents(session)


def read_meetings(data: bytes, *, zone: str = "UTC") -> Contents[MeetingLine]:
    """Read meetings, several for a session. Times without an offset are times in `zone`."""
    sheet = open_sheet(data, MEETINGS)
    sheet.require("session_code", "The code of the session is missing.")
    codes, locations = sheet.texts("session_code"), sheet.texts("location")
    starts = sheet.values("starts_at", partial(instants, zone=ZoneInfo(zone)))
    ends = sheet.values("ends_at", partial(instants, zone=ZoneInfo(zone)))

    def meeting(row: int) -> MeetingLine:
        return MeetingLine(
            line=sheet.lines[row],
            session_code=codes[row],
            starts_at=starts[row],
            ends_at=ends[row],
            location=locations[row],
        )

    _check_ends(sheet, [ends[row] > starts[row] for row in range(len(codes))])
    return sheet.contents(meeting)


def read_requests(data: bytes, *, zone: str = "UTC") -> Contents[RequestLine]:
    """Read requests. Times without an offset are times in `zone`; one that comes twice there is a problem."""
    sheet = open_sheet(data, REQUESTS)
    request = _requests(sheet, zone)
    only = sheet.values("waitlist_only", flags)
    sheet.values("action", _only_requests)
    return sheet.contents(lambda row: replace(request(row), waitlist_only=bool(only[row])))


def read_places(data: bytes, *, zone: str = "UTC") -> Contents[PlaceLine]:
    """Read places that exist already. Times without an offset are times in `zone`."""
    sheet = open_sheet(data, PLACES)
    request = _requests(sheet, zone)
    statuses = sheet.values("status", _statuses)
    positions = sheet.values("position", _positions)

    def place(row: int) -> PlaceLine:
        told = {field.name: getattr(request(row), field.name) for field in fields(RequestLine)}
        return PlaceLine(**told, status=_STATUSES[statuses[row]], position=positions[row])

    return sheet.contents(place)


def _requests(sheet: Sheet, zone: str) -> Callable[[int], RequestLine]:
    """Read what every line about somebody's request says, and give what makes one from its row."""
    asked = sheet.values("requested_at", partial(instants, zone=ZoneInfo(zone)))
    _check_who(sheet)
    sheet.require("employee_name", "The name is missing.")
    emails = sheet.values("email", addresses)
    codes, ids, names = sheet.texts("session_code"), sheet.texts("employee_id"), sheet.texts("employee_name")
    departments, roles, phones = sheet.texts("department"), sheet.texts("role"), sheet.texts("phone")
    deadlines = sheet.values("compliance_deadline", days)
    units = sheet.values("seat_units", _seat_units)
    missed = sheet.values("no_shows", _no_shows)

    def request(row: int) -> RequestLine:
        return RequestLine(
            line=sheet.lines[row],
            requested_at=asked[row],
            session_code=codes[row],
            employee_id=ids[row],
            employee_name=names[row],
            email=emails[row],
            department=departments[row],
            role=roles[row],
            compliance_deadline=deadlines[row],
            seat_units=units[row] or 1,
            no_shows=missed[row] or 0,
            attributes=sheet.attributes(row),
            phone=phones[row],
        )

    return request


def read_events(data: bytes, *, zone: str = "UTC") -> Contents[EventLine]:
    """Read a recorded stream of requests and drops, of any size. Times without an offset are times in `zone`."""
    sheet = open_sheet(data, EVENTS, largest=None)
    occurred = sheet.values("occurred_at", partial(instants, zone=ZoneInfo(zone)))
    actions = sheet.values("action", _actions)
    _check_who(sheet)
    codes, ids, names = sheet.texts("session_code"), sheet.texts("employee_id"), sheet.texts("employee_name")
    emails, departments, roles = sheet.texts("email"), sheet.texts("department"), sheet.texts("role")
    deadlines = sheet.values("compliance_deadline", days)
    units = sheet.values("seat_units", _seat_units)

    def event(row: int) -> EventLine:
        return EventLine(
            line=sheet.lines[row],
            occurred_at=occurred[row],
            action=actions[row],
            session_code=codes[row],
            employee_id=ids[row],
            employee_name=names[row],
            email=emails[row],
            department=departments[row],
            role=roles[row],
            compliance_deadline=deadlines[row],
            seat_units=units[row] or 1,
        )

    return sheet.contents(event)


def _check_who(sheet: Sheet) -> None:
    sheet.require("session_code", "The code of the session is missing.")
    sheet.require_either("employee_id", "email", "An employee id or an address is needed to know who this is.")


def _check_ends(sheet: Sheet, are_later: list[bool]) -> None:
    why = "The end must be later than the start."
    sheet.note("ends_at", {row: why for row, is_later in enumerate(are_later) if not is_later and sheet.is_good(row)})


def _repeated(codes: list[str], sheet: Sheet) -> dict[int, str]:
    first: dict[str, int] = {}
    repeated: dict[int, str] = {}
    for row, code in enumerate(codes):
        if code and first.setdefault(code, row) != row:
            repeated[row] = f"Line {sheet.lines[first[code]]} has this code already."
    return repeated
