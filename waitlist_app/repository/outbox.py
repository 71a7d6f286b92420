"""The outbox: claiming messages with a lease, keeping their words, and noting what became of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from waitlist_app.engine.model import SIGN_OFF, LapseRule, Order, SilenceRule, Status
from waitlist_app.engine.windows import put_back
from waitlist_app.repository import tables
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.failures import translated
from waitlist_app.repository.links import LINK, ORGANISATION, hash_of
from waitlist_app.repository.mapping import (
    asking_in,
    session_from_row,
    terms_from,
)
from waitlist_app.repository.payments import PAYMENT
from waitlist_app.repository.rows import OFFER, PROPOSAL, REGISTRATION, SESSION, table_of
from waitlist_app.repository.waits import (
    POSITION,
    dates_of,
    is_pending_approval,
    left_dates,
    meetings_of,
    offered_to,
    skipped_for,
)
from waitlist_app.services.message_kinds import Kind, reminder_key
from waitlist_app.services.outbox import ClaimedMessage, MessageFacts, OfferFacts, WrittenMessage, without_secret
from waitlist_app.services.ports import MeetingDetails, PersonFacts

LEASE: Final = timedelta(minutes=5)
"""How long a claim lasts; more than a whole batch needs, and how late a message is when its worker dies."""

MESSAGE: Final = table_of(tables.Message)
PERSON: Final = table_of(tables.Person)
APPROVAL: Final = table_of(tables.Approval)

_IS_WAITING: Final[ColumnElement[bool]] = literal_column(
    "message.status = 'waiting'"
)  # in the words of the partial index

_PARTICIPANT: Final = PERSON.alias("participant")
_SEAT_FROM: Final = (
    select(PROPOSAL.c.seat_from)
    .where(
        PROPOSAL.c.org_id == REGISTRATION.c.org_id,
        PROPOSAL.c.registration_id == REGISTRATION.c.id,
        PROPOSAL.c.status == "approved",
    )
    .order_by(PROPOSAL.c.decided_at.desc())
    .limit(1)
    .correlate(REGISTRATION)
    .scalar_subquery()
)
_OF_REGISTRATION: Final = (
    PAYMENT.c.org_id == REGISTRATION.c.org_id,
    PAYMENT.c.registration_id == REGISTRATION.c.id,
)
_OWED: Final = (
    select(func.coalesce(func.sum(PAYMENT.c.owed), 0))
    .where(*_OF_REGISTRATION)
    .correlate(REGISTRATION)
    .scalar_subquery()
)
_GIVEN_BACK: Final = (
    select(func.coalesce(func.sum(PAYMENT.c.given_back), 0))
    .where(*_OF_REGISTRATION)
    .correlate(REGISTRATION)
    .scalar_subquery()
)
_CURRENCY: Final = (
    select(func.max(PAYMENT.c.currency)).where(*_OF_REGISTRATION).correlate(REGISTRATION).scalar_subquery()
)
_FACTS: Final = (
    select(
        MESSAGE,
        ORGANISATION.c.name.label("organisation"),
        PERSON.c.employee_id,
        PERSON.c.name.label("person_name"),
        PERSON.c.email,
        SESSION.c.code,
        SESSION.c.title,
        SESSION.c.course,
        SESSION.c.location,
        SESSION.c.zone,
        SESSION.c.starts_at,
        SESSION.c.ends_at,
        SESSION.c.order_policy,
        SESSION.c.lapse_rule,
        SESSION.c.times_changed,
        SESSION.c.most_meetings,
        SESSION.c.rules.label("session_rules"),
        REGISTRATION.c.status.label("standing"),
        REGISTRATION.c.seat_units,
        REGISTRATION.c.requested_at,
        REGISTRATION.c.reason,
        REGISTRATION.c.role,
        REGISTRATION.c.compliance_deadline,
        REGISTRATION.c.requeued_at,
        REGISTRATION.c.conflicts,
        REGISTRATION.c.outstanding,
        REGISTRATION.c.terms,
        REGISTRATION.c.payment_due_at,
        _OWED.label("owed"),
        _GIVEN_BACK.label("given_back"),
        _CURRENCY.label("paid_in"),
        REGISTRATION.c.answer_by,
        _PARTICIPANT.c.id.label("participant_id"),
        _PARTICIPANT.c.name.label("participant_name"),
        OFFER.c.status.label("offer_status"),
        OFFER.c.made_at,
        OFFER.c.expires_at,
        REGISTRATION.c.clock_stands_since,
        APPROVAL.c.kind.label("approval_kind"),
        APPROVAL.c.signed_by_name,
        POSITION.label("position"),
        _SEAT_FROM.label("seat_from"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == MESSAGE.c.org_id)
    .join(PERSON, and_(PERSON.c.org_id == MESSAGE.c.org_id, PERSON.c.id == MESSAGE.c.person_id))
    .join(SESSION, and_(SESSION.c.org_id == MESSAGE.c.org_id, SESSION.c.id == MESSAGE.c.session_id))
    .join(
        REGISTRATION,
        and_(REGISTRATION.c.org_id == MESSAGE.c.org_id, REGISTRATION.c.id == MESSAGE.c.registration_id),
    )
    .join(
        _PARTICIPANT,
        and_(_PARTICIPANT.c.org_id == MESSAGE.c.org_id, _PARTICIPANT.c.id == REGISTRATION.c.person_id),
    )
    .outerjoin(
        OFFER,
        and_(
            OFFER.c.org_id == MESSAGE.c.org_id,
            OFFER.c.session_id == MESSAGE.c.session_id,
            OFFER.c.number == func.coalesce(func.nullif(MESSAGE.c.offer_number, 0), REGISTRATION.c.offer_number),
        ),
    )
    .outerjoin(APPROVAL, and_(APPROVAL.c.org_id == OFFER.c.org_id, APPROVAL.c.id == OFFER.c.approval_id))
)


class SqlOutbox:
    """The outbox over one database."""

    def __init__(self, engine: Engine, *, on_change: Callable[[str, frozenset[str]], None] | None = None) -> None:
        """Work over `engine`; `on_change` is told the organisation and the sessions whose messages went on."""
        self._engine = engine
        self._reading = engine.execution_options(reads_only=True)
        self._on_change = on_change or _nobody

    def claim(
        self,
        *,
        now: datetime,
        limit: int,
        is_true: Callable[[MessageFacts], bool],
        write: Callable[[MessageFacts], WrittenMessage],
    ) -> Sequence[ClaimedMessage]:
        """Claim up to `limit` messages that are due; those no longer true become obsolete."""
        if not self._is_anything_due(now):
            return ()
        claimed: list[ClaimedMessage] = []
        changed: dict[str, set[str]] = {}
        with translated(self._engine.begin()) as connection:
            for row in _lock_due(connection, now, limit):
                message = _claim_one(connection, row, now=now, is_true=is_true, write=write)
                if message:
                    claimed.append(message)
                else:
                    changed.setdefault(row.org_id, set()).add(row.session_id)
        for org_id, session_ids in changed.items():
            self._on_change(org_id, frozenset(session_ids))
        return claimed

    def mark_sent(self, claimed: ClaimedMessage, *, at: datetime, forget_link: bool) -> None:
        """Note that it was handed over; with `forget_link` the secret is taken out of the copy that stays here."""
        values: dict[str, Any] = {"status": "sent", "sent_at": at, "error": ""}
        if forget_link:
            # Words that were erased meanwhile stay erased.
            kept = _without_secret(claimed.html, claimed.text).items()
            values |= {name: case((MESSAGE.c[name] == "", ""), else_=words) for name, words in kept}
        # True whoever holds the lease by now, so it is not asked for.
        self._mark(claimed, literal(value=True), values)

    def put_off(self, claimed: ClaimedMessage, *, until: datetime, error: str, is_attempt: bool = True) -> None:
        """Release it until `until`; nothing happens when the lease is no longer ours."""
        attempts = claimed.attempts if is_attempt else claimed.attempts - 1
        self._mark(claimed, _lease(claimed), {"due_at": until, "attempts": attempts, "error": error})

    def mark_failed(self, claimed: ClaimedMessage, *, error: str) -> None:
        """Give it up, with a sentence for the coordinator; nothing happens when the lease is no longer ours."""
        values = {"status": "failed", "error": error, **_without_secret(claimed.html, claimed.text)}
        self._mark(claimed, _lease(claimed), values)

    def _is_anything_due(self, now: datetime) -> bool:
        # Looked at first without the write lock, which on SQLite would make every act wait for the idle worker.
        with translated(self._reading.connect()) as connection:
            query = select(literal(1)).select_from(MESSAGE).where(_IS_WAITING, MESSAGE.c.due_at <= now).limit(1)
            return connection.scalar(query) is not None

    def _mark(self, claimed: ClaimedMessage, condition: Any, values: Mapping[str, Any]) -> None:
        statement = (
            update(MESSAGE)
            .where(MESSAGE.c.org_id == claimed.org_id, MESSAGE.c.id == claimed.id, condition)
            .values(**values)
        )
        with translated(self._engine.begin()) as connection:
            connection.execute(statement)
        self._on_change(claimed.org_id, frozenset({claimed.session_id}))


def _lock_due(connection: Connection, now: datetime, limit: int) -> Sequence[Any]:
    due = select(MESSAGE.c.org_id, MESSAGE.c.id).where(_IS_WAITING, MESSAGE.c.due_at <= now)
    due = due.order_by(MESSAGE.c.due_at, MESSAGE.c.org_id, MESSAGE.c.id).limit(limit)
    if not is_sqlite(connection):
        # Without the lock two workers would claim the same message; with it they would wait for each other's batch.
        due = due.with_for_update(skip_locked=True)
    keys = connection.execute(due).all()
    found = (
        connection.execute(_FACTS.where(MESSAGE.c.org_id == key.org_id, MESSAGE.c.id == key.id)).one() for key in keys
    )
    return list(found)


def _claim_one(
    connection: Connection,
    row: Any,
    *,
    now: datetime,
    is_true: Callable[[MessageFacts], bool],
    write: Callable[[MessageFacts], WrittenMessage],
) -> ClaimedMessage | None:
    facts = _with_other_lists(connection, row, _facts_from_row(row, meetings_of(connection, row), now), now)
    if facts.offer and row.clock_stands_since and not row.text:
        facts = replace(facts, offer=_put_back(connection, row, facts.offer, now))
    if facts.kind == Kind.JOINED and SIGN_OFF in facts.outstanding and not row.text:
        facts = replace(
            facts, is_pending_approval=is_pending_approval(connection, row.org_id, row.registration_id, now)
        )
    if not is_true(facts):
        _set(connection, row, {"status": "obsolete", **_without_secret(row.html, row.text)})
        return None
    words: dict[str, str] = {name: getattr(row, name) for name in ("recipient", "subject", "html", "text", "calendar")}
    if not row.text:
        written = write(facts)
        if written.problem:
            _set(connection, row, {"status": "failed", "error": written.problem})
            return None
        words = {name: getattr(written, name) for name in words}
        if written.token:
            _keep_link(connection, row, written.token, now)
    leased_until = now + LEASE
    _set(connection, row, {**words, "due_at": leased_until, "attempts": row.attempts + 1})
    return ClaimedMessage(
        org_id=row.org_id,
        id=row.id,
        kind=row.kind,
        session_id=row.session_id,
        leased_until=leased_until,
        attempts=row.attempts + 1,
        **words,
    )


def _with_other_lists(connection: Connection, row: Any, facts: MessageFacts, now: datetime) -> MessageFacts:
    """Add what the message has to say of other lists in which the participant waits, or waited."""
    if facts.has_conflict:
        offered = offered_to(connection, row)
        facts = replace(facts, conflict_is_offer=offered.issuperset(row.conflicts.split()))
    match Kind(row.kind):
        case Kind.JOINED:
            return replace(facts, dates=dates_of(connection, row, now))
        case Kind.OFFER:
            return replace(facts, skipped_for_it=skipped_for(connection, row))
        case Kind.CONFIRMED:
            return replace(facts, dates_left=left_dates(connection, row, for_a_seat=True))
        case Kind.LEFT:
            return replace(facts, dates_left=left_dates(connection, row, for_a_seat=False))
        case _:
            return facts


def _put_back(connection: Connection, row: Any, offer: OfferFacts, now: datetime) -> OfferFacts:
    """Give the offer with the deadline that it has when a mail written at `now` is handed over at once."""
    is_it = (SESSION.c.org_id == row.org_id, SESSION.c.id == row.session_id)
    session = session_from_row(connection.execute(select(SESSION).where(*is_it)).one())
    until = put_back(session, offer.expires_at, by=now - row.clock_stands_since)
    return offer if until == offer.expires_at else replace(offer, expires_at=until, was_until=offer.expires_at)


_PURPOSES: Final[Mapping[str, str]] = {Kind.SIGN_OFF_ASKED: "sign_off", Kind.JOINED: "leave", Kind.CHANGED: "seat"}


def _keep_link(connection: Connection, row: Any, token: str, now: datetime) -> None:
    connection.execute(
        insert(LINK),
        {
            "token_hash": hash_of(token),
            "org_id": row.org_id,
            "purpose": _PURPOSES.get(row.kind, "offer"),
            "registration_id": row.registration_id,
            "offer_number": row.times_changed if row.kind == Kind.CHANGED else row.offer_number,
            "made_at": now,
        },
    )


def _set(connection: Connection, row: Any, values: Mapping[str, Any]) -> None:
    connection.execute(update(MESSAGE).where(MESSAGE.c.org_id == row.org_id, MESSAGE.c.id == row.id).values(**values))


def _lease(claimed: ClaimedMessage) -> Any:
    """Ask for the lease: whoever claimed the message later has moved `due_at` on."""
    return and_(MESSAGE.c.status == "waiting", MESSAGE.c.due_at == claimed.leased_until)


def _without_secret(html: str, text: str) -> dict[str, str]:
    return {"html": without_secret(html), "text": without_secret(text)}


def _facts_from_row(row: Any, meetings: tuple[MeetingDetails, ...], now: datetime) -> MessageFacts:
    status, terms = Status(row.standing), terms_from(row.terms)
    return MessageFacts(
        id=row.id,
        kind=row.kind,
        written_at=now,
        organisation=row.organisation,
        person=PersonFacts(id=row.person_id, employee_id=row.employee_id, name=row.person_name, email=row.email),
        code=row.code,
        title=row.title,
        course=row.course,
        location=row.location,
        zone=row.zone,
        meetings=meetings,
        order=Order(row.order_policy),
        registration_id=row.registration_id,
        status=status,
        seat_units=row.seat_units,
        reason=row.reason,
        role=row.role,
        compliance_deadline=row.compliance_deadline,
        has_conflict=bool(row.conflicts),
        goes_to_end=row.lapse_rule == LapseRule.END and row.requeued_at is None,
        position=row.position if status is Status.WAITLISTED else 0,
        offer=_offer_from_row(row),
        is_for_this_deadline=_is_for_this_deadline(row),
        outstanding=tuple(row.outstanding.split()),
        amount_due=terms.price * row.seat_units,
        currency=row.paid_in or terms.currency,
        payment_due_at=row.payment_due_at,
        owed=int(row.owed),
        given_back=int(row.given_back),
        participant=_participant_from_row(row),
        answer_by=row.answer_by,
        keeps_by_silence=_keeps_by_silence(row.session_rules),
        times_changed=row.times_changed,
        most_meetings=row.most_meetings,
    )


def _is_for_this_deadline(row: Any) -> bool:
    """Say whether a reminder is for the deadline that the offer has now, which is in its key."""
    if row.kind != Kind.REMINDER:
        return True
    return row.expires_at is not None and row.dedupe.startswith(
        reminder_key(row.session_id, row.offer_number, row.expires_at)
    )


def _participant_from_row(row: Any) -> PersonFacts | None:
    """Give whom the request is for when the message goes to somebody else."""
    if row.participant_id == row.person_id:
        return None
    return PersonFacts(id=row.participant_id, name=row.participant_name)


def _keeps_by_silence(rules: str) -> bool:
    """Say whether whoever was asked to confirm a seat again keeps it without an answer."""
    asking = asking_in(rules)
    return asking is None or asking.on_silence is SilenceRule.KEEP


def _offer_from_row(row: Any) -> OfferFacts | None:
    if row.offer_status is None:
        return None
    return OfferFacts(
        status=row.offer_status,
        made_at=row.made_at,
        expires_at=row.expires_at,
        clock_stands=row.clock_stands_since is not None,
        approved_by=row.signed_by_name or "",
        is_standing=row.approval_kind == "standing",
        seat_from=row.seat_from or "",
    )


def _nobody(_org_id: str, _session_ids: frozenset[str]) -> None:
    return
