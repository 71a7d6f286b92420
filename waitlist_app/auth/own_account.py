"""What people do with their own account once they are in: browsers, password, organisations, authenticator app."""

from dataclasses import dataclass

from waitlist_app.auth.codes import address_for_app, make_code_secret
from waitlist_app.auth.local import LocalIdentities
from waitlist_app.auth.passwords import require_good_password
from waitlist_app.auth.sealing import Sealer
from waitlist_app.auth.vouching import Vouching
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.errors import Defect, NotAllowed, TryAgain
from waitlist_app.services.actors import Permission
from waitlist_app.services.identities import BrowserRecord, Caller, Membership, NewBrowser, Proof, SignInStore
from waitlist_app.services.sign_in_refusals import CodeFailed, SignInFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """What an authenticator app has to be told, and what has to come back with its first code."""

    secret: str
    address: str
    """As a QR code holds it."""
    sealed: str


class OwnAccount:
    """An account in the hands of whoever is behind a cookie. Without one, or half way in, nothing is done."""

    def __init__(
        self,
        *,
        vouching: Vouching,
        store: SignInStore,
        web_sessions: WebSessions,
        sealer: Sealer,
        apps: LocalIdentities | None,
    ) -> None:
        """Look after accounts in `store`; `apps` keeps authenticator apps, None when somebody else does."""
        self._vouching = vouching
        self._store = store
        self._web_sessions = web_sessions
        self._sealer = sealer
        self._apps = apps

    # ── browsers ─────────────────────────────────────────────────────────────────────────────────

    def browsers(self, cookie_header: str) -> tuple[tuple[BrowserRecord, bool], ...]:
        """List where the account is signed in, each with whether it is this browser."""
        found = self._present(cookie_header)
        if found is None:
            return ()
        listed = self._store.browsers(found[1].email)
        return tuple((browser, browser.id == found[1].id) for browser in listed if self._web_sessions.lasts(browser))

    def end_browser(self, cookie_header: str, browser_id: str) -> None:
        """Sign out another browser of the account; those of others are not touched."""
        found = self._present(cookie_header)
        if found and browser_id:
            self._vouching.end_browsers(found[1].email, only_id=browser_id)

    def sign_out_everywhere(self, cookie_header: str) -> None:
        """Sign out every browser of the account, this one included, here and at the provider."""
        found = self._present(cookie_header)
        if found:
            self._vouching.forget(self._vouching.tokens_of(found[1]), everywhere=True)
            self._vouching.end_browsers(found[1].email)

    # ── password and app ─────────────────────────────────────────────────────────────────────────

    def change_password(self, *, old: str, new: str, caller: Caller) -> str:
        """Set another password; every other browser is signed out, and this one gets the cookie that is returned.

        Raises `SignInFailed`, `TooManyAttempts` or `WeakPassword`.
        """
        found = self._present(caller.cookie_header)
        if found is None:
            raise SignInFailed
        session_hash, browser = found
        require_good_password(new, email=browser.email)
        proof = self._prove(browser, old, caller)
        self._vouching.provider.set_password(proof, new)
        self._vouching.forget(proof.tokens)
        self._vouching.end_browsers(browser.email, except_id=browser.id)
        return self._moved(session_hash, browser, org_id=browser.home_org_id, member_id=browser.actor.id)

    def has_app(self, cookie_header: str) -> bool | None:
        """Say whether the account has an authenticator app; None when that is not kept here, or nobody is in."""
        found = self._present(cookie_header)
        return self._apps.has_app(email=found[1].email) if found and self._apps else None

    def new_app(self, cookie_header: str) -> NewApp:
        """Make a secret for an authenticator app; nothing is kept until its first code comes back."""
        found = self._present(cookie_header)
        if found is None or self._apps is None:
            raise NotAllowed("no account here to add an app to")
        secret = make_code_secret()
        sealed = self._sealer.seal(f"{found[1].email} {secret}")
        return NewApp(secret=secret, address=address_for_app(secret, email=found[1].email), sealed=sealed)

    def add_app(self, sealed: str, *, code: str, password: str, caller: Caller) -> None:
        """Ask for codes of an app from now on, once its first one is right; every other browser is signed out.

        Raises `CodeFailed`, `SignInFailed` when the password is wrong, or `TooManyAttempts`.
        """
        browser = self._with_password(password, caller)
        try:
            email, _, secret = self._sealer.unseal(sealed).partition(" ")
        except Defect as error:
            raise CodeFailed from error
        if email != browser.email or self._apps is None:
            raise CodeFailed
        self._apps.add_app(email=email, secret=secret, code=code)
        self._vouching.end_browsers(browser.email, except_id=browser.id)

    def remove_app(self, *, password: str, caller: Caller) -> None:
        """Ask for no more codes. Raises `SignInFailed` when the password is wrong, or `TooManyAttempts`."""
        browser = self._with_password(password, caller)
        if self._apps:
            self._apps.remove_app(email=browser.email)

    # ── organisations ────────────────────────────────────────────────────────────────────────────

    def organisations(self, cookie_header: str) -> tuple[Membership, ...]:
        """List the organisations that the account belongs to."""
        found = self._present(cookie_header)
        return tuple(self._store.memberships(found[1].email)) if found else ()

    def go_to_organisation(self, org_id: str, *, cookie_header: str) -> str | None:
        """Go over to another organisation of the account, or back home from a visit; gives the cookie, or None."""
        found = self._present(cookie_header)
        if found is None:
            return None
        for member in self._store.memberships(found[1].email):
            if member.org_id == org_id:
                return self._moved(*found, org_id=org_id, member_id=member.member_id)
        return None

    def visit(self, org_id: str, *, cookie_header: str) -> str | None:
        """Let the browser of a platform administrator read in an organisation; gives the cookie, None when it is none.

        Whoever calls has put the visit on that organisation's record before.
        """
        found = self._present(cookie_header)
        if found is None or not found[1].actor.may(Permission.VISIT):
            return None
        session_hash, browser = found
        home, member_id = browser.home_org_id, browser.actor.id
        return self._moved(session_hash, browser, org_id=home, member_id=member_id, visits_org_id=org_id)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _present(self, cookie_header: str) -> tuple[str, BrowserRecord] | None:
        found = self._web_sessions.find(cookie_header)
        return None if found is None or found[1].awaits_code else found

    def _with_password(self, password: str, caller: Caller) -> BrowserRecord:
        found = self._present(caller.cookie_header)
        if found is None:
            raise SignInFailed
        self._vouching.forget(self._prove(found[1], password, caller).tokens)
        return found[1]

    def _prove(self, browser: BrowserRecord, password: str, caller: Caller) -> Proof:
        return self._vouching.ask(
            "password",
            lambda: self._vouching.provider.check_password(email=browser.email, password=password),
            email=browser.email,
            address=caller.address,
        )

    def _moved(
        self, session_hash: str, browser: BrowserRecord, *, org_id: str, member_id: str, visits_org_id: str = ""
    ) -> str:
        moved = NewBrowser(
            id=browser.id,
            org_id=org_id,
            member_id=member_id,
            renew_at=browser.renew_at,
            visits_org_id=visits_org_id,
        )
        value = self._web_sessions.change(session_hash, moved)
        if value is None:
            raise TryAgain("the browser got another cookie meanwhile")
        return value
