from datetime import timedelta

import pytest

from tests.auth.conftest import NOON
from tests.auth.fakes import ALICE
from waitlist_app.auth.codes import _totp, make_code_secret
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import CodeFailed, SignInFailed, TooManyAttempts

EMAIL = "alice@acme.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def with_password(house):
    """Return the house after Alice has set a password."""
    token = house.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.INVITATION)
    house.door.with_link(token, caller=house.caller(), password=PASSWORD)
    return house


@pytest.fixture
def secret(house):
    """Return the secret in Alice's authenticator app, after she has set a password and enrolled it."""
    token = house.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.INVITATION)
    cookie = house.door.with_link(token, caller=house.caller(), password=PASSWORD).cookie_value
    secret = make_code_secret()
    house.accounts.set_code_secret(EMAIL, house.sealer.seal(secret), now=NOON)
    house.door.sign_out(house.caller(cookie).cookie_header)
    return secret


def _code(secret, at=NOON):
    return _totp(secret).generate(int(at.timestamp())).decode()


def _half_way(house):
    return house.door.with_password(email=EMAIL, password=PASSWORD, caller=house.caller())


class TestSomebodyWithAnAuthenticatorApp:
    def test_is_asked_for_the_code_after_the_password(self, house, secret):
        """A stolen password opens nothing."""
        admitted = _half_way(house)

        assert (admitted.needs_code, house.who(admitted)) == (True, None)

    def test_is_asked_for_the_code_after_a_link_too(self, house, secret):
        """A read mailbox opens nothing either."""
        token = house.door.make_link(org_id="acme", member_id="alice")

        admitted = house.door.with_link(token, caller=house.caller())

        assert (admitted.needs_code, house.who(admitted)) == (True, None)

    def test_is_let_in_by_the_code_with_another_cookie(self, house, secret):
        """What was known before the code came opens nothing after it."""
        half = _half_way(house).cookie_value

        admitted = house.door.with_code(_code(secret), caller=house.caller(half))

        assert [house.who(half), house.who(admitted)] == [None, ALICE]

    def test_can_use_each_code_once(self, house, secret):
        """A code that somebody saw over a shoulder is worth nothing."""
        house.door.with_code(_code(secret), caller=house.caller(_half_way(house).cookie_value))
        half = _half_way(house).cookie_value

        with pytest.raises(CodeFailed):
            house.door.with_code(_code(secret), caller=house.caller(half))

    def test_has_five_tries(self, house, secret):
        """A million codes are not tried out."""
        half = _half_way(house).cookie_value
        for _ in range(5):
            with pytest.raises(CodeFailed):
                house.door.with_code("000000", caller=house.caller(half))

        with pytest.raises(TooManyAttempts):
            house.door.with_code(_code(secret), caller=house.caller(half))

    def test_has_ten_minutes(self, house, secret):
        """A browser that was left half way is not finished by somebody else later."""
        half = _half_way(house).cookie_value
        later = NOON + timedelta(minutes=10)
        house.clock.set(later)

        with pytest.raises(CodeFailed):
            house.door.with_code(_code(secret, later), caller=house.caller(half))

    def test_cannot_do_anything_half_way(self, house, secret):
        """Until the code has come the browser is nobody's."""
        header = house.caller(_half_way(house).cookie_value).cookie_header

        found = (house.door.account.browsers(header), house.door.account.organisations(header))

        assert (*found, house.door.account.go_to_organisation("acme", cookie_header=header)) == ((), (), None)


class TestSomebodyWhoIsSignedIn:
    def test_is_not_asked_for_a_code_again(self, house):
        """Only a browser that is half way in waits for a code."""
        cookie = house.enter()

        with pytest.raises(CodeFailed):
            house.door.with_code("123456", caller=house.caller(cookie))


class TestAddingAnApp:
    def test_takes_its_first_code_and_the_password(self, with_password):
        """From then on the password alone is not enough, and other browsers are signed out."""
        house = with_password
        cookie, other = house.enter(), house.enter()
        app = house.door.account.new_app(house.caller(cookie).cookie_header)

        house.door.account.add_app(app.sealed, code=_code(app.secret), password=PASSWORD, caller=house.caller(cookie))

        assert (house.who(cookie), house.who(other)) == (ALICE, None)
        assert _half_way(house).needs_code

    @pytest.mark.parametrize(
        ("code", "password", "refusal"),
        [("000000", PASSWORD, CodeFailed), (None, "wrong", SignInFailed)],
        ids=["a wrong code", "a wrong password"],
    )
    def test_is_refused_with_a_wrong_one(self, with_password, code, password, refusal):
        """Nobody locks the owner out at an unlocked computer, and no app is added that does not work."""
        house = with_password
        caller = house.caller(house.enter())
        app = house.door.account.new_app(caller.cookie_header)

        with pytest.raises(refusal):
            house.door.account.add_app(app.sealed, code=code or _code(app.secret), password=password, caller=caller)

        assert not _half_way(house).needs_code

    def test_cannot_be_done_for_somebody_else(self, with_password):
        """A secret that was made for one account is of no use to another."""
        house = with_password
        bobs = house.door.account.new_app(house.caller(house.enter("bob")).cookie_header)

        with pytest.raises(CodeFailed):
            house.door.account.add_app(
                bobs.sealed, code=_code(bobs.secret), password=PASSWORD, caller=house.caller(house.enter())
            )

    def test_can_be_taken_back_with_the_password(self, house, secret):
        """Somebody with a new phone starts anew."""
        half = _half_way(house).cookie_value
        cookie = house.door.with_code(_code(secret), caller=house.caller(half)).cookie_value

        house.door.account.remove_app(password=PASSWORD, caller=house.caller(cookie))

        assert not _half_way(house).needs_code
