"""Passwords: which are good enough, and how they are stored.

Stored as Argon2id with the parameters of RFC 9106 for machines with little memory (64 MiB, three passes).
"""

import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from waitlist_app.services.sign_in_refusals import LONGEST_PASSWORD, SHORTEST_PASSWORD, WeakPassword

AT_ONCE: Final = 4
"""How many are checked at the same time: each takes 64 MiB, and strangers decide how many they send."""

_hasher: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_slots: Final = threading.BoundedSemaphore(AT_ONCE)

_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGhhcyBpdC4uLg$0JdsZdZmqicj0L9jIEJa50CZGN6wiWXbyTUfXIFFToI"
)
"""Checked for somebody who has no password, so that this takes as long as checking a wrong one."""


def require_good_password(password: str, *, email: str) -> None:
    """Pass, or raise `WeakPassword` with what the password needs: length, and not the person's own address."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(f"Please use at least {SHORTEST_PASSWORD} characters. A few words in a row are good.")
    if len(password) > LONGEST_PASSWORD:
        raise WeakPassword(f"Please use at most {LONGEST_PASSWORD} characters.")
    plain = _prepared(password).casefold()
    name = email.partition("@")[0].casefold()
    if len(set(plain)) < 5 or plain in email.casefold() or (len(name) > 3 and plain.startswith(name)):  # noqa: PLR2004
        raise WeakPassword("This one is easy to guess. Please take words that are not your address.")


def hash_password(password: str) -> str:
    """Give the form in which a password is stored; takes about a tenth of a second."""
    with _slots:
        return _hasher.hash(_prepared(password))


def is_right(password: str, stored: str) -> bool:
    """Say whether a password is the stored one; takes the same time when `stored` is empty, which nothing fits."""
    with _slots:
        try:
            return _hasher.verify(stored or _NOBODYS_HASH, _prepared(password)) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Say whether a stored password was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _prepared(password: str) -> str:
    # The same password typed on another keyboard may arrive as other code points.
    return unicodedata.normalize("NFKC", password[:LONGEST_PASSWORD]).encode("utf-8", "replace").decode()
