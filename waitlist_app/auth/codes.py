"""Codes of authenticator apps (RFC 6238): six digits that change every half minute."""

import base64
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

ISSUER: Final = "Waitlist"
DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
"""How far the clock of a phone may be off: half a minute either way."""


def make_code_secret() -> str:
    """Make a secret of 160 bits in the base 32 that authenticator apps read."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def address_for_app(secret: str, *, email: str) -> str:
    """Give the address that an authenticator app reads as a QR code."""
    return _totp(secret).get_provisioning_uri(email, ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Give the half minute that a code belongs to, or None when it is not one of now."""
    plain = code.replace(" ", "").encode("utf-8", "replace")
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        try:
            _totp(secret).verify(plain, step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def _totp(secret: str) -> TOTP:
    # SHA-1 is what every app understands; the code's strength does not rest on collisions.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
