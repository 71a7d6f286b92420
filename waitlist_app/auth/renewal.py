"""Asking the identity provider again, when the time has come, whether it still stands behind a browser."""

from datetime import timedelta
from typing import Final

from waitlist_app.auth.sealing import Sealer
from waitlist_app.clock import Clock
from waitlist_app.errors import Defect, TryAgain
from waitlist_app.services.identities import BrowserRecord, BrowserStore, IdentityProvider
from waitlist_app.services.sign_in_refusals import SignInEnded

LEASE: Final = timedelta(seconds=30)
"""How long one process has for asking; longer than the provider may take to answer."""

GRACE: Final = timedelta(hours=1)
"""How long people stay signed in while the provider is away."""


class Renewal:
    """A `Vouch` for the web sessions."""

    def __init__(self, *, provider: IdentityProvider, store: BrowserStore, sealer: Sealer, clock: Clock) -> None:
        """Ask `provider` with the tokens that `store` keeps sealed."""
        self._provider = provider
        self._store = store
        self._sealer = sealer
        self._clock = clock

    def __call__(self, browser: BrowserRecord) -> bool:
        """Say whether the browser is still signed in; one process asks, all others believe what they know meanwhile."""
        now = self._clock.now()
        sealed = self._store.lease_tokens(browser.id, now=now, until=now + LEASE)
        if sealed is None:
            return self._is_in_grace(browser)
        try:
            proof = self._provider.renew(self._sealer.unseal(sealed))
        except TryAgain:
            return self._is_in_grace(browser)  # the lease ends by itself, and then the next click asks
        except (SignInEnded, Defect):
            self._end(browser)
            return False
        if proof.email != browser.email or proof.needs_code:
            # The person has another address now, which may belong elsewhere, or an authenticator app since then.
            self._end(browser)
            return False
        self._store.keep_tokens(browser.id, sealed=self._sealer.seal(proof.tokens), renew_at=proof.renew_at)
        return True

    def _end(self, browser: BrowserRecord) -> None:
        self._store.end_browsers(browser.email, now=self._clock.now(), only_id=browser.id)

    def _is_in_grace(self, browser: BrowserRecord) -> bool:
        return browser.renew_at is None or self._clock.now() < browser.renew_at + GRACE
