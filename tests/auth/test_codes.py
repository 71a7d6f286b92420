"""The numbers are those of RFC 6238, appendix B, with six digits."""

from datetime import UTC, datetime, timedelta

import pytest

from waitlist_app.auth.codes import address_for_app, make_code_secret, step_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AT = datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC)
STEP = 37_037_036


class TestACode:
    @pytest.mark.parametrize("code", ["081804", "081 804"])
    def test_is_known_by_its_half_minute(self, code):
        """The app and the server agree about the code of a half minute, with a blank or without."""
        assert step_of(SECRET, code, AT) == STEP

    @pytest.mark.parametrize(
        ("seconds", "step"),
        [(-59, STEP), (30, STEP), (-60, None), (31, None)],
        ids=["slow", "fast", "too slow", "too fast"],
    )
    def test_may_be_half_a_minute_off(self, seconds, step):
        """A phone whose clock is a little wrong still works, one that is far off does not."""
        assert step_of(SECRET, "081804", AT + timedelta(seconds=seconds)) == step

    @pytest.mark.parametrize("code", ["", "081805", "0818040", "８１８０４", "abcdef", "\x00" * 6])
    def test_is_refused_when_it_is_another(self, code):
        """Whatever else is typed is no code."""
        assert step_of(SECRET, code, AT) is None


class TestASecret:
    def test_has_160_random_bits(self):
        """Nobody guesses a secret, and no two are alike."""
        assert [len(make_code_secret()), make_code_secret() == make_code_secret()] == [32, False]

    def test_is_shown_to_the_app_with_the_persons_address(self):
        """In the app the person sees which account a code is for."""
        address = address_for_app(SECRET, email="alice@acme.example")

        assert address.startswith(f"otpauth://totp/Waitlist:alice%40acme.example?digits=6&secret={SECRET}&")
