"""Overrides that wait for a second person's word, and what an organisation demands of approvals."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, insert, literal_column, select, update

from waitlist_app.errors import NotAllowed
from waitlist_app.repository import tables
from waitlist_app.repository.rows import REGISTRATION, table_of
from waitlist_app.services.actors import Actor
from waitlist_app.services.approvals import ApprovalRules, OverrideRequest
from waitlist_app.services.record import canonical

REQUEST: Final = table_of(tables.OverrideRequest)
ORGANISATION: Final = table_of(tables.Organisation)
_PERSON: Final = table_of(tables.Person)
_IS_OPEN: Final[ColumnElement[bool]] = literal_column(
    "override_request.status = 'open'"
)  # in the words of the partial index


class SqlOverrideRequests:
    """An `OverrideRequests` over one connection."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        """Read and write over `connection`, only rows of the actor's organisation."""
        self._connection = connection
        self._actor = actor
        self._now = now

    def add(self, request: OverrideRequest) -> None:
        """Keep a new one."""
        self._connection.execute(
            insert(REQUEST),
            {
                "org_id": self._actor.org_id,
                "id": request.id,
                "kind": request.kind,
                "session_id": request.session_id,
                "registration_id": request.registration_id,
                "email": request.email,
                "subject_id": request.subject_id,
                "command": canonical(request.command),
                "reason": request.reason,
                "status": request.status,
                "asked_by": request.asked_by,
                "asked_by_name": request.asked_by_name,
                "asked_at": request.asked_at,
                "decided_by": "",
                "approval_id": "",
            },
        )

    def find(self, request_id: str) -> OverrideRequest:
        """Give one, or raise `NotAllowed`."""
        query = select(REQUEST).where(REQUEST.c.org_id == self._actor.org_id, REQUEST.c.id == request_id)
        row = self._connection.execute(query).first()
        if row is None:
            raise NotAllowed(detail=f"no override request {request_id}")
        return _request(row)

    def close(self, request_id: str, *, status: str, approval_id: str = "") -> None:
        """Note how it was decided, by the actor, now."""
        self._connection.execute(
            update(REQUEST)
            .where(REQUEST.c.org_id == self._actor.org_id, REQUEST.c.id == request_id)
            .values(status=status, approval_id=approval_id, decided_by=self._actor.id, decided_at=self._now)
        )


def list_open(connection: Connection, org_id: str) -> Sequence[OverrideRequest]:
    """List the requests that nobody decided yet, oldest first."""
    query = (
        select(REQUEST, _PERSON.c.name)
        .outerjoin(
            REGISTRATION,
            and_(REGISTRATION.c.org_id == REQUEST.c.org_id, REGISTRATION.c.id == REQUEST.c.registration_id),
        )
        .outerjoin(_PERSON, and_(_PERSON.c.org_id == REGISTRATION.c.org_id, _PERSON.c.id == REGISTRATION.c.person_id))
        .where(REQUEST.c.org_id == org_id, _IS_OPEN)
        .order_by(REQUEST.c.asked_at, REQUEST.c.id)
    )
    return [_request(row, name=row.name or "") for row in connection.execute(query)]


def approval_rules(connection: Connection, org_id: str) -> ApprovalRules:
    """Give what an organisation demands of approvals."""
    query = select(
        ORGANISATION.c.needs_second_person,
        ORGANISATION.c.allows_own_approval,
        ORGANISATION.c.deputy_id,
        ORGANISATION.c.escalates_after_hours,
    )
    row = connection.execute(query.where(ORGANISATION.c.id == org_id)).first()
    if row is None:
        return ApprovalRules()
    return ApprovalRules(
        needs_second_person=row.needs_second_person,
        allows_own=row.allows_own_approval,
        deputy_id=row.deputy_id,
        escalates_after=timedelta(hours=row.escalates_after_hours),
    )


def set_approval_rules(connection: Connection, org_id: str, rules: ApprovalRules) -> None:
    """Keep what an organisation demands of approvals."""
    values = {
        "needs_second_person": rules.needs_second_person,
        "allows_own_approval": rules.allows_own,
        "deputy_id": rules.deputy_id,
        "escalates_after_hours": rules.escalates_after // timedelta(hours=1),
    }
    connection.execute(update(ORGANISATION).where(ORGANISATION.c.id == org_id).values(**values))


def _request(row: Any, *, name: str = "") -> OverrideRequest:
    return OverrideRequest(
        id=row.id,
        kind=row.kind,
        session_id=row.session_id,
        registration_id=row.registration_id,
        email=row.email,
        subject_id=row.subject_id,
        command=json.loads(row.command),
        reason=row.reason,
        status=row.status,
        asked_by=row.asked_by,
        asked_by_name=row.asked_by_name,
        asked_at=row.asked_at,
        person_name=name,
    )
