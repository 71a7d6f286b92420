"""Verifying access tokens of Supabase Auth here, without asking it.

Checked are the signature, with a short list of algorithms, and that the token is from this project (`iss`), for
signed-in people (`aud`), for now (`exp`, `nbf`), and about a known person and sign-in (`sub`, `session_id`). A token
stays valid until its end even when its person was signed out; that is found when it is renewed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
import jwt

from waitlist_app.errors import TryAgain
from waitlist_app.services.sign_in_refusals import SignInEnded

ALGORITHMS: Final = ("ES256", "RS256")
AUDIENCE: Final = "authenticated"
LEEWAY_SECONDS: Final = 10
KEYS_LAST_SECONDS: Final = 600.0
ASK_AGAIN_AFTER_SECONDS: Final = 30.0
"""How long an unknown key is not asked for again: anybody can send tokens that name one."""

_REQUIRED: Final = ("exp", "sub", "aud", "iss", "session_id")


class TokenVerifier:
    """Knows the keys of one Supabase project, and fetches them as they change."""

    def __init__(
        self,
        *,
        auth_url: str,
        http: httpx.Client,
        legacy_secret: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Trust the keys published below `auth_url`; `legacy_secret` only for projects that still sign with it."""
        self._auth_url = auth_url
        self._http = http
        self._legacy_secret = legacy_secret
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = -KEYS_LAST_SECONDS
        self._asked_at = -KEYS_LAST_SECONDS

    def claims(self, token: str) -> dict[str, Any]:
        """Give what a token says, or raise `SignInEnded`; `TryAgain` when its key cannot be fetched now."""
        try:
            header = jwt.get_unverified_header(token)
            key, algorithms = self._key_for(header)
            return jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=AUDIENCE,
                issuer=self._auth_url,
                leeway=LEEWAY_SECONDS,
                options={"require": list(_REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise SignInEnded from error

    def _key_for(self, header: dict[str, Any]) -> tuple[jwt.PyJWK | str, list[str]]:
        if header.get("alg") == "HS256" and self._legacy_secret:
            return self._legacy_secret, ["HS256"]
        name = header.get("kid")
        if header.get("alg") not in ALGORITHMS or not isinstance(name, str):
            raise jwt.InvalidTokenError("an algorithm or a key that is not trusted")
        key = self._known(name)
        if key is None:
            raise jwt.InvalidTokenError("signed with an unknown key")
        return key, list(ALGORITHMS)

    def _known(self, name: str) -> jwt.PyJWK | None:
        with self._lock:
            now = self._monotonic()
            is_known = name in self._keys
            is_wanted = not is_known or now >= self._fetched_at + KEYS_LAST_SECONDS
            if is_wanted and now >= self._asked_at + ASK_AGAIN_AFTER_SECONDS:
                self._ask(now, is_known=is_known)
            return self._keys.get(name)

    def _ask(self, now: float, *, is_known: bool) -> None:
        try:
            self._keys = self._fetch()
            self._asked_at = self._fetched_at = now
        except TryAgain:
            if not is_known:
                raise
            self._asked_at = now  # go on with the keys that are known, and ask again in a while

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        try:
            answer = self._http.get(f"{self._auth_url}/.well-known/jwks.json")
            answer.raise_for_status()
            published = answer.json()["keys"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise TryAgain("The keys of Supabase Auth could not be fetched.") from error
        keys: dict[str, jwt.PyJWK] = {}
        for entry in published:
            if entry.get("alg") in ALGORITHMS and entry.get("kid"):
                keys[entry["kid"]] = jwt.PyJWK(entry)
        return keys
