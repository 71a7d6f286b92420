"""A platform administrator goes into an organisation: on purpose, with a reason, on that organisation's record."""

from dataclasses import replace
from typing import Protocol

from waitlist_app.errors import NotAllowed, TryAgain
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.happenings import TenantVisited
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.team import require_reason


class Visits(Protocol):
    """Lets a signed-in browser act in another organisation."""

    def visit(self, org_id: str, *, cookie_header: str) -> str | None:
        """Give the browser of a platform administrator another cookie for a visit; None when it is none."""
        ...


def switch_tenant(*, work: Work, visits: Visits, actor: Actor, cookie_header: str, org_id: str, reason: str) -> str:
    """Go into an organisation to read there, and give the value of the cookie for it.

    First the visit goes on record, then it begins: never the other way round.
    """
    actor.require(Permission.VISIT)
    reason = require_reason(reason)
    host = next((found for found in work.organisations() if found.org_id == org_id), None)
    if host is None:
        raise NotAllowed(detail=f"no organisation {org_id}")
    details = canonical({"name": actor.name, "organisation": actor.organisation})

    def unit(tx: Transaction) -> None:
        tx.note(TenantVisited(visitor_id=actor.id, details=details, reason=reason))

    # The visitor has no right there before it is on record, so the product itself writes it down in their name.
    work.transact(replace(host, id=actor.id, name=actor.name, role=Role.SYSTEM), unit)
    value = visits.visit(org_id, cookie_header=cookie_header)
    if value is None:
        raise TryAgain("the browser got another cookie meanwhile")
    return value
