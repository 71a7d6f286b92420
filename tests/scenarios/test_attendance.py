"""Attendance, through the use cases and over both databases."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.desk import INES, Desk, at
from waitlist_app import csv_io
from waitlist_app.engine import refusals
from waitlist_app.engine.model import Status
from waitlist_app.services.call_sheet import call_sheet
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.note_attendance import check_in, note_no_show
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.tell_history import tell_history

FAW = "faw"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a desk with First Aid, two seats, at 9:00 on Wednesday; Ana and Bo are in, six wait."""
    desk = Desk(database_url, at("2026-03-02 09:00"))
    desk.session("FAW", ("2026-03-18 09:00", "2026-03-18 12:00"), capacity=2)
    for minute, name in enumerate(("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana")):
        desk.at(f"2026-03-02 10:0{minute}")
        desk.ask(name, FAW)
    yield desk.at("2026-03-18 09:05")
    desk.engine.dispose()


class TestAttendance:
    def test_checks_somebody_in_once(self, desk):
        """The second time is told so."""
        assert check_in(work=desk.work, actor=INES, registration_id="ana-faw") == "Ana is checked in."

        with pytest.raises(refusals.AlreadyCheckedIn):
            check_in(work=desk.work, actor=INES, registration_id="ana-faw")

        rows, _ = list_rosters(work=desk.work, actor=INES)
        assert [row.status for row in rows][:2] == ["confirmed", "confirmed"]

    def test_proposes_the_next_for_a_no_show_and_counts_it(self, desk):
        """Bo did not come: the seat is Cleo's to be, and Bo's number grows."""
        answer = note_no_show(work=desk.work, actor=INES, registration_id="bo-faw")

        assert answer == "Bo did not come. Cleo is proposed for the seat."
        bo = desk.read(lambda reader: reader.registration("bo-faw"))
        assert (bo.registration.status.value, bo.person.no_shows) == ("no_show", 1)
        rows, [seats] = list_rosters(work=desk.work, actor=INES)
        assert [row.status for row in rows][:3] == ["confirmed", "removed", "waitlisted"]
        assert (seats.confirmed, seats.free) == (1, 1)

    def test_records_a_late_drop_as_such(self, desk):
        """The session has begun: whoever drops now drops late."""
        desk.drop("bo-faw")

        history = desk.read(lambda reader: tell_history(reader, reader.session(FAW)))

        assert any(row.what == "dropped Bo, late." for row in history)

    def test_counts_earlier_no_shows_when_the_person_asks_again(self, desk):
        """A priority rule may read the number, from the file or from the desk."""
        desk.session("ABW", ("2026-04-18 09:00", "2026-04-18 12:00"))
        note_no_show(work=desk.work, actor=INES, registration_id="bo-faw")

        request_seat(work=desk.work, actor=INES, session_id="abw", employee_id="BO", name="Bo", email="")

        [bo] = desk.read(lambda reader: reader.registrations("abw"))
        assert bo.facts.no_shows == 1


class TestACallSheet:
    def test_names_the_next_five_with_their_numbers_and_why(self, desk):
        """Cleo is next for the seat that came back; four more stand by, and the sixth is not on the sheet."""
        desk.drop("bo-faw")
        request_seat(
            work=desk.work,
            actor=INES,
            session_id=FAW,
            employee_id="ZOE",
            name="Zoe",
            email="zoe@tarnwick.example",
            phone="0113 496 0000",
        )
        for name in ("Cleo", "Dan"):
            desk.drop(f"{name.lower()}-faw")

        sheet = call_sheet(work=desk.work, actor=INES, session_id=FAW)

        assert [(call.position, call.name) for call in sheet] == [
            (1, "Eve"),
            (2, "Finn"),
            (3, "Gus"),
            (4, "Hana"),
            (5, "Zoe"),
        ]
        assert sheet[0].reason == "A seat is free, and this entry is next for it."
        assert sheet[4].phone == "0113 496 0000"


class TestTheDoorOfASession:
    def test_is_open_to_staff_until_the_end(self, desk):
        """Who comes late is added by hand until noon; afterwards they are imported as places that exist."""
        desk.drop("cleo-faw", status=Status.LEFT)
        add = partial(request_seat, work=desk.work, actor=INES, session_id=FAW, email="")

        assert add(employee_id="Z1", name="Zoe") == "Zoe waits, number 6 in line."
        desk.at("2026-03-18 12:00")
        with pytest.raises(refusals.SessionIsOver):
            add(employee_id="Y1", name="Yara")

    def test_is_shut_to_people_themselves_from_the_start(self, desk):
        """A file says so of who asked then; who had asked before joins, though the file comes late."""
        file = (
            b"session_code,employee_id,employee_name,requested_at\n"
            b"FAW,Z1,Zoe Late,2026-03-18 09:00+00:00\nFAW,Y1,Yara Early,2026-03-18 08:59+00:00\n"
        )

        report = import_requests(
            work=desk.work, files=csv_io, actor=INES, data=file, file_name="requests.csv", dry_run=False
        )

        [problem] = report.problems
        assert problem.why == "This session has begun. Only a coordinator can still add somebody who comes late."
        assert (problem.line, report.sentence) == (
            2,
            "1 request was added: 0 with a seat, 1 waiting. 1 line needs you.",
        )
