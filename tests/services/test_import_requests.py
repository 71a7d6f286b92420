from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.desk import INES, NOBODY, Desk, member
from waitlist_app import csv_io
from waitlist_app.engine.commands import CancelSession
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport

HEADER = "requested_at,session_code,employee_id,employee_name,email\n"
BY_MAIL = (
    HEADER
    + "2026-03-02T10:02Z,FIRE,,Chen Rowan,c@x.example\n"
    + "2026-03-02T10:00Z,FIRE,,Abel Quist,a@x.example\n"
    + "2026-03-02T10:01Z,FIRE,,Bram Oyelaran,b@x.example\n"
    + "2026-03-02T10:03Z,FIRE,,Abel Quist,A@X.EXAMPLE \n"
)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """Give a desk with one empty session."""
    desk = Desk(sqlite_url)
    desk.session("FIRE", ("2026-03-20 09:00", "2026-03-20 12:00"), capacity=2)
    yield desk
    desk.engine.dispose()


def _import(desk: Desk, text: str, **how: Any) -> ImportReport:
    how = {"dry_run": False, "actor": INES, **how}
    return import_requests(work=desk.work, files=csv_io, data=text.encode(), file_name="march.csv", **how)


def _line(line: int, result: str, name: str, asked: str, *, employee_id: str = "") -> ImportLine:
    return ImportLine(
        line=line, session="FIRE", employee_id=employee_id, name=name, at=f"Mon 2 Mar 2026, {asked}", result=result
    )


def _problem(line: int, column: str, value: str, why: str) -> ImportProblem:
    return ImportProblem(line=line, column=column, value=value, why=why)


def _standing(desk: Desk) -> list[tuple[str, str]]:
    entries = desk.read(lambda reader: reader.registrations())
    return [(entry.person.name, entry.registration.status.value) for entry in entries]


def _head(desk: Desk) -> tuple[int, str]:
    return desk.read(lambda reader: reader.head())


class TestImportingRequests:
    def test_lets_a_line_ask_for_the_waitlist_alone(self, desk):
        """Two seats are free: Abel waits all the same, and Bram has one."""
        text = (
            "requested_at,session_code,employee_id,employee_name,email,waitlist only\n"
            "2026-03-02T10:00Z,FIRE,,Abel Quist,a@x.example,yes\n"
            "2026-03-02T10:01Z,FIRE,,Bram Oyelaran,b@x.example,\n"
        )

        report = _import(desk, text)

        assert [line.result for line in report.preview] == ["waits, number 1", "gets a seat"]

    def test_scenario_010_seats_people_in_the_order_in_which_they_asked(self, desk):
        """The order of the lines in a file says nothing; the times in it do."""
        report = _import(desk, BY_MAIL)

        assert report == ImportReport(
            kind="requests",
            file_name="march.csv",
            lines=4,
            ready=3,
            seated=2,
            waiting=1,
            duplicates=1,
            problems=(),
            preview=(
                _line(2, "waits, number 1", "Chen Rowan", "10:02"),
                _line(3, "gets a seat", "Abel Quist", "10:00"),
                _line(4, "gets a seat", "Bram Oyelaran", "10:01"),
                _line(5, "same person as line 3", "Abel Quist", "10:03"),
            ),
            is_applied=True,
            sentence="3 requests were added: 2 with a seat, 1 waiting. 1 line is there already.",
        )
        assert _standing(desk) == [
            ("Abel Quist", "confirmed"),
            ("Bram Oyelaran", "confirmed"),
            ("Chen Rowan", "waitlisted"),
        ]

    def test_takes_two_of_one_instant_in_the_order_of_their_lines(self, desk):
        """Somebody has to come first, and it is always the same one."""
        lines = [f"2026-03-02T10:00Z,FIRE,{name[0]},{name},\n" for name in ("Zoe", "Yan", "Xia")]

        report = _import(desk, HEADER + "".join(lines))

        assert [line.result for line in report.preview] == ["gets a seat", "gets a seat", "waits, number 1"]

    def test_says_beforehand_exactly_what_the_run_will_do(self, desk):
        """The preview and the run are decided by the same rules, line by line."""
        before = _head(desk)

        rehearsed = _import(desk, BY_MAIL, dry_run=True)
        after = _head(desk)
        run = _import(desk, BY_MAIL)

        sentence = "3 requests can be added: 2 with a seat, 1 waiting. 1 line is there already. Nothing is saved."
        assert rehearsed == replace(run, is_applied=False, sentence=sentence)
        assert after == before

    def test_scenario_010_a_second_time_changes_nothing(self, desk):
        """Whoever is not sure whether the file was imported may simply import it again."""
        _import(desk, BY_MAIL)
        before = _head(desk)

        report = _import(desk, BY_MAIL)

        assert (report.ready, report.duplicates, report.problems) == (0, 4, ())
        assert report.sentence == "0 requests were added. 4 lines are there already."
        assert [line.result for line in report.preview] == [
            "already there",
            "already there",
            "already there",
            "same person as line 3",
        ]
        assert _head(desk) == before

    def test_a_second_time_brings_nobody_back_who_left_since(self, desk):
        """A request that has ended is over, however often the file is imported."""
        _import(desk, BY_MAIL)
        abel = desk.read(lambda reader: reader.registrations())[0].registration.id
        desk.drop(abel, "Change of plan")

        report = _import(desk, BY_MAIL)

        assert (report.ready, report.duplicates, report.problems) == (0, 4, ())
        assert report.preview[1].result == "already there, dropped since"

    def test_does_not_put_anybody_ahead_in_silence(self, desk):
        """An earlier time than somebody's who is there already is for a person to decide."""
        desk.ask("Mei Sato", "fire", asked_at="2026-03-02 10:01")

        report = _import(desk, BY_MAIL)

        why = (
            "Others in this session asked later, the last on Mon 2 Mar 2026, 10:01. "
            "To put somebody ahead of them, add the request on the session's page and move it, with a reason."
        )
        assert report.problems == (_problem(3, "requested_at", "Mon 2 Mar 2026, 10:00", why),)
        assert _standing(desk) == [
            ("Mei Sato", "confirmed"),
            ("Bram Oyelaran", "confirmed"),
            ("Chen Rowan", "waitlisted"),
        ]

    def test_never_lets_a_newcomer_overtake_who_waits(self, desk):
        """A seat that came back belongs to the line, even while nobody has approved it."""
        _import(desk, BY_MAIL)
        abel = desk.read(lambda reader: reader.registrations())[0].registration.id
        desk.drop(abel)

        report = _import(desk, HEADER + "2026-03-03T08:00Z,FIRE,,Dora Finch,d@x.example\n")

        assert [line.result for line in report.preview] == ["waits, number 2"]

    def test_scenario_010_leaves_out_the_lines_with_problems(self, desk):
        """What can be used is used, and each other line says what it needs."""
        text = (
            HEADER.replace("\n", ",Seats\n")
            + "2026-03-02T10:00Z,FIRE,1,Abel Quist,,1\n"
            + "2026-03-02T10:01Z,FIER,2,Bram Oyelaran,,1\n"
            + "2026-03-02T10:02Z,XYZZY,3,Chen Rowan,,1\n"
            + "2026-03-12T10:43Z,FIRE,4,Dora Finch,,1\n"
            + "2026-03-02T10:03Z,FIRE,5,Enno Park,,3\n"
            + "03/04/2026 10:00,FIRE,6,Fay Lindqvist,,1\n"
        )

        report = _import(desk, text)

        assert report.problems == (
            _problem(3, "session_code", "FIER", "No session has this code. FIRE is the closest."),
            _problem(4, "session_code", "XYZZY", "No session has this code."),
            _problem(5, "requested_at", "Thu 12 Mar 2026, 10:43", "This lies in the future."),
            _problem(6, "Seats", "3", "This asks for 3 seats, but the session has 2 in all. Ask for fewer."),
            _problem(
                7,
                "requested_at",
                "03/04/2026 10:00",
                "This could be 3 April or 4 March. Write it as 2026-04-03 or 2026-03-04.",
            ),
        )
        assert report.sentence == "1 request was added: 1 with a seat, 0 waiting. 5 lines need you."
        assert _standing(desk) == [("Abel Quist", "confirmed")]

    def test_scenario_010_can_take_all_lines_or_none(self, desk):
        """Some files only make sense as a whole."""
        before = _head(desk)

        report = _import(desk, BY_MAIL + "yesterday,FIRE,,Dora Finch,d@x.example\n", all_or_nothing=True)

        assert (report.is_applied, report.ready, len(report.problems)) == (False, 3, 1)
        assert report.sentence == (
            "3 requests can be added: 2 with a seat, 1 waiting. 1 line is there already. 1 line needs you. "
            "Nothing is saved."
        )
        assert (_standing(desk), _head(desk)) == ([], before)

    def test_takes_all_lines_where_none_has_a_problem(self, desk):
        """All or nothing is all when everything is well."""
        report = _import(desk, BY_MAIL, all_or_nothing=True)

        assert (report.is_applied, report.ready) == (True, 3)

    def test_saves_nothing_when_it_is_cut_off(self, desk, monkeypatch):
        """A file is never half in."""
        before = _head(desk)
        monkeypatch.setattr("waitlist_app.services.import_requests.act", _fails_at_the_third(desk))

        with pytest.raises(ZeroDivisionError):
            _import(desk, BY_MAIL)

        assert (_standing(desk), _head(desk)) == ([], before)

    def test_keeps_what_the_policy_may_know(self, desk):
        """Department, role and deadline are those of the file, as they were when the person asked."""
        text = (
            HEADER.replace("\n", ",department,role,compliance_deadline\n")
            + "2026-03-02T10:00Z,FIRE,00417,Mei Sato,mei@x.example,Sales,Manager,2026-03-28\n"
        )

        _import(desk, text)

        [entry] = desk.read(lambda reader: reader.registrations())
        assert (entry.person.employee_id, entry.person.department) == ("00417", "Sales")
        assert (entry.role, f"{entry.compliance_deadline}") == ("Manager", "2026-03-28")
        assert entry.registration.requested_at == datetime(2026, 3, 2, 10, tzinfo=UTC)

    def test_has_nothing_to_do_for_a_header_alone(self, desk):
        """A table without rows is no mistake."""
        report = _import(desk, HEADER)

        assert report.sentence == "This file has no lines below its header, so there is nothing to add."

    def test_refuses_a_wrong_file_with_one_sentence(self, desk):
        """A file of something else is recognised before anything happens."""
        with pytest.raises(InvalidInput) as refusal:
            _import(desk, "colour,taste\nred,sweet\n")

        assert str(refusal.value).startswith("The first line does not name the columns.")

    @pytest.mark.parametrize("actor", [NOBODY, member("Ada Byrne", Role.APPROVER), member("Olu Stern", Role.AUDITOR)])
    def test_is_for_coordinators(self, desk, actor):
        """Whoever may not add requests one by one may not add a file of them either."""
        with pytest.raises(NotAllowed):
            _import(desk, BY_MAIL, actor=actor)


def _fails_at_the_third(desk: Desk) -> Callable[..., Any]:
    from waitlist_app.engine.act import act

    calls: list[int] = []

    def failing(*arguments: Any) -> Any:
        calls.append(1)
        return act(*arguments) if len(calls) < 3 else 1 / 0

    return failing


class TestALineThatNamesACourse:
    @pytest.fixture
    def dates(self, desk: Desk) -> Desk:
        """Open two dates of First Aid with one seat each, one that is over and one that is cancelled."""
        for code, day in (("FA-APR", "2026-04-04"), ("FA-MAR", "2026-03-24"), ("FA-FEB", "2026-02-24")):
            desk.session(code, (f"{day} 09:00", f"{day} 12:00"), course="First Aid")
        desk.session("FA-OFF", ("2026-03-20 09:00", "2026-03-20 12:00"), course="First Aid")
        desk.do(CancelSession(session_id="fa-off", reason="The trainer is ill"))
        return desk

    def test_is_for_any_date_that_is_to_come(self, dates):
        """The first two get the seats, by start; the third waits for both, and importing again changes nothing."""
        text = HEADER + "".join(
            f"2026-03-02T10:0{n}Z,First Aid,,{name},{name.lower()}@x.example\n"
            for n, name in enumerate(("Abel", "Bram", "Chen"))
        )

        report = _import(dates, text)
        again = _import(dates, text)

        assert [line.result for line in report.preview] == ["gets a seat", "gets a seat", "waits for 2 dates"]
        assert [line.result for line in again.preview] == ["already there"] * 3
        assert (again.ready, report.sentence) == (0, "3 requests were added: 2 with a seat, 1 waiting.")
        entries = dates.read(lambda reader: reader.registrations())
        assert [(e.session_id, e.person.name, e.registration.status.value) for e in entries] == [
            ("fa-apr", "Bram", "confirmed"),
            ("fa-apr", "Chen", "waitlisted"),
            ("fa-mar", "Abel", "confirmed"),
            ("fa-mar", "Chen", "waitlisted"),
        ]

    def test_is_a_problem_where_it_would_come_before_others(self, dates):
        """Somebody asked for one of the dates later, so this would put her behind."""
        _import(dates, HEADER + "2026-03-02T10:05Z,FA-APR,,Abel,abel@x.example\n")

        report = _import(dates, HEADER + "2026-03-02T10:00Z,First Aid,,Bram,bram@x.example\n")

        assert [problem.column for problem in report.problems] == ["requested_at"]

    def test_is_a_problem_where_there_is_no_such_course(self, dates):
        """The closest is named, among sessions and courses."""
        report = _import(dates, HEADER + "2026-03-02T10:00Z,First Ade,,Bram,bram@x.example\n")

        assert report.problems == (
            _problem(2, "session_code", "First Ade", "No session has this code. First Aid is the closest."),
        )
