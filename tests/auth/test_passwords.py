import pytest

from waitlist_app.auth import passwords
from waitlist_app.auth.passwords import hash_password, is_outdated, is_right, require_good_password
from waitlist_app.services.sign_in_refusals import WeakPassword


class TestAPassword:
    @pytest.mark.parametrize(
        "password",
        ["correct horse", "péché mignon à 12", "x1y2z3x1y2z3", "long " * 40],
        ids=["words", "é", "mix", "long"],
    )
    def test_is_good_when_it_is_long(self, password):
        """Length is what counts; nobody is made to add a digit and a sign."""
        require_good_password(password, email="alice@acme.example")

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("short", "Please use at least 12 characters. A few words in a row are good."),
            ("x" * 257, "Please use at most 256 characters."),
            ("aaaaaaaaaaaa", "This one is easy to guess. Please take words that are not your address."),
            ("alice@acme.example", "This one is easy to guess. Please take words that are not your address."),
            ("ALICE-acme-2026", "This one is easy to guess. Please take words that are not your address."),
        ],
        ids=["too short", "too long", "one letter", "the address", "the name"],
    )
    def test_is_weak_when_it_would_be_guessed(self, password, sentence):
        """What can be guessed is not taken, and the sentence says what is needed."""
        with pytest.raises(WeakPassword) as refused:
            require_good_password(password, email="alice@acme.example")

        assert (str(refused.value), refused.value.field) == (sentence, "password")


class TestAStoredPassword:
    def test_is_known_again_by_itself_alone(self):
        """The right password fits, and no other does."""
        stored = hash_password("correct horse")

        assert [is_right(guess, stored) for guess in ("correct horse", "Correct horse", "")] == [True, False, False]

    def test_is_the_same_however_it_was_typed(self):
        """A keyboard that composes letters otherwise lets nobody out."""
        stored = hash_password("cr\u00e8me br\u00fbl\u00e9e")

        assert is_right("cre\u0300me bru\u0302le\u0301e", stored)

    def test_differs_between_two_people_with_the_same_one(self):
        """Nobody sees in the database who has the same password."""
        assert hash_password("correct horse") != hash_password("correct horse")

    def test_fits_nothing_when_it_is_missing(self):
        """Somebody who never set a password cannot sign in with one."""
        assert not is_right("", "")

    def test_costs_a_stranger_as_much_as_a_member(self, monkeypatch):
        """How long the answer takes does not say whether somebody is a member."""
        seen = []
        monkeypatch.setattr(passwords, "_hasher", _Watched(passwords._hasher, seen))
        stored = hash_password("correct horse")

        is_right("a guess", stored)
        is_right("a guess", "")

        costs = [hashed.rsplit("$", 2)[0] for hashed in seen]
        assert costs == ["$argon2id$v=19$m=65536,t=3,p=4"] * 2

    def test_is_outdated_when_it_was_cheap_to_guess(self):
        """When hashing gets dearer, passwords are hashed anew as people sign in."""
        cheap = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$jCXJu3P0Dq8YdWYmbH9qMw"

        assert [is_outdated(cheap), is_outdated(hash_password("correct horse"))] == [True, False]


class _Watched:
    def __init__(self, hasher, seen):
        self._hasher = hasher
        self._seen = seen

    def hash(self, password):
        return self._hasher.hash(password)

    def verify(self, stored, password):
        self._seen.append(stored)
        return self._hasher.verify(stored, password)
