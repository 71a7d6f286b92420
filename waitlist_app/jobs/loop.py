"""Repeating a piece of work until told to stop, whatever becomes of one turn."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from waitlist_app.clock import new_id

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=1)
"""After failures in a row the wait doubles, from the first to the longest."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work that comes again and again."""

    name: str
    turn: Callable[[], timedelta]
    """Does one short unit of work, in a thread, and gives how long to wait before the next."""


async def repeat(job: Job, stop: asyncio.Event) -> None:
    """Take turns until `stop` is set; a turn that has begun is always finished.

    A turn that fails is logged with a reference, and the next one waits longer.
    """
    failures = 0
    while not stop.is_set():
        try:
            wait = await _in_a_thread(job.turn)
        except Exception:  # noqa: BLE001 - a job that ends at its first failure would be missed late
            failures += 1
            wait = wait_after(failures)
            log_failure(f"The job “{job.name}” failed, and goes on in {wait.total_seconds():.0f} s.")
        else:
            failures = 0
        await _sleep(wait, stop)


def wait_after(failures: int) -> timedelta:
    """Give how long to wait after `failures` in a row, at least one."""
    return min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)


def log_failure(sentence: str) -> str:
    """Log the exception that is being handled, and give the reference that finds it."""
    reference = new_id()[-8:]
    _log.exception("%s Reference %s.", sentence, reference)
    return reference


async def _in_a_thread(turn: Callable[[], timedelta]) -> timedelta:
    working = asyncio.ensure_future(asyncio.to_thread(turn))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        # A thread cannot be stopped, and the database must not be closed under it.
        await asyncio.wait([working])
        raise


async def _sleep(wait: timedelta, stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), timeout=max(wait.total_seconds(), 0))
