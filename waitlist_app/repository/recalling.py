"""Recalling the mail of an offer while no worker has claimed it."""

from sqlalchemy import Connection, and_, select, update

from waitlist_app.repository.rows import MESSAGE, OFFER, PROPOSAL
from waitlist_app.services.message_kinds import Kind


def recall_offer(connection: Connection, org_id: str, registration_id: str) -> str | None:
    """Make the mail of a live offer obsolete and give the proposal that it came from; None once a worker claimed it.

    The worker locks the row it claims and counts the attempt in one transaction. The update waits for that lock and
    looks again: of a worker and whoever recalls, exactly one has the message.
    """
    number = connection.scalar(
        select(OFFER.c.number).where(
            OFFER.c.org_id == org_id, OFFER.c.registration_id == registration_id, OFFER.c.status == "live"
        )
    )
    of_the_offer = and_(
        MESSAGE.c.org_id == org_id,
        MESSAGE.c.registration_id == registration_id,
        MESSAGE.c.kind == Kind.OFFER,
        MESSAGE.c.offer_number == (number or 0),
    )
    unclaimed = and_(of_the_offer, MESSAGE.c.status == "waiting", MESSAGE.c.attempts == 0)
    connection.execute(update(MESSAGE).where(unclaimed).values(status="obsolete"))
    claimed = select(MESSAGE.c.id).where(of_the_offer, MESSAGE.c.attempts > 0).limit(1)
    if connection.scalar(claimed) is not None:
        return None
    return connection.scalar(
        select(PROPOSAL.c.id)
        .where(
            PROPOSAL.c.org_id == org_id,
            PROPOSAL.c.registration_id == registration_id,
            PROPOSAL.c.status == "approved",
        )
        .order_by(PROPOSAL.c.decided_at.desc(), PROPOSAL.c.id.desc())
        .limit(1)
    )
