"""The control run: without the locks and without the guards the same races must break, or they prove nothing.

Both are taken away here, in the processes and the database of this test alone; no setting of the product can.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.races import cases
from tests.races.rounds import Arena, Round
from waitlist_app.engine.model import Roster
from waitlist_app.repository import work
from waitlist_app.repository.database import open_database
from waitlist_app.repository.tenancy import OWN_ROLE
from waitlist_app.repository.work import SqlTransaction

MOST_ROUNDS = 40
PROCESSES = 16

UNIQUE = ("uq_registration_active", "uq_proposal_open", "uq_offer_live")
OVERLAP = {
    "sqlite": [f"drop trigger {name}" for name in ("seat_time_insert", "seat_time_update")],
    "postgresql": ["alter table seat_time drop constraint ex_seat_time_overlap"],
}

CASES: dict[str, Callable[[Round], None]] = {
    "89": lambda race: cases.many_for_five_seats(race, PROCESSES),
    "90": cases.two_approvals_for_one_seat,
    "92": cases.a_drop_against_a_request,
}


def without_row_locks() -> None:
    """Read a session as if it were locked."""
    work._LOCKED = work._BARE


def with_a_commit_between() -> None:
    """Let go of SQLite's one write lock between the read of a session and what follows from it."""
    locked = SqlTransaction._locked

    def read_and_let_go(self: SqlTransaction, session_id: str) -> Roster:
        is_read = session_id in self._bare
        bare = locked(self, session_id)
        if not is_read:
            for statement in ("commit", "begin immediate"):
                self._connection.exec_driver_sql(statement)
        return bare

    SqlTransaction._locked = read_and_let_go


UNLOCKED = {"sqlite": with_a_commit_between, "postgresql": without_row_locks}


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestWithoutLocksAndGuards:
    def test_scenario_096_the_races_break(self, database_url: str) -> None:
        """The rounds that always end exact with locks end wrong without them, and are seen to."""
        kind = database_url.partition(":")[0].partition("+")[0]
        _drop_guards(database_url, kind)
        arena = Arena(database_url, PROCESSES, prepare=UNLOCKED[kind])

        is_broken = any(_breaks(arena, case) for _ in range(MOST_ROUNDS) for case in CASES)
        arena.close()

        assert is_broken


def _breaks(arena: Arena, case: str) -> bool:
    try:
        CASES[case](arena.round())
    except AssertionError:
        return True
    return False


def _drop_guards(url: str, kind: str) -> None:
    engine = open_database(url)
    with engine.connect().execution_options(**{OWN_ROLE: True}) as connection, connection.begin():
        for statement in (*(f"drop index {name}" for name in UNIQUE), *OVERLAP[kind]):
            connection.execute(text(statement))
    engine.dispose()
