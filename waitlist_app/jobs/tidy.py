"""Forgetting what signing in leaves behind, a month after it is over: it says who was where, and serves nobody."""

from datetime import timedelta
from typing import Final

from waitlist_app.clock import Clock
from waitlist_app.services.identities import SignInTraces

EVERY: Final = timedelta(hours=6)
KEPT_FOR: Final = timedelta(days=30)


class Tidy:
    """Deletes old links, browsers and mails with links."""

    def __init__(self, *, traces: SignInTraces, clock: Clock) -> None:
        """Delete from `traces`."""
        self._traces = traces
        self._clock = clock

    def __call__(self) -> timedelta:
        """Delete what is old, and look again in a few hours."""
        self._traces.forget_before(self._clock.now() - KEPT_FOR)
        return EVERY
