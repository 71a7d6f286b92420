"""Sealing small secrets that have to be read again, with a key made from the installation's secret key."""

import base64
import hashlib
import hmac
from functools import cached_property
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from waitlist_app.errors import Defect

SHORTEST_KEY: Final = 32
"""Characters of the secret key."""


class Sealer:
    """Encrypts and authenticates texts (Fernet); another secret key, or one changed byte, opens nothing."""

    def __init__(self, secret_key: str) -> None:
        """Derive the keys from `secret_key` when they are needed; one for each use, none for two."""
        self._secret_key = secret_key

    def seal(self, text: str) -> str:
        """Give `text` in a form that only `unseal` can read."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """Give the text back.

        Raises:
            Defect: If it was sealed with another secret key, or changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode("ascii", "replace")).decode()
        except InvalidToken as error:
            raise Defect("A sealed text cannot be opened; was SECRET_KEY changed?") from error

    def mark(self, text: str) -> str:
        """Give a keyed hash: the same for the same text, and nothing that a reader of the database could guess back."""
        return hmac.new(self._marking_key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derive("sealing")))

    @cached_property
    def _marking_key(self) -> bytes:
        return self._derive("marking")

    def _derive(self, purpose: str) -> bytes:
        if len(self._secret_key) < SHORTEST_KEY:
            raise Defect(f"SECRET_KEY must have at least {SHORTEST_KEY} characters.")
        info = f"waitlist {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._secret_key.encode())
