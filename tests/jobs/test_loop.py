import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from waitlist_app.jobs.loop import Job, repeat, wait_after

AT_ONCE = timedelta(0)
NEVER = timedelta(hours=1)


def _job(turn: Callable[[], timedelta]) -> Job:
    return Job(name="water the plants", turn=turn)


class TestAJob:
    async def test_takes_turns_until_it_is_told_to_stop(self):
        """Each turn says when the next is wanted; stopping does not wait for it."""
        stop, turns = asyncio.Event(), list[int]()
        loop = asyncio.get_running_loop()

        def turn() -> timedelta:
            turns.append(len(turns))
            if len(turns) < 3:
                return AT_ONCE
            loop.call_soon_threadsafe(stop.set)
            return NEVER

        await asyncio.wait_for(repeat(_job(turn), stop), timeout=5)

        assert turns == [0, 1, 2]

    async def test_works_in_a_thread(self):
        """The pages stay quick while a job waits for the database."""
        stop, threads = asyncio.Event(), list[threading.Thread]()

        def turn() -> timedelta:
            threads.append(threading.current_thread())
            stop.set()
            return AT_ONCE

        await asyncio.wait_for(repeat(_job(turn), stop), timeout=5)

        assert threads != [threading.main_thread()]

    async def test_goes_on_after_a_failure_and_tells_it_with_a_reference(self, caplog, monkeypatch):
        """A night with a broken network must not end with nobody sweeping in the morning."""
        monkeypatch.setattr("waitlist_app.jobs.loop.FIRST_WAIT", timedelta(milliseconds=1))
        stop, turns = asyncio.Event(), list[int]()
        loop = asyncio.get_running_loop()

        def turn() -> timedelta:
            turns.append(len(turns))
            if len(turns) < 3:
                raise ConnectionError("no network")
            loop.call_soon_threadsafe(stop.set)
            return AT_ONCE

        await asyncio.wait_for(repeat(_job(turn), stop), timeout=5)

        assert turns == [0, 1, 2]
        assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ConnectionError] * 2
        assert "The job “water the plants” failed" in caplog.text
        assert "Reference " in caplog.text

    async def test_finishes_its_turn_when_it_is_cancelled(self):
        """The database is not closed under a turn that has begun."""
        begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

        def turn() -> timedelta:
            begun.set()
            may_end.wait(timeout=5)
            ended.set()
            return NEVER

        task = asyncio.create_task(repeat(_job(turn), asyncio.Event()))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()
        await asyncio.sleep(0.05)
        was_done_early = task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, timeout=5)

        assert (was_done_early, ended.is_set()) == (False, True)

    def test_waits_longer_after_each_failure_and_never_longer_than_a_minute(self):
        """Trying every second through a long outage helps nobody."""
        waits = [wait_after(failures).total_seconds() for failures in (1, 2, 3, 4, 5, 6, 7, 8, 1000)]

        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
