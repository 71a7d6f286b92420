"""What signing in needs from outside, as protocols and the values they exchange.

Whoever calls makes the secrets and passes only their hashes to a database. An *account* is a person who can sign in,
known by their e-mail address; a *member* is what that person is in one organisation. A *browser* is one signed-in
browser, since in this product a session is something that people attend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from waitlist_app.services.actors import Actor, Role


class Purpose(StrEnum):
    """What a link in a mail lets a member do; also the kind of the message that carries it."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, no password


LINK_LASTS_FOR: Final[Mapping[Purpose, timedelta]] = {
    Purpose.SIGN_IN: timedelta(minutes=15),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD_RESET: timedelta(minutes=15),
}
"""From the moment the mail is handed over; the end is exclusive."""


def normalised(email: str) -> str:
    """Give the one form in which an address is stored and compared: trimmed and without case."""
    return email.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The browser that asks, as far as it is known before its person is."""

    address: str
    """Of its computer, as far as it can be trusted."""
    user_agent: str = ""
    cookie_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person in one organisation."""

    org_id: str
    organisation: str
    member_id: str
    name: str
    email: str
    role: Role
    has_joined: bool = False
    """Has signed in before; otherwise the invitation is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A link in a mail as it is stored."""

    purpose: Purpose
    member: Membership
    expires_at: datetime
    is_over: bool
    """Used, replaced by a newer one, or taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBrowser:
    """A browser that somebody signs in with."""

    id: str
    org_id: str
    member_id: str
    session_hash: str = ""
    label: str = ""
    awaits_code: bool = False
    renew_at: datetime | None = None
    sealed_tokens: str = ""
    visits_org_id: str = ""
    """The organisation that a platform administrator has switched to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRecord:
    """A browser as it is stored."""

    id: str
    actor: Actor
    home_org_id: str
    """Where the actor is a member; another one than they act in during a visit."""
    email: str
    label: str
    created_at: datetime
    seen_at: datetime
    renew_at: datetime | None = None
    awaits_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """What is kept here about somebody who signs in."""

    email: str
    password_hash: str = ""
    code_secret: str = ""
    """Sealed."""
    code_counter: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An identity provider vouches that somebody has this address."""

    email: str
    subject: str = ""
    """The provider's own name of the person."""
    needs_code: bool = False
    """The code of an authenticator app is still missing."""
    tokens: str = ""
    """What the provider wants to see again; secret, empty when it wants nothing."""
    renew_at: datetime | None = None
    """When it has to be asked again."""


class IdentityProvider(Protocol):
    """Knows who somebody is: our own accounts, or Supabase Auth."""

    def check_password(self, *, email: str, password: str) -> Proof:
        """Vouch for somebody by their password, or raise `SignInFailed`."""
        ...

    def trust_mailbox(self, *, email: str, purpose: Purpose) -> Proof:
        """Vouch for somebody who has just used our own link from this mailbox; a missing account is made."""
        ...

    def check_code(self, *, email: str, tokens: str, code: str) -> Proof:
        """Vouch by the code of an authenticator app after the first step, or raise `CodeFailed`."""
        ...

    def set_password(self, proof: Proof, password: str) -> None:
        """Set the password, or raise `WeakPassword`."""
        ...

    def renew(self, tokens: str) -> Proof:
        """Vouch once more, or raise `SignInEnded`."""
        ...

    def end(self, tokens: str, *, everywhere: bool) -> None:
        """Forget the sign-in, or all sign-ins of the person. May be dropped when the provider is away."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...


class BrowserStore(Protocol):
    """Keeps signed-in browsers under the hashes of their cookies."""

    def begin_browser(self, browser: NewBrowser, *, now: datetime) -> None:
        """Keep a browser, and note that the member has joined unless a code is awaited."""
        ...

    def change_browser(self, old_hash: str, browser: NewBrowser, *, now: datetime) -> bool:
        """Put `browser` in the place of the one under `old_hash`, which keeps its id and its age.

        Of many callers at once, one gets True. Without new tokens it keeps those it has.
        """
        ...

    def browser(self, session_hash: str) -> BrowserRecord | None:
        """Give a browser that was not signed out and whose member was not removed, however old."""
        ...

    def mark_seen(self, *, session_hash: str, now: datetime) -> None:
        """Note that the browser was used. May be dropped when the database is busy."""
        ...

    def end_browser(self, *, session_hash: str, now: datetime) -> None:
        """Sign the browser out; a second time changes nothing."""
        ...

    def browsers(self, email: str) -> Sequence[BrowserRecord]:
        """List the browsers of an account that were not signed out, the last used first."""
        ...

    def end_browsers(self, email: str, *, now: datetime, only_id: str = "", except_id: str = "") -> Sequence[str]:
        """Sign browsers of an account out, and give their sealed tokens."""
        ...

    def tokens(self, browser_id: str) -> str:
        """Give the sealed tokens of a browser; empty when there are none."""
        ...

    def lease_tokens(self, browser_id: str, *, now: datetime, until: datetime) -> str | None:
        """Give the sealed tokens to one caller alone until it keeps new ones or `until` comes; None for all others."""
        ...

    def keep_tokens(self, browser_id: str, *, sealed: str, renew_at: datetime | None) -> None:
        """Keep new tokens and end the lease."""
        ...


class SignInTraces(Protocol):
    """What signing in leaves behind."""

    def forget_before(self, then: datetime) -> None:
        """Delete links, browsers and mails with links that were over, or last used, before `then`."""
        ...


class SignInStore(BrowserStore, Protocol):
    """Keeps members' links and browsers."""

    def memberships(self, email: str) -> Sequence[Membership]:
        """List where the normalised address belongs, the organisation that was used last first."""
        ...

    def ask_for_mail(self, member: Membership, purpose: Purpose, *, now: datetime) -> None:
        """Write a mail with a link to the outbox, unless one is waiting there already."""
        ...

    def add_link(
        self, *, token_hash: str, org_id: str, member_id: str, purpose: Purpose, expires_at: datetime, now: datetime
    ) -> None:
        """Keep a link; earlier ones of the same member and purpose are over."""
        ...

    def link(self, token_hash: str) -> LinkRecord | None:
        """Give a link, open or over; None when there never was one or its member was removed."""
        ...

    def use_link(self, token_hash: str, *, now: datetime) -> bool:
        """Use up a link that is open; of many callers at once, one gets True."""
        ...

    def put_link_back(self, token_hash: str) -> None:
        """Open a link again that was used up for nothing."""
        ...


class AccountStore(Protocol):
    """Keeps accounts with passwords."""

    def account(self, email: str) -> AccountRecord | None:
        """Give an account by its normalised address."""
        ...

    def ensure_account(self, email: str, *, now: datetime) -> AccountRecord:
        """Give an account, made without a password when there was none."""
        ...

    def set_password_hash(self, email: str, password_hash: str, *, now: datetime) -> None:
        """Keep the hash of a new password."""
        ...

    def set_code_secret(self, email: str, sealed: str, *, now: datetime) -> None:
        """Keep the sealed secret of an authenticator app; empty takes it away."""
        ...

    def use_code(self, email: str, counter: int) -> bool:
        """Use up the code of one half minute; False when it, or a later one, was used before."""
        ...


class AttemptStore(Protocol):
    """Counts attempts to sign in, for all processes together."""

    def begin_attempt(
        self, attempt_id: str, limits: Mapping[str, int], *, now: datetime, window: timedelta
    ) -> datetime | None:
        """Count an attempt against every subject, or against none when one has reached its limit within `window`.

        Gives None when it was counted, otherwise the instant from which on it may be tried again.
        """
        ...

    def forget_attempt(self, attempt_id: str, *, subject: str | None = None) -> None:
        """Take an attempt back; with `subject`, all of that subject."""
        ...
