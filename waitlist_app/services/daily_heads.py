"""Sending out the head of each record once a day, so that somebody outside knows what the record has to hold."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from waitlist_app.clock import Clock
from waitlist_app.services.ports import Work


class DailyHeads(Protocol):
    """Puts mails with the head of a record into the outbox for members."""

    def send(self, org_id: str, *, since: datetime, now: datetime) -> int:
        """Write one mail to each owner unless there were any `since` then, and give how many."""
        ...


def send_daily_heads(*, work: Work, heads: DailyHeads, clock: Clock) -> int:
    """Write today's mails in every organisation that has none so far, and give how many; days begin in its own zone.

    Any number of workers may do so at once: one of them writes.
    """
    now = clock.now()
    return sum(heads.send(actor.org_id, since=day_began(now, actor.zone), now=now) for actor in work.organisations())


def day_began(now: datetime, zone: str) -> datetime:
    """Give the instant at which the day of `now` began in `zone`."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
