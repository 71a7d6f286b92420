"""Two policies side by side, held against what a replay over a database gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.replay.test_replay import DEMAND, play
from waitlist_app.__main__ import main


def _backtest(capsys: pytest.CaptureFixture[str], sessions: Path, events: Path, *options: str) -> dict[str, Any]:
    files = ["--sessions", str(sessions), "--meetings", str(DEMAND / "meetings.csv"), "--events", str(events)]
    assert main(["backtest", *files, *options]) == 0
    return json.loads(capsys.readouterr().out)


class TestABacktest:
    @pytest.mark.parametrize("options", [(), ("--accept", "never", "--window", "5m"), ("--conflicts", "block")])
    def test_gives_for_each_policy_what_its_replay_gives(
        self,
        small_sessions: tuple[Path, Path],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        options: tuple[str, ...],
    ) -> None:
        """In memory or over a database, the engine is one."""
        sessions, events = small_sessions
        both = _backtest(capsys, sessions, events, *options)

        for name, policy in (("a", "fcfs"), ("b", "priority")):
            out = tmp_path / name
            told = play(out, "--sessions", str(sessions), "--policy", policy, *options, events=events)
            figures = ("confirmed", "proposals", "offers", "lapsed", "refused")
            assert {key: both[name][key] for key in figures} == {key: told[key] for key in figures}

    def test_shows_that_first_come_passes_nobody(
        self,
        small_sessions: tuple[Path, Path],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Held against the time of asking, first come has no inversion; priority has its price."""
        both = _backtest(capsys, *small_sessions)

        assert (both["a"]["inversions"], both["a"]["passed_over"]) == (0, 0)
        assert both["b"]["inversions"] > 0
