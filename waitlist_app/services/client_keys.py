"""Requests that are sent twice: a browser that got no answer sends the same words under the same key again.

The key is made with the form and kept with what the first request led to, in the same transaction and under the lock of
the session, so that a repeat, in parallel or later, finds it and is told the same.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final, Protocol

from waitlist_app.errors import InvalidInput, Refused
from waitlist_app.services.plain import to_plain
from waitlist_app.services.record import canonical

LONGEST: Final = 100
"""Characters in a key; keys are made by the product's own forms and far shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of the request that was sent under a key."""

    digest: str
    """Of the key and everything that was asked, so that other words under the same key are noticed."""
    registration_id: str
    position: int
    """In the line, from 1; 0 for a seat."""
    asks_manager: bool = False
    """Whether a manager was asked to sign it off."""
    is_pending: bool = False
    """Whether that was all that was missing: a seat was free."""


class ClientKeys(Protocol):
    """The keys under which requests were sent in the organisation in which a transaction acts."""

    def find(self, session_id: str, key: str) -> Answered | None:
        """Give what the request with this key led to; the session is locked."""
        ...

    def keep(self, session_id: str, key: str, answered: Answered) -> None:
        """Keep it for whoever asks again."""
        ...


class KeyUsed(Refused):
    """Other words came under a key that was used: not a repeat, but a form that was changed after it had counted."""

    code = "key_used"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This form was sent before, and that request counted. Open a new form to ask again.")


def checked_key(key: str) -> str:
    """Give a key that can be kept, or raise `InvalidInput`."""
    if len(key) > LONGEST:
        raise InvalidInput("The key of a request is too long.", field="client_key")
    return key


def digest_of(key: str, *asked: Any) -> str:
    """Give the digest of what was asked under a key; the key salts it."""
    return hashlib.sha256(f"{key}\n{canonical([to_plain(one) for one in asked])}".encode()).hexdigest()
