from datetime import UTC, date, datetime
from typing import Any

import pytest

from waitlist_app.csv_io import read_events, read_meetings, read_requests, read_sessions
from waitlist_app.services.files import Contents, EventLine, MeetingLine, RequestLine, SessionLine
from waitlist_app.services.views import ImportProblem

HEADER = "requested_at,session_code,employee_id,employee_name,email\n"
MEI = "2026-03-02T09:14:00+00:00,FIRE-1,00417,Mei Sato,mei@tarnwick.example\n"
NINE_FOURTEEN = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def _mei(line: int = 2, **said: Any) -> RequestLine:
    usual: dict[str, Any] = {
        "requested_at": NINE_FOURTEEN,
        "session_code": "FIRE-1",
        "employee_id": "00417",
        "employee_name": "Mei Sato",
        "email": "mei@tarnwick.example",
    }
    return RequestLine(line=line, **{**usual, **said})


def _requests(text: str, zone: str = "Europe/London"):
    return read_requests(text.encode(), zone=zone)


class TestAFileOfRequests:
    def test_gives_each_line_with_its_number(self):
        """Line 1 names the columns, so the first request stands in line 2, and leading zeros stay."""
        text = HEADER + MEI

        contents = _requests(text)

        assert contents == Contents(rows=(_mei(),), lines=1)

    def test_gives_everything_that_a_line_can_say(self):
        """Department, role, deadline and number of seats are read where a file has them."""
        text = (
            "requested_at,session_code,employee_id,employee_name,email,department,role,compliance_deadline,seat_units\n"
            "2026-03-02T09:14:00+00:00,FIRE-1,00417,Mei Sato,mei@tarnwick.example,Sales,Manager,2026-03-28,2\n"
        )

        contents = _requests(text)

        said: dict[str, Any] = {
            "department": "Sales",
            "role": "Manager",
            "compliance_deadline": date(2026, 3, 28),
            "seat_units": 2,
        }
        assert contents == Contents(rows=(_mei(**said),), lines=1)

    def test_takes_the_headings_that_people_write(self):
        """A file from the personnel system does not have to be renamed first."""
        text = 'Course,Staff no.,"Name ",Work e-mail,ASKED ON,Notes\n'
        text += "FIRE-1,00417,Mei Sato,mei@tarnwick.example,2026-03-02 09:14,prefers mornings\n"

        contents = _requests(text)

        assert contents == Contents(rows=(_mei(),), lines=1)

    def test_prefers_the_true_heading_over_another_word_for_it(self):
        """When a file says both Date and requested_at, only one of them can be meant."""
        text = HEADER.replace("requested_at", "date,requested_at") + MEI.replace("2026", "1999-01-01,2026", 1)

        contents = _requests(text)

        assert contents == Contents(rows=(_mei(),), lines=1)

    def test_counts_lines_past_blank_ones_and_line_breaks_inside_quotes(self):
        """The number shown is the one that an editor shows at the side."""
        text = (
            HEADER
            + '"2026-03-02T09:14:00+00:00",FIRE-1,00417,"Mei\nSato",mei@tarnwick.example\n'
            + "\n , ,\n"
            + MEI
            + MEI
        )

        contents = _requests(text)

        assert contents == Contents(rows=(_mei(employee_name="Mei\nSato"), _mei(6), _mei(7)), lines=3)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"])
    def test_is_read_however_it_was_saved(self, encoding, separator, end):
        """Whatever a spreadsheet makes of Save as CSV can be read."""
        text = (HEADER + MEI.replace("Mei Sato", "José Müller")).replace(",", separator).replace("\n", end)

        contents = read_requests(text.encode(encoding), zone="UTC")

        assert contents == Contents(rows=(_mei(employee_name="José Müller"),), lines=1)

    def test_takes_the_hint_that_spreadsheets_write_above_the_header(self):
        """Some programs name the separator in a line of its own; it counts as a line."""
        text = "sep=;\n" + (HEADER + MEI).replace(",", ";")

        contents = _requests(text)

        assert contents == Contents(rows=(_mei(3),), lines=1)

    def test_reads_a_time_without_an_offset_in_the_zone_of_the_organisation(self):
        """A quarter past nine in the file is a quarter past nine on the coordinator's wall."""
        text = HEADER + MEI.replace("2026-03-02T09:14:00+00:00", "2026-07-02 10:14")

        contents = _requests(text, zone="Europe/London")

        assert contents == Contents(rows=(_mei(requested_at=datetime(2026, 7, 2, 9, 14, tzinfo=UTC)),), lines=1)

    def test_loses_only_the_line_whose_quotation_mark_is_never_closed(self):
        """One slip of the pen must not swallow the rest of the file."""
        text = HEADER + MEI.replace("Mei", '"Mei') + MEI + MEI

        contents = _requests(text)

        why = "A quotation mark is opened in this line and never closed."
        assert contents == Contents(
            rows=(_mei(3), _mei(4)), problems=(ImportProblem(line=2, column="", value="", why=why),), lines=3
        )

    def test_finds_a_line_with_too_many_fields(self):
        """A comma without quotation marks around its text would move everything behind it."""
        text = HEADER + MEI.replace("Mei Sato", "Sato, Mei") + MEI

        contents = _requests(text)

        why = "This line has 6 fields, and the header has 5. A text with a comma in it needs quotation marks around it."
        problem = ImportProblem(line=2, column="", value="mei@tarnwick.example", why=why)
        assert contents == Contents(rows=(_mei(3),), problems=(problem,), lines=2)

    def test_names_the_column_as_the_file_does(self):
        """A problem is found faster under the heading that stands in the file."""
        text = "Course,Staff no,Name,Asked on\nFIRE-1,00417,Mei Sato,31/02/2026 09:14\n"

        contents = _requests(text)

        problem = ImportProblem(line=2, column="Asked on", value="31/02/2026 09:14", why="February 2026 has 28 days.")
        assert contents == Contents(rows=(), problems=(problem,), lines=1)

    def test_lists_every_problem_of_a_line(self):
        """What is wrong is said at once, and not one thing at a time."""
        text = (
            HEADER.replace("email", "email,seat_units,action,compliance_deadline") + "yesterday,,,,mei@,0,drop,soon\n"
        )

        problems = {(problem.column, problem.value): problem.why for problem in _requests(text).problems}

        assert problems == {
            ("requested_at", "yesterday"): "This time could not be read. Write it as 2026-03-14T09:00+00:00.",
            ("session_code", ""): "The code of the session is missing.",
            ("employee_name", ""): "The name is missing.",
            ("email", "mei@"): "The part after @ is missing or not complete.",
            ("action", "drop"): "Only requests can be imported. Leave this line out.",
            ("seat_units", "0"): "A request needs 1 seat or more.",
            ("compliance_deadline", "soon"): "This day could not be read. Write it as 2026-03-28.",
        }

    def test_needs_an_employee_id_or_an_address(self):
        """Without either nobody could say who asked."""
        text = HEADER + "2026-03-02T09:14:00+00:00,FIRE-1,,Mei Sato,\n"

        contents = _requests(text)

        why = "An employee id or an address is needed to know who this is."
        assert contents.problems == (ImportProblem(line=2, column="employee_id", value="", why=why),)

    def test_refuses_a_text_without_end(self):
        """A cell that holds half a book is a mistake, and is shown in short."""
        text = HEADER + MEI.replace("Mei Sato", "Mei " * 400)

        contents = _requests(text)

        shown = ("Mei " * 20)[:79] + "…"
        why = "This is longer than 1000 characters."
        assert contents.problems == (ImportProblem(line=2, column="employee_name", value=shown, why=why),)


class TestAFileOfSessions:
    def test_gives_capacity_times_and_number_of_meetings(self):
        """A blank capacity has no limit, a blank title is the code."""
        text = (
            "session_code,title,capacity,starts_at,ends_at,location,meeting_count\n"
            "FIRE-1,Fire safety,12,2026-03-14T09:00+00:00,2026-03-14T12:00+00:00,Hall 2,1\n"
            "FIRE-2,,,2026-03-15T09:00+00:00,2026-03-15T12:00+00:00,,\n"
        )

        contents = read_sessions(text.encode())

        fire = SessionLine(
            line=2,
            session_code="FIRE-1",
            title="Fire safety",
            capacity=12,
            starts_at=datetime(2026, 3, 14, 9, tzinfo=UTC),
            ends_at=datetime(2026, 3, 14, 12, tzinfo=UTC),
            location="Hall 2",
            meeting_count=1,
        )
        again = SessionLine(
            line=3,
            session_code="FIRE-2",
            title="FIRE-2",
            capacity=None,
            starts_at=datetime(2026, 3, 15, 9, tzinfo=UTC),
            ends_at=datetime(2026, 3, 15, 12, tzinfo=UTC),
        )
        assert contents == Contents(rows=(fire, again), lines=2)

    def test_finds_codes_that_come_twice_and_ends_before_the_start(self):
        """A code names one session, and a session ends after it starts."""
        text = (
            "session_code,capacity,starts_at,ends_at\n"
            "FIRE-1,12,2026-03-14T09:00Z,2026-03-14T12:00Z\n"
            "FIRE-1,14,2026-03-15T09:00Z,2026-03-15T12:00Z\n"
            "FIRE-2,12.5,2026-03-14T09:00Z,2026-03-14T09:00Z\n"
            "FIRE-3,-1,2026-03-14T09:00Z,2026-03-14T09:00Z\n"
            "FIRE-4,12,2026-03-14T09:00Z,2026-03-14T09:00Z\n"
        )

        contents = read_sessions(text.encode())

        assert [row.session_code for row in contents.rows] == ["FIRE-1"]
        assert contents.problems == (
            ImportProblem(line=3, column="session_code", value="FIRE-1", why="Line 2 has this code already."),
            ImportProblem(line=4, column="capacity", value="12.5", why="A whole number is needed here."),
            ImportProblem(line=5, column="capacity", value="-1", why="A capacity is 0 or more."),
            ImportProblem(
                line=6, column="ends_at", value="2026-03-14T09:00Z", why="The end must be later than the start."
            ),
        )


class TestAFileOfMeetings:
    def test_gives_each_meeting_of_a_session(self):
        """One session can meet several times and in several places."""
        text = (
            "session_code,starts_at,ends_at,location\n"
            "FIRE-1,2026-03-14T09:00+00:00,2026-03-14T10:00+00:00,Hall 2\n"
            "FIRE-1,2026-03-15T09:00+00:00,2026-03-15T10:00+00:00,Yard\n"
        )

        contents = read_meetings(text.encode())

        first = MeetingLine(
            line=2,
            session_code="FIRE-1",
            starts_at=datetime(2026, 3, 14, 9, tzinfo=UTC),
            ends_at=datetime(2026, 3, 14, 10, tzinfo=UTC),
            location="Hall 2",
        )
        second = MeetingLine(
            line=3,
            session_code="FIRE-1",
            starts_at=datetime(2026, 3, 15, 9, tzinfo=UTC),
            ends_at=datetime(2026, 3, 15, 10, tzinfo=UTC),
            location="Yard",
        )
        assert contents == Contents(rows=(first, second), lines=2)


class TestARecordedStream:
    def test_gives_requests_and_drops_in_the_order_of_the_file(self):
        """A replay sorts by time itself, so that ties stay as they were recorded."""
        text = (
            "occurred_at,action,session_code,employee_id,employee_name,email,department,role,compliance_deadline\n"
            "2022-02-14T08:00:00-08:00,Drop,CSE 8A,E10001,Tara Ito,tara@example.org,Sales,Manager,2022-05-01\n"
            "2022-02-12T08:00:00-08:00,request,CSE 8A,E10001,Tara Ito,tara@example.org,Sales,Manager,\n"
        )

        contents = read_events(text.encode())

        tara: dict[str, Any] = {
            "session_code": "CSE 8A",
            "employee_id": "E10001",
            "employee_name": "Tara Ito",
            "email": "tara@example.org",
            "department": "Sales",
            "role": "Manager",
        }
        drop = EventLine(
            line=2,
            occurred_at=datetime(2022, 2, 14, 16, tzinfo=UTC),
            action="drop",
            compliance_deadline=date(2022, 5, 1),
            **tara,
        )
        request = EventLine(line=3, occurred_at=datetime(2022, 2, 12, 16, tzinfo=UTC), action="request", **tara)
        assert contents == Contents(rows=(drop, request), lines=2)

    def test_leaves_out_what_is_neither_a_request_nor_a_drop(self):
        """A line that cannot be played is named and skipped."""
        text = (
            "occurred_at,action,session_code,employee_id\n"
            "2022-02-12T08:00:00-08:00,swap,CSE 8A,E10001\n"
            "2022-02-12,request,CSE 8A,E10001\n"
        )

        contents = read_events(text.encode())

        assert contents == Contents(
            rows=(),
            problems=(
                ImportProblem(line=2, column="action", value="swap", why="This must be request or drop."),
                ImportProblem(
                    line=3,
                    column="occurred_at",
                    value="2022-02-12",
                    why="The time of day is missing, as in 2022-02-12T09:00.",
                ),
            ),
            lines=2,
        )
