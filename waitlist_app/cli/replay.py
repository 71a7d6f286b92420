"""`replay`: play a recorded stream of requests and drops through the real use cases."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from waitlist_app.bootstrap import Product, build, migrate
from waitlist_app.cli.paths import bytes_of
from waitlist_app.clock import SetClock, new_id
from waitlist_app.engine.model import ConflictRule, LapseRule, Mode, Order, Session, StandingApproval
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.export_record import export_record
from waitlist_app.services.files import EventLine, MeetingLine, SessionLine
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.ports import MeetingDetails, PersonDetails, SessionDetails
from waitlist_app.services.replay_demand import ROLES, Behaviour, RecordedEvent, Tallies, replay_demand
from waitlist_app.services.views import ImportProblem
from waitlist_app.settings import load_settings

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LISTED: Final = 20
"""Problems that are printed one by one."""


def add_replay(commands: Any) -> None:
    """Add `replay` to the commands."""
    parser = commands.add_parser("replay", help="play a recorded stream of requests and drops")
    parser.add_argument("--sessions", type=Path, required=True, help="file of sessions (CSV)")
    parser.add_argument("--meetings", type=Path, required=True, help="file of their meetings (CSV)")
    parser.add_argument("--events", type=Path, required=True, help="file of requests and drops (CSV)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--policy", choices=("fcfs", "priority"), default="fcfs")
    parser.add_argument("--approve", choices=("all", "none"), default="all")
    parser.add_argument("--accept", choices=("always", "never"), default="always")
    parser.add_argument("--accept-after", type=length, default="0s", help="such as 0s, 90m, 12h, 2d")
    parser.add_argument("--window", type=length, default="48h", help="how long an offer runs, such as 48h")
    parser.add_argument("--lapse", choices=("out", "end"), default="out")
    parser.add_argument("--conflicts", choices=("wait", "block", "ignore"), default="wait")
    parser.add_argument("--database", help="URL of an existing database; without it, a new one that is thrown away")
    parser.set_defaults(run=replay)


def replay(arguments: argparse.Namespace) -> int:
    """Play the stream and write `roster.csv`, `seats.csv`, `audit.jsonl` and `summary.json`."""
    with _database(arguments.database) as url:
        clock = SetClock(_BEGINNING)
        product = build(load_settings().model_copy(update={"database_url": url}), clock=clock)
        try:
            _play(product, clock, arguments)
        finally:
            product.engine.dispose()
    return 0


def _play(product: Product, clock: SetClock, arguments: argparse.Namespace) -> None:
    files = product.files
    read_sessions = files.read_sessions(bytes_of(arguments.sessions))
    read_meetings = files.read_meetings(bytes_of(arguments.meetings))
    read_events = files.read_events(bytes_of(arguments.events))
    known = {session.session_code for session in read_sessions.rows}
    events = [event for event in read_events.rows if event.session_code in known]
    unknown = [_unknown(event) for event in read_events.rows if event.session_code not in known]
    problems: dict[Path, Sequence[ImportProblem]] = {
        arguments.sessions: read_sessions.problems,
        arguments.meetings: read_meetings.problems,
        arguments.events: (*read_events.problems, *unknown),
    }
    skipped = _report(problems)

    actor = Actor(id="replay", name="replay", role=Role.SYSTEM, org_id=new_id(), organisation="Replay")
    if events:
        clock.set(min(event.occurred_at for event in events))
    standing = _begin(product, actor, signs=arguments.approve == "all")
    sessions = sessions_of(read_sessions.rows, read_meetings.rows, arguments, standing)

    began = time.perf_counter()
    with _progress(len(events)) as advance:
        tallies = replay_demand(
            work=product.work,
            actor=actor,
            clock=clock,
            sessions=sessions,
            events=[event_of(event) for event in events],
            behaviour=Behaviour(accepts=arguments.accept == "always", accept_after=arguments.accept_after),
            waiver="replay" if arguments.conflicts == "ignore" else "",
            on_event=advance,
        )
    seconds = time.perf_counter() - began
    _write(product, actor, arguments.out, tallies, skipped=skipped, seconds=seconds)


def _begin(product: Product, actor: Actor, *, signs: bool) -> str:
    """Add the organisation of the run, and sign for its promotions where they are all approved."""
    product.work.transact(actor, lambda tx: tx.add_organisation(name=actor.organisation, zone="UTC"))
    if not signs:
        return ""
    return product.work.transact(
        actor, lambda tx: tx.sign(kind="standing", subject_id=actor.org_id, session_id="", reason="--approve all")
    )


def sessions_of(
    lines: Sequence[SessionLine], meetings: Sequence[MeetingLine], arguments: argparse.Namespace, standing: str
) -> list[SessionDetails]:
    """Give the sessions of the files, with the rules that the options name."""
    sittings: dict[str, list[MeetingDetails]] = {}
    for meeting in meetings:
        details = MeetingDetails(starts_at=meeting.starts_at, ends_at=meeting.ends_at, location=meeting.location)
        sittings.setdefault(meeting.session_code, []).append(details)
    return [
        SessionDetails(
            rules=Session(
                id=new_id(),
                code=line.session_code,
                capacity=line.capacity,
                order=Order.PRIORITY if arguments.policy == "priority" else Order.FIRST_COME,
                role_order=ROLES if arguments.policy == "priority" else (),
                mode=Mode.OFFERED if standing else Mode.MANUAL,
                standing_approval=StandingApproval(id=standing) if standing else None,
                offer_window=arguments.window,
                conflicts=ConflictRule(arguments.conflicts),
                on_lapse=LapseRule(arguments.lapse),
            ),
            title=line.title,
            location=line.location,
            zone="UTC",
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            meetings=tuple(sittings.get(line.session_code, ())),
        )
        for line in lines
    ]


def event_of(line: EventLine) -> RecordedEvent:
    """Give one line of a stream as the replay plays it."""
    return RecordedEvent(
        line=line.line,
        occurred_at=line.occurred_at,
        is_request=line.action == "request",
        session_code=line.session_code,
        seat_units=line.seat_units,
        person=PersonDetails(
            employee_id=line.employee_id,
            name=line.employee_name,
            email=line.email,
            department=line.department,
            role=line.role,
            compliance_deadline=line.compliance_deadline,
        ),
    )


def _write(product: Product, actor: Actor, out: Path, tallies: Tallies, *, skipped: int, seconds: float) -> None:
    roster, seats = list_rosters(work=product.work, actor=actor)
    statuses = Counter(row.status for row in roster)
    played = tallies.requests + tallies.drops
    summary = {
        "events": played,
        "requests": tallies.requests,
        "drops": tallies.drops,
        "refused": dict(sorted(tallies.refused.items())),
        "proposals": tallies.proposals,
        "offers": tallies.offers,
        "confirmed": statuses["confirmed"],
        "lapsed": tallies.lapsed,
        "skipped_lines": skipped,
        "seconds": round(seconds, 3),
        "events_per_second": round(played / seconds, 1) if seconds else 0.0,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "roster.csv").write_bytes(product.files.replay_roster_csv(roster))
    (out / "seats.csv").write_bytes(product.files.seats_csv(seats))
    (out / "audit.jsonl").write_bytes(export_record(work=product.work, actor=actor, signer=product.signer))
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    counted = ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items()))
    print(f"{played:,} events, {len(roster):,} registrations: {counted or 'none'}. Written to {out}.")


def _report(problems: dict[Path, Sequence[ImportProblem]]) -> int:
    """Print what could not be read, with line numbers, and give how many lines that is."""
    found = [(path, problem) for path, several in problems.items() for problem in several]
    for path, problem in found[:_LISTED]:
        print(f"{path.name}, line {problem.line}: {problem.why}", file=sys.stderr)
    skipped = len({(path, problem.line) for path, problem in found})
    if found:
        print(f"{skipped} lines could not be read and were left out.", file=sys.stderr)
    return skipped


def _unknown(event: EventLine) -> ImportProblem:
    return ImportProblem(
        line=event.line, column="session_code", value=event.session_code, why="No session has this code."
    )


@contextmanager
def _database(url: str | None) -> Generator[str]:
    with tempfile.TemporaryDirectory(prefix="waitlist-replay-") as folder:
        chosen = url or f"sqlite:///{folder}/replay.db"
        migrate(chosen)
        yield chosen


@contextmanager
def _progress(total: int) -> Generator[Any]:
    columns = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, refresh_per_second=5) as progress:
        task = progress.add_task("play", total=total)
        yield lambda: progress.advance(task)


def length(text: str) -> timedelta:
    """Read a length such as 90s, 5m, 48h or 2d."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdigit():
        message = f"{text!r} is not a length such as 90s, 5m, 48h or 2d"
        raise argparse.ArgumentTypeError(message)
    return timedelta(seconds=int(number) * _UNITS[unit])
