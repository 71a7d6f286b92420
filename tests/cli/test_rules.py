import pytest

from tests.desk import Desk
from waitlist_app.__main__ import main


@pytest.fixture
def installed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a database with one organisation and one session."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    desk = Desk(sqlite_url)
    desk.session("FAW", ("2026-05-04 09:00", "2026-05-04 12:00"))
    desk.session("GDPR", ("2026-05-05 09:00", "2026-05-05 12:00"), capacity=2)
    for name, units in (("Fay", 1), ("Gus", 1), ("Ana", 2), ("Bo", 1)):
        desk.ask(name, "gdpr", units=units)
    desk.drop("gus-gdpr")
    desk.engine.dispose()


@pytest.mark.usefixtures("installed")
class TestRulesOnTheCommandLine:
    def test_are_tried_before_they_are_kept(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing is saved until somebody says so."""
        wanted = ["rules", "session", "FAW", "--offer-window", "12h", "--sign-off", "--reason", "Seats came late"]

        codes = (main(wanted), main([*wanted, "--apply"]), main(["rules", "show", "--session", "FAW"]))

        told = capsys.readouterr().out.splitlines()
        said = "The offer window: 12 h from now on, 48 h before. Sign-off by a manager: everybody from now on, nobody"
        assert codes == (0, 0, 0)
        assert told[0].startswith(said)
        assert told[0].endswith("Nothing is saved.")
        assert told[0] == f"{told[1]} Nothing is saved."
        assert "Offer window: 12 h" in told
        assert "Sign-off by a manager: everybody" in told

    def test_say_who_gains_by_them(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Two seats for Ana, one for Bo: with one seat free, Bo would have a turn."""
        wanted = ["rules", "session", "GDPR", "--groups", "fill", "--reason", "No seat stays empty"]

        main(wanted)
        tried = capsys.readouterr().out.splitlines()
        main([*wanted, "--apply"])
        kept = capsys.readouterr().out.splitlines()

        assert tried == [f"{kept[0]} Nothing is saved.", "Bo: Is proposed for a seat in GDPR."]
        assert len(kept) == 1

    def test_are_set_for_new_sessions_with_the_calendar(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Whoever runs the installation sets them, on record as the operator."""
        main(["rules", "defaults", "--offer-window", "16h", "--in-working-hours", "--reason", "Set up", "--apply"])
        days = ["--weekdays", "mon,tue", "--holidays", "2026-12-25", "--opens", "09:00"]
        main(["rules", "calendar", *days, "--reason", "Set up", "--apply"])
        capsys.readouterr()

        main(["rules", "show"])

        told = capsys.readouterr().out.splitlines()
        assert told[0] == "Calendar: Mon and Tue, 09:00 to 20:00, London time, 1 holiday"
        assert told[1] == "Offer window: 16 h in working hours"

    def test_end_with_one_clear_line_when_they_cannot_be(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Four minutes are too few."""
        code = main(["rules", "session", "FAW", "--offer-window", "4m", "--reason", "Quicker", "--apply"])

        assert code == 2
        assert capsys.readouterr().err == "Please give people from 5 minutes to 60 days to answer, in whole minutes.\n"
