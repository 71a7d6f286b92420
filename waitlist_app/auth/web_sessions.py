"""Signed-in browsers: an opaque cookie, and a record of it on the server.

The cookie means nothing by itself and scripts cannot read it. It ends 12 hours after it was last used and 7 days
after it was made, both exclusive, whichever is first; signing out ends it at once.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from waitlist_app.auth.secret_tokens import LONGEST_TOKEN, hash_token, make_token
from waitlist_app.clock import Clock
from waitlist_app.errors import TryAgain
from waitlist_app.services.actors import Actor
from waitlist_app.services.identities import BrowserRecord, BrowserStore, NewBrowser

COOKIE_NAME: Final = "waitlist_session"
IDLE_FOR: Final = timedelta(hours=12)
LASTS_FOR: Final = timedelta(days=7)
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is known; each note of it is a write, and a busy coordinator clicks every second."""

Vouch = Callable[[BrowserRecord], bool]
"""Says whether the identity provider still stands behind a browser whose time to ask has come."""


class WebSessions:
    """Knows who is behind a cookie."""

    def __init__(self, *, store: BrowserStore, clock: Clock, app_url: str, vouch: Vouch | None = None) -> None:
        """Keep records in `store`; the cookie is marked Secure when `app_url` begins with https."""
        self._store = store
        self._clock = clock
        self._is_secure = app_url.startswith("https://")
        self._vouch = vouch or _always

    def begin(self, browser: NewBrowser, *, cookie_header: str = "") -> str:
        """Keep a browser and give the value of its cookie; the browser that `cookie_header` stood for is signed out."""
        value = make_token()
        self._store.begin_browser(replace(browser, session_hash=hash_token(value)), now=self._clock.now())
        self.sign_out(cookie_header)
        return value

    def change(self, session_hash: str, browser: NewBrowser) -> str | None:
        """Give a browser other rights, and with them another cookie; None when somebody else was first."""
        value = make_token()
        changed = self._store.change_browser(
            session_hash, replace(browser, session_hash=hash_token(value)), now=self._clock.now()
        )
        return value if changed else None

    def actor_for(self, cookie_header: str) -> Actor | None:
        """Say who is signed in by the `Cookie` header of a request; one indexed read, and a write a minute."""
        found = self.find(cookie_header)
        if found is None or found[1].awaits_code:
            return None
        session_hash, record = found
        now = self._clock.now()
        if record.renew_at and now >= record.renew_at and not self._vouch(record):
            return None
        if now >= record.seen_at + SEEN_EVERY:
            with suppress(TryAgain):  # a busy database must not sign anybody out; the next click notes it
                self._store.mark_seen(session_hash=session_hash, now=now)
        return record.actor

    def find(self, cookie_header: str) -> tuple[str, BrowserRecord] | None:
        """Give the record behind a cookie, and the hash it stands under, while it lasts; a code may be awaited."""
        for session_hash in session_hashes(cookie_header):
            record = self._store.browser(session_hash)
            if record and self.lasts(record):
                return session_hash, record
        return None

    def lasts(self, browser: BrowserRecord) -> bool:
        """Say whether a browser was used lately enough and is not too old."""
        return self._clock.now() < min(browser.seen_at + IDLE_FOR, browser.created_at + LASTS_FOR)

    def sign_out(self, cookie_header: str) -> None:
        """End the record behind the cookie, so that a copy of the cookie is worth nothing either."""
        for session_hash in session_hashes(cookie_header):
            self._store.end_browser(session_hash=session_hash, now=self._clock.now())

    def cookie(self, value: str) -> dict[str, Any]:
        """Give the arguments of Starlette's `set_cookie` for the value of a new cookie."""
        lasts_for = int(LASTS_FOR.total_seconds())
        return {"key": COOKIE_NAME, "value": value, "max_age": lasts_for, **self._attributes()}

    def cookie_to_delete(self) -> dict[str, Any]:
        """Give the arguments of Starlette's `delete_cookie`."""
        return {"key": COOKIE_NAME, **self._attributes()}

    def _attributes(self) -> dict[str, Any]:
        # Lax, not Strict: whoever follows a link from a mail to a screen is to find themselves signed in.
        return {"path": "/", "httponly": True, "samesite": "lax", "secure": self._is_secure}


def session_hashes(cookie_header: str) -> Iterator[str]:
    """Give the hashes of the first two values of our cookie in a `Cookie` header."""
    # A neighbouring host may have planted a second cookie of this name, and which comes first is up to the browser.
    values = [
        value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in cookie_header.split(";"))
        if name.strip() == COOKIE_NAME
    ]
    for value in values[:2]:
        if value and len(value) <= LONGEST_TOKEN:
            yield hash_token(value)


def _always(_browser: BrowserRecord) -> bool:
    return True
