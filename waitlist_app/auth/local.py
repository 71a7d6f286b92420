"""The identity provider that is always there: accounts with passwords in our own database."""

from waitlist_app.auth.codes import step_of
from waitlist_app.auth.passwords import hash_password, is_outdated, is_right, require_good_password
from waitlist_app.auth.sealing import Sealer
from waitlist_app.clock import Clock
from waitlist_app.services.identities import AccountRecord, AccountStore, Proof, Purpose
from waitlist_app.services.sign_in_refusals import CodeFailed, SignInFailed


class LocalIdentities:
    """An `IdentityProvider` over accounts of our own. It hands out no tokens and never has to be asked again."""

    def __init__(self, *, store: AccountStore, sealer: Sealer, clock: Clock) -> None:
        """Keep accounts in `store`, secrets of authenticator apps sealed by `sealer`."""
        self._store = store
        self._sealer = sealer
        self._clock = clock

    def check_password(self, *, email: str, password: str) -> Proof:
        """Vouch for somebody by their password, or raise `SignInFailed`, after the same time for a stranger."""
        account = self._store.account(email) or AccountRecord(email=email)
        if not is_right(password, account.password_hash):
            raise SignInFailed
        if is_outdated(account.password_hash):
            self._store.set_password_hash(email, hash_password(password), now=self._clock.now())
        return _proof(account)

    def trust_mailbox(self, *, email: str, purpose: Purpose) -> Proof:  # noqa: ARG002 - the same for every purpose here
        """Vouch for somebody who has just used our own link from this mailbox; a missing account is made."""
        return _proof(self._store.ensure_account(email, now=self._clock.now()))

    def check_code(self, *, email: str, tokens: str, code: str) -> Proof:  # noqa: ARG002 - there are no tokens here
        """Vouch by the code of an authenticator app after the first step, or raise `CodeFailed`."""
        account = self._store.account(email)
        if account is None or not account.code_secret:
            raise CodeFailed
        step = step_of(self._sealer.unseal(account.code_secret), code, self._clock.now())
        if step is None or not self._store.use_code(email, step):
            raise CodeFailed
        return Proof(email=email, subject=email)

    def add_app(self, *, email: str, secret: str, code: str) -> None:
        """Ask for codes of an authenticator app from now on, once its first one is right; else raise `CodeFailed`."""
        now = self._clock.now()
        step = step_of(secret, code, now)
        if step is None:
            raise CodeFailed
        self._store.ensure_account(email, now=now)
        self._store.set_code_secret(email, self._sealer.seal(secret), now=now)
        self._store.use_code(email, step)

    def has_app(self, *, email: str) -> bool:
        """Say whether codes are asked for."""
        account = self._store.account(email)
        return bool(account and account.code_secret)

    def remove_app(self, *, email: str) -> None:
        """Ask for no more codes."""
        self._store.set_code_secret(email, "", now=self._clock.now())

    def set_password(self, proof: Proof, password: str) -> None:
        """Set the password, or raise `WeakPassword`."""
        require_good_password(password, email=proof.email)
        self._store.set_password_hash(proof.email, hash_password(password), now=self._clock.now())

    def renew(self, tokens: str) -> Proof:
        """Never called: what is vouched for here is not asked for again."""
        raise NotImplementedError(tokens)

    def end(self, tokens: str, *, everywhere: bool) -> None:
        """Do nothing: browsers are signed out by their records."""

    def close(self) -> None:
        """Do nothing: the store is closed by whoever opened it."""


def _proof(account: AccountRecord) -> Proof:
    return Proof(email=account.email, subject=account.email, needs_code=bool(account.code_secret))
