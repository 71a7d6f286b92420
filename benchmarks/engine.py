"""How fast the engine decides, alone: no database, no messages, one core.

Run it with `python benchmarks/engine.py`. It plays a made-up stream of 26,000 requests and drops over 64 sessions, in
the proportions of a real enrolment: three requests for each drop, a quarter of the requests into full sessions, two
meetings a week that overlap with about a fifth of the other sessions. Every proposal becomes an offer by a standing
approval, and every offer is accepted at once. To play recorded files instead, name a folder with `sessions.csv`,
`meetings.csv` and `events.csv`: `python benchmarks/engine.py FOLDER`.

Three figures come out, each the best of several runs, since a machine can only be disturbed towards slower:
- events a second for deciding and evolving: each command and each settlement over the slice that it got, recorded once
  and played again without the book that the slices come from;
- events a second for the whole act, with the book in memory that cuts the slices and keeps the events;
- what one act costs with 10,000 waiting, half of them unable to take a seat, against 100 waiting.
"""

import csv
import gc
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from waitlist_app.engine.act import act  # noqa: E402 - the package is found by the line above
from waitlist_app.engine.commands import AcceptOffer, ApproveProposal, Close, Command, RequestSeat  # noqa: E402
from waitlist_app.engine.decide import decide  # noqa: E402
from waitlist_app.engine.events import Event, OfferMade, SeatProposed, WaitlistJoined  # noqa: E402
from waitlist_app.engine.evolve import fold  # noqa: E402
from waitlist_app.engine.ledger import Ledger  # noqa: E402
from waitlist_app.engine.model import Mode, Roster, Session, StandingApproval, Status  # noqa: E402
from waitlist_app.engine.refusals import AlreadyRegistered  # noqa: E402
from waitlist_app.engine.settle import settle  # noqa: E402

RUNS = 5
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Line = tuple[datetime, str, str, str]
"""When, `request` or `drop`, which session, who."""
Stream = tuple[list[Session], dict[str, frozenset[str]], list[Line]]


Asked = tuple[Roster, Command | None, datetime]
"""A slice, the command to decide over it, none for settling, and when."""


class RecordingLedger(Ledger):
    """A ledger that remembers what it was asked for."""

    now = MONDAY

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.asked: list[Asked] = []

    def for_act(self, command: Command) -> Roster:
        """Remember the command and its slice."""
        roster = super().for_act(command)
        self.asked.append((roster, command, self.now))
        return roster

    def for_settlement(self, session_id: str) -> Roster:
        """Remember the slice."""
        roster = super().for_settlement(session_id)
        self.asked.append((roster, None, self.now))
        return roster


def made_up() -> Stream:
    """Make a stream up, the same each time."""
    dice = random.Random(2026)  # noqa: S311 - a stream to measure with, no secret
    slots = [(day, hour) for day in range(5) for hour in range(9)]
    times = {f"Course {n:02}": frozenset(dice.sample(slots, 5)) for n in range(64)}
    sessions = [opened(code, dice.choice((100, 150, 200, 300))) for code in times]
    people = [f"E{n}" for n in range(6000)]
    seats: list[tuple[str, str]] = []
    lines: list[Line] = []
    for n in range(26_000):
        at = MONDAY + timedelta(minutes=n)
        if seats and dice.random() < 0.25:
            code, person = seats.pop(dice.randrange(len(seats)))
            lines.append((at, "drop", code, person))
        else:
            seat = dice.choice(sessions).code, dice.choice(people)
            seats.append(seat)
            lines.append((at, "request", *seat))
    return sessions, overlapping(times, lambda a, b: not a.isdisjoint(b)), lines


def recorded(folder: Path) -> Stream:
    """Read a recorded stream."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    sessions = [opened(r["session_code"], int(r["capacity"]) if r["capacity"] else None) for r in rows("sessions.csv")]
    times: dict[str, list[tuple[datetime, datetime]]] = {s.code: [] for s in sessions}
    for r in rows("meetings.csv"):
        times[r["session_code"]].append((datetime.fromisoformat(r["starts_at"]), datetime.fromisoformat(r["ends_at"])))
    lines = [
        (datetime.fromisoformat(r["occurred_at"]), r["action"], r["session_code"], r["employee_id"])
        for r in rows("events.csv")
    ]
    at_once = overlapping(times, lambda a, b: any(x[0] < y[1] and y[0] < x[1] for x in a for y in b))
    return sessions, at_once, sorted(lines, key=lambda line: line[0])


def overlapping(times: dict[str, Any], at_once: Callable[[Any, Any], bool]) -> dict[str, frozenset[str]]:
    """Say which sessions are at the same time."""
    return {
        code: frozenset(other for other, theirs in times.items() if other != code and at_once(own, theirs))
        for code, own in times.items()
    }


def opened(code: str, capacity: int | None) -> Session:
    """Open a session whose offers go out under a standing approval."""
    return Session(
        id=code, code=code, capacity=capacity, mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing 1")
    )


def play(ledger: Ledger, lines: Iterable[Line]) -> int:
    """Play a stream with every offer accepted at once; give the number of acts."""
    acts = 0
    for n, (at, action, code, person) in enumerate(lines):
        if isinstance(ledger, RecordingLedger):
            ledger.now = at
        if action == "request":
            command: Command = RequestSeat(session_id=code, registration_id=f"r{n}", person_id=person, requested_at=at)
        else:
            registration = ledger.find(person, code)
            if registration is None:
                continue
            command = Close(session_id=code, registration_id=registration.id, status=Status.DROPPED)
        acts += 1
        for offer in offers(attempt(ledger, command, at)):
            acts += 1
            act(ledger, [AcceptOffer(session_id=offer.session_id, registration_id=offer.registration_id)], at)
    return acts


def attempt(ledger: Ledger, command: Command, at: datetime) -> tuple[Event, ...]:
    """Carry a command out; asking twice is refused and changes nothing."""
    try:
        return act(ledger, [command], at)
    except AlreadyRegistered:
        return ()


def offers(events: Iterable[Event]) -> Iterator[OfferMade]:
    """Pick the offers out."""
    return (event for event in events if isinstance(event, OfferMade))


def decide_again(asked: list[Asked]) -> None:
    """Decide and evolve once more what a run was asked."""
    for roster, command, now in asked:
        try:
            events = settle(roster, now) if command is None else decide(roster, command, now)
        except AlreadyRegistered:
            continue
        fold(roster, events)


def ask(ledger: Ledger, code: str, person: str, at: datetime) -> tuple[Event, ...]:
    """Ask for a seat."""
    registration_id = f"{code} {person}"
    return act(
        ledger,
        [RequestSeat(session_id=code, registration_id=registration_id, person_id=person, requested_at=at)],
        at,
    )


def crowd(waiting: int) -> tuple[Ledger, datetime]:
    """Make a full session with a long line; every other entry holds a seat at the same time elsewhere."""
    full = Session(id="full", code="full", capacity=1000)
    elsewhere = Session(id="elsewhere", code="elsewhere", capacity=None)
    ledger = Ledger([full, elsewhere], {"full": frozenset({"elsewhere"}), "elsewhere": frozenset({"full"})})
    at = MONDAY
    for n in range(1000 + waiting):
        at += timedelta(seconds=1)
        if n >= 1000 and n % 2:
            act(
                ledger,
                [RequestSeat(session_id="elsewhere", registration_id=f"e{n}", person_id=f"p{n}", requested_at=at)],
                at,
            )
        ask(ledger, "full", f"p{n}", at)
    return ledger, at


def one_of_each(ledger: Ledger, at: datetime) -> dict[str, float]:
    """Give the median seconds of a join and of a drop with its promotion."""
    spent: dict[str, list[float]] = {"join": [], "drop and promotion": []}
    for n in range(300):
        at += timedelta(seconds=1)
        started = time.perf_counter()
        events = act(
            ledger, [RequestSeat(session_id="full", registration_id=f"x{n}", person_id=f"x{n}", requested_at=at)], at
        )
        spent["join"].append(time.perf_counter() - started)
        assert isinstance(events[0], WaitlistJoined)
        started = time.perf_counter()
        proposed = act(ledger, [Close(session_id="full", registration_id=f"full p{n}", status=Status.DROPPED)], at)[-1]
        assert isinstance(proposed, SeatProposed)
        act(ledger, [ApproveProposal(session_id="full", proposal_id=proposed.proposal_id, approval="Olga")], at)
        spent["drop and promotion"].append(time.perf_counter() - started)
        act(ledger, [AcceptOffer(session_id="full", registration_id=proposed.registration_id)], at)
    return {name: median(times) for name, times in spent.items()}


def best(measured: Callable[[], object]) -> float:
    """Give the seconds of the fastest of several runs."""
    times: list[float] = []
    for _ in range(RUNS):
        gc.collect()
        started = time.process_time()
        measured()
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    """Measure and print."""
    sessions, overlaps, lines = recorded(Path(sys.argv[1])) if len(sys.argv) > 1 else made_up()
    recording = RecordingLedger(sessions, overlaps)
    acts = play(recording, lines)
    events = len(recording.events)
    alone = best(lambda: decide_again(recording.asked))
    whole = best(lambda: play(Ledger(sessions, overlaps), lines))
    print(f"stream: {len(lines):,} lines, {acts:,} acts, {events:,} events, {len(recording.asked):,} decisions")
    print(f"decide and evolve: {events / alone:,.0f} events/s, {acts / alone:,.0f} acts/s ({alone:.2f} s)")
    print(f"whole acts, with the book: {events / whole:,.0f} events/s, {acts / whole:,.0f} acts/s ({whole:.2f} s)")
    short, long = (one_of_each(*crowd(waiting)) for waiting in (100, 10_000))
    for name, seconds in long.items():
        ratio = seconds / short[name]
        print(f"{name}: {ratio:.2f} times with 10,000 waiting, against 100 ({seconds * 1e6:.0f} µs)")


if __name__ == "__main__":
    main()
