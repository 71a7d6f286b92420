"""Signing in and out, in the words on the buttons.

The identity provider says who somebody is; membership says what they may do, and only the two together open the
door. From outside, an unknown address, a wrong password and an address without membership are one and the same.

A link in a mail is ours, whoever provides identities: it is bound to one member and one purpose, shows on GET, acts
once on POST, and a newer one takes its place. Using it proves that somebody reads the mailbox, and on that proof the
provider vouches for them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from waitlist_app.auth.own_account import OwnAccount
from waitlist_app.auth.passwords import require_good_password
from waitlist_app.auth.secret_tokens import LONGEST_TOKEN, hash_token, make_token
from waitlist_app.auth.user_agents import label_of
from waitlist_app.auth.vouching import Vouching
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.clock import Clock, new_id
from waitlist_app.services.identities import (
    LINK_LASTS_FOR,
    Caller,
    LinkRecord,
    Membership,
    NewBrowser,
    Proof,
    Purpose,
    SignInStore,
    normalised,
)
from waitlist_app.services.sign_in_refusals import CodeFailed, LinkIsOver, SignInFailed

CODE_WITHIN: Final = timedelta(minutes=10)
"""How long a browser whose password was right may take for the code."""

ANSWER_AFTER: Final = 0.3
"""Seconds that asking for a mail takes for everybody: less work for a stranger must not show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A browser that was let in, or up to the code of the authenticator app."""

    cookie_value: str
    needs_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What the page behind a link shows."""

    purpose: Purpose
    organisation: str
    is_over: bool
    name: str = ""
    email: str = ""
    asks_password: bool = False
    """Whether using it sets a password."""


class FrontDoor:
    """Lets people in and out."""

    def __init__(
        self,
        *,
        vouching: Vouching,
        store: SignInStore,
        web_sessions: WebSessions,
        clock: Clock,
        account: OwnAccount,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Trust `vouching` for who somebody is and `store` for where they belong; `account` is for those inside."""
        self.account = account
        self.web_sessions = web_sessions
        self._vouching = vouching
        self._provider = vouching.provider
        self._store = store
        self._clock = clock
        self._sleep = sleep

    def close(self) -> None:
        """Close the connections to the identity provider."""
        self._provider.close()

    # ── in ───────────────────────────────────────────────────────────────────────────────────────

    def with_password(self, *, email: str, password: str, caller: Caller) -> Admitted:
        """Sign in with a password, or raise `SignInFailed` or `TooManyAttempts`."""
        email = normalised(email)
        found: list[Membership] = []

        def prove() -> Proof:
            proof = self._provider.check_password(email=email, password=password)
            found.extend(self._store.memberships(proof.email)[:1])
            if not found:
                self._vouching.forget(proof.tokens)
                raise SignInFailed
            return proof

        proof = self._vouching.ask("password", prove, email=email, address=caller.address)
        return self._admit(found[0], proof, caller)

    def ask_for_mail(self, *, email: str, purpose: Purpose, caller: Caller) -> None:
        """Send a link to sign in, or to set another password, if the address belongs to a member.

        Nobody learns whether it does. Raises `TooManyAttempts`.
        """
        email = normalised(email)
        until = time.monotonic() + ANSWER_AFTER
        self._vouching.count(purpose, email=email, address=caller.address)
        for member in self._store.memberships(email)[:1]:
            self._store.ask_for_mail(member, purpose, now=self._clock.now())
        self._sleep(max(0.0, until - time.monotonic()))

    def make_link(
        self, *, org_id: str, member_id: str, purpose: Purpose = Purpose.SIGN_IN, lasts_for: timedelta | None = None
    ) -> str:
        """Make the secret of a link for a member; earlier links of the same purpose are over."""
        token = make_token()
        now = self._clock.now()
        self._store.add_link(
            token_hash=hash_token(token),
            org_id=org_id,
            member_id=member_id,
            purpose=purpose,
            expires_at=now + (lasts_for or LINK_LASTS_FOR[purpose]),
            now=now,
        )
        return token

    def look_at_link(self, token: str) -> LinkView | None:
        """Say what a link is for, changing nothing; None when there is no such link. One that is over names nobody."""
        link = self._link(token)
        if link is None:
            return None
        if self._is_over(link):
            return LinkView(purpose=link.purpose, organisation=link.member.organisation, is_over=True)
        return LinkView(
            purpose=link.purpose,
            organisation=link.member.organisation,
            is_over=False,
            name=link.member.name,
            email=link.member.email,
            asks_password=self._sets_password(link),
        )

    def with_link(self, token: str, *, caller: Caller, password: str = "") -> Admitted:
        """Use a link up and sign in, with a new password where the link is for that; otherwise `password` is ignored.

        Raises `LinkIsOver`, `WeakPassword`, or `TryAgain` after which the link is as good as before.
        """
        link = self._link(token)
        if link is None or self._is_over(link):
            raise LinkIsOver
        sets_password = bool(password) and self._sets_password(link)
        if sets_password:
            require_good_password(password, email=link.member.email)
        if not self._store.use_link(hash_token(token), now=self._clock.now()):
            raise LinkIsOver
        try:
            proof = self._provider.trust_mailbox(email=link.member.email, purpose=link.purpose)
            if sets_password:
                self._provider.set_password(proof, password)
        except Exception:
            self._store.put_link_back(hash_token(token))
            raise
        if sets_password:
            self._vouching.end_browsers(link.member.email)
        return self._admit(link.member, proof, caller)

    def with_code(self, code: str, *, caller: Caller) -> Admitted:
        """Finish signing in with the code of an authenticator app; the browser gets another cookie.

        Raises `CodeFailed` or `TooManyAttempts`.
        """
        found = self.web_sessions.find(caller.cookie_header)
        if found is None or not found[1].awaits_code or self._clock.now() >= found[1].created_at + CODE_WITHIN:
            raise CodeFailed
        session_hash, browser = found
        tokens = self._vouching.tokens_of(browser)
        proof = self._vouching.ask(
            "code",
            lambda: self._provider.check_code(email=browser.email, tokens=tokens, code=code),
            email=browser.email,
            address=caller.address,
        )
        raised = NewBrowser(
            id=browser.id,
            org_id=browser.home_org_id,
            member_id=browser.actor.id,
            renew_at=proof.renew_at,
            sealed_tokens=self._vouching.seal(proof),
        )
        value = self.web_sessions.change(session_hash, raised)
        if value is None:
            raise CodeFailed
        return Admitted(cookie_value=value)

    # ── out ──────────────────────────────────────────────────────────────────────────────────────

    def sign_out(self, cookie_header: str) -> None:
        """Sign this browser out, here and at the provider."""
        found = self.web_sessions.find(cookie_header)
        if found:
            self._vouching.forget(self._vouching.tokens_of(found[1]))
        self.web_sessions.sign_out(cookie_header)

    # ── what they share ──────────────────────────────────────────────────────────────────────────

    def _admit(self, member: Membership, proof: Proof, caller: Caller) -> Admitted:
        browser = NewBrowser(
            id=new_id(),
            org_id=member.org_id,
            member_id=member.member_id,
            label=label_of(caller.user_agent),
            awaits_code=proof.needs_code,
            renew_at=proof.renew_at,
            sealed_tokens=self._vouching.seal(proof),
        )
        value = self.web_sessions.begin(browser, cookie_header=caller.cookie_header)
        return Admitted(cookie_value=value, needs_code=proof.needs_code)

    def _link(self, token: str) -> LinkRecord | None:
        return self._store.link(hash_token(token)) if len(token) <= LONGEST_TOKEN else None

    def _is_over(self, link: LinkRecord) -> bool:
        return link.is_over or self._clock.now() >= link.expires_at

    def _sets_password(self, link: LinkRecord) -> bool:
        # An invitation lasts for days: for somebody who is a member anywhere it must not be a way to a new password.
        if link.purpose is Purpose.INVITATION:
            return not any(member.has_joined for member in self._store.memberships(link.member.email))
        return link.purpose is Purpose.PASSWORD_RESET
