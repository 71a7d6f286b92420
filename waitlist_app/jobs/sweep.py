"""Ending offers at their deadline, so that the next person's turn is seen within a second.

Nothing depends on it: every act ends first what is due. It is for the screens of those who only look.
"""

from datetime import datetime, timedelta
from typing import Final

from waitlist_app.clock import Clock
from waitlist_app.jobs.loop import log_failure, wait_after
from waitlist_app.services.actors import Actor
from waitlist_app.services.deadlines import Deadlines
from waitlist_app.services.ports import Work
from waitlist_app.services.sweep_offers import sweep_offers

LONGEST_SLEEP: Final = timedelta(seconds=1)
"""No offer that begins meanwhile ends before: they last at least five minutes."""

WHILE_ANOTHER_SWEEPS: Final = timedelta(milliseconds=100)
"""How long to look away when something is due and another worker is at it."""


class Sweep:
    """Sweeps every organisation in which something is due, and sleeps until the next deadline.

    An organisation whose sweep fails is left alone for a while and keeps no other from being swept.
    """

    def __init__(self, *, work: Work, deadlines: Deadlines, clock: Clock) -> None:
        """Start with every organisation in good order."""
        self._work = work
        self._deadlines = deadlines
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._paused: dict[str, datetime] = {}

    def __call__(self) -> timedelta:
        """Sweep what is due, and give how long nothing will be."""
        now = self._clock.now()
        nearest = {org_id: at for org_id, at in self._deadlines.nearest().items() if not self._is_paused(org_id, now)}
        due = [org_id for org_id, at in nearest.items() if at <= now]
        if not due:
            return min([LONGEST_SLEEP, *(at - now for at in nearest.values())])
        actors = {actor.org_id: actor for actor in self._work.organisations()}
        ended = sum(self._sweep(actors[org_id], now) for org_id in due)
        return timedelta(0) if ended else WHILE_ANOTHER_SWEEPS

    def _is_paused(self, org_id: str, now: datetime) -> bool:
        return org_id in self._paused and now < self._paused[org_id]

    def _sweep(self, actor: Actor, now: datetime) -> int:
        try:
            ended = sweep_offers(work=self._work, actor=actor)
        except Exception:  # noqa: BLE001 - one organisation must not keep the others from being swept
            failures = self._failures[actor.org_id] = self._failures.get(actor.org_id, 0) + 1
            self._paused[actor.org_id] = now + wait_after(failures)
            log_failure(f"The sweep of the organisation {actor.org_id} failed.")
            return 0
        self._failures.pop(actor.org_id, None)
        return ended
