import pytest

from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.errors import Defect

SECRET = "a-secret-for-tests-only-a-secret-for-tests"
MESSAGE = b"count 12, head 3f"
KEY = "5eba82156ba9cf0ad2086d6bf60b01e79034cabbbba42adc0841442cdfbba33d"


class TestASignature:
    def test_is_right_for_its_message_and_its_key_alone(self):
        """Another message, another key, or digits written otherwise are no signature."""
        alice, bob = RecordSigner(SECRET), RecordSigner(SECRET.upper())
        signature = alice.sign(MESSAGE)

        answers = {
            "as it is": is_signed(MESSAGE, signature=signature, public_key=alice.public_key),
            "another message": is_signed(MESSAGE + b" ", signature=signature, public_key=alice.public_key),
            "another key": is_signed(MESSAGE, signature=signature, public_key=bob.public_key),
            "capital digits": is_signed(MESSAGE, signature=signature.upper(), public_key=alice.public_key),
            "no digits": is_signed(MESSAGE, signature="signed, Alice", public_key=alice.public_key),
            "no key": is_signed(MESSAGE, signature=signature, public_key=""),
        }

        assert [words for words, is_right in answers.items() if is_right] == ["as it is"]

    def test_is_made_with_a_key_that_follows_from_the_secret(self):
        """Nothing but the secret has to be kept to sign with the same key after a restart."""
        keys = [RecordSigner(SECRET).public_key for _ in range(2)]

        assert keys == [KEY, KEY]

    def test_is_not_made_with_a_short_secret(self):
        """A secret that could be guessed signs nothing."""
        with pytest.raises(Defect):
            RecordSigner("short").sign(MESSAGE)
