"""Links in mails: opaque, stored only as a hash. Looking one up changes nothing."""

import hashlib
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, select

from waitlist_app.repository import tables
from waitlist_app.repository.mapping import terms_from
from waitlist_app.repository.rows import LINK, REGISTRATION, table_of
from waitlist_app.services.ports import LeaveLink, OfferLink, SeatLink, SignOffLink

ORGANISATION: Final = table_of(tables.Organisation)


def hash_of(token: str) -> str:
    """Give the form in which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_offer_link(connection: Connection, token: str) -> OfferLink | None:
    """Find what a token of an offer mail leads to; None for an unknown one and for one that was erased."""
    row = _find(connection, token, "offer")
    if row is None:
        return None
    return OfferLink(
        org_id=row.org_id,
        organisation=row.name,
        session_id=row.session_id,
        registration_id=row.registration_id,
        offer_number=row.offer_number,
        is_replaced=row.replaced_at is not None,
    )


def find_sign_off_link(connection: Connection, token: str) -> SignOffLink | None:
    """Find what the token in a manager's mail leads to; None for an unknown one and for one that was replaced."""
    row = _find(connection, token, "sign_off")
    if row is None:
        return None
    return SignOffLink(
        org_id=row.org_id,
        organisation=row.name,
        session_id=row.session_id,
        registration_id=row.registration_id,
        manager_id=terms_from(row.terms).manager_id,
    )


def find_leave_link(connection: Connection, token: str) -> LeaveLink | None:
    """Find what a token in the mail of somebody who joined a line leads to; None for an unknown one."""
    row = _find(connection, token, "leave")
    if row is None:
        return None
    return LeaveLink(
        org_id=row.org_id, organisation=row.name, session_id=row.session_id, registration_id=row.registration_id
    )


def find_seat_link(connection: Connection, token: str) -> SeatLink | None:
    """Find what a token leads to that asks to confirm a seat again; None for an unknown one."""
    row = _find(connection, token, "seat")
    if row is None:
        return None
    return SeatLink(
        org_id=row.org_id,
        organisation=row.name,
        session_id=row.session_id,
        registration_id=row.registration_id,
        number=row.offer_number,
    )


def _find(connection: Connection, token: str, purpose: str) -> Row[*tuple[Any, ...]] | None:
    query = (
        select(
            LINK.c.org_id,
            LINK.c.registration_id,
            LINK.c.offer_number,
            LINK.c.replaced_at,
            REGISTRATION.c.session_id,
            REGISTRATION.c.terms,
            ORGANISATION.c.name,
            ORGANISATION.c.zone,
        )
        .join(REGISTRATION, and_(REGISTRATION.c.org_id == LINK.c.org_id, REGISTRATION.c.id == LINK.c.registration_id))
        .join(ORGANISATION, ORGANISATION.c.id == LINK.c.org_id)
        .where(LINK.c.token_hash == hash_of(token), LINK.c.purpose == purpose, LINK.c.revoked_at.is_(None))
    )
    return connection.execute(query).first()
