import pytest

from waitlist_app.auth.sealing import Sealer
from waitlist_app.errors import Defect

KEY = "a-key-for-tests-only-a-key-for-tests-only"
OTHER = "another-key-for-tests-another-key-for-tests"


class TestASealedText:
    def test_opens_with_the_key_it_was_sealed_with(self):
        """What is sealed can be read again by this installation."""
        assert Sealer(KEY).unseal(Sealer(KEY).seal("refresh token")) == "refresh token"

    def test_shows_nothing_of_what_it_holds(self):
        """Whoever reads the database does not read the text, nor that two texts are the same."""
        sealed = [Sealer(KEY).seal("refresh token") for _ in range(2)]

        assert ["refresh" in text for text in sealed] == [False, False]
        assert sealed[0] != sealed[1]

    @pytest.mark.parametrize("change", [lambda text: text[:-8] + "AAAAAA==", lambda _: "", lambda _: "é"])
    def test_does_not_open_when_it_was_changed(self, change):
        """A changed text is refused, not misread."""
        sealed = change(Sealer(KEY).seal("refresh token"))

        with pytest.raises(Defect):
            Sealer(KEY).unseal(sealed)

    def test_does_not_open_with_another_key(self):
        """A stolen database is worth nothing without the secret key."""
        sealed = Sealer(KEY).seal("refresh token")

        with pytest.raises(Defect):
            Sealer(OTHER).unseal(sealed)


class TestAMark:
    def test_is_the_same_for_the_same_text_and_key(self):
        """Attempts against one account are counted together, by every process."""
        marks = {Sealer(key).mark(text) for key in (KEY, KEY, OTHER) for text in ("alice", "bob")}

        assert len(marks) == 4


class TestAShortKey:
    def test_seals_nothing(self):
        """A secret key of fewer than 32 characters is not used by accident."""
        with pytest.raises(Defect):
            Sealer("short").seal("refresh token")
