"""Opaque secrets: 32 random bytes for whoever holds them, their hash for whoever checks them."""

import hashlib
import secrets
from typing import Final

LONGEST_TOKEN: Final = 256
"""Characters; nothing longer is worth hashing."""


def make_token() -> str:
    """Make a secret of 32 random bytes in 43 characters that are safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Give the SHA-256 of a secret in hexadecimal; with 256 random bits it needs no salt and cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
