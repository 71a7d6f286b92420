"""What reads ask of the database. Every query takes `org` and reads rows of that organisation only.

The conditions on a status are written out instead of bound: a partial index is only used where its own words stand in
the query.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from waitlist_app.repository import tables
from waitlist_app.repository.erasing import ERASED
from waitlist_app.repository.payments import PAYMENT
from waitlist_app.repository.rows import MEETING, OFFER, OVERRIDE, PROPOSAL, REGISTRATION, SESSION, table_of

PERSON: Final = table_of(tables.Person)
APPROVAL: Final = table_of(tables.Approval)
MESSAGE: Final = table_of(tables.Message)

ORG: Final[BindParameter[Any]] = bindparam("org")
_DEADLINE: Final = REGISTRATION.c.offer_expires_at.type
IS_WAITING: Final[ColumnElement[bool]] = literal_column("registration.status = 'waitlisted'")
IS_READY: Final[ColumnElement[bool]] = literal_column(
    "registration.status = 'waitlisted' and registration.conflicts = '' and registration.outstanding = ''"
)
IS_OFFERED: Final[ColumnElement[bool]] = literal_column("registration.status = 'offered'")
WOKEN: Final = (
    select(SESSION.c.id)
    .where(SESSION.c.org_id == ORG, SESSION.c.wakes_at <= bindparam("until", type_=SESSION.c.wakes_at.type))
    .limit(1)
)
"""Sessions in which something came due by itself."""
IS_PENDING: Final[ColumnElement[bool]] = literal_column("registration.status = 'pending'")
IS_SEATED: Final[ColumnElement[bool]] = literal_column("registration.status in ('confirmed', 'pending')")
IS_OPEN: Final[ColumnElement[bool]] = literal_column("proposal.status = 'open'")
IS_ACTIVE_OVERRIDE: Final[ColumnElement[bool]] = literal_column("override.ended_at is null")

_SESSION: Final[BindParameter[Any]] = bindparam("session")
_IN_SESSION: Final = and_(REGISTRATION.c.org_id == ORG, REGISTRATION.c.session_id == _SESSION)

# ── sessions ─────────────────────────────────────────────────────────────────────────────────────

SESSIONS: Final = select(SESSION).where(SESSION.c.org_id == ORG).order_by(SESSION.c.starts_at, SESSION.c.code)
SOME_SESSIONS: Final = select(SESSION).where(
    SESSION.c.org_id == ORG, SESSION.c.id.in_(bindparam("sessions", expanding=True))
)
MEETINGS: Final = (
    select(MEETING)
    .where(MEETING.c.org_id == ORG, MEETING.c.session_id.in_(bindparam("sessions", expanding=True)))
    .order_by(MEETING.c.session_id, MEETING.c.starts_at)
)
OVERDUE: Final = (
    select(REGISTRATION.c.session_id, func.sum(REGISTRATION.c.seat_units).label("units"))
    .where(
        REGISTRATION.c.org_id == ORG,
        IS_OFFERED,
        REGISTRATION.c.clock_stands_since.is_(None),
        REGISTRATION.c.offer_expires_at <= bindparam("now"),
    )
    .group_by(REGISTRATION.c.session_id)
)

_IS_UNPAID: Final = (REGISTRATION.c.org_id == ORG, IS_PENDING, REGISTRATION.c.payment_due_at <= bindparam("now"))
UNPAID: Final = (
    select(REGISTRATION.c.session_id, func.sum(REGISTRATION.c.seat_units).label("units"))
    .where(*_IS_UNPAID)
    .group_by(REGISTRATION.c.session_id)
)
ANY_UNPAID: Final = select(REGISTRATION.c.id).where(*_IS_UNPAID).limit(1)

OWED: Final = (
    select(PAYMENT)
    .where(PAYMENT.c.org_id == ORG, literal_column("payment.owed > 0"))
    .order_by(PAYMENT.c.noted_at, PAYMENT.c.reference)
)

# ── people in a session ──────────────────────────────────────────────────────────────────────────


_WHO: Final = (
    PERSON.c.employee_id,
    PERSON.c.email,
    PERSON.c.name.label("person_name"),
    PERSON.c.phone.label("person_phone"),
    PERSON.c.no_shows.label("person_no_shows"),
    PERSON.c.department.label("person_department"),
    PERSON.c.role.label("person_role"),
    PERSON.c.compliance_deadline.label("person_deadline"),
)


def with_person(entry: FromClause) -> Select[Any]:
    """Read registrations with their persons; `entry` has the columns of a registration."""
    return (
        select(
            *entry.c,
            *_WHO,
        )
        .select_from(entry)
        .join(PERSON, and_(PERSON.c.org_id == entry.c.org_id, PERSON.c.id == entry.c.person_id))
    )


PEOPLE: Final = (
    select(
        PERSON.c.id.label("person_id"),
        *_WHO,
    )
    .where(PERSON.c.org_id == ORG, PERSON.c.merged_into == "", PERSON.c.identity.not_like(f"{ERASED}%"))
    .order_by(PERSON.c.id)
)


ONE_PERSON: Final = PEOPLE.where(PERSON.c.id == bindparam("person"))


def _with_proposal(entry: FromClause) -> Select[Any]:
    return (
        with_person(entry)
        .add_columns(PROPOSAL.c.id.label("proposal_id"))
        .outerjoin(
            PROPOSAL, and_(PROPOSAL.c.org_id == entry.c.org_id, PROPOSAL.c.registration_id == entry.c.id, IS_OPEN)
        )
    )


# The window is cut first, so that persons are looked up only for those in it.
_WINDOW: Final = (
    select(REGISTRATION)
    .where(_IN_SESSION, IS_WAITING)
    .order_by(REGISTRATION.c.line_key)
    .limit(bindparam("count", type_=Integer))
    .offset(bindparam("skip", type_=Integer))
    .subquery("entry")
)
WAITING: Final = _with_proposal(_WINDOW).order_by(_WINDOW.c.line_key)

_BEFORE: Final = REGISTRATION.c.line_key < bindparam("line_key")
AHEAD: Final = select(func.count()).select_from(REGISTRATION).where(_IN_SESSION, IS_WAITING, _BEFORE)
_PROPOSED: Final = select(PROPOSAL.c.registration_id).where(
    PROPOSAL.c.org_id == ORG, PROPOSAL.c.session_id == bindparam("session"), IS_OPEN
)
SKIPPED: Final = AHEAD.where(REGISTRATION.c.id.not_in(_PROPOSED))
READY_UNITS_AHEAD: Final = select(func.coalesce(func.sum(REGISTRATION.c.seat_units), 0)).where(
    _IN_SESSION, IS_READY, _BEFORE
)
PASSED_BEFORE: Final = (
    select(func.count())
    .select_from(REGISTRATION)
    .where(
        _IN_SESSION,
        IS_WAITING,
        REGISTRATION.c.line_key >= bindparam("after_key"),
        REGISTRATION.c.line_key < bindparam("before_key"),
        REGISTRATION.c.passed_over > 0,
    )
)
_NUMBERED: Final = (
    select(REGISTRATION, func.row_number().over(order_by=REGISTRATION.c.line_key).label("position"))
    .where(_IN_SESSION, IS_WAITING, _BEFORE)
    .subquery("numbered")
)
_SKIPPED: Final = (
    select(_NUMBERED)
    .where(_NUMBERED.c.id.not_in(_PROPOSED))
    .order_by(_NUMBERED.c.position)
    .limit(bindparam("count", type_=Integer))
    .subquery("entry")
)
SKIPPED_AHEAD: Final = with_person(_SKIPPED).order_by(_SKIPPED.c.position)

_IN_A_SEAT: Final = (
    select(REGISTRATION)
    .where(_IN_SESSION, IS_SEATED)
    .order_by(REGISTRATION.c.decided_at, REGISTRATION.c.arrival)
    .limit(bindparam("count", type_=Integer))
    .subquery("entry")
)
SEATED: Final = (
    with_person(_IN_A_SEAT)
    .add_columns(APPROVAL.c.signed_by_name.label("approved_by"))
    .outerjoin(
        OFFER,
        and_(
            OFFER.c.org_id == _IN_A_SEAT.c.org_id,
            OFFER.c.session_id == _IN_A_SEAT.c.session_id,
            OFFER.c.number == _IN_A_SEAT.c.offer_number,
        ),
    )
    .outerjoin(APPROVAL, and_(APPROVAL.c.org_id == OFFER.c.org_id, APPROVAL.c.id == OFFER.c.approval_id))
    .order_by(_IN_A_SEAT.c.decided_at, _IN_A_SEAT.c.arrival)
)
COUNT_SEATED: Final = select(func.count()).select_from(REGISTRATION).where(_IN_SESSION, IS_SEATED)
ONE_REGISTRATION: Final = _with_proposal(REGISTRATION).where(
    REGISTRATION.c.org_id == ORG, REGISTRATION.c.id == bindparam("registration")
)
REGISTRATIONS_OF_PERSON: Final = _with_proposal(REGISTRATION).where(
    REGISTRATION.c.org_id == ORG, REGISTRATION.c.person_id == bindparam("person")
)
ALL_REGISTRATIONS: Final = (
    with_person(REGISTRATION)
    .join(SESSION, and_(SESSION.c.org_id == REGISTRATION.c.org_id, SESSION.c.id == REGISTRATION.c.session_id))
    .where(REGISTRATION.c.org_id == ORG)
    .order_by(SESSION.c.code, REGISTRATION.c.requested_at, REGISTRATION.c.arrival)
)
FACTS: Final = select(
    REGISTRATION.c.id,
    REGISTRATION.c.role,
    REGISTRATION.c.department,
    REGISTRATION.c.compliance_deadline,
    REGISTRATION.c.more_facts,
).where(_IN_SESSION, IS_WAITING | IS_OFFERED)
OF_SESSION: Final = REGISTRATION.c.session_id == _SESSION
OVERRIDES: Final = (
    select(
        OVERRIDE.c.id,
        OVERRIDE.c.registration_id,
        OVERRIDE.c.reason,
        OVERRIDE.c.from_position,
        OVERRIDE.c.to_position,
        APPROVAL.c.signed_by_name,
    )
    .outerjoin(APPROVAL, and_(APPROVAL.c.org_id == OVERRIDE.c.org_id, APPROVAL.c.id == OVERRIDE.c.approval_id))
    .where(OVERRIDE.c.org_id == ORG, IS_ACTIVE_OVERRIDE)
    .order_by(OVERRIDE.c.session_id, OVERRIDE.c.number)
)
OVERRIDES_OF_SESSION: Final = OVERRIDES.where(OVERRIDE.c.session_id == _SESSION)

# ── proposals and offers ─────────────────────────────────────────────────────────────────────────

_AHEAD: Final = REGISTRATION.alias("ahead")
_GIVER: Final = REGISTRATION.alias("giver")
_GIVER_PERSON: Final = PERSON.alias("giver_person")

COUNT_AHEAD: Final = (
    select(func.count())
    .select_from(_AHEAD)
    .where(
        _AHEAD.c.org_id == REGISTRATION.c.org_id,
        _AHEAD.c.session_id == REGISTRATION.c.session_id,
        literal_column("ahead.status = 'waitlisted'"),
        _AHEAD.c.line_key < REGISTRATION.c.line_key,
    )
    .correlate(REGISTRATION)
    .scalar_subquery()
)
"""How many wait in front of a waiting registration."""

_OTHER: Final = PROPOSAL.alias("other")
_PROPOSED_AHEAD: Final = (
    select(func.count())
    .select_from(_OTHER)
    .join(_AHEAD, and_(_AHEAD.c.org_id == _OTHER.c.org_id, _AHEAD.c.id == _OTHER.c.registration_id))
    .where(
        _OTHER.c.org_id == REGISTRATION.c.org_id,
        _OTHER.c.session_id == REGISTRATION.c.session_id,
        literal_column("other.status = 'open'"),
        _AHEAD.c.line_key < REGISTRATION.c.line_key,
    )
    .correlate(REGISTRATION)
    .scalar_subquery()
)


def _first(chosen: Select[Any], name: str) -> CTE:
    """Find these few rows first; planners would begin with all registrations of the organisation."""
    return chosen.cte(name).prefix_with("MATERIALIZED")


def _proposals(*only: ColumnElement[bool]) -> Select[Any]:
    chosen = _first(select(PROPOSAL).where(PROPOSAL.c.org_id == ORG, IS_OPEN, *only), "chosen")
    return (
        with_person(REGISTRATION)
        .add_columns(
            chosen.c.id.label("proposal_id"),
            chosen.c.proposed_at,
            chosen.c.seat_from,
            chosen.c.escalated_to,
            _GIVER_PERSON.c.name.label("seat_from_name"),
            COUNT_AHEAD.label("ahead"),
            _PROPOSED_AHEAD.label("proposed_ahead"),
        )
        .join(chosen, and_(chosen.c.org_id == REGISTRATION.c.org_id, chosen.c.registration_id == REGISTRATION.c.id))
        .outerjoin(_GIVER, and_(_GIVER.c.org_id == chosen.c.org_id, _GIVER.c.id == chosen.c.seat_from_registration_id))
        .outerjoin(
            _GIVER_PERSON, and_(_GIVER_PERSON.c.org_id == _GIVER.c.org_id, _GIVER_PERSON.c.id == _GIVER.c.person_id)
        )
        .order_by(chosen.c.proposed_at, chosen.c.session_id, REGISTRATION.c.line_key)
    )


PROPOSALS: Final = _proposals()
PROPOSALS_OF_SESSION: Final = _proposals(PROPOSAL.c.session_id == _SESSION)
ONE_PROPOSAL: Final = _proposals(PROPOSAL.c.id == bindparam("proposal"))


def _offers(*only: ColumnElement[bool]) -> Select[Any]:
    offered = _first(select(REGISTRATION).where(REGISTRATION.c.org_id == ORG, IS_OFFERED, *only), "offered")
    mailed = literal("offer:") + OFFER.c.session_id + literal(":") + cast(OFFER.c.number, String)
    return (
        with_person(offered)
        .add_columns(
            OFFER.c.number,
            OFFER.c.made_at,
            OFFER.c.expires_at,
            OFFER.c.is_unreached,
            APPROVAL.c.signed_by_name.label("approved_by"),
            MESSAGE.c.status.label("mail_status"),
            MESSAGE.c.error.label("mail_error"),
        )
        .join(
            OFFER,
            and_(
                OFFER.c.org_id == offered.c.org_id,
                OFFER.c.session_id == offered.c.session_id,
                OFFER.c.number == offered.c.offer_number,
            ),
        )
        .outerjoin(APPROVAL, and_(APPROVAL.c.org_id == OFFER.c.org_id, APPROVAL.c.id == OFFER.c.approval_id))
        .outerjoin(MESSAGE, and_(MESSAGE.c.org_id == OFFER.c.org_id, MESSAGE.c.dedupe == mailed))
        .order_by(OFFER.c.expires_at, OFFER.c.session_id, OFFER.c.number)
    )


# True of every offer; it makes planners take the index of deadlines instead of all registrations.
OFFERS: Final = _offers(REGISTRATION.c.offer_expires_at > literal(datetime(1, 1, 2, tzinfo=UTC), _DEADLINE))
OFFERS_OF_SESSION: Final = _offers(OF_SESSION)
# An approval of one promotion names its proposal, and the proposal why the seat was free.
ONE_OFFER: Final = (
    select(OFFER, PROPOSAL.c.seat_from)
    .outerjoin(APPROVAL, and_(APPROVAL.c.org_id == OFFER.c.org_id, APPROVAL.c.id == OFFER.c.approval_id))
    .outerjoin(PROPOSAL, and_(PROPOSAL.c.org_id == APPROVAL.c.org_id, PROPOSAL.c.id == APPROVAL.c.subject_id))
    .where(
        OFFER.c.org_id == ORG,
        OFFER.c.session_id
        == select(REGISTRATION.c.session_id)
        .where(REGISTRATION.c.org_id == ORG, REGISTRATION.c.id == bindparam("registration"))
        .scalar_subquery(),
        OFFER.c.number == bindparam("number", type_=Integer),
        OFFER.c.registration_id == bindparam("registration"),
    )
)
