"""Escalating proposals that nobody decided in time, in every organisation that has named a deputy."""

from datetime import timedelta
from typing import Final

from waitlist_app.jobs.loop import log_failure
from waitlist_app.services.escalate_proposals import escalate_proposals
from waitlist_app.services.ports import Work

EVERY: Final = timedelta(minutes=1)
"""It is about hours; a proposal that waits a minute longer waits for nobody."""


class Escalate:
    """Looks at each organisation; one that fails is logged with a reference and keeps no other from being looked at."""

    def __init__(self, *, work: Work) -> None:
        """Escalate what `work` reaches."""
        self._work = work

    def __call__(self) -> timedelta:
        """Escalate what is due, and look again in a minute."""
        for actor in self._work.organisations():
            try:
                escalate_proposals(work=self._work, actor=actor)
            except Exception:  # noqa: BLE001 - one organisation must not keep the deputies of others from being asked
                log_failure(f"Escalating the proposals of the organisation {actor.org_id} failed.")
        return EVERY
