"""How often somebody may try to sign in: 5 times for an account and 20 times from one address in 15 minutes.

An attempt counts from its beginning, so that many at once are not more than many in a row. One that succeeds is taken
back: for the account everything, for the address only itself, since whoever guesses other people's passwords may
well have one of their own.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from waitlist_app.auth.sealing import Sealer
from waitlist_app.clock import Clock, new_id
from waitlist_app.services.identities import AttemptStore
from waitlist_app.services.sign_in_refusals import TooManyAttempts

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 5
PER_ADDRESS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that is counted until it turns out well."""

    id: str
    account: str
    """Hashed, like every subject."""


class Limits:
    """Counts attempts, per kind: a forgotten password does not keep anybody from asking for a link."""

    def __init__(self, *, store: AttemptStore, sealer: Sealer, clock: Clock) -> None:
        """Count in `store`, under names that `sealer` makes unreadable."""
        self._store = store
        self._sealer = sealer
        self._clock = clock

    def begin(self, kind: str, *, email: str, address: str) -> Attempt:
        """Count an attempt, or raise `TooManyAttempts`."""
        now = self._clock.now()
        account = self._sealer.mark(f"{kind} account {email}")
        limits = {account: PER_ACCOUNT, self._sealer.mark(f"{kind} address {network_of(address)}"): PER_ADDRESS}
        attempt_id = new_id()
        free_at = self._store.begin_attempt(attempt_id, limits, now=now, window=WINDOW)
        if free_at:
            raise TooManyAttempts(_minutes_until(free_at, now))
        return Attempt(id=attempt_id, account=account)

    def succeeded(self, attempt: Attempt) -> None:
        """Forget the account's attempts, and of the address this one."""
        self._store.forget_attempt(attempt.id, subject=attempt.account)

    def did_not_count(self, attempt: Attempt) -> None:
        """Forget this attempt: nobody could have succeeded."""
        self._store.forget_attempt(attempt.id)


def network_of(address: str) -> str:
    """Give what counts as one address: IPv6 by /64, since one computer has all of those."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _minutes_until(then: datetime, now: datetime) -> int:
    return max(1, -((now - then) // timedelta(minutes=1)))
