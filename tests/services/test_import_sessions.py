from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.desk import INES, NOBODY, Desk
from waitlist_app import csv_io
from waitlist_app.errors import NotAllowed
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.ports import MeetingDetails
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport

SESSIONS = (
    "session_code,title,capacity,starts_at,ends_at,location,meeting_count\n"
    "FIRE,Fire safety,12,2026-04-14T09:00,2026-04-15T12:00,Hall 2,2\n"
    "TALK,Town hall,,2026-04-20T09:00,2026-04-20T10:00,Atrium,1\n"
)
MEETINGS = (
    "session_code,starts_at,ends_at,location\n"
    "FIRE,2026-04-14T09:00,2026-04-14T12:00,Hall 2\n"
    "FIRE,2026-04-15T09:00,2026-04-15T12:00,Yard\n"
)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """Give a desk without sessions."""
    desk = Desk(sqlite_url)
    yield desk
    desk.engine.dispose()


def _import(desk: Desk, sessions: str = SESSIONS, meetings: str | None = MEETINGS, **how: Any) -> ImportReport:
    how = {"dry_run": False, "actor": INES, **how}
    return import_sessions(
        work=desk.work,
        files=csv_io,
        data=sessions.encode(),
        file_name="april.csv",
        meetings=meetings.encode() if meetings is not None else None,
        **how,
    )


def _problem(line: int, column: str, value: str, why: str) -> ImportProblem:
    return ImportProblem(line=line, column=column, value=value, why=why)


def _codes(desk: Desk) -> list[str]:
    return [session.rules.code for session in desk.read(lambda reader: reader.sessions())]


class TestImportingSessions:
    def test_adds_each_with_its_meetings(self, desk):
        """Nine o'clock in the file is nine o'clock in London, and each meeting has its own place."""
        report = _import(desk)

        assert report == ImportReport(
            kind="sessions",
            file_name="april.csv",
            lines=2,
            ready=2,
            seated=0,
            waiting=0,
            duplicates=0,
            problems=(),
            preview=(
                ImportLine(
                    line=2,
                    session="FIRE",
                    employee_id="",
                    name="Fire safety",
                    at="Tue 14 Apr 2026, 09:00",
                    result="new session",
                ),
                ImportLine(
                    line=3,
                    session="TALK",
                    employee_id="",
                    name="Town hall",
                    at="Mon 20 Apr 2026, 09:00",
                    result="new session",
                ),
            ),
            is_applied=True,
            sentence="2 sessions were added.",
        )
        fire_id, talk_id = (session.rules.id for session in desk.read(lambda reader: reader.sessions()))
        fire, talk = (desk.read(lambda reader, s=s: reader.session(s)) for s in (fire_id, talk_id))
        assert fire.meetings == (
            MeetingDetails(
                starts_at=datetime(2026, 4, 14, 8, tzinfo=UTC),
                ends_at=datetime(2026, 4, 14, 11, tzinfo=UTC),
                location="Hall 2",
            ),
            MeetingDetails(
                starts_at=datetime(2026, 4, 15, 8, tzinfo=UTC),
                ends_at=datetime(2026, 4, 15, 11, tzinfo=UTC),
                location="Yard",
            ),
        )
        assert (fire.rules.capacity, fire.zone, fire.location) == (12, "Europe/London", "Hall 2")
        assert (talk.rules.capacity, len(talk.meetings)) == (None, 1)

    def test_says_which_are_dates_of_one_course(self, desk):
        """The column names the course; a file that says another one later leaves the session as it is."""
        dates = (
            "session_code,capacity,starts_at,ends_at,course\n"
            "FA-MAR,12,2026-03-14T09:00,2026-03-14T12:00,First Aid\n"
            "FA-APR,12,2026-04-14T09:00,2026-04-14T12:00, First Aid \n"
        )
        _import(desk, dates, None)

        again = _import(desk, dates.replace("First Aid ", "Fire Safety"), None)

        courses = [session.rules.course for session in desk.read(lambda reader: reader.sessions())]
        assert courses == ["First Aid", "First Aid"]
        why = "The session is there already, with First Aid here. Change it on its own page."
        assert again.problems == (_problem(3, "course", "Fire Safety", why),)

    def test_says_beforehand_what_the_run_will_do(self, desk):
        """A dry run keeps nothing."""
        rehearsed = _import(desk, dry_run=True)
        kept = _codes(desk)
        run = _import(desk)

        assert rehearsed == replace(run, is_applied=False, sentence="2 sessions can be added. Nothing is saved.")
        assert kept == []

    def test_a_second_time_changes_nothing(self, desk):
        """The same file may be imported again and again."""
        _import(desk)
        before = desk.read(lambda reader: reader.head())

        report = _import(desk)

        assert report.sentence == "0 sessions were added. 2 lines are there already."
        assert desk.read(lambda reader: reader.head()) == before

    def test_never_changes_a_session_that_is_there(self, desk):
        """Fewer seats or another day is a decision about people, so it is made on the session's page."""
        _import(desk)
        changed = SESSIONS.replace(",12,", ",10,").replace("2026-04-20T09:00", "2026-04-20T08:30")

        report = _import(desk, changed)

        assert report.problems == (
            _problem(2, "capacity", "10", "The session is there already, with 12 here. Change it on its own page."),
            _problem(
                3,
                "starts_at",
                "Mon 20 Apr 2026, 08:30",
                "The session is there already, with Mon 20 Apr 2026, 09:00 here. Change it on its own page.",
            ),
        )

    def test_asks_for_meetings_that_are_missing(self, desk):
        """A session whose meetings are not known could not be guarded against overlaps."""
        no_file = _import(desk, meetings=None, dry_run=True)
        too_few = _import(desk, meetings=MEETINGS.rsplit("FIRE", 1)[0])

        assert no_file.problems == (
            _problem(2, "meeting_count", "2", "This session has 2 meetings. Choose the file of meetings too."),
        )
        assert too_few.problems == (
            _problem(2, "meeting_count", "2", "This session has 2 meetings, and the file of meetings has 1 of them."),
        )
        assert too_few.sentence == "1 session was added. 1 line needs you."
        assert _codes(desk) == ["TALK"]

    def test_lists_what_is_wrong_with_meetings(self, desk):
        """A problem in the second file is named as such, and holds back whatever it may belong to."""
        meetings = MEETINGS + "FIER,2026-04-15T09:00,2026-04-15T12:00,Yard\nFIRE,soon,2026-04-15T12:00,Yard\n"
        sessions = SESSIONS.replace(",1\n", ",\n")

        report = _import(desk, sessions, meetings)

        assert report.problems == (
            _problem(
                3,
                "meeting_count",
                "",
                "Lines in the file of meetings need you, and they may belong to this session.",
            ),
            _problem(4, "session_code (meetings)", "FIER", "No session has this code."),
            _problem(
                5,
                "starts_at (meetings)",
                "soon",
                "This time could not be read. Write it as 2026-03-14T09:00+00:00.",
            ),
        )
        assert _codes(desk) == ["FIRE"]

    def test_can_take_all_lines_or_none(self, desk):
        """A timetable that is only half right stays out."""
        report = _import(desk, meetings=None, all_or_nothing=True)

        assert report.sentence == "1 session can be added. 1 line needs you. Nothing is saved."
        assert _codes(desk) == []

    def test_can_read_nought_as_no_limit(self, desk):
        """Some systems write 0 where they mean that everybody may come."""
        none_means_none = "session_code,capacity,starts_at,ends_at\nOPEN,0,2026-04-14T09:00,2026-04-14T10:00\n"

        _import(desk, none_means_none, None, zero_is_unlimited=True)

        [session] = desk.read(lambda reader: reader.sessions())
        assert session.rules.capacity is None

    def test_is_for_coordinators(self, desk):
        """Nobody else can open sessions."""
        with pytest.raises(NotAllowed):
            _import(desk, actor=NOBODY)
