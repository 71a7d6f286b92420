from datetime import timedelta
from typing import Any

import pytest

from tests.auth.conftest import NOON
from tests.auth.fakes import ALICE, FakeSignInStore
from waitlist_app.auth.renewal import Renewal
from waitlist_app.auth.sealing import Sealer
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.clock import SetClock
from waitlist_app.errors import TryAgain
from waitlist_app.services.identities import NewBrowser, Proof
from waitlist_app.services.sign_in_refusals import SignInEnded

KEY = "a-key-for-tests-only-a-key-for-tests-only"
HOUR = timedelta(hours=1)


class FakeProvider:
    """A provider whose next answer the test decides."""

    def __init__(self):
        self.asked = []
        self.answer = Proof(email="alice@acme.example", tokens="second", renew_at=NOON + 2 * HOUR)

    def renew(self, tokens):
        """Answer as told."""
        self.asked.append(tokens)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Desk:
    """A browser of Alice that has to be renewed at one o'clock."""

    def __init__(self, key: str = KEY) -> None:
        self.clock = SetClock(NOON)
        self.store = FakeSignInStore()
        self.provider: Any = FakeProvider()
        vouch = Renewal(provider=self.provider, store=self.store, sealer=Sealer(key), clock=self.clock)
        self.web_sessions = WebSessions(store=self.store, clock=self.clock, app_url="http://127.0.0.1", vouch=vouch)
        browser = NewBrowser(
            id="laptop",
            org_id="acme",
            member_id="alice",
            renew_at=NOON + HOUR,
            sealed_tokens=Sealer(KEY).seal("first"),
        )
        self.cookie = "waitlist_session=" + self.web_sessions.begin(browser)

    def who(self, at):
        """Return who is behind the cookie at an instant."""
        self.clock.set(at)
        return self.web_sessions.actor_for(self.cookie)


@pytest.fixture
def desk():
    """Return a desk at noon."""
    return Desk()


class TestASignedInBrowser:
    def test_is_not_asked_about_before_the_time_has_come(self, desk):
        """Clicking costs no question to the provider."""
        assert (desk.who(NOON + HOUR - timedelta(seconds=1)), desk.provider.asked) == (ALICE, [])

    def test_is_asked_about_once_when_it_has(self, desk):
        """The provider is asked with what it gave last, and then not again until its next time."""
        present = [desk.who(NOON + HOUR), desk.who(NOON + HOUR + timedelta(minutes=59)), desk.who(NOON + 2 * HOUR)]

        assert (present, desk.provider.asked) == ([ALICE] * 3, ["first", "second"])

    def test_is_out_when_the_provider_ended_the_sign_in(self, desk):
        """Whoever was blocked at the provider is out here within the hour."""
        desk.provider.answer = SignInEnded()

        assert [desk.who(NOON + HOUR), desk.who(NOON + HOUR)] == [None, None]
        assert desk.provider.asked == ["first"]

    def test_is_out_when_the_person_has_another_address(self, desk):
        """An address that now belongs to somebody else does not keep the old person in."""
        desk.provider.answer = Proof(email="alice@elsewhere.example", tokens="second")

        assert desk.who(NOON + HOUR) is None

    def test_stays_in_for_an_hour_while_the_provider_is_away(self, desk):
        """An outage elsewhere does not stop the work at once, and does not last for ever."""
        desk.provider.answer = TryAgain("away")

        present = [desk.who(NOON + HOUR + timedelta(minutes=minutes)) for minutes in (0, 30, 59, 60)]

        assert present == [ALICE, ALICE, ALICE, None]

    def test_is_in_again_when_the_provider_is_back(self, desk):
        """After an outage nobody has to sign in again."""
        answer, desk.provider.answer = desk.provider.answer, TryAgain("away")
        desk.who(NOON + 2 * HOUR)
        desk.provider.answer = answer

        assert desk.who(NOON + 2 * HOUR + timedelta(minutes=1)) == ALICE

    def test_is_asked_about_by_one_process_at_a_time(self, desk):
        """While another process asks, everybody goes on with what is known."""
        desk.store.lease_tokens("laptop", now=NOON + HOUR, until=NOON + HOUR + timedelta(seconds=30))

        assert (desk.who(NOON + HOUR), desk.provider.asked) == (ALICE, [])

    def test_is_out_when_the_secret_key_was_changed(self):
        """Tokens that cannot be opened any more vouch for nobody."""
        desk = Desk(key="another-key-for-tests-another-key-for-tests")

        assert desk.who(NOON + HOUR) is None
