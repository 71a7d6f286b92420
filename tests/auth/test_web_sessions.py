from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest

from tests.auth.fakes import ALICE, BOB, FakeSignInStore
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.clock import SetClock
from waitlist_app.services.identities import NewBrowser

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    """Return a clock at noon."""
    return SetClock(NOON)


@pytest.fixture
def store():
    """Return a store in memory."""
    return FakeSignInStore()


@pytest.fixture
def web_sessions(store, clock):
    """Return the web sessions under test."""
    return WebSessions(store=store, clock=clock, app_url="https://waitlist.example.org")


@pytest.fixture
def cookie(web_sessions):
    """Return the cookie header of a browser in which Alice is signed in."""
    return "waitlist_session=" + web_sessions.begin(NewBrowser(id="laptop", org_id="acme", member_id="alice"))


class TestASignedInBrowser:
    def test_is_known_by_its_cookie(self, web_sessions, cookie):
        """The cookie says who it is, whatever other cookies come along."""
        assert web_sessions.actor_for(f"theme=dark; {cookie}; a=b") == ALICE

    @pytest.mark.parametrize("header", ["", "waitlist_session=", "waitlist_session=made-up", "other=1; ;;=", "="])
    def test_is_not_known_without_it(self, web_sessions, cookie, header):
        """A missing, empty or made-up cookie is nobody."""
        assert web_sessions.actor_for(header) is None

    def test_is_known_beside_a_planted_cookie_of_the_same_name(self, web_sessions, cookie):
        """A neighbouring host that plants a cookie signs nobody out."""
        assert web_sessions.actor_for(f"waitlist_session=planted; {cookie}") == ALICE

    def test_stays_in_while_it_is_used(self, web_sessions, cookie, clock):
        """Whoever comes back within 12 hours is still signed in."""
        clock.set(NOON + timedelta(hours=11, minutes=59))
        web_sessions.actor_for(cookie)
        clock.set(NOON + timedelta(hours=23))

        assert web_sessions.actor_for(cookie) == ALICE

    def test_is_out_after_twelve_idle_hours(self, web_sessions, cookie, clock):
        """A browser left alone for 12 hours is signed out."""
        clock.set(NOON + timedelta(hours=12))

        assert web_sessions.actor_for(cookie) is None

    def test_is_out_after_seven_days_however_busy(self, web_sessions, cookie, clock):
        """Once a week everybody signs in anew."""
        known = []
        for hours in range(0, 7 * 24 + 1, 8):
            clock.set(NOON + timedelta(hours=hours))
            known.append(web_sessions.actor_for(cookie) is not None)

        assert known == [True] * 21 + [False]

    def test_is_noted_at_most_once_a_minute(self, web_sessions, store, cookie, clock):
        """Clicking every second does not write every second."""
        for second in range(121):
            clock.set(NOON + timedelta(seconds=second))
            web_sessions.actor_for(cookie)

        assert store.noted == [NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)]

    def test_stays_in_when_the_note_cannot_be_written(self, web_sessions, store, cookie, clock):
        """A busy database signs nobody out."""
        store.is_busy = True
        clock.set(NOON + timedelta(hours=1))

        assert web_sessions.actor_for(cookie) == ALICE

    def test_is_stored_as_a_hash_only(self, store, cookie):
        """Whoever reads the database cannot take a browser over with what they find."""
        value = cookie.partition("=")[2]

        assert value not in repr(vars(store))

    def test_has_a_cookie_of_32_random_bytes(self, web_sessions):
        """Nobody guesses a cookie, and no two are alike."""
        values = [web_sessions.begin(NewBrowser(id=name, org_id="acme", member_id="alice")) for name in ("a", "b")]

        assert [len(urlsafe_b64decode(value + "=")) for value in values] == [32, 32]
        assert values[0] != values[1]

    def test_takes_the_place_of_the_one_that_was_signed_in_before(self, web_sessions, cookie):
        """Signing in again in the same browser ends what it was signed in as."""
        value = web_sessions.begin(NewBrowser(id="again", org_id="acme", member_id="bob"), cookie_header=cookie)

        assert [web_sessions.actor_for(cookie), web_sessions.actor_for(f"waitlist_session={value}")] == [None, BOB]

    def test_is_nobody_while_a_code_is_awaited(self, web_sessions):
        """A password alone opens nothing for somebody with an authenticator app."""
        value = web_sessions.begin(NewBrowser(id="laptop", org_id="acme", member_id="alice", awaits_code=True))

        assert web_sessions.actor_for(f"waitlist_session={value}") is None

    def test_is_out_after_signing_out(self, web_sessions, cookie):
        """A copy of the cookie is worth nothing after signing out."""
        web_sessions.sign_out(cookie)

        assert web_sessions.actor_for(cookie) is None


class TestTheCookie:
    def test_is_out_of_reach_of_scripts_and_other_sites(self, web_sessions):
        """Scripts cannot read it, it travels encrypted only, and other sites cannot post with it."""
        assert web_sessions.cookie("value") == {
            "key": "waitlist_session",
            "value": "value",
            "max_age": 604_800,
            "path": "/",
            "httponly": True,
            "samesite": "lax",
            "secure": True,
        }

    def test_works_on_this_machine_without_encryption(self, store, clock):
        """The embedded default is served on this machine by plain HTTP."""
        local = WebSessions(store=store, clock=clock, app_url="http://127.0.0.1:8000")

        assert local.cookie_to_delete() == {
            "key": "waitlist_session",
            "path": "/",
            "httponly": True,
            "samesite": "lax",
            "secure": False,
        }
