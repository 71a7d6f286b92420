"""`backtest`: what another policy would have made of last year's requests."""

import argparse
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from waitlist_app.bootstrap import csv_files
from waitlist_app.cli.paths import bytes_of
from waitlist_app.cli.replay import event_of, length, sessions_of
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.backtest_policies import Outcome, backtest
from waitlist_app.services.replay_demand import Behaviour

_POLICIES = ("fcfs", "priority")


def add_backtest(commands: Any) -> None:
    """Add `backtest` to the commands."""
    parser = commands.add_parser("backtest", help="play a recorded stream under two policies, side by side")
    parser.add_argument("--sessions", type=Path, required=True, help="file of sessions (CSV)")
    parser.add_argument("--meetings", type=Path, required=True, help="file of their meetings (CSV)")
    parser.add_argument("--events", type=Path, required=True, help="file of requests and drops (CSV)")
    parser.add_argument("--a", choices=_POLICIES, default="fcfs", help="one policy")
    parser.add_argument("--b", choices=_POLICIES, default="priority", help="the other")
    parser.add_argument("--accept", choices=("always", "never"), default="always")
    parser.add_argument("--accept-after", type=length, default=timedelta(0), help="such as 0s, 90m, 12h, 2d")
    parser.add_argument("--window", type=length, default=timedelta(hours=48), help="how long an offer runs")
    parser.add_argument("--lapse", choices=("out", "end"), default="out")
    parser.add_argument("--conflicts", choices=("wait", "block", "ignore"), default="wait")
    parser.set_defaults(run=run_backtest)


def run_backtest(arguments: argparse.Namespace) -> int:
    """Print both outcomes as JSON: fill, waits by role, inversions against the time of asking, passed-over counts."""
    said = {name: _said(_play(arguments, policy)) for name, policy in (("a", arguments.a), ("b", arguments.b))}
    print(json.dumps({"a": {"policy": arguments.a, **said["a"]}, "b": {"policy": arguments.b, **said["b"]}}, indent=2))
    return 0


def _play(arguments: argparse.Namespace, policy: str) -> Outcome:
    files = csv_files()
    options = argparse.Namespace(**{**vars(arguments), "policy": policy})
    sessions = files.read_sessions(bytes_of(arguments.sessions)).rows
    details = sessions_of(sessions, files.read_meetings(bytes_of(arguments.meetings)).rows, options, "backtest")
    known = {session.session_code for session in sessions}
    lines = files.read_events(bytes_of(arguments.events)).rows
    return backtest(
        actor=Actor(id="backtest", name="backtest", role=Role.SYSTEM, org_id="backtest"),
        sessions=details,
        events=[event_of(line) for line in lines if line.session_code in known],
        behaviour=Behaviour(accepts=arguments.accept == "always", accept_after=arguments.accept_after),
        waiver="backtest" if arguments.conflicts == "ignore" else "",
    )


def _said(outcome: Outcome) -> dict[str, Any]:
    tallies = outcome.tallies
    return {
        "proposals": tallies.proposals,
        "offers": tallies.offers,
        "lapsed": tallies.lapsed,
        "refused": dict(sorted(tallies.refused.items())),
        "confirmed": outcome.confirmed,
        "seats": outcome.seats,
        "filled": round(outcome.filled, 4),
        "waiting": outcome.waiting,
        "median_wait_hours": dict(outcome.median_wait_hours),
        "inversions": outcome.inversions,
        "passed_over": outcome.passed_over,
    }
