import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from waitlist_app.repository import attempts as module
from waitlist_app.repository.attempts import Attempts
from waitlist_app.repository.database import open_database

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


@pytest.fixture
def engine(database_url):
    """Yield an engine over an empty database."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def attempts(engine):
    """Return the store under test."""
    return Attempts(engine)


def _begin(attempts, attempt_id, now=NOON, **limits):
    return attempts.begin_attempt(attempt_id, limits or {"alice": 2}, now=now, window=WINDOW)


class TestAnAttempt:
    def test_is_counted_up_to_the_limit(self, attempts):
        """The attempt after the last allowed one is told from when on there is room again."""
        later = NOON + timedelta(minutes=1)

        results = [_begin(attempts, "a"), _begin(attempts, "b", later), _begin(attempts, "c", later)]

        assert results == [None, None, NOON + WINDOW]

    def test_is_forgotten_at_the_end_of_the_window(self, attempts):
        """Attempts of a quarter of an hour ago count no more."""
        _begin(attempts, "a")
        _begin(attempts, "b")

        assert _begin(attempts, "c", NOON + WINDOW) is None

    def test_counts_against_all_its_subjects_or_none(self, attempts):
        """An attempt that is refused for its address does not use up the account's."""
        _begin(attempts, "a", office=1)

        refused = [_begin(attempts, name, alice=1, office=1) for name in ("b", "c")]

        assert refused == [NOON + WINDOW] * 2
        assert _begin(attempts, "d", alice=1) is None

    def test_is_taken_back_with_all_of_its_account(self, attempts):
        """Success wipes out the account's failures, and of the address only itself."""
        _begin(attempts, "a", alice=5, office=2)
        _begin(attempts, "b", alice=5, office=2)

        attempts.forget_attempt("b", subject="alice")

        assert _begin(attempts, "c", alice=1, office=2) is None
        assert _begin(attempts, "d", office=2) == NOON + WINDOW


class TestManyAtOnce:
    def test_are_not_more_than_in_a_row(self, engine):
        """Guessing in parallel wins nothing: of 20 at once exactly five are let through."""
        assert _race(Attempts(engine)) == 5

    @pytest.mark.postgresql
    def test_are_more_without_the_lock(self, postgresql_url, monkeypatch):
        """Without the lock the same race does let more through; so the test above can fail."""
        look, together = module._full_until, threading.Barrier(6)

        def look_together(*asked):
            found = look(*asked)
            with suppress(threading.BrokenBarrierError):
                together.wait(timeout=4)
            return found

        monkeypatch.setattr(module, "_lock", lambda *_: None)
        monkeypatch.setattr(module, "_full_until", look_together)
        engine = open_database(postgresql_url)

        passed = _race(Attempts(engine))
        engine.dispose()

        assert passed > 5


def _race(attempts):
    barrier = threading.Barrier(20)
    results = []

    def begin(number):
        barrier.wait(timeout=20)
        results.append(_begin(attempts, str(number), alice=5))

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    attempts._engine.dispose()
    return results.count(None)
