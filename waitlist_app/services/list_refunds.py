"""What is owed back to whom, for whoever gives it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.ports import OwedRefund, Reader, Work
from waitlist_app.services.wording import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """One payment of which something is owed back, safe to send to a browser."""

    reference: str
    registration_id: str
    name: str
    session: str
    amount: str
    """What is owed, as in `GBP 49.00`."""
    status: str
    """Where the registration stands: `failed`, `cancelled`, `confirmed` and so on."""
    came: str
    """When the payment was noted."""


def list_refunds(*, work: Work, actor: Actor) -> Sequence[RefundRow]:
    """List what is owed back in the organisation, the oldest payment first, times in its zone."""
    actor.require(Permission.READ)

    def rows(reader: Reader) -> list[RefundRow]:
        owed = reader.refunds_due()
        sessions = reader.some_sessions([one.entry.session_id for one in owed])
        return [_row(one, sessions[one.entry.session_id].rules.code, actor.zone) for one in owed]

    return work.read(actor, rows)


def _row(owed: OwedRefund, code: str, zone: str) -> RefundRow:
    return RefundRow(
        reference=owed.payment.reference,
        registration_id=owed.payment.registration_id,
        name=owed.entry.person.name,
        session=code,
        amount=amount_in_words(owed.payment.owed, owed.payment.currency),
        status=owed.entry.registration.status.value,
        came=exact(owed.noted_at, zone),
    )
