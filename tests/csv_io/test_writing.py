import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from waitlist_app.csv_io import read_requests, replay_roster_csv, roster_csv, seats_csv
from waitlist_app.services.files import DownloadRow, RosterRow, SeatsRow

MEI = DownloadRow(
    session_code="FIRE-1",
    session_title="Fire safety",
    zone="America/Los_Angeles",
    status="waitlisted",
    position=4,
    employee_id="00417",
    employee_name="Mei Sato",
    email="mei@tarnwick.example",
    department="Sales",
    role="Manager",
    compliance_deadline=date(2026, 3, 28),
    seat_units=2,
    requested_at=datetime(2026, 3, 2, 17, 14, tzinfo=UTC),
    decided_at=None,
    offer_expires_at=None,
    reason="",
)

NASTY = {
    "a formula": '=HYPERLINK("http://x","y")',
    "a plus": "+1 555 0100",
    "a minus": "-Quinn",
    "an at": "@Quinn",
    "a tab": "\tQuinn",
    "a return": "\rQuinn",
    "an apostrophe": "'Quinn",
    "an apostrophe and a formula": "'=Quinn",
    "two apostrophes and a formula": "''=Quinn",
    "a quotation mark": 'Quinn "Q" Abernethy',
    "only quotation marks": '""',
    "a comma": "Abernethy, Quinn",
    "a semicolon": "Abernethy; Quinn",
    "a line break": "Quinn\nAbernethy",
    "a Windows line break": "Quinn\r\nAbernethy",
    "an emoji": "Quinn 👩\u200d🚒",
    "leading zeros": "00417",
    "a long number": "12345678901234567890",
    "what looks like nothing": "NA",
    "what looks like a date": "3-4",
    "letters from everywhere": "Łukasz Żółć 山田",
}


class TestTheRosterForACoordinator:
    def test_is_what_a_spreadsheet_opens_as_it_is_meant(self):
        """A mark for Excel, times as on the session's own clock with their offset, and true positions."""
        seated = replace(
            MEI,
            status="confirmed",
            position=None,
            compliance_deadline=None,
            decided_at=datetime(2026, 3, 9, 17, 0, tzinfo=UTC),
            reason="seat free when asked",
        )

        data = roster_csv([MEI, seated])

        assert data == (
            b"\xef\xbb\xbfsession_code,session_title,status,position,employee_id,employee_name,email,department,role,"
            b"compliance_deadline,seat_units,requested_at,decided_at,offer_expires_at,reason\r\n"
            b"FIRE-1,Fire safety,waitlisted,4,00417,Mei Sato,mei@tarnwick.example,Sales,Manager,"
            b"2026-03-28,2,2026-03-02T09:14:00-08:00,,,\r\n"
            b"FIRE-1,Fire safety,confirmed,,00417,Mei Sato,mei@tarnwick.example,Sales,Manager,"
            b",2,2026-03-02T09:14:00-08:00,2026-03-09T10:00:00-07:00,,seat free when asked\r\n"
        )

    def test_of_nobody_still_names_its_columns(self):
        """An empty roster opens as an empty table."""
        data = roster_csv([])

        assert data.decode("utf-8-sig").split(",")[:2] == ["session_code", "session_title"]

    @pytest.mark.parametrize("name", NASTY.values(), ids=NASTY.keys())
    def test_scenario_087_holds_no_cell_that_runs(self, name):
        """Nobody can make a coordinator's spreadsheet do something by their name."""
        said = dict.fromkeys(("session_code", "employee_id", "employee_name", "department", "role", "reason"), name)

        data = roster_csv([replace(MEI, **said)])

        cells = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []

    @pytest.mark.parametrize("name", NASTY.values(), ids=NASTY.keys())
    def test_scenario_087_can_be_imported_again_unchanged(self, name):
        """What was written comes back letter for letter."""
        said = dict.fromkeys(("session_code", "employee_id", "employee_name", "department", "role"), name)

        contents = read_requests(roster_csv([replace(MEI, **said)]))

        row = contents.rows[0]
        assert contents.problems == ()
        assert {column: getattr(row, column) for column in said} == said
        assert (row.requested_at, row.compliance_deadline, row.seat_units) == (
            MEI.requested_at,
            MEI.compliance_deadline,
            MEI.seat_units,
        )


class TestTheRosterOfAReplay:
    def test_has_the_columns_and_the_form_that_were_promised(self):
        """Two databases that agree write the same bytes, so everything about the form is fixed."""
        seated = RosterRow(
            session_code="CSE 8A",
            employee_id="E10001",
            email="e10001@example.org",
            status="confirmed",
            position=None,
            seat_units=1,
            requested_at=datetime(2022, 2, 12, 16, 19, 14, tzinfo=UTC),
            decided_at=datetime(2022, 2, 13, 1, 2, 3, 450000, tzinfo=UTC),
            reason='said "yes", then called',
        )
        waiting = replace(seated, status="waitlisted", position=1, decided_at=None, reason="=1")

        data = replay_roster_csv([seated, waiting])

        assert data == (
            b"session_code,employee_id,email,status,position,seat_units,requested_at,decided_at,reason\n"
            b"CSE 8A,E10001,e10001@example.org,confirmed,,1,2022-02-12T16:19:14+00:00,"
            b'2022-02-13T01:02:03.450000+00:00,"said ""yes"", then called"\n'
            b"CSE 8A,E10001,e10001@example.org,waitlisted,1,1,2022-02-12T16:19:14+00:00,,=1\n"
        )


class TestTheSeatsOfAReplay:
    def test_add_up_in_the_columns_that_were_promised(self):
        """A session without a limit leaves the three numbers blank that it does not have."""
        full = SeatsRow(
            session_code="CSE 8A",
            capacity=12,
            limit=14,
            confirmed=10,
            pending=1,
            held=2,
            reserved=0,
            free=1,
            waiting=7,
            overbooked_by=0,
        )
        unlimited = replace(full, session_code="CSE 8B", capacity=None, limit=None, free=None, waiting=0)

        data = seats_csv([full, unlimited])

        assert data == (
            b"session_code,capacity,limit,confirmed,pending,held,reserved,free,waiting,overbooked_by\n"
            b"CSE 8A,12,14,10,1,2,0,1,7,0\n"
            b"CSE 8B,,,10,1,2,0,,0,0\n"
        )
