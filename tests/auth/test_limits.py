from datetime import UTC, datetime, timedelta

import pytest

from tests.auth.fakes import FakeAttemptStore
from waitlist_app.auth.limits import Limits, network_of
from waitlist_app.auth.sealing import Sealer
from waitlist_app.clock import SetClock
from waitlist_app.services.sign_in_refusals import TooManyAttempts

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
OFFICE = "192.0.2.7"


@pytest.fixture
def clock():
    """Return a clock at noon."""
    return SetClock(NOON)


@pytest.fixture
def limits(clock):
    """Return the limits under test."""
    return Limits(store=FakeAttemptStore(), sealer=Sealer("a-key-for-tests-only-a-key-for-tests-only"), clock=clock)


def _try(limits, email="alice@acme.example", address=OFFICE, kind="password"):
    try:
        return limits.begin(kind, email=email, address=address)
    except TooManyAttempts as refused:
        return refused.minutes


class TestAnAccount:
    def test_has_five_attempts_in_a_quarter_of_an_hour(self, limits, clock):
        """The sixth attempt is refused, from whatever address, with how long to wait."""
        for minute in range(5):
            clock.set(NOON + timedelta(minutes=minute))
            _try(limits, address=f"192.0.2.{minute}")

        assert _try(limits, address="192.0.2.99") == 11

    def test_may_be_tried_again_when_the_first_is_a_quarter_of_an_hour_old(self, limits, clock):
        """Nobody is locked out for longer than they were told."""
        for _ in range(5):
            _try(limits)

        clock.set(NOON + timedelta(minutes=15))

        assert not isinstance(_try(limits), int)

    def test_starts_anew_when_one_succeeds(self, limits):
        """Whoever got in has all attempts again."""
        attempts = [_try(limits) for _ in range(5)]

        limits.succeeded(attempts[-1])

        assert [isinstance(_try(limits), int) for _ in range(6)] == [False] * 5 + [True]

    def test_is_not_locked_by_attempts_of_another_kind(self, limits):
        """With a forgotten password one can still ask for a link."""
        for _ in range(5):
            _try(limits)

        assert not isinstance(_try(limits, kind="sign_in"), int)


class TestAnAddress:
    def test_has_twenty_attempts_over_all_accounts(self, limits):
        """Trying one password on many accounts ends soon."""
        results = [_try(limits, email=f"{letter}@acme.example") for letter in "abcdefghijklmnopqrstu"]

        assert [isinstance(result, int) for result in results] == [False] * 20 + [True]

    def test_wins_no_attempts_with_an_account_of_its_own(self, limits):
        """Whoever guesses others' passwords cannot wipe that out by signing in."""
        for letter in "abcdefghijklmnopqrs":
            _try(limits, email=f"{letter}@acme.example")

        limits.succeeded(_try(limits, email="mallory@acme.example"))

        assert not isinstance(_try(limits, email="y@acme.example"), int)
        assert isinstance(_try(limits, email="z@acme.example"), int)

    def test_is_not_charged_when_nobody_could_succeed(self, limits):
        """While the identity provider is away, attempts are not counted."""
        for _ in range(30):
            limits.did_not_count(_try(limits))

        assert not isinstance(_try(limits), int)

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("fe80::1%eth0", "fe80::/64"),
            ("not an address", "unknown"),
        ],
    )
    def test_is_the_whole_network_of_a_computer(self, address, network):
        """A computer has billions of IPv6 addresses, and they count as one."""
        assert network_of(address) == network
