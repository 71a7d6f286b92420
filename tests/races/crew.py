"""Processes that start an act at the same instant, each over a connection of its own, and live for all rounds."""

import multiprocessing
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from typing import Any, Final

from waitlist_app.clock import SetClock
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.model import Session
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.work import SqlWork, system_actor
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import PersonDetails, SessionDetails, Transaction

PATIENCE: Final = 60.0
"""Seconds; far above what an act may take, so that a dead process fails a test and does not hang it."""

BUSY: Final = "busy"
"""The answer of an act that lost its race as often as it may be tried."""


_WARM_AT: Final = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One act of one process: `act(work, actor, **said)` at `now`."""

    act: Callable[..., Any]
    actor: Actor
    now: datetime
    said: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act gave, or the code of the refusal."""

    value: Any = None
    refused: str = ""


class Crew:
    """Workers behind one gate."""

    def __init__(self, url: str, size: int, *, prepare: Callable[[], None] | None = None) -> None:
        """Start `size` processes over the database at `url`; each calls `prepare` first."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._boss = context.Process(target=_lead, args=(url, theirs, size, prepare))
        self._boss.start()
        theirs.close()

    def close(self) -> None:
        """End all processes."""
        self._pipe.close()
        self._boss.join(PATIENCE)

    def race(self, jobs: Sequence[Job], *, patience: float = PATIENCE) -> list[Answer]:
        """Let as many processes as there are jobs wait at the gate, open it, and give their answers by job."""
        self._pipe.send(jobs)
        assert self._pipe.poll(patience), "The processes did not answer."
        answers = list[Answer]()
        for answer in self._pipe.recv():
            if isinstance(answer, Exception):
                raise answer
            answers.append(answer)
        return answers


def _lead(url: str, pipe: Connection, size: int, prepare: Callable[[], None] | None) -> None:
    """Fork the workers from a process that has no threads, and lead one race after the other until the pipe closes."""
    if prepare:
        prepare()
    context = multiprocessing.get_context("fork")
    ready, gate = context.Semaphore(0), context.Semaphore(0)
    work = SqlWork(open_database(url), SetClock(_WARM_AT), announce=announce)
    _warm_up(work)
    workers: list[Connection] = []
    for _ in range(size):
        ours, theirs = context.Pipe()
        context.Process(target=_live, args=(work, theirs, ready, gate), daemon=True).start()
        theirs.close()
        workers.append(ours)
    with suppress(EOFError):  # the tests are over
        while True:
            jobs = pipe.recv()
            at_work = workers[: len(jobs)]
            for worker, job in zip(at_work, jobs, strict=True):
                worker.send(job)
            for _ in jobs:
                ready.acquire()
            for _ in jobs:
                gate.release()
            pipe.send([worker.recv() for worker in at_work])


def _warm_up(work: SqlWork) -> None:
    """Let statements be compiled once, and not in every fork; no connection may be shared with one."""
    system = system_actor("warm-up", "Warm-up", "Europe/London")
    rules = Session(id="s", code="S", capacity=1)
    at = _WARM_AT + timedelta(days=1)
    details = SessionDetails(rules=rules, title="", location="", zone="UTC", starts_at=at, ends_at=at + timedelta(1))

    def unit(tx: Transaction) -> None:
        tx.add_organisation(name=system.organisation, zone=system.zone)
        tx.add_session(details)
        for name in ("Ana", "Bo"):
            person_id = tx.find_or_add_person(PersonDetails(employee_id=name, name=name))
            asked = RequestSeat(session_id="s", registration_id=name, person_id=person_id, requested_at=tx.now)
            carry_out(tx, asked)
        tx.read.ahead("s", tx.read.registration("Bo").registration.line_key)

    work.transact(system, unit)
    work.engine.dispose()


def _live(work: SqlWork, pipe: Connection, ready: Semaphore, gate: Semaphore) -> None:
    """Work until the process is ended."""
    work.organisations()  # connected before the first race
    while True:
        job = pipe.recv()
        work._clock = SetClock(job.now)
        ready.release()
        gate.acquire()
        pipe.send(_answer(work, job))


def _answer(work: SqlWork, job: Job) -> Answer | Exception:
    try:
        return Answer(job.act(work, job.actor, **job.said))
    except Refused as refused:
        return Answer(refused=refused.code)
    except TryAgain:
        return Answer(refused=BUSY)
    except Exception as error:  # noqa: BLE001 - it is raised again where the test waits
        return RuntimeError(f"{type(error).__name__}: {error} {getattr(error, 'detail', '')}")
