"""What a writer meets who cannot have a lock, or who sees an old snapshot."""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url

from tests.desk import INES, Desk
from tests.races import acts
from tests.races.crew import BUSY, Answer
from tests.races.rounds import Arena, refusals, values
from waitlist_app.engine.model import Status
from waitlist_app.errors import TryAgain
from waitlist_app.repository import database
from waitlist_app.repository.migrations import target
from waitlist_app.repository.rows import REGISTRATION, SESSION
from waitlist_app.services.request_seat import request_seat


@pytest.fixture
def desk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give a desk with one session, whose acts wait for a lock for a second at most."""
    monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", 1)
    opened = Desk(database_url)
    opened.session("FAW", ("2026-05-04 09:00", "2026-05-04 12:00"))
    yield opened
    opened.engine.dispose()


class TestALockThatIsHeld:
    def test_scenario_098_is_answered_with_try_again_within_the_limit(self, desk: Desk, database_url: str) -> None:
        """Whoever asks meanwhile is told to try again, in time, and nothing of the request is left behind."""
        before = _all_rows(desk.engine)

        with _held(database.open_database(database_url), "faw"):
            began = time.monotonic()
            with pytest.raises(TryAgain, match="Please try again") as caught:
                _ask(desk)
            waited = time.monotonic() - began

        assert 0.9 <= waited < 5, caught.value.detail
        assert _all_rows(desk.engine) == before
        assert _ask(desk) == "Ana has a seat."

    def test_is_waited_for_when_it_is_free_again_in_time(self, desk: Desk, database_url: str) -> None:
        """A lock that is held for a moment is no reason to turn anybody away."""
        said: list[str] = []

        with _held(database.open_database(database_url), "faw"):
            asking = threading.Thread(target=lambda: said.append(_ask(desk)))
            asking.start()
            asking.join(0.3)
            assert said == []
        asking.join()

        assert said == ["Ana has a seat."]


class TestAnOldSnapshot:
    @pytest.mark.slow
    @pytest.mark.postgresql
    def test_scenario_097_is_never_counted_on(self, postgresql_url: str) -> None:
        """Under REPEATABLE READ nobody decides on what was true before: five have seats, or are asked to try again."""
        old = make_url(postgresql_url).update_query_dict(
            {"options": r"-c default_transaction_isolation=repeatable\ read"}
        )
        arena = Arena(old.render_as_string(hide_password=False), 50)
        race = arena.round()
        race.open(capacity=5)

        answers = race.race(*(race.job(acts.ask, session_id="s", name=f"P{n}") for n in range(50)))
        asked, seated = race.count(REGISTRATION), len(race.names(Status.CONFIRMED))
        again = [race.race(race.job(acts.ask, session_id="s", name=f"P{n}")) for n in _busy(answers)]

        assert arena.default_isolation() == "repeatable read"
        assert set(refusals(answers)) <= {BUSY}
        assert (asked, seated) == (len(values(answers)), min(5, asked))
        assert [refusals(answer) for answer in again] == [[]] * (50 - asked)
        assert (race.count(REGISTRATION), len(race.names(Status.CONFIRMED))) == (50, 5)
        arena.close()


def _busy(answers: list[Answer]) -> list[int]:
    """List the numbers of those who were asked to try again."""
    return [number for number, answer in enumerate(answers) if answer.refused == BUSY]


def _ask(desk: Desk) -> str:
    return request_seat(
        work=desk.work, actor=INES, session_id="faw", employee_id="E-1", name="Ana", email="ana@tarnwick.example"
    )


@contextmanager
def _held(engine: Engine, session_id: str) -> Generator[None]:
    """Hold a session's row as another writer would; on SQLite the one write lock."""
    try:
        with engine.connect() as connection, connection.begin():
            connection.execute(select(SESSION).where(SESSION.c.id == session_id).with_for_update())
            yield
    finally:
        engine.dispose()


def _all_rows(engine: Engine) -> dict[str, int]:
    """Count the rows of every table."""
    with engine.connect() as connection:
        return {table.name: len(connection.execute(select(table)).all()) for table in target().sorted_tables}
