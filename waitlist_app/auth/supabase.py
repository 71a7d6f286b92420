"""The identity provider that an organisation may already have: Supabase Auth.

A client of the library is one user's session, so each call makes its own; they share one connection pool. Tokens
never reach a browser: what vouches for somebody is kept sealed on the server.

Mails are ours. The link in one proves that its person reads the mailbox; on that proof the admin interface makes the
one-time secret that Supabase itself would have mailed, and it is used at once.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from supabase_auth import SyncGoTrueAdminAPI, SyncGoTrueClient, SyncMemoryStorage
from supabase_auth.types import Session

from waitlist_app.auth.passwords import require_good_password
from waitlist_app.auth.supabase_errors import AccountExists, NoAccount, translated
from waitlist_app.auth.supabase_tokens import TokenVerifier
from waitlist_app.errors import Defect, Refused, TryAgain
from waitlist_app.services.identities import Proof, Purpose, normalised
from waitlist_app.services.sign_in_refusals import CodeFailed, LinkIsOver, SignInEnded, SignInFailed

TIMEOUT_SECONDS: Final = 10
RENEW_BEFORE: Final = timedelta(minutes=1)
"""How long before its end an access token is renewed."""
MOST_FACTORS: Final = 3
"""How many authenticator apps of one person a code is tried on."""

_LINK_TYPES: Final = {
    Purpose.SIGN_IN: "magiclink",
    Purpose.INVITATION: "invite",
    Purpose.PASSWORD_RESET: "recovery",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupabaseProject:
    """Where a project is and how to talk to it."""

    url: str
    publishable_key: str
    secret_key: str = field(repr=False)
    """Stays on the server: it may do anything in the project."""
    legacy_secret: str = field(default="", repr=False)
    """Only of projects that still sign tokens with a shared secret."""


class SupabaseIdentities:
    """An `IdentityProvider` over one Supabase project."""

    def __init__(self, project: SupabaseProject, *, http: httpx.Client | None = None) -> None:
        """Talk to `project` over the connections of `http`."""
        self._project = project
        self._auth_url = f"{project.url.rstrip('/')}/auth/v1"
        self._http = http or httpx.Client(timeout=TIMEOUT_SECONDS)
        self._verifier = TokenVerifier(auth_url=self._auth_url, http=self._http, legacy_secret=project.legacy_secret)

    def check_password(self, *, email: str, password: str) -> Proof:
        """Vouch for somebody by their password, or raise `SignInFailed`."""
        try:
            with translated():
                answer = self._client().sign_in_with_password({"email": email, "password": password})
        except (NoAccount, LinkIsOver, SignInEnded) as error:
            raise SignInFailed from error
        proof = self._proof(answer.session)
        if proof.email != email:
            raise SignInFailed
        return proof

    def trust_mailbox(self, *, email: str, purpose: Purpose) -> Proof:
        """Vouch for somebody who has just used our own link from this mailbox; a missing account is made."""
        try:
            return self._by_link(email, _LINK_TYPES[purpose])
        except AccountExists:
            return self._by_link(email, "magiclink")
        except NoAccount:
            return self._by_link(email, "invite")

    def check_code(self, *, email: str, tokens: str, code: str) -> Proof:  # noqa: ARG002 - the tokens say who it is
        """Vouch by the code of an authenticator app after the first step, or raise `CodeFailed`."""
        kept = _opened(tokens)
        client = self._client()
        with translated():
            answer = client.set_session(kept["access"], kept["refresh"])
        factors = (answer.user.factors if answer.user else None) or []
        apps = [factor.id for factor in factors if factor.factor_type == "totp" and factor.status == "verified"]
        for factor_id in apps[:MOST_FACTORS]:
            try:
                with translated():
                    verified = client.mfa.challenge_and_verify({"factor_id": factor_id, "code": code})
            except CodeFailed:
                continue
            return self._proof_of(verified.access_token, verified.refresh_token, needs_code=False)
        raise CodeFailed

    def set_password(self, proof: Proof, password: str) -> None:
        """Set the password, or raise `WeakPassword`; by the admin interface, since a link has proved who asks."""
        require_good_password(password, email=proof.email)
        with translated():
            self._admin().update_user_by_id(proof.subject, {"password": password})

    def renew(self, tokens: str) -> Proof:
        """Vouch once more, or raise `SignInEnded`."""
        try:
            with translated():
                answer = self._client().refresh_session(_opened(tokens)["refresh"])
            return self._proof(answer.session)
        except (Refused, NoAccount) as error:
            raise SignInEnded from error

    def end(self, tokens: str, *, everywhere: bool) -> None:
        """Forget the sign-in, or all sign-ins of the person. Dropped when the provider is away."""
        scope = "global" if everywhere else "local"
        try:
            kept = _opened(tokens)
            try:
                with translated():
                    self._admin().sign_out(kept["access"], scope)
            except SignInEnded:
                # The access token is over, but the refresh token may not be, and it is the one that lasts.
                renewed = _opened(self.renew(tokens).tokens)
                with translated():
                    self._admin().sign_out(renewed["access"], scope)
        except (Refused, TryAgain, Defect, NoAccount):
            return

    def claims(self, access_token: str) -> dict[str, Any]:
        """Give what an access token of this project says, verified here, or raise `SignInEnded`."""
        return self._verifier.claims(access_token)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _by_link(self, email: str, link_type: str) -> Proof:
        with translated():
            link = self._admin().generate_link({"type": link_type, "email": email})  # pyright: ignore[reportArgumentType] - one of three
            secret, kind = link.properties.hashed_token, link.properties.verification_type
            answer = self._client().verify_otp({"token_hash": secret, "type": kind})  # pyright: ignore[reportArgumentType] - as given
        proof = self._proof(answer.session)
        if proof.email != email:
            raise Defect("Supabase Auth let another person in than the one who was asked for.")
        return proof

    def _proof(self, session: Session | None) -> Proof:
        if session is None:
            raise SignInFailed
        if session.user.email_confirmed_at is None:
            raise SignInFailed  # an address that nobody has proved to read could be anybody's
        has_app = any(factor.status == "verified" for factor in session.user.factors or [])
        return self._proof_of(session.access_token, session.refresh_token, needs_code=has_app)

    def _proof_of(self, access_token: str, refresh_token: str, *, needs_code: bool) -> Proof:
        claims = self._verifier.claims(access_token)
        ends_at = datetime.fromtimestamp(claims["exp"], UTC)
        return Proof(
            email=normalised(str(claims.get("email", ""))),
            subject=str(claims["sub"]),
            needs_code=needs_code and claims.get("aal") != "aal2",
            tokens=json.dumps({"access": access_token, "refresh": refresh_token}),
            renew_at=ends_at - RENEW_BEFORE,
        )

    def _client(self) -> SyncGoTrueClient:
        return SyncGoTrueClient(
            url=self._auth_url,
            headers=_headers(self._project.publishable_key),
            auto_refresh_token=False,
            persist_session=False,
            storage=SyncMemoryStorage(),
            http_client=self._http,
            flow_type="pkce",
        )

    def _admin(self) -> SyncGoTrueAdminAPI:
        return SyncGoTrueAdminAPI(
            url=self._auth_url, headers=_headers(self._project.secret_key), http_client=self._http
        )


def _headers(key: str) -> dict[str, str]:
    return {"apikey": key, "Authorization": f"Bearer {key}"}


def _opened(tokens: str) -> dict[str, str]:
    try:
        kept = json.loads(tokens)
        return {"access": str(kept["access"]), "refresh": str(kept["refresh"])}
    except (ValueError, KeyError, TypeError) as error:
        raise SignInEnded from error
