"""Signing for the installation (Ed25519), with a key made from a secret, so that nothing else has to be kept."""

from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from waitlist_app.auth.sealing import SHORTEST_KEY
from waitlist_app.errors import Defect


class RecordSigner:
    """Signs exports of the record; the same secret always gives the same key."""

    def __init__(self, secret: str) -> None:
        """Derive the key from `secret` when it is needed, for this use alone."""
        self._secret = secret

    @property
    def public_key(self) -> str:
        """What signatures are checked with: 64 hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """Give the signature of `message`: 128 hexadecimal digits."""
        return self._key.sign(message).hex()

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        if len(self._secret) < SHORTEST_KEY:
            raise Defect(f"The secret of the signing key must have at least {SHORTEST_KEY} characters.")
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"waitlist signing the record")
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self._secret.encode()))


def is_signed(message: bytes, *, signature: str, public_key: str) -> bool:
    """Say whether `signature` is that of `message` by `public_key`; whatever is not a signature is none."""
    try:
        key, said = bytes.fromhex(public_key), bytes.fromhex(signature)
        # Capital digits and blanks would read as the same bytes, and a changed byte of a file has to be found.
        if (key.hex(), said.hex()) != (public_key, signature):
            return False
        Ed25519PublicKey.from_public_bytes(key).verify(said, message)
    except (InvalidSignature, ValueError):
        return False
    return True
