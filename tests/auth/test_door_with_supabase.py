"""The whole front door over the real Supabase library, down to what its server remembers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.auth.conftest import FIREFOX
from tests.auth.fake_supabase import RIGHT_CODE, project_at
from tests.auth.fakes import ALICE, FakeAccountStore, FakeAttemptStore, FakeSignInStore
from waitlist_app.auth.opening import open_front_door
from waitlist_app.clock import SetClock, SystemClock
from waitlist_app.services.identities import Caller, Purpose
from waitlist_app.services.sign_in_refusals import SignInFailed

EMAIL = "alice@acme.example"
PASSWORD = "correct horse battery"


class Door:
    """A front door of Acme over one Supabase project."""

    def __init__(self, url):
        self.clock = SetClock(SystemClock().now())
        self.store = FakeSignInStore()
        self.door = open_front_door(
            store=self.store,
            accounts=FakeAccountStore(),
            attempts=FakeAttemptStore(),
            clock=self.clock,
            app_url="http://127.0.0.1:8000",
            secret_key="a-key-for-tests-only-a-key-for-tests-only",
            supabase=project_at(url),
        )
        self.caller = Caller(address="192.0.2.7", user_agent=FIREFOX)

    def with_password(self, email=EMAIL, password=PASSWORD):
        """Sign in with a password."""
        return self.door.with_password(email=email, password=password, caller=self.caller)

    def header(self, admitted):
        """Return the cookie header of a browser that was let in."""
        return f"waitlist_session={admitted.cookie_value}"

    def who(self, admitted):
        """Return who is in."""
        return self.door.web_sessions.actor_for(self.header(admitted))


@pytest.fixture
def acme(server):
    """Yield the door; the server knows Alice."""
    acme = Door(server.url)
    yield acme
    acme.door.close()


class TestADoorWithSupabase:
    def test_lets_a_member_in_by_password(self, acme):
        """Supabase knows the password, and membership is ours."""
        assert acme.who(acme.with_password()) == ALICE

    def test_forgets_somebody_at_supabase_who_belongs_nowhere(self, server, acme):
        """An account at Supabase alone opens nothing, and nothing of it stays open there."""
        server.add("mallory@acme.example", PASSWORD)

        with pytest.raises(SignInFailed):
            acme.with_password(email="mallory@acme.example")

        assert server.sessions_of("mallory@acme.example") == 0

    def test_keeps_its_tokens_sealed(self, server, acme):
        """Whoever reads our database finds no token of Supabase in it."""
        acme.with_password()

        tokens = [token for session in server.sessions.values() for token in session.refresh_tokens]
        assert len(tokens) == 1
        assert tokens[0] not in repr(vars(acme.store))

    def test_lets_somebody_in_who_accepts_an_invitation(self, server, acme):
        """The account at Supabase is made with the invitation, and the password set there."""
        token = acme.door.make_link(org_id="acme", member_id="bob", purpose=Purpose.INVITATION)

        admitted = acme.door.with_link(token, caller=acme.caller, password="a brand new password")

        who = acme.who(admitted)
        assert who
        assert (who.name, server.user("bob@acme.example").password) == ("Bob", "a brand new password")

    def test_asks_for_the_code_of_an_app(self, server, acme):
        """The second step is checked by Supabase, and our cookie changes with it."""
        server.users[0].has_app = True
        half = acme.with_password()
        before = acme.who(half)

        admitted = acme.door.with_code(RIGHT_CODE, caller=replace(acme.caller, cookie_header=acme.header(half)))

        assert (half.needs_code, before, acme.who(half), acme.who(admitted)) == (True, None, None, ALICE)

    def test_signs_out_at_supabase_too(self, server, acme):
        """What was signed in there for us does not stay."""
        admitted = acme.with_password()

        acme.door.sign_out(acme.header(admitted))

        assert (acme.who(admitted), server.sessions_of(EMAIL)) == (None, 0)

    def test_signs_out_everywhere_at_supabase_too(self, server, acme):
        """Every sign-in of the person ends, here and there."""
        admitted = [acme.with_password(), acme.with_password()]

        acme.door.account.sign_out_everywhere(acme.header(admitted[0]))

        assert ([acme.who(one) for one in admitted], server.sessions_of(EMAIL)) == ([None, None], 0)

    def test_asks_supabase_again_within_the_hour(self, server, acme):
        """Somebody who is blocked there is out here when the token ends."""
        admitted = acme.with_password()
        server.users[0].is_banned = True
        before = acme.who(admitted)

        acme.clock.set(acme.clock.now() + timedelta(hours=1))

        assert (before, acme.who(admitted)) == (ALICE, None)
