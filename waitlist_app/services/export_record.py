"""The record as a file that anybody can verify offline: one entry a line, and a signed seal at the end."""

import hashlib
from collections.abc import Iterator

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.plain import instant
from waitlist_app.services.ports import Reader, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.seal import Signer, sealed


def export_record(*, work: Work, actor: Actor, signer: Signer) -> bytes:
    """Write the organisation's record: chained entries, the personal text beside each, and the seal.

    The seal names the count of entries and the head's hash, so that a tail that was cut off is missed, and is signed,
    so that nobody else can write another in its place.
    """
    actor.require(Permission.EXPORT_AUDIT)
    return work.read(actor, lambda reader: _file(reader, actor.org_id, signer))


def _file(reader: Reader, org_id: str, signer: Signer) -> bytes:
    lines = "".join(_lines(reader)).encode()
    count, head = reader.head()
    digest = hashlib.sha256(lines).hexdigest()
    seal = sealed(signer, org=org_id, count=count, head=head, digest=digest, at=instant(reader.now))
    return lines + f"{canonical(seal)}\n".encode()


def _lines(reader: Reader) -> Iterator[str]:
    for body, hashed, texts in reader.export_record():
        # A text that was erased has no salt any more, so that nothing is left to hold against its commitment.
        beside = [{"field": field, "salt": salt, "text": text} for field, _, salt, text in texts if salt]
        # The body is kept as the very text that was hashed, so that no reader has to guess how it was written.
        yield canonical({"body": body, "hash": hashed, "texts": beside}) + "\n"
