"""The command line plays real demand through the real use cases, and what it writes can be checked."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from waitlist_app.__main__ import main

DEMAND = Path(__file__).resolve().parents[2] / "benchmarks" / "demand"


def play(out: Path, *options: str, events: Path = DEMAND / "events.csv") -> dict[str, Any]:
    """Play a stream and give its summary."""
    arguments = ["replay", "--sessions", str(DEMAND / "sessions.csv"), "--meetings", str(DEMAND / "meetings.csv")]
    code = main([*arguments, "--events", str(events), "--out", str(out), *options])
    assert code == 0
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def _statuses(out: Path) -> dict[str, int]:
    with (out / "roster.csv").open(encoding="utf-8", newline="") as file:
        return dict(Counter(row["status"] for row in csv.DictReader(file)))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory, small_sessions: tuple[Path, Path]) -> bytes:
    """Give the record of a short replay."""
    out = tmp_path_factory.mktemp("record")
    sessions, events = small_sessions
    short = out / "short.csv"
    short.write_text("".join(events.read_text(encoding="utf-8").splitlines(keepends=True)[:60]), encoding="utf-8")
    arguments = ["replay", "--sessions", str(sessions), "--meetings", str(DEMAND / "meetings.csv")]
    main([*arguments, "--events", str(short), "--out", str(out)])
    return (out / "audit.jsonl").read_bytes()


class TestAReplay:
    """A short stream, on both databases."""

    @pytest.mark.parametrize(
        "options",
        [
            (),
            ("--approve", "none"),
            ("--accept", "never", "--window", "12h"),
            ("--accept", "never", "--lapse", "end", "--window", "12h"),
            ("--accept-after", "3h", "--policy", "priority"),
            ("--conflicts", "block"),
            ("--conflicts", "ignore"),
        ],
        ids=["default", "unapproved", "lapsing", "requeued", "priority", "blocked", "ignoring"],
    )
    def test_writes_the_same_bytes_whatever_the_database(
        self, tmp_path: Path, postgresql_url: str, small_sessions: tuple[Path, Path], options: tuple[str, ...]
    ) -> None:
        """SQLite and PostgreSQL lead to the same rosters and seats, and the record rebuilds the roster."""
        sessions, events = small_sessions
        common = ["replay", "--sessions", str(sessions), "--meetings", str(DEMAND / "meetings.csv")]
        common += ["--events", str(events), *options]

        assert main([*common, "--out", str(tmp_path / "embedded")]) == 0
        assert main([*common, "--out", str(tmp_path / "server"), "--database", postgresql_url]) == 0
        record, rebuilt = tmp_path / "server" / "audit.jsonl", tmp_path / "rebuilt.csv"
        assert main(["audit", "fold", str(record), "--out", str(rebuilt)]) == 0

        for name in ("roster.csv", "seats.csv"):
            assert (tmp_path / "embedded" / name).read_bytes() == (tmp_path / "server" / name).read_bytes()
        assert rebuilt.read_bytes() == (tmp_path / "server" / "roster.csv").read_bytes()
        assert len(_statuses(tmp_path / "server")) > 1

    def test_adds_up_in_every_session(self, tmp_path: Path, small_sessions: tuple[Path, Path]) -> None:
        """Limit and overbooking equal what is confirmed, pending, held, reserved and free."""
        sessions, events = small_sessions
        arguments = ["replay", "--sessions", str(sessions), "--meetings", str(DEMAND / "meetings.csv")]
        main([*arguments, "--events", str(events), "--out", str(tmp_path)])

        with (tmp_path / "seats.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))

        held = ("confirmed", "pending", "held", "reserved", "free")
        assert [int(row["limit"]) + int(row["overbooked_by"]) for row in rows] == [
            sum(int(row[name]) for name in held) for row in rows
        ]

    def test_counts_lines_that_cannot_be_read_and_goes_on(
        self, tmp_path: Path, small_sessions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A bad instant and an unknown session are named with their lines and left out."""
        _, events = small_sessions
        lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[3] = "not a time" + lines[3][lines[3].index(",") :]
        lines[5] = lines[5].replace(lines[5].split(",")[2], "NOWHERE 1")
        mixed = tmp_path / "mixed.csv"
        mixed.write_text("".join(lines[:40]), encoding="utf-8")

        summary = play(tmp_path / "out", events=mixed)

        said = capsys.readouterr().err
        assert summary["skipped_lines"] == 2
        assert summary["events"] == 37
        assert "mixed.csv, line 4:" in said
        assert "mixed.csv, line 6: No session has this code." in said

    def test_says_in_one_line_what_is_wrong_with_a_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A file that is no table ends the run with code 2 and one clear line."""
        picture = tmp_path / "events.csv"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        arguments = ["replay", "--sessions", str(DEMAND / "sessions.csv"), "--meetings", str(DEMAND / "meetings.csv")]

        code = main([*arguments, "--events", str(picture), "--out", str(tmp_path / "out")])

        said = capsys.readouterr().err.strip()
        assert code == 2
        assert len(said.splitlines()) == 1
        assert not (tmp_path / "out").exists()


class TestTheRecord:
    """The exported record, checked with nothing but the file."""

    def test_is_verified_by_its_head(self, record: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A whole record gives its head's hash, and a head known from elsewhere has to match."""
        file = tmp_path / "audit.jsonl"
        file.write_bytes(record)

        code = main(["audit", "verify", str(file)])

        head = capsys.readouterr().out.strip()
        assert code == 0
        assert len(head) == 64
        assert main(["audit", "verify", str(file), "--head", head]) == 0
        assert main(["audit", "verify", str(file), "--head", "0" * 64]) == 1

    def test_is_refused_with_any_byte_changed(
        self, record: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Wherever a byte is changed, the first bad line is named."""
        file = tmp_path / "audit.jsonl"
        for at in range(0, len(record), 997):
            changed = bytearray(record)
            changed[at] ^= 1
            file.write_bytes(bytes(changed))

            assert main(["audit", "verify", str(file)]) == 1
            assert capsys.readouterr().out.startswith("audit.jsonl: ")

    def test_is_refused_with_its_tail_cut_off(self, record: bytes, tmp_path: Path) -> None:
        """A record without its last entries has no seal that fits."""
        file = tmp_path / "audit.jsonl"
        lines = record.splitlines(keepends=True)

        file.write_bytes(b"".join(lines[:-3]))
        assert main(["audit", "verify", str(file)]) == 1
        file.write_bytes(b"".join([*lines[:-3], lines[-1]]))
        assert main(["audit", "verify", str(file)]) == 1


@pytest.mark.slow
class TestTheWholeStream:
    """25,737 recorded requests and drops, and what must come of them."""

    @pytest.mark.timeout(1200)
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ((), {"confirmed": 11422, "waitlisted": 1326, "dropped": 6404}),
            (("--approve", "none"), {"confirmed": 10108, "waitlisted": 2640, "dropped": 6404}),
            (
                ("--accept", "never", "--window", "48h"),
                {"confirmed": 10396, "waitlisted": 1184, "offered": 35, "lapsed": 1791, "dropped": 5746},
            ),
            (("--conflicts", "ignore"), {"confirmed": 12417, "waitlisted": 331, "dropped": 6404}),
        ],
        ids=["default", "unapproved", "lapsing", "ignoring"],
    )
    @pytest.mark.sqlite
    def test_leads_to_the_known_roster(
        self, tmp_path: Path, options: tuple[str, ...], expected: dict[str, int]
    ) -> None:
        """Every registration ends where the specification says, and the record rebuilds the roster."""
        summary = play(tmp_path, *options)

        rebuilt = tmp_path / "rebuilt.csv"
        assert main(["audit", "fold", str(tmp_path / "audit.jsonl"), "--out", str(rebuilt)]) == 0
        assert _statuses(tmp_path) == expected
        assert summary["refused"]["duplicate"] == 181
        assert rebuilt.read_bytes() == (tmp_path / "roster.csv").read_bytes()
