"""Fixtures for signing in: a front door over stores in memory."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from tests.auth import fake_supabase
from tests.auth.fake_supabase import project_at
from tests.auth.fakes import FakeAccountStore, FakeAttemptStore, FakeSignInStore
from waitlist_app.auth import passwords
from waitlist_app.auth.front_door import Admitted, FrontDoor
from waitlist_app.auth.opening import open_front_door
from waitlist_app.auth.sealing import Sealer
from waitlist_app.auth.supabase import SupabaseIdentities
from waitlist_app.auth.web_sessions import COOKIE_NAME
from waitlist_app.clock import SetClock
from waitlist_app.services.actors import Actor
from waitlist_app.services.identities import Caller

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

collect_ignore = [] if os.environ.get("SUPABASE_TEST_URL") else ["test_real_supabase.py"]
"""Without a project to try there is nothing to run, and nothing to be counted as skipped."""


@dataclass(kw_only=True)
class House:
    """A front door with everything behind it."""

    clock: SetClock
    store: FakeSignInStore
    accounts: FakeAccountStore
    sealer: Sealer
    provider: Any
    door: FrontDoor
    waited: list[float]

    def caller(self, cookie: str = "", address: str = "192.0.2.7") -> Caller:
        """Return a browser that asks, with the value of its cookie."""
        return Caller(address=address, user_agent=FIREFOX, cookie_header=f"{COOKIE_NAME}={cookie}" if cookie else "")

    def who(self, cookie: str | Admitted) -> Actor | None:
        """Return who is behind the value of a cookie."""
        value = cookie.cookie_value if isinstance(cookie, Admitted) else cookie
        return self.door.web_sessions.actor_for(f"{COOKIE_NAME}={value}")

    def enter(self, member_id: str = "alice", org_id: str = "acme") -> str:
        """Sign a member in by a link and return the value of the cookie."""
        token = self.door.make_link(org_id=org_id, member_id=member_id)
        return self.door.with_link(token, caller=self.caller()).cookie_value


@pytest.fixture
def cheap_passwords(monkeypatch):
    """Let hashing take no time, where its cost is not what the test is about."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(cheap_passwords):
    """Return a front door over our own accounts, in which Alice and Bob of Acme are members."""
    clock = SetClock(NOON)
    store, accounts = FakeSignInStore(), FakeAccountStore()
    waited: list[float] = []
    key = "a-key-for-tests-only-a-key-for-tests-only"
    door = open_front_door(
        store=store,
        accounts=accounts,
        attempts=FakeAttemptStore(),
        clock=clock,
        app_url="http://127.0.0.1:8000",
        secret_key=key,
        sleep=waited.append,
    )
    return House(
        clock=clock,
        store=store,
        accounts=accounts,
        sealer=Sealer(key),
        provider=door._provider,
        door=door,
        waited=waited,
    )


@pytest.fixture
def server():
    """Yield a server that knows Alice."""
    with fake_supabase.serving() as fake:
        fake.add("alice@acme.example", "correct horse battery")
        yield fake


@pytest.fixture
def http():
    """Yield the connections that all calls share."""
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def supabase(server, http):
    """Return the provider under test."""
    return SupabaseIdentities(project_at(server.url), http=http)
