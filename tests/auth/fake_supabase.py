"""A small auth server on the loopback that answers as Supabase Auth does, as far as this product asks it.

Known of the real one: the paths, the fields of its answers, the statuses and codes of its refusals in the form that
belongs to `X-Supabase-Api-Version: 2024-01-01`, tokens signed with ES256 under published keys, one-time secrets that
work once, refresh tokens that may be replayed once and end the sign-in when they are replayed later.
"""

import contextlib
import json
import threading
import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from waitlist_app.auth.supabase import SupabaseProject
from waitlist_app.clock import SystemClock, new_id

PUBLISHABLE_KEY = "sb_publishable_for-tests"
SECRET_KEY = "sb_secret_for-tests"
LEGACY_SECRET = "a-legacy-secret-for-tests-a-legacy-secret-for-tests-a-legacy-secret"
VERSION = "2024-01-01"
RIGHT_CODE = "123456"
BAD_PASSWORDS = {"password-password": "pwned", "abcdefghijklmnop": "characters", "short-at-supabase": "length"}


def _uuid() -> str:
    return str(uuid.UUID(hex=new_id()))


def _seconds() -> int:
    return int(SystemClock().now().timestamp())


class Refusal(Exception):
    """What the server says no with."""

    def __init__(self, status: int, code: str, message: str = "", **more: Any) -> None:
        """Take the status and code that the real one sends."""
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "message": message or code, **more}


@dataclass
class FakeUser:
    """A person as the server knows them."""

    email: str
    password: str = ""
    is_confirmed: bool = True
    is_banned: bool = False
    has_app: bool = False
    id: str = field(default_factory=_uuid)
    factor_id: str = field(default_factory=_uuid)


@dataclass
class FakeSession:
    """One sign-in with its refresh tokens, the last one active."""

    user: FakeUser
    aal: str = "aal1"
    id: str = field(default_factory=_uuid)
    refresh_tokens: list[str] = field(default_factory=list[str])


class FakeSupabase:
    """The server's memory and what it does with it."""

    def __init__(self) -> None:
        """Start with nobody, and one signing key."""
        self.users: list[FakeUser] = []
        self.sessions: dict[str, FakeSession] = {}
        self.secrets: dict[str, tuple[str, FakeUser]] = {}
        self.asked: list[str] = []
        self.next_answers: list[tuple[int, str, dict[str, str]]] = []
        """Answers that are given once, whatever is asked: status, body, headers."""
        self.lasts_for = 3600
        self.claims: dict[str, Any] = {}
        """Claims that differ from what is right."""
        self.algorithm = "ES256"
        self.url = ""
        self.rotate_keys()

    def rotate_keys(self) -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.kid = _uuid()
        self.key = ec.generate_private_key(ec.SECP256R1())

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    def add(self, email: str, password: str = "", **more: Any) -> FakeUser:
        """Add a person."""
        user = FakeUser(email=email, password=password, **more)
        self.users.append(user)
        return user

    def user(self, email: str) -> FakeUser | None:
        """Give a person by address."""
        return next((user for user in self.users if user.email == email), None)

    def sessions_of(self, email: str) -> int:
        """Count the sign-ins of a person."""
        return sum(session.user.email == email for session in self.sessions.values())

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    def answer(self, method: str, path: str, *, query: dict[str, str], body: Any, token: str, apikey: str) -> Any:
        """Answer one request, or raise `Refusal`."""
        if apikey not in {PUBLISHABLE_KEY, SECRET_KEY}:
            raise Refusal(401, "no_authorization", "No API key found in request")
        if path.startswith("/admin/") and token != SECRET_KEY:
            raise Refusal(403, "not_admin", "User not allowed")
        head, _, rest = path.strip("/").partition("/")
        routes: dict[tuple[str, str], Callable[[], Any]] = {
            ("POST", "token"): lambda: self._token(query["grant_type"], body),
            ("POST", "verify"): lambda: self._verify(body),
            ("GET", "user"): lambda: self._shown(self._session_of(token).user),
            ("POST", "logout"): lambda: self._log_out(token, query.get("scope", "global")),
            ("GET", ".well-known"): lambda: {"keys": [self._published()]},
            ("POST", "factors"): lambda: self._factor(token, rest, body),
            ("POST", "admin"): lambda: self._generate_link(body),
            ("PUT", "admin"): lambda: self._update_user(rest.removeprefix("users/"), body),
        }
        if (method, head) not in routes:
            raise Refusal(404, "not_found")
        return routes[method, head]()

    def _token(self, grant_type: str, body: Any) -> Any:
        if grant_type == "refresh_token":
            return self._refresh(body["refresh_token"])
        user = self.user(body["email"])
        if user is None or not user.password or user.password != body["password"]:
            raise Refusal(400, "invalid_credentials", "Invalid login credentials")
        if not user.is_confirmed:
            raise Refusal(400, "email_not_confirmed", "Email not confirmed")
        return self._signed_in(user)

    def _signed_in(self, user: FakeUser) -> Any:
        if user.is_banned:
            raise Refusal(400, "user_banned", "User is banned")
        session = FakeSession(user=user)
        self.sessions[session.id] = session
        return self._tokens(session)

    def _refresh(self, token: str) -> Any:
        for session in self.sessions.values():
            if token in session.refresh_tokens:
                if session.user.is_banned:
                    raise Refusal(400, "session_not_found", "Session was not found")
                place = session.refresh_tokens.index(token) - len(session.refresh_tokens)
                if place == -1:
                    return self._tokens(session)
                if place == -2:  # the immediate parent gives the active one once more
                    return self._tokens(session, refresh_token=session.refresh_tokens[-1])
                del self.sessions[session.id]
                raise Refusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        raise Refusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")

    def _generate_link(self, body: Any) -> Any:
        user, kind = self.user(body["email"]), body["type"]
        if kind == "invite" and user:
            raise Refusal(422, "email_exists", "A user with this email address has already been registered")
        if kind == "recovery" and not user:
            raise Refusal(404, "user_not_found", "User with this email not found")
        if kind == "magiclink" and not user:
            kind = "signup"
        user = user or self.add(body["email"], is_confirmed=False)
        secret = new_id()
        self.secrets[secret] = (kind, user)
        properties = {
            "action_link": f"{self.url}/auth/v1/verify?token={secret}&type={kind}&redirect_to=",
            "email_otp": "654321",
            "hashed_token": secret,
            "redirect_to": "",
            "verification_type": kind,
        }
        return {**self._shown(user), **properties}

    def _verify(self, body: Any) -> Any:
        kind, user = self.secrets.pop(body.get("token_hash", ""), ("", None))
        if user is None or body["type"] not in {kind, "email"}:
            raise Refusal(403, "otp_expired", "Email link is invalid or has expired")
        user.is_confirmed = True
        return self._signed_in(user)

    def _update_user(self, user_id: str, body: Any) -> Any:
        user = next((user for user in self.users if user.id == user_id), None)
        if user is None:
            raise Refusal(404, "user_not_found", "User not found")
        password = body["password"]
        if password == user.password:
            raise Refusal(422, "same_password", "New password should be different from the old password.")
        if password in BAD_PASSWORDS:
            reasons = {"reasons": [BAD_PASSWORDS[password]]}
            raise Refusal(422, "weak_password", "Password is weak", weak_password=reasons)
        user.password = password
        return self._shown(user)

    def _log_out(self, token: str, scope: str) -> Any:
        session = self._session_of(token)
        ended = (
            [one.id for one in self.sessions.values() if one.user is session.user]
            if scope == "global"
            else [session.id]
        )
        for session_id in ended:
            del self.sessions[session_id]

    def _factor(self, token: str, path: str, body: Any) -> Any:
        factor_id, _, act = path.partition("/")
        session = self._session_of(token)
        if not session.user.has_app or session.user.factor_id != factor_id:
            raise Refusal(404, "mfa_factor_not_found", "Factor not found")
        if act == "challenge":
            return {"id": _uuid(), "type": "totp", "expires_at": _seconds() + 300}
        if body["code"] != RIGHT_CODE:
            raise Refusal(422, "mfa_verification_failed", "Invalid TOTP code entered")
        session.aal = "aal2"
        return self._tokens(session)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _session_of(self, token: str) -> FakeSession:
        try:
            claims = jwt.decode(token, self.key.public_key(), algorithms=["ES256"], audience="authenticated")
        except jwt.PyJWTError as error:
            raise Refusal(403, "bad_jwt", "invalid JWT") from error
        session = self.sessions.get(claims["session_id"])
        if session is None:
            raise Refusal(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return session

    def _tokens(self, session: FakeSession, *, refresh_token: str = "") -> Any:
        if not refresh_token:
            refresh_token = new_id()[:12]
            session.refresh_tokens.append(refresh_token)
        now = _seconds()
        return {
            "access_token": self.access_token(session, now),
            "token_type": "bearer",
            "expires_in": self.lasts_for,
            "expires_at": now + self.lasts_for,
            "refresh_token": refresh_token,
            "user": self._shown(session.user),
        }

    def access_token(self, session: FakeSession, now: int) -> str:
        """Sign what the server says about a sign-in."""
        claims = {
            "iss": f"{self.url}/auth/v1",
            "sub": session.user.id,
            "aud": "authenticated",
            "exp": now + self.lasts_for,
            "iat": now,
            "email": session.user.email,
            "phone": "",
            "app_metadata": {"provider": "email"},
            "user_metadata": {"role": "owner", "org_id": "acme"},
            "role": "authenticated",
            "aal": session.aal,
            "amr": [{"method": "password", "timestamp": now}],
            "session_id": session.id,
            "is_anonymous": False,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "ES256":
            return jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": self.kid})
        if self.algorithm == "none":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": self.kid})
        return jwt.encode(claims, LEGACY_SECRET, algorithm=self.algorithm, headers={"kid": self.kid})

    def _published(self) -> Any:
        key = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        return {**key, "kid": self.kid, "alg": "ES256", "use": "sig", "key_ops": ["verify"], "ext": True}

    def _shown(self, user: FakeUser) -> Any:
        then = "2026-01-05T08:00:00Z"
        factor = {"id": user.factor_id, "factor_type": "totp", "created_at": then, "updated_at": then}
        return {
            "id": user.id,
            "aud": "authenticated",
            "role": "authenticated",
            "email": user.email,
            "email_confirmed_at": then if user.is_confirmed else None,
            "phone": "",
            "app_metadata": {"provider": "email"},
            "user_metadata": {"role": "owner", "org_id": "acme"},
            "identities": [],
            "factors": [{**factor, "status": "verified"}] if user.has_app else [],
            "created_at": then,
            "updated_at": then,
            "is_anonymous": False,
        }


class Handler(BaseHTTPRequestHandler):
    """Hands requests to the fake of its server."""

    protocol_version = "HTTP/1.1"
    fake: FakeSupabase

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer("POST")

    def do_PUT(self) -> None:
        """Answer a PUT."""
        self._answer("PUT")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        path = parts.path.removeprefix("/auth/v1")
        self.fake.asked.append(f"{method} {path}")
        if self.fake.next_answers:
            self._send(*self.fake.next_answers.pop(0))
            return
        headers = {"Content-Type": "application/json", "X-Supabase-Api-Version": VERSION}
        try:
            answer = self.fake.answer(
                method,
                path,
                query={name: values[0] for name, values in parse_qs(parts.query).items()},
                body=body,
                token=(self.headers.get("Authorization") or "").removeprefix("Bearer "),
                apikey=PUBLISHABLE_KEY if path.startswith("/.well-known/") else self.headers.get("apikey", ""),
            )
        except Refusal as refusal:
            self._send(
                refusal.status, json.dumps(refusal.body), {**headers, "x-sb-error-code": str(refusal.body["code"])}
            )
        else:
            self._send(204 if answer is None else 200, "" if answer is None else json.dumps(answer), headers)

    def _send(self, status: int, text: str, headers: dict[str, str]) -> None:
        if not status:
            self.close_connection = True  # as a server that dies
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def project_at(url: str, *, legacy_secret: str = "") -> SupabaseProject:
    """Return how to talk to a server."""
    return SupabaseProject(url=url, publishable_key=PUBLISHABLE_KEY, secret_key=SECRET_KEY, legacy_secret=legacy_secret)


@contextlib.contextmanager
def serving() -> Generator[FakeSupabase]:
    """Yield a fake that answers on a free port of this machine."""
    fake = FakeSupabase()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerOfThis", (Handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
