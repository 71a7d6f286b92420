"""Open proposals that nobody decided in time, and to whom they escalated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select, update

from waitlist_app.repository.rows import PROPOSAL, REGISTRATION
from waitlist_app.services.ports import AgeingProposal

IS_OPEN: Final[ColumnElement[bool]] = literal_column("proposal.status = 'open'")  # in the words of the partial index


def list_ageing(connection: Connection, org_id: str, *, since: datetime) -> Sequence[AgeingProposal]:
    """List the open proposals that were made at `since` or before and did not escalate, the oldest first."""
    query = (
        select(PROPOSAL.c.id, PROPOSAL.c.session_id, PROPOSAL.c.registration_id, REGISTRATION.c.person_id)
        .join(
            REGISTRATION,
            and_(REGISTRATION.c.org_id == PROPOSAL.c.org_id, REGISTRATION.c.id == PROPOSAL.c.registration_id),
        )
        .where(PROPOSAL.c.org_id == org_id, IS_OPEN, PROPOSAL.c.escalated_at.is_(None), PROPOSAL.c.proposed_at <= since)
        .order_by(PROPOSAL.c.proposed_at, PROPOSAL.c.id)
    )
    return [AgeingProposal(**row) for row in connection.execute(query).mappings()]


def escalate(connection: Connection, org_id: str, proposal_id: str, *, to: str, now: datetime) -> bool:
    """Note that an open proposal escalated, unless it did before, and say which of the two."""
    is_it = (PROPOSAL.c.org_id == org_id, PROPOSAL.c.id == proposal_id)
    # Of two workers that found the same proposal the second matches no row any more.
    guarded = update(PROPOSAL).where(*is_it, PROPOSAL.c.status == "open", PROPOSAL.c.escalated_at.is_(None))
    return connection.execute(guarded.values(escalated_at=now, escalated_to=to)).rowcount > 0


def count_escalated(connection: Connection, org_id: str, *, to: str) -> tuple[int, datetime | None]:
    """Count the open proposals that escalated to a member, and give when the oldest was made."""
    query = select(func.count(), func.min(PROPOSAL.c.proposed_at)).where(
        PROPOSAL.c.org_id == org_id, IS_OPEN, PROPOSAL.c.escalated_to == to
    )
    count, oldest = connection.execute(query).one()
    return count, oldest
