"""The seal at the end of an exported record: how far it goes, and whose word it is, for anybody to check offline.

The chain alone shows that nothing inside it was changed. The seal shows that nothing is missing, and its signature that
it was this installation that wrote the file: somebody who writes a whole chain anew can link it, but not sign it.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from waitlist_app.services.record import canonical

_FORM: Final = "waitlist record seal 1\n"
"""Begins every signed message, so that a signature over something else can never pass for a seal."""


class Signer(Protocol):
    """Signs for this installation."""

    @property
    def public_key(self) -> str:
        """What signatures are checked with, hexadecimal; it may be given to anybody."""
        ...

    def sign(self, message: bytes) -> str:
        """Give the signature of `message`, hexadecimal."""
        ...


class CheckSignature(Protocol):
    """Says whether a signature is right."""

    def __call__(self, message: bytes, *, signature: str, public_key: str) -> bool:
        """Say whether `signature` is that of `message` by `public_key`; whatever is not a signature is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a signature is about, and the signature."""

    org: str
    count: int
    """Of entries."""
    head: str
    """The hash of the last."""
    digest: str
    """SHA-256 of every line before the seal, personal texts included."""
    at: str
    """When the file was written, ISO 8601 in UTC."""
    key: str
    signature: str = ""

    @property
    def message(self) -> bytes:
        """Give what is signed: everything but the signature."""
        said = asdict(self)
        del said["signature"]
        return f"{_FORM}{canonical(said)}".encode()


def sealed(signer: Signer, *, org: str, count: int, head: str, digest: str, at: str) -> dict[str, Any]:
    """Give the seal as it is written into a file."""
    seal = Seal(org=org, count=count, head=head, digest=digest, at=at, key=signer.public_key)
    return {"seal": asdict(seal) | {"signature": signer.sign(seal.message)}}
