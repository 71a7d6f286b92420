from pathlib import Path

import pytest

from tests.desk import STRANGER, Desk
from waitlist_app.__main__ import main

SESSIONS = "session_code,capacity,starts_at,ends_at\nFIRE,1,2026-04-14T09:00Z,2026-04-14T12:00Z\n"
REQUESTS = (
    "requested_at,session_code,employee_id,employee_name\n"
    "2026-03-02T10:00Z,FIRE,00417,Mei Sato\n"
    "2026-03-02T10:01Z,FIRE,00512,Bram Oyelaran\n"
    "2026-03-02T10:02Z,FIER,00600,Dora Finch\n"
)


@pytest.fixture
def folder(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a file of each kind, beside a database with one organisation."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    Desk(sqlite_url).engine.dispose()
    (tmp_path / "sessions.csv").write_text(SESSIONS, encoding="utf-8")
    (tmp_path / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    return tmp_path


class TestTheCommandLine:
    def test_says_what_a_file_would_do_before_it_does_it(self, folder, capsys):
        """Nothing is saved until somebody says so."""
        tried = main(["import", "sessions", str(folder / "sessions.csv")])
        run = main(["import", "sessions", str(folder / "sessions.csv"), "--apply"])

        assert (tried, run) == (0, 0)
        assert capsys.readouterr().out == "1 session can be added. Nothing is saved.\n1 session was added.\n"

    def test_names_the_lines_that_need_somebody(self, folder, capsys):
        """A problem is printed with its file, line and column; the rest is added."""
        main(["import", "sessions", str(folder / "sessions.csv"), "--apply"])
        capsys.readouterr()

        code = main(["import", "requests", str(folder / "requests.csv"), "--apply"])

        printed = capsys.readouterr()
        assert code == 0
        assert printed.err == ("requests.csv, line 4, session_code: No session has this code. FIRE is the closest.\n")
        assert printed.out == "2 requests were added: 1 with a seat, 1 waiting. 1 line needs you.\n"

    def test_writes_down_places_that_exist_already(self, folder, capsys):
        """A seat beyond the limit takes a reason, and the command line can give one."""
        places = folder / "places.csv"
        places.write_text(REQUESTS.replace("requested_at", "status,requested_at").replace("\n2026", "\nconfirmed,2026"))
        main(["import", "sessions", str(folder / "sessions.csv"), "--apply"])
        capsys.readouterr()

        main(["import", "places", str(places)])
        main(["import", "places", str(places), "--apply", "--reason", "Taken over"])

        assert capsys.readouterr().out == (
            "1 place can be added: 1 with a seat, 0 waiting. 2 lines need you. Nothing is saved.\n"
            "2 places were added: 2 with a seat, 0 waiting. 1 line needs you.\n"
        )

    def test_fails_when_it_was_to_be_all_or_nothing(self, folder, capsys):
        """A script notices that nothing was saved."""
        main(["import", "sessions", str(folder / "sessions.csv"), "--apply"])

        code = main(["import", "requests", str(folder / "requests.csv"), "--apply", "--all-or-nothing"])

        assert code == 1
        assert capsys.readouterr().out.endswith("1 line needs you. Nothing is saved.\n")

    def test_writes_the_roster_of_one_session(self, folder, capsys):
        """The file is the one that a coordinator downloads."""
        main(["import", "sessions", str(folder / "sessions.csv"), "--apply"])
        main(["import", "requests", str(folder / "requests.csv"), "--apply"])

        code = main(["export", "--session", "FIRE", "--out", str(folder / "roster.csv")])

        lines = (folder / "roster.csv").read_text(encoding="utf-8-sig").splitlines()
        assert code == 0
        assert [line.split(",")[2:6] for line in lines[1:]] == [
            ["confirmed", "", "00417", "Mei Sato"],
            ["waitlisted", "1", "00512", "Bram Oyelaran"],
        ]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["import", "requests", "{folder}/nowhere.csv"], "cannot be read: No such file or directory."),
            (["import", "requests", "{folder}/sessions.csv"], "This looks like a file of sessions."),
            (["import", "sessions", "{folder}/sessions.csv", "--organisation", "Elsewhere"], "no such organisation."),
            (["export", "--session", "YOGA", "--out", "{folder}/roster.csv"], "No session has the code YOGA."),
            (["export", "--out", "{folder}/no/roster.csv"], "cannot be written: No such file or directory."),
        ],
        ids=["no file", "another kind of file", "no organisation", "no session", "no folder"],
    )
    def test_ends_with_one_clear_line_when_it_cannot_go_on(self, folder, capsys, words, sentence):
        """Whoever typed it reads what to change."""
        code = main([word.format(folder=folder) for word in words])

        printed = capsys.readouterr().err
        assert code == 2
        assert sentence in printed
        assert printed.count("\n") == 1

    def test_asks_which_organisation_is_meant(self, folder, capsys, sqlite_url):
        """With two of them, nothing is guessed."""
        Desk(sqlite_url, team=(STRANGER,)).engine.dispose()

        code = main(["export", "--out", str(folder / "roster.csv")])

        assert code == 2
        assert capsys.readouterr().err == (
            "There are several organisations. Name one with --organisation: Stoneworks, Tarnwick Group.\n"
        )
