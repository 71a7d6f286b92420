"""Looking whether what is always true is true of the live data, too."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from waitlist_app.clock import new_id
from waitlist_app.engine.invariants import broken
from waitlist_app.errors import NotAllowed, TryAgain
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Transaction, Work

EVERY: Final = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Check:
    """Checks the whole roster of every session, one at a time, each under its lock so that nothing moves meanwhile."""

    def __init__(self, *, work: Work) -> None:
        """Check what `work` reaches."""
        self._work = work

    def __call__(self) -> timedelta:
        """Check everything once; what does not hold is logged with a reference and left as it is."""
        for actor in self._work.organisations():
            for session in self._work.read(actor, lambda reader: reader.sessions()):
                self._check(actor, session.rules.code, session.rules.id)
        return EVERY

    def _check(self, actor: Actor, code: str, session_id: str) -> None:
        def unit(tx: Transaction) -> Sequence[str]:
            tx.lock([session_id])
            return broken(tx.whole(session_id), tx.now)

        try:
            found = self._work.rehearse(actor, unit)
        except (NotAllowed, TryAgain):
            return  # it went away, or is too busy: the next round sees it
        if found:
            names, reference = ", ".join(found), new_id()[-8:]
            _log.error("In session %s of %s does not hold: %s. Reference %s.", code, actor.org_id, names, reference)
