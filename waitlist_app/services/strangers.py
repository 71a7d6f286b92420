"""Links opened by somebody who is signed in to another organisation: they see nothing of this one, and it is noted."""

import logging
from typing import Final, Protocol

from waitlist_app.services.actors import Actor
from waitlist_app.services.happenings import LinkRefused
from waitlist_app.services.ports import Work

_log: Final = logging.getLogger(__name__)


class AnyLink(Protocol):
    """What every link in a mail leads to."""

    @property
    def org_id(self) -> str:
        """The organisation that sent it."""
        ...

    @property
    def session_id(self) -> str:
        """The session that it is about."""
        ...

    @property
    def registration_id(self) -> str:
        """The registration that it is about."""
        ...


def is_stranger(work: Work, link: AnyLink, signed_in: Actor | None, *, purpose: str) -> bool:
    """Say whether whoever opens a link is signed in to another organisation, and note it on the record of its own.

    That record does not learn who it was or from where: it is another tenant's. The log of the installation does.
    """
    if signed_in is None or signed_in.org_id == link.org_id:
        return False
    system = next((one for one in work.organisations() if one.org_id == link.org_id), None)
    if system is not None:
        noted = LinkRefused(session_id=link.session_id, registration_id=link.registration_id, purpose=purpose)
        work.transact(system, lambda tx: tx.note(noted))
    _log.warning(
        "A link (%s) of %s was opened by %s of %s; nothing was shown.",
        purpose,
        ascii(link.org_id),
        ascii(signed_in.id),
        ascii(signed_in.org_id),
    )
    return True
