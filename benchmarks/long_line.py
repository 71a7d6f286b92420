"""What one request and one promotion cost with 10,000 waiting, half of them skipped, against 100 waiting.

    python benchmarks/long_line.py                                   # on the embedded database
    python benchmarks/long_line.py --database postgresql://…         # on a migrated, empty PostgreSQL database

Figure to reach: at most 1.3 times, medians of acts that alternate between the two lines in one run, so that whatever
else the machine does falls on both alike.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from waitlist_app.clock import SetClock, new_id
from waitlist_app.engine.commands import AcceptOffer, ApproveProposal, Close, RequestSeat
from waitlist_app.engine.events import SeatProposed
from waitlist_app.engine.model import Session, Status
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.migrations import upgrade
from waitlist_app.repository.work import SqlWork, system_actor
from waitlist_app.services.acting import carry_out
from waitlist_app.services.ports import MeetingDetails, PersonDetails, SessionDetails, Transaction

ROUNDS = 300
WARM_UP = 30
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
SEATS = ROUNDS + WARM_UP + 50


class Line:
    """A full session with a line, and a second one at the same time in which the first half of the line has seats."""

    def __init__(self, work: SqlWork, org_id: str, waiting: int) -> None:
        """Fill the seats and the line."""
        self._work = work
        self._actor = system_actor(org_id, "Benchmark", "UTC")
        self._session = Session(id=new_id(), code=f"LINE {waiting}", capacity=SEATS)
        elsewhere = Session(id=new_id(), code=f"ELSEWHERE {waiting}", capacity=None)
        self._next = 0
        self.seated: list[str] = []
        self._work.transact(self._actor, lambda tx: self._open(tx, elsewhere))
        for first in range(0, waiting // 2, 500):
            count = min(500, waiting // 2 - first)
            self._work.transact(self._actor, lambda tx, c=count, f=first: self._ask(tx, elsewhere.id, f, c))
        self.seated = self._work.transact(self._actor, lambda tx: self._ask(tx, self._session.id, 1_000_000, SEATS))
        for first in range(0, waiting, 500):
            count = min(500, waiting - first)
            self._work.transact(self._actor, lambda tx, c=count, f=first: self._ask(tx, self._session.id, f, c))

    def request(self) -> None:
        """Let somebody new join the line."""
        self._next += 1
        self._work.transact(self._actor, lambda tx: self._ask(tx, self._session.id, 2_000_000 + self._next, 1))

    def promote(self) -> None:
        """Drop somebody, approve the proposal, and accept the offer: three acts, three transactions."""
        dropped = Close(session_id=self._session.id, registration_id=self.seated.pop(), status=Status.DROPPED)
        events = self._work.transact(self._actor, lambda tx: carry_out(tx, dropped))
        proposed = next(event for event in events if isinstance(event, SeatProposed))
        approved = ApproveProposal(session_id=self._session.id, proposal_id=proposed.proposal_id, approval="benchmark")
        self._work.transact(self._actor, lambda tx: carry_out(tx, approved))
        accepted = AcceptOffer(session_id=self._session.id, registration_id=proposed.registration_id)
        self._work.transact(self._actor, lambda tx: carry_out(tx, accepted))

    def _open(self, tx: Transaction, elsewhere: Session) -> None:
        for session in (self._session, elsewhere):
            starts_at, ends_at = START, START + timedelta(hours=3)
            tx.add_session(
                SessionDetails(
                    rules=session,
                    title=session.code,
                    location="Leeds",
                    zone="UTC",
                    starts_at=starts_at,
                    ends_at=ends_at,
                    meetings=(MeetingDetails(starts_at=starts_at, ends_at=ends_at),),
                )
            )

    def _ask(self, tx: Transaction, session_id: str, first: int, count: int) -> list[str]:
        ids: list[str] = []
        for number in range(first, first + count):
            person = PersonDetails(employee_id=f"{self._session.code}-{number}", name=f"Person {number}")
            command = RequestSeat(
                session_id=session_id,
                registration_id=new_id(),
                person_id=tx.find_or_add_person(person),
                requested_at=tx.now,
            )
            carry_out(tx, command)
            ids.append(command.registration_id)
        return ids


def medians(act: Callable[[Line], None], short: Line, long: Line) -> tuple[float, float]:
    """Time an act on both lines in turn, and give the two medians in seconds."""
    spent: dict[bool, list[float]] = {False: [], True: []}
    for at in range(ROUNDS // 2 + WARM_UP):
        for is_long, line in ((False, short), (True, long)):
            began = time.perf_counter()
            act(line)
            if at >= WARM_UP:
                spent[is_long].append(time.perf_counter() - began)
    return statistics.median(spent[False]), statistics.median(spent[True])


def run(url: str) -> None:
    """Build both lines and print the ratios."""
    upgrade(url)
    engine = open_database(url)
    work = SqlWork(engine, SetClock(START - timedelta(days=30)), announce=announce)
    org_id = new_id()
    actor = system_actor(org_id, "Benchmark", "UTC")
    work.transact(actor, lambda tx: tx.add_organisation(name="Benchmark", zone="UTC"))
    short, long = Line(work, org_id, 100), Line(work, org_id, 10_000)
    for name, act in (("request", Line.request), ("promotion", Line.promote)):
        few, many = medians(act, short, long)
        spent = f"{few * 1000:.2f} ms with 100, {many * 1000:.2f} ms with 10,000"
        print(f"{name}: {spent}: {many / few:.2f} x, at most 1.3 wanted")
    engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database")
    chosen = parser.parse_args().database
    with tempfile.TemporaryDirectory() as folder:
        run(chosen or f"sqlite:///{folder}/line.db")
