"""What chaining costs: eight writers in eight sessions of one organisation, with the chain and without, in one run.

    python benchmarks/chain.py                  # SQLite and PostgreSQL, 10,000 entries a round
    python benchmarks/chain.py --entries 2000 --rounds 1 --only sqlite
    python benchmarks/chain.py --durable        # PostgreSQL waits for the disk at every commit

Figure to reach: with the chain at least 80 % of the rate without. Every writer is a process of its own; each act adds a
person and gives them a seat, which is two entries. Without the chain the same rows are written, unlinked and without
the lock of the head. Rounds of both kinds take turns, and the medians are compared. After every round with the chain
the entries have no gap and the record is whole.
"""

import argparse
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Connection

from tests import databases
from waitlist_app.clock import SystemClock
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.model import Session
from waitlist_app.notifications.announce import announce
from waitlist_app.repository import work as work_module
from waitlist_app.repository.chain import _ADD_ENTRIES, _ADD_TEXTS, Noted, _written
from waitlist_app.repository.database import open_database
from waitlist_app.repository.work import SqlWork, system_actor
from waitlist_app.services.acting import carry_out
from waitlist_app.services.check_record import check_record
from waitlist_app.services.ports import PersonDetails, SessionDetails, Transaction

WRITERS = 8
ENTRIES_AN_ACT = 2
ACTOR = system_actor("tarnwick", "Tarnwick Group", "Europe/London")
STARTS, ENDS = datetime(2030, 3, 18, 9, tzinfo=UTC), datetime(2030, 3, 18, 16, tzinfo=UTC)


def write_unlinked(connection: Connection, org_id: str, noted: Sequence[Noted], *, numbers: list[int]) -> None:
    """Write the same rows as the chain does, with numbers of this writer's own, no hashes and no lock."""
    entries: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for entry in [_written(org_id, note) for note in noted]:
        numbers[0] += 1
        entries.append({"seq": numbers[0], "body": entry.body(numbers[0]), "hash": "", **entry.columns})
        texts += [{"seq": numbers[0], **text} for text in entry.texts]
    _ADD_ENTRIES.run_many(connection, entries)
    if texts:
        _ADD_TEXTS.run_many(connection, texts)


def write(url: str, writer: int, acts: int, start: Any, times: Any, *, is_chained: bool) -> None:
    """Be one writer: wait for the others, then carry out `acts` requests in a session of one's own."""
    if not is_chained:
        work_module.chain = partial(write_unlinked, numbers=[1_000_000 * (writer + 1)])
    work = SqlWork(open_database(url), SystemClock(), announce=announce)
    work.read(ACTOR, lambda reader: reader.head())
    start.wait()
    began = time.perf_counter()
    for number in range(acts):
        work.transact(ACTOR, partial(_ask, name=f"Writer {writer} Person {number}", session_id=f"s{writer}"))
    times.put((began, time.perf_counter()))
    work.engine.dispose()


def _ask(tx: Transaction, *, name: str, session_id: str) -> None:
    details = PersonDetails(employee_id=name, name=name, email=f"{name.replace(' ', '.')}@tarnwick.example")
    command = RequestSeat(
        session_id=session_id,
        registration_id=name.replace(" ", "-"),
        person_id=tx.find_or_add_person(details),
        requested_at=tx.now,
    )
    carry_out(tx, command)


def play(url: str, entries: int, *, is_chained: bool) -> float:
    """Let all writers write `entries` together, and give how many a second they wrote."""
    work = SqlWork(open_database(url), SystemClock(), announce=announce)
    work.transact(ACTOR, _open)
    before, _ = work.read(ACTOR, lambda reader: reader.head())
    acts = entries // WRITERS // ENTRIES_AN_ACT
    context = multiprocessing.get_context("spawn")
    start, times = context.Barrier(WRITERS), context.Queue()
    writers = [
        context.Process(target=write, args=(url, number, acts, start, times), kwargs={"is_chained": is_chained})
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    spans = [times.get(timeout=600) for _ in writers]
    for writer in writers:
        writer.join(timeout=60)
        assert writer.exitcode == 0
    if is_chained:
        found = check_record(work=work, actor=ACTOR)
        assert found.is_whole, found
        assert found.count == before + acts * WRITERS * ENTRIES_AN_ACT, found
    work.engine.dispose()
    seconds = max(ended for _, ended in spans) - min(began for began, _ in spans)
    return acts * WRITERS * ENTRIES_AN_ACT / seconds


def _open(tx: Transaction) -> None:
    tx.add_organisation(name=ACTOR.organisation, zone=ACTOR.zone)
    for number in range(WRITERS):
        rules = Session(id=f"s{number}", code=f"S{number}", capacity=None, starts_at=STARTS)
        session = SessionDetails(
            rules=rules, title=rules.code, location="Leeds", zone=ACTOR.zone, starts_at=STARTS, ends_at=ENDS
        )
        tx.add_session(session)


@contextmanager
def fresh_sqlite() -> Generator[str]:
    """Give a migrated SQLite file, removed afterwards."""
    folder = tempfile.mkdtemp(prefix="waitlist-chain-")
    try:
        databases.migrate(f"sqlite:///{folder}/chain.db")
        yield f"sqlite:///{folder}/chain.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(name: str, fresh: Any, entries: int, rounds: int) -> None:
    """Play rounds with the chain and without in turns, and print the rates and their ratio."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(rounds):
        for is_chained in (False, True):
            with fresh() as url:
                rates[is_chained].append(play(url, entries, is_chained=is_chained))
    without, chained = statistics.median(rates[False]), statistics.median(rates[True])
    said = {kind: ", ".join(f"{rate:,.0f}" for rate in found) for kind, found in rates.items()}
    print(f"{name}: {said[True]} entries/s with the chain, {said[False]} without: {chained / without:.0%}", flush=True)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--durable", action="store_true")
    chosen = parser.parse_args()
    if chosen.durable:
        databases.QUICK_BUT_FORGETFUL = ("max_connections=200",)
    with ExitStack() as stack:
        if chosen.only != "postgresql":
            measure("SQLite", fresh_sqlite, chosen.entries, chosen.rounds)
        if chosen.only != "sqlite":
            server = stack.enter_context(databases.running_postgresql())
            measure("PostgreSQL", server.fresh_database, chosen.entries, chosen.rounds)


if __name__ == "__main__":
    main()
