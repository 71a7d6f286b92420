"""Importing seats and places in line that people have elsewhere already, over both databases."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk import INES, NOBODY, RAFE, Desk, at
from waitlist_app import csv_io
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.engine.seats import Sum, add_up
from waitlist_app.errors import NotAllowed
from waitlist_app.repository.outbox import MESSAGE
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.decide_override import approve_override, list_override_requests
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.import_places import import_places
from waitlist_app.services.views import ImportProblem, ImportReport

HEADER = "status,requested_at,session_code,employee_id,employee_name,email,position\n"
SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")
OWNER = replace(INES, role=Role.OWNER)
SYSTEM = replace(INES, role=Role.SYSTEM)
TAKEN_OVER = "Taken over from the old list"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open an empty session of two seats, on Thursday 12 March 2026."""
    desk = Desk(database_url)
    desk.session("FAW", ("2026-03-20 09:00", "2026-03-20 12:00"), capacity=2)
    yield desk
    desk.engine.dispose()


def place(name: str, status: str, asked: str, *, to: str = "FAW", position: str = "") -> str:
    """Write one line of a file."""
    return f"{status},2026-03-0{asked}Z,{to},{name[0].upper()}1,{name},{name.lower()}@x.example,{position}\n"


def bring(desk: Desk, *lines: str, **how: Any) -> ImportReport:
    """Import lines."""
    how = {"dry_run": False, "actor": INES, **how}
    text = HEADER + "".join(lines)
    return import_places(work=desk.work, files=csv_io, data=text.encode(), file_name="old.csv", **how)


def results(report: ImportReport) -> list[str]:
    """Give what became of each line."""
    return [f"{line.name}: {line.result}" for line in report.preview]


def standing(desk: Desk) -> dict[str, str]:
    """Give the people of the session by status, closed ones with their reason."""
    entries = desk.read(lambda reader: reader.registrations())
    return {
        f"{e.person.name} {e.registration.arrival}": e.registration.status.value
        + ("" if e.registration.status.is_active else f": {e.reason}")
        for e in entries
    }


def line(desk: Desk) -> list[str]:
    """Give the names in the line."""
    return [entry.person.name for entry in desk.read(lambda reader: reader.waiting("faw"))]


def total(desk: Desk) -> Sum:
    """Add the seats up."""
    facts = desk.read(lambda reader: reader.session("faw"))
    return add_up(facts.rules, facts.tally)


OLD_LIST = (
    place("Dan", "waitlisted", "3T10:00"),
    place("Ana", "confirmed", "2T10:00"),
    place("Cleo", "Waiting", "2T12:00"),
    place("Bo", "enrolled", "2T11:00"),
)


class TestImportingPlaces:
    def test_writes_them_down_in_their_order_with_their_times(self, desk: Desk) -> None:
        """Seats first, then the line, each by time; nobody is written to, and what the record tells is the same."""
        report = bring(desk, *OLD_LIST)

        assert results(report) == ["Dan: waits, number 2", "Ana: has a seat", "Cleo: waits, number 1", "Bo: has a seat"]
        assert report.sentence == "4 places were added: 2 with a seat, 2 waiting."
        assert standing(desk) == {
            "Ana 1": "confirmed",
            "Bo 2": "confirmed",
            "Cleo 3": "waitlisted",
            "Dan 4": "waitlisted",
        }
        asked = desk.read(lambda reader: [entry.registration.requested_at for entry in reader.waiting("faw")])
        assert asked == [at("2026-03-02 12:00"), at("2026-03-03 10:00")]
        with desk.engine.connect() as connection:
            assert connection.scalars(select(MESSAGE.c.kind)).all() == []
        exported = export_record(work=desk.work, actor=OWNER, signer=SIGNER)
        rows = fold_record(exported, is_signed=is_signed)
        assert [(row.employee_id, row.status, row.position, row.reason) for row in rows] == [
            ("A1", "confirmed", None, "had the seat already"),
            ("B1", "confirmed", None, "had the seat already"),
            ("C1", "waitlisted", 1, ""),
            ("D1", "waitlisted", 2, ""),
        ]

    def test_says_beforehand_what_it_would_do(self, desk: Desk) -> None:
        """A dry run keeps nothing."""
        tried = bring(desk, *OLD_LIST, dry_run=True)

        assert standing(desk) == {}
        assert tried.preview == bring(desk, *OLD_LIST).preview

    def test_a_second_time_changes_nothing(self, desk: Desk) -> None:
        """What is there is there, and who left since is not brought back."""
        bring(desk, *OLD_LIST)
        [dan] = [e.registration.id for e in desk.read(lambda r: r.waiting("faw")) if e.person.name == "Dan"]
        desk.drop(dan)
        head = desk.read(lambda reader: reader.head())

        again = bring(desk, *OLD_LIST, reason=TAKEN_OVER)

        assert results(again) == [
            "Dan: already there, dropped since",
            "Ana: already there",
            "Cleo: already there",
            "Bo: already there",
        ]
        assert desk.read(lambda reader: reader.head()) == head

    def test_needs_a_reason_to_seat_somebody_beyond_the_limit(self, desk: Desk) -> None:
        """With one it is a grant, signed, and the sum of the seats shows it."""
        lines = (*OLD_LIST, place("Eve", "confirmed", "2T13:00"))
        refused = bring(desk, *lines, all_or_nothing=True)

        report = bring(desk, *lines, reason=TAKEN_OVER)

        why = (
            "This passes over people who wait, or goes beyond a limit. It needs a reason and an approval. "
            "Give the reason with the file."
        )
        assert refused.problems == (ImportProblem(line=6, column="status", value="confirmed", why=why),)
        assert results(report)[-1] == "Eve: has a seat, beyond the limit"
        assert (total(desk).limit, total(desk).confirmed, total(desk).overbooked_by, total(desk).free) == (2, 3, 1, 0)

    def test_needs_a_reason_to_put_somebody_before_others(self, desk: Desk) -> None:
        """Fay asked here, later than Dan had asked elsewhere: with a reason he is before her, and she sees that."""
        desk.session("FULL", ("2026-03-21 09:00", "2026-03-21 12:00"), capacity=0)
        desk.ask("Fay", "full", asked_at="2026-03-04 10:00")
        dan = place("Dan", "waitlisted", "3T10:00", to="FULL")
        refused = bring(desk, dan)

        report = bring(desk, dan, reason=TAKEN_OVER)

        assert [problem.column for problem in refused.problems] == ["status"]
        assert results(report) == ["Dan: waits, number 1"]
        waiting = desk.read(lambda reader: reader.waiting("full"))
        assert [(entry.person.name, entry.passed_over) for entry in waiting] == [("Dan", 0), ("Fay", 1)]

    def test_moves_places_in_another_order_with_the_reason(self, desk: Desk) -> None:
        """In the old list Dan was first though he asked last; without a reason the order is that of the times."""
        lines = tuple(
            place(name, "waitlisted", f"{day}T10:00", position=position)
            for name, day, position in (("Ana", 2, "2"), ("Bo", 3, "3"), ("Dan", 4, "1"))
        )
        plain = bring(desk, *lines, dry_run=True)

        report = bring(desk, *lines, reason=TAKEN_OVER)

        assert results(plain) == [
            "Ana: waits, number 1, in the file 2",
            "Bo: waits, number 2, in the file 3",
            "Dan: waits, number 3, in the file 1",
        ]
        assert results(report) == ["Ana: waits, number 2", "Bo: waits, number 3", "Dan: waits, number 1"]
        assert line(desk) == ["Dan", "Ana", "Bo"]

    def test_asks_a_second_person_where_one_is_demanded(self, desk: Desk) -> None:
        """Rafe says yes, and Eve has her seat; a second file meanwhile asks nobody again."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)
        lines = (*OLD_LIST, place("Eve", "confirmed", "2T13:00"))
        report = bring(desk, *lines, reason=TAKEN_OVER)
        again = bring(desk, *lines, reason=TAKEN_OVER)
        [request] = list_override_requests(work=desk.work, actor=RAFE)

        approve_override(work=desk.work, actor=RAFE, request_id=request.id)

        assert results(report)[-1] == "Eve: needs somebody else's approval"
        assert results(again)[-1] == "Eve: waits for somebody else's approval already"
        assert standing(desk)["Eve 5"] == "confirmed"
        assert total(desk).overbooked_by == 1

    def test_says_what_is_wrong_with_a_line(self, desk: Desk) -> None:
        """An unknown status or session, a time to come, a place that is none."""
        report = bring(
            desk,
            place("Ana", "offered", "2T10:00"),
            place("Bo", "confirmed", "2T10:00", to="FOW"),
            place("Cleo", "confirmed", "2T10:00").replace("2026-03-02", "2026-04-02"),
            place("Dan", "waitlisted", "2T10:00", position="0"),
        )

        assert [(problem.line, problem.column, problem.why) for problem in report.problems] == [
            (2, "status", "This must be confirmed or waitlisted."),
            (3, "session_code", "No session has this code. FAW is the closest."),
            (4, "requested_at", "This lies in the future."),
            (5, "position", "The first place in the line is 1."),
        ]

    def test_refuses_what_the_rules_refuse(self, desk: Desk) -> None:
        """Somebody with a seat at the same time, and a group that will never fit."""
        desk.session("ABW", ("2026-03-20 11:00", "2026-03-20 13:00"))
        desk.ask("Ana", "abw")
        header = "status,requested_at,session_code,employee_id,employee_name,seat_units\n"
        group = f"{header}waiting,2026-03-02T10:00Z,FAW,B1,Bo,3\n"
        clash = bring(desk, place("Ana", "confirmed", "2T10:00").replace("A1", "ANA"))

        too_many = import_places(
            work=desk.work, files=csv_io, actor=INES, data=group.encode(), file_name="old.csv", dry_run=False
        )

        assert [(problem.column, problem.value) for problem in clash.problems] == [("session_code", "FAW")]
        assert [(problem.column, problem.value) for problem in too_many.problems] == [("seat_units", "3")]

    def test_is_for_those_who_may(self, desk: Desk) -> None:
        """Coordinators import."""
        with pytest.raises(NotAllowed):
            bring(desk, *OLD_LIST, actor=NOBODY)


class TestAStalePlace:
    def test_scenario_023_is_closed_by_the_file_that_has_the_seat(self, desk: Desk) -> None:
        """Ana waits here at the head and has her seat elsewhere: one pass writes it down, and proposes Bo."""
        for name in ("Olga", "Piet"):
            desk.ask(name, "faw")
        for name in ("Ana", "Bo"):
            desk.ask(name, "faw")
        desk.drop("olga-faw")
        desk.drop("piet-faw")

        report = bring(desk, place("Ana", "confirmed", "2T10:00").replace("A1", "ANA"))

        assert results(report) == ["Ana: has a seat, the place in line is closed"]
        assert standing(desk) == {
            "Olga 1": "dropped: dropped",
            "Piet 2": "dropped: dropped",
            "Ana 3": "removed: stale",
            "Bo 4": "waitlisted",
            "Ana 5": "confirmed",
        }
        assert [p.entry.person.name for p in desk.read(lambda reader: reader.proposals("faw"))] == ["Bo"]

    def test_scenario_023_is_left_out_of_a_file_that_has_both(self, desk: Desk) -> None:
        """Old data has Ana twice, with a seat and at the head of the line: the seat counts, and Bo is proposed."""
        report = bring(
            desk,
            place("Ana", "waitlisted", "1T09:00"),
            place("Ana", "confirmed", "2T10:00"),
            place("Bo", "waitlisted", "2T11:00"),
            place("Bo", "waitlisted", "2T12:00"),
        )

        assert results(report) == [
            "Ana: left out, has the seat of line 3",
            "Ana: has a seat",
            "Bo: waits, number 1",
            "Bo: same person as line 4",
        ]
        assert [p.entry.person.name for p in desk.read(lambda reader: reader.proposals("faw"))] == ["Bo"]
