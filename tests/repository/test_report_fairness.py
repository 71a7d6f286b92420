"""The fairness report over a real database."""

from datetime import timedelta

import pytest

from tests.desk import INES, NOBODY, RAFE, Desk
from waitlist_app.errors import NotAllowed
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.report_fairness import FairnessLine, report_fairness
from waitlist_app.services.request_earlier import request_earlier


@pytest.fixture
def desk(database_url: str):
    """Open a session of one seat, for which three people wait behind Ulla."""
    desk = Desk(database_url)
    desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"))
    for name in ("Ulla Brandvoll", "Oona Birchwood", "Imani Vestergrove", "Keiko Harrowgate"):
        desk.ask(name, "wah")
    yield desk
    desk.engine.dispose()


class TestTheReport:
    def test_tells_reason_and_approval_of_each_inversion(self, desk: Desk) -> None:
        """Keiko was moved to the front by Rafe and seated, past two people."""
        desk.move("keiko-wah", before="oona-wah", reason="Only first-aider on nights", by=RAFE)
        desk.drop("ulla-wah")
        desk.approve("keiko-wah")
        desk.accept("keiko-wah")

        report = report_fairness(work=desk.work, actor=INES, session_id="wah")

        [line] = report.lines
        assert line == FairnessLine(
            at=desk.clock.now(),
            name="Keiko Harrowgate",
            passed=("Oona Birchwood", "Imani Vestergrove"),
            reason="Only first-aider on nights",
            approved_by="Rafe Ostrander",
            approval=line.approval,
        )
        assert line.approval

    def test_tells_of_an_earlier_time_by_the_word_that_gave_it(self, desk: Desk) -> None:
        """Pavel asked on paper; Ines put him in front of the three, and Rafe only approved what came of it."""
        request_earlier(
            work=desk.work,
            actor=INES,
            session_id="wah",
            person=PersonDetails(employee_id="P1", name="Pavel", email="pavel@tarnwick.example"),
            requested_at=desk.clock.now() - timedelta(days=1),
            reason="Found in a drawer",
        )
        pavel = desk.read(lambda reader: reader.waiting("wah"))[0].registration.id
        desk.clock.set(desk.clock.now() + timedelta(hours=1))
        desk.drop("ulla-wah")
        desk.approve(pavel, by=RAFE)
        desk.accept(pavel)

        [line] = report_fairness(work=desk.work, actor=INES, session_id="wah").lines

        assert (line.name, line.passed) == ("Pavel", ("Oona Birchwood", "Imani Vestergrove", "Keiko Harrowgate"))
        assert (line.reason, line.approved_by) == ("Found in a drawer", "Ines Calder")

    def test_is_empty_without_overrides(self, desk: Desk) -> None:
        """Served as asked."""
        desk.drop("ulla-wah")
        desk.approve("oona-wah")
        desk.accept("oona-wah")

        assert report_fairness(work=desk.work, actor=INES, session_id="wah").lines == ()

    def test_is_for_those_who_may_read_the_record(self, desk: Desk) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            report_fairness(work=desk.work, actor=NOBODY, session_id="wah")
