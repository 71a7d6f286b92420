"""What the front door and an account share: asking the identity provider, and keeping what it gives."""

from collections.abc import Callable

from waitlist_app.auth.limits import Limits
from waitlist_app.auth.sealing import Sealer
from waitlist_app.clock import Clock
from waitlist_app.errors import TryAgain
from waitlist_app.services.identities import BrowserRecord, IdentityProvider, Proof, SignInStore


class Vouching:
    """Asks `provider` within limits, and seals its tokens."""

    def __init__(
        self, *, provider: IdentityProvider, store: SignInStore, limits: Limits, sealer: Sealer, clock: Clock
    ) -> None:
        """Count attempts in `limits`, keep tokens in `store`."""
        self.provider = provider
        self._store = store
        self._limits = limits
        self._sealer = sealer
        self._clock = clock

    def ask(self, kind: str, prove: Callable[[], Proof], *, email: str, address: str) -> Proof:
        """Count an attempt, and forget it when it succeeds or nobody could have; raises what `prove` raises."""
        attempt = self._limits.begin(kind, email=email, address=address)
        try:
            proof = prove()
        except TryAgain:
            self._limits.did_not_count(attempt)
            raise
        self._limits.succeeded(attempt)
        return proof

    def count(self, kind: str, *, email: str, address: str) -> None:
        """Count something that is never taken back, or raise `TooManyAttempts`."""
        self._limits.begin(kind, email=email, address=address)

    def seal(self, proof: Proof) -> str:
        """Give the provider's tokens sealed; empty when it gave none."""
        return self._sealer.seal(proof.tokens) if proof.tokens else ""

    def tokens_of(self, browser: BrowserRecord) -> str:
        """Give the provider's tokens for a browser; empty when it gave none."""
        sealed = self._store.tokens(browser.id)
        return self._sealer.unseal(sealed) if sealed else ""

    def forget(self, tokens: str, *, everywhere: bool = False) -> None:
        """Tell the provider that a sign-in is over, if it is one that it knows."""
        if tokens:
            self.provider.end(tokens, everywhere=everywhere)

    def end_browsers(self, email: str, *, only_id: str = "", except_id: str = "") -> None:
        """Sign out browsers of an account, here and at the provider."""
        now = self._clock.now()
        for sealed in self._store.end_browsers(email, now=now, only_id=only_id, except_id=except_id):
            self.forget(self._sealer.unseal(sealed))
