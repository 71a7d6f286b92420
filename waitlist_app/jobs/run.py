"""Running the jobs: inside the web process by default, or alone with `python -m waitlist_app jobs`."""

import asyncio
from typing import Protocol

from waitlist_app.clock import Clock
from waitlist_app.jobs.check import Check
from waitlist_app.jobs.deliver import Deliver
from waitlist_app.jobs.escalate import Escalate
from waitlist_app.jobs.heads import SendHeads
from waitlist_app.jobs.loop import Job, repeat
from waitlist_app.jobs.sweep import Sweep
from waitlist_app.jobs.tidy import Tidy
from waitlist_app.services.deadlines import Deadlines
from waitlist_app.services.identities import SignInTraces
from waitlist_app.services.ports import Work


class Needs(Protocol):
    """What the jobs use of the product."""

    @property
    def work(self) -> Work:
        """Runs use cases."""
        ...

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...

    @property
    def deadlines(self) -> Deadlines:
        """Knows when offers end."""
        ...

    @property
    def sign_in_traces(self) -> SignInTraces:
        """Knows what signing in leaves behind."""
        ...

    def deliver(self) -> int:
        """Hand over one batch of messages, and give how many it had."""
        ...

    def send_heads(self) -> int:
        """Write the mails with today's heads of the records that are missing, and give how many."""
        ...


async def run(product: Needs, stop: asyncio.Event) -> None:
    """Sweep, deliver, escalate, check, send heads and tidy up until `stop` is set.

    Any number of processes may do so at once.
    """
    jobs = (
        Job(name="sweep", turn=Sweep(work=product.work, deadlines=product.deadlines, clock=product.clock)),
        Job(name="deliver", turn=Deliver(product.deliver)),
        Job(name="escalate", turn=Escalate(work=product.work)),
        Job(name="check", turn=Check(work=product.work)),
        Job(name="heads", turn=SendHeads(product.send_heads)),
        Job(name="tidy", turn=Tidy(traces=product.sign_in_traces, clock=product.clock)),
    )
    await asyncio.gather(*(repeat(job, stop) for job in jobs))
