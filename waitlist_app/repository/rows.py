"""What each event does to the rows: one arm per event, nothing decided."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, assert_never

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from waitlist_app.engine.events import (
    ApprovalTakenBack,
    CheckedIn,
    ConflictBegan,
    ConflictEnded,
    EntryMoved,
    EntryPassed,
    EntryPlaced,
    EntryRanked,
    EntryRequeued,
    Event,
    FactsChanged,
    HoldReleased,
    MatterOpened,
    MatterSettled,
    MoveAnchored,
    MoveEnded,
    NewTimesTold,
    OfferAccepted,
    OfferDeclined,
    OfferExtended,
    OfferLapsed,
    OfferMade,
    OfferNotReached,
    OfferReached,
    OfferRefreshed,
    OfferRevoked,
    OverlapAllowed,
    PassTakenBack,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    PersonReplaced,
    ProposalHeld,
    ProposalWithdrawn,
    RefundDue,
    RefundMade,
    RefundWaived,
    RegistrationClosed,
    RuleLifted,
    RuleRestored,
    RulesChanged,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    SeatProposed,
    SeatReconfirmed,
    SessionCancelled,
    SessionRescheduled,
    SessionWoke,
    UnitsReduced,
    WaitlistJoined,
    WindowClosed,
)
from waitlist_app.engine.model import STANDARD, ConflictRule, Facts, Roster, Status
from waitlist_app.engine.money import for_the_seat
from waitlist_app.repository import tables
from waitlist_app.repository.mapping import facts_values, terms_value
from waitlist_app.repository.moved import write_new_times
from waitlist_app.repository.payments import Payments
from waitlist_app.repository.prepared import Prepared
from waitlist_app.services.standing import Standing, standing_after


def table_of(model: type[SQLModel]) -> Table:
    """Give the Core table behind a model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]  # SQLModel adds it at run time


REGISTRATION: Final = table_of(tables.Registration)
PROPOSAL: Final = table_of(tables.Proposal)
OFFER: Final = table_of(tables.Offer)
OVERRIDE: Final = table_of(tables.Override)
SEAT_TIME: Final = table_of(tables.SeatTime)
MEETING: Final = table_of(tables.Meeting)
SESSION: Final = table_of(tables.Session)
PERSON: Final = table_of(tables.Person)
MESSAGE: Final = table_of(tables.Message)
LINK: Final = table_of(tables.Link)

_ORG: Final[BindParameter[str]] = bindparam("org")
_ID: Final[BindParameter[str]] = bindparam("registration")

_ADD: Final = Prepared(insert(REGISTRATION), names=REGISTRATION.c.keys())
_CHANGE: Final = update(REGISTRATION).where(REGISTRATION.c.org_id == _ORG, REGISTRATION.c.id == _ID)
_HOLD: Final = Prepared(
    insert(SEAT_TIME).from_select(
        ["org_id", "registration_id", "starts_at", "ends_at", "person_id", "is_waived", "exchange_for"],
        select(
            MEETING.c.org_id,
            _ID.label("registration_id"),
            MEETING.c.starts_at,
            MEETING.c.ends_at,
            bindparam("person", type_=SEAT_TIME.c.person_id.type).label("person_id"),
            bindparam("waived", type_=SEAT_TIME.c.is_waived.type).label("is_waived"),
            bindparam("exchange", type_=SEAT_TIME.c.exchange_for.type).label("exchange_for"),
        ).where(MEETING.c.org_id == _ORG, MEETING.c.session_id == bindparam("session")),
    )
)
_NO_OFFER: Final[Mapping[str, Any]] = {"offer_expires_at": None, "clock_stands_since": None, "excused": ""}
_RELEASE: Final = Prepared(delete(SEAT_TIME).where(SEAT_TIME.c.org_id == _ORG, SEAT_TIME.c.registration_id == _ID))
_ADD_PROPOSAL: Final = Prepared(insert(PROPOSAL), names=PROPOSAL.c.keys())
_END_PROPOSAL: Final = Prepared(
    update(PROPOSAL)
    .where(PROPOSAL.c.org_id == _ORG, PROPOSAL.c.id == bindparam("proposal"))
    .values({name: bindparam(f"new_{name}") for name in ("status", "because", "decided_at")})
)
_ADD_OFFER: Final = Prepared(insert(OFFER), names=OFFER.c.keys())
_END_OFFER: Final = Prepared(
    update(OFFER)
    .where(OFFER.c.org_id == _ORG, OFFER.c.registration_id == _ID, text("status = 'live'"))
    .values({name: bindparam(f"new_{name}") for name in ("status", "ended_at")})
)


class RowWriter:
    """Writes the events of one transaction as rows of one organisation."""

    def __init__(self, connection: Connection, org_id: str, now: datetime) -> None:
        """Write over `connection`; `now` is the instant of the act."""
        self._connection = connection
        self._org_id = org_id
        self._now = now
        self._payments = Payments(connection, org_id)
        self._seat_from: dict[str, tuple[str, str]] = {}

    def write(self, roster: Roster, event: Event, facts: Facts) -> None:  # noqa: C901, PLR0912, PLR0915 - one arm each
        """Write one event; `facts` are those of a person who just asked."""
        match event:
            case SeatGiven():
                self._add(event, facts, base_key="", conflicts="")
                self._hold(
                    roster, event.registration_id, event.person_id, waiver=event.waiver, gives_up=event.terms.gives_up
                )
                if event.passed:
                    self._pass_over(event.session_id, "", "", by=1)
                if event.paid:
                    reference = event.paid.reference
                    self._payments.move(reference, session_id=event.session_id, registration_id=event.registration_id)
            case WaitlistJoined():
                self._add(
                    event,
                    facts,
                    base_key=event.line_key,
                    conflicts=" ".join(event.conflicts),
                )
                if event.passed:
                    if event.is_recorded:
                        self._pass_later_requests(event)
                    else:
                        self._pass_over(event.session_id, event.line_key, event.asked_now_key, by=1)
            case RegistrationClosed():
                self._stand(event, **_NO_OFFER, payment_due_at=None)
                if event.was.has_seat:
                    self._release(event.registration_id)
                    self._freed(event.session_id, event.status.value, event.registration_id)
                if event.was is Status.OFFERED:
                    self._end_offer(event.registration_id, "revoked")
                if event.status is Status.NO_SHOW:
                    self._count_no_show(event.person_id)
            case SeatGranted():
                self._pass_over(event.session_id, "", event.line_key, by=1)
                self._stand(event, grant_id=event.approval, payment_due_at=event.payment_due_at)
                waiver = roster.registrations[event.registration_id].waiver
                self._hold(roster, event.registration_id, event.person_id, waiver=waiver, gives_up=event.gives_up)
            case UnitsReduced():
                self._change(event.registration_id, seat_units=event.seat_units)
                if event.was.has_seat:
                    self._freed(event.session_id, "reduced", event.registration_id)
            case CheckedIn():
                self._change(event.registration_id, checked_in_at=event.checked_in_at)
            case SeatProposed():
                self._propose(event)
            case ProposalWithdrawn():
                self._end_proposal(event.proposal_id, "withdrawn", event.because)
            case SeatConfirmed():
                self._end_proposal(event.proposal_id, "approved", "")
                self._stand(event, payment_due_at=event.payment_due_at)
                if event.passed_before:
                    self._count_passes(event)
                self._hold_for(roster, event.registration_id, event.person_id)
            case OfferMade():
                self._make_offer(roster, event)
            case OfferAccepted():
                self._stand(event, **_NO_OFFER, payment_due_at=event.payment_due_at)
                self._end_offer(event.registration_id, "accepted")
                if event.exchanges:
                    self._exchange(roster, event)
                if event.was_excused:
                    self._guard(roster, event.registration_id)
            case PaymentReceived():
                self._stand(event, payment_due_at=None)
                self._pay(roster, event)
            case PaymentFailed() | PaymentUnused():
                self._payments.write(event, self._now)
            case RefundDue() | RefundMade() | RefundWaived():
                self._pay(roster, event)
            case OfferExtended():
                self._set_deadline(event, starts_clock=event.starts_clock)
            case OfferReached():
                self._set_deadline(event, starts_clock=True)
            case OfferNotReached():
                self._change(event.registration_id, clock_stands_since=event.stands_since)
                self._change_offer(event.session_id, event.offer_number, is_unreached=True)
            case OfferRefreshed():
                self._replace_link(event)
            case OfferDeclined():
                self._give_back(event, "declined")
            case OfferRevoked():
                self._give_back(event, "revoked")
            case OfferLapsed():
                self._give_back(event, "ended" if event.by_hand else "lapsed")
            case EntryRequeued():
                self._give_back(
                    event,
                    "ended" if event.by_hand else event.because,
                    requeued_at=event.requeued_at,
                    arrival=event.arrival,
                    base_key=event.line_key,
                    line_key=event.line_key,
                    decided_at=None,
                )
            case ApprovalTakenBack():
                self._undo_offer(event)
            case ConflictBegan() | ConflictEnded():
                conflicts = roster.registrations[event.registration_id].conflicts
                self._change(event.registration_id, conflicts=" ".join(conflicts))
            case MatterOpened() | MatterSettled():
                outstanding = roster.registrations[event.registration_id].outstanding
                self._change(event.registration_id, outstanding=" ".join(outstanding))
            case RuleLifted():
                outstanding = " ".join(event.outstanding)
                self._change(event.registration_id, conflicts="", outstanding=outstanding, waiver=event.approval)
            case RuleRestored():
                self._change(event.registration_id, waiver="")
            case EntryPassed():
                self._count_override(event.registration_id, by=1)
            case PassTakenBack():
                self._count_override(event.registration_id, by=-1)
            case ProposalHeld() | HoldReleased():
                pass  # kept with the rules of the session
            case EntryMoved():
                self._move(event)
            case MoveEnded():
                self._end_move(event)
            case EntryPlaced():
                self._change(event.registration_id, line_key=event.line_key)
            case EntryRanked():
                self._rank(event)
            case MoveAnchored():
                self._anchor(event)
            case WindowClosed():
                self._freed(event.session_id, "window", "")
            case FactsChanged():
                self._change(event.registration_id, **facts_values(facts))
            case PersonReplaced():
                self._replace_person(event)
            case RulesChanged():
                self._freed(event.session_id, "capacity", "")
            case SessionWoke():
                self._freed(event.session_id, "released" if event.released or event.ended_holds else "cut_off", "")
            case SessionRescheduled():
                write_new_times(self._connection, self._org_id, event)
            case NewTimesTold():
                self._change(event.registration_id, answer_by=event.answer_by)
            case SeatReconfirmed():
                self._change(event.registration_id, answer_by=None)
            case OverlapAllowed():
                lifted = {"waiver": event.approval} if event.is_seat else {"excused": event.approval}
                self._change(event.registration_id, **lifted)
                self._waive(event.registration_id, is_waived=True)
            case SessionCancelled():
                pass  # the rules are saved with the tally
            case _:
                assert_never(event)

    # ── registrations ────────────────────────────────────────────────────────────────────────────

    def _add(
        self,
        event: SeatGiven | WaitlistJoined,
        facts: Facts,
        *,
        base_key: str,
        conflicts: str,
    ) -> None:
        is_seated = isinstance(event, SeatGiven)
        status, reason = standing_after(event)
        _ADD.run(
            self._connection,
            {
                "org_id": self._org_id,
                "id": event.registration_id,
                "session_id": event.session_id,
                "person_id": event.person_id,
                "status": status.value,
                "seat_units": event.seat_units,
                "requested_at": event.requested_at,
                "arrival": event.arrival,
                "base_key": base_key,
                "line_key": base_key,
                "conflicts": conflicts,
                "outstanding": "" if is_seated else " ".join(event.outstanding),
                "waiver": event.waiver,
                "excused": "",
                "terms": terms_value(event.terms),
                "manager_id": event.terms.manager_id,
                "requester_id": event.terms.requester_id,
                "grant_id": event.approval if is_seated and event.is_granted else "",
                **facts_values(facts),
                "passed_over": 0,
                "offer_number": 0,
                "offer_expires_at": None,
                "clock_stands_since": None,
                "requeued_at": None if is_seated else event.requeued_at,
                "decided_at": self._now if is_seated else None,
                "checked_in_at": None,
                "answer_by": None,
                "passes": 0,
                "payment_due_at": event.payment_due_at if is_seated else None,
                "payment": event.paid.reference if is_seated and event.paid else "",
                "paid": for_the_seat(event.paid) if is_seated and event.paid else 0,
                "reason": reason,
            },
        )

    def _stand(self, event: Standing, **values: Any) -> None:
        """Write the status and reason that follow from the event, and when."""
        status, reason = standing_after(event)
        self._change(
            event.registration_id,
            **{"status": status.value, "reason": reason, "decided_at": self._now, **values},
        )

    def _change(self, registration_id: str, **values: Any) -> None:
        bound = {f"new_{name}": value for name, value in values.items()}
        _changing(tuple(values)).run(self._connection, {"org": self._org_id, "registration": registration_id, **bound})

    def _rank(self, event: EntryRanked) -> None:
        values = {"base_key": event.base_key, "line_key": event.line_key, **self._counted(event.passed_by)}
        self._connection.execute(_CHANGE.values(values), {"org": self._org_id, "registration": event.registration_id})

    def _pay(self, roster: Roster, event: PaymentReceived | RefundDue | RefundMade | RefundWaived) -> None:
        """Write what is known of a payment, and of the seat that it pays for while there is one."""
        self._payments.write(event, self._now)
        registration = roster.registrations.get(event.registration_id)
        if registration and registration.payment == event.reference:
            self._change(registration.id, payment=registration.payment, paid=registration.paid)

    def _count_override(self, registration_id: str, *, by: int) -> None:
        """Count an override that passed one entry over, or was taken back."""
        values = self._counted(by)
        self._connection.execute(_CHANGE.values(values), {"org": self._org_id, "registration": registration_id})

    def _count_no_show(self, person_id: str) -> None:
        is_theirs = (PERSON.c.org_id == self._org_id, PERSON.c.id == person_id)
        self._connection.execute(update(PERSON).where(*is_theirs).values(no_shows=PERSON.c.no_shows + 1))

    def _hold(self, roster: Roster, registration_id: str, person_id: str, *, waiver: str, gives_up: str = "") -> None:
        if gives_up:
            self._end_exchange(gives_up)
        waived = bool(waiver) or roster.session.conflicts is ConflictRule.IGNORE
        _HOLD.run(
            self._connection,
            {
                "org": self._org_id,
                "registration": registration_id,
                "person": person_id,
                "waived": waived,
                "exchange": gives_up,
                "session": roster.session.id,
            },
        )

    def _exchange(self, roster: Roster, event: OfferAccepted) -> None:
        """Let an accepted seat and the one that it will be exchanged for overlap until it is paid."""
        self._change(event.registration_id, terms=terms_value(roster.registrations[event.registration_id].terms))
        self._end_exchange(event.exchanges)
        mine = (SEAT_TIME.c.org_id == self._org_id, SEAT_TIME.c.registration_id == event.registration_id)
        self._connection.execute(update(SEAT_TIME).where(*mine).values(exchange_for=event.exchanges))

    def _guard(self, roster: Roster, registration_id: str) -> None:
        """Let the database guard a seat again that was excused while it was an offer."""
        accepted = roster.registrations[registration_id]
        is_free = bool(accepted.waiver) or roster.session.conflicts is ConflictRule.IGNORE
        self._waive(registration_id, is_waived=is_free)

    def _waive(self, registration_id: str, *, is_waived: bool) -> None:
        mine = (SEAT_TIME.c.org_id == self._org_id, SEAT_TIME.c.registration_id == registration_id)
        self._connection.execute(update(SEAT_TIME).where(*mine).values(is_waived=is_waived))

    def _end_exchange(self, registration_id: str) -> None:
        """Let a seat stand for itself: what it was once taken for is long gone, and now it is to be given up."""
        mine = (SEAT_TIME.c.org_id == self._org_id, SEAT_TIME.c.registration_id == registration_id)
        self._connection.execute(update(SEAT_TIME).where(*mine).values(exchange_for=""))

    def _hold_for(self, roster: Roster, registration_id: str, person_id: str) -> None:
        registration = roster.registrations.get(registration_id)
        waiver, terms = (registration.waiver, registration.terms) if registration else ("", STANDARD)
        self._hold(roster, registration_id, person_id, waiver=waiver, gives_up=terms.gives_up)

    def _replace_person(self, event: PersonReplaced) -> None:
        waived: dict[str, Any] = {"is_waived": True} if event.waiver else {}
        self._change(
            event.registration_id, person_id=event.person_id, **({"waiver": event.waiver} if event.waiver else {})
        )
        if event.status.has_seat:
            mine = (SEAT_TIME.c.org_id == self._org_id, SEAT_TIME.c.registration_id == event.registration_id)
            self._connection.execute(update(SEAT_TIME).where(*mine).values(person_id=event.person_id, **waived))

    def _release(self, registration_id: str) -> None:
        _RELEASE.run(self._connection, {"org": self._org_id, "registration": registration_id})

    # ── proposals and offers ─────────────────────────────────────────────────────────────────────

    def _freed(self, session_id: str, why: str, registration_id: str) -> None:
        self._seat_from[session_id] = (why, registration_id)

    def _propose(self, event: SeatProposed) -> None:
        why, whose = self._seat_from.get(event.session_id, ("", ""))
        _ADD_PROPOSAL.run(
            self._connection,
            {
                "org_id": self._org_id,
                "id": event.proposal_id,
                "session_id": event.session_id,
                "registration_id": event.registration_id,
                "status": "open",
                "proposed_at": self._now,
                "decided_at": None,
                "seat_from": why,
                "seat_from_registration_id": whose,
                "because": "",
                "escalated_at": None,
                "escalated_to": "",
            },
        )

    def _end_proposal(self, proposal_id: str, status: str, because: str) -> None:
        new = {"new_status": status, "new_because": because, "new_decided_at": self._now}
        _END_PROPOSAL.run(self._connection, {"org": self._org_id, "proposal": proposal_id, **new})

    def _make_offer(self, roster: Roster, event: OfferMade) -> None:
        self._end_proposal(event.proposal_id, "approved", "")
        self._stand(
            event,
            offer_number=event.offer_number,
            offer_expires_at=event.expires_at,
            clock_stands_since=event.stands_since,
        )
        self._hold_for(roster, event.registration_id, event.person_id)
        _ADD_OFFER.run(
            self._connection,
            {
                "org_id": self._org_id,
                "session_id": event.session_id,
                "number": event.offer_number,
                "registration_id": event.registration_id,
                "status": "live",
                "made_at": self._now,
                "expires_at": event.expires_at,
                "ended_at": None,
                "approval_id": event.approval,
                "is_unreached": False,
            },
        )
        if event.passed_before:
            self._count_passes(event)

    def _undo_offer(self, event: ApprovalTakenBack) -> None:
        """Put everything back where it was before the approval; the offer stays as one that nobody was sent."""
        if event.passed_before:
            self._count_passes(event, by=-1)
        self._stand(event, **_NO_OFFER, decided_at=None)
        self._end_offer(event.registration_id, "undone")
        self._release(event.registration_id)
        is_it = (PROPOSAL.c.org_id == self._org_id, PROPOSAL.c.id == event.proposal_id)
        self._connection.execute(update(PROPOSAL).where(*is_it).values(status="open", decided_at=None))

    def _count_passes(self, event: OfferMade | SeatConfirmed | ApprovalTakenBack, *, by: int = 1) -> None:
        """Count a pass on everybody ready in front of the offer who is not proposed for another seat."""
        proposed = select(PROPOSAL.c.registration_id).where(
            PROPOSAL.c.org_id == self._org_id,
            PROPOSAL.c.session_id == event.session_id,
            PROPOSAL.c.status == "open",
        )
        self._connection.execute(
            update(REGISTRATION)
            .where(
                REGISTRATION.c.org_id == self._org_id,
                REGISTRATION.c.session_id == event.session_id,
                text(tables.READY),  # in the words of the partial index
                REGISTRATION.c.line_key < event.passed_before,
                REGISTRATION.c.id.not_in(proposed),
            )
            .values(passes=self._at_least_none(REGISTRATION.c.passes + literal(by)))
        )

    def _set_deadline(self, event: OfferExtended | OfferReached, *, starts_clock: bool) -> None:
        self._change(event.registration_id, offer_expires_at=event.expires_at)
        self._change_offer(event.session_id, event.offer_number, expires_at=event.expires_at)
        if starts_clock:
            self._change(event.registration_id, clock_stands_since=None)
            self._change_offer(event.session_id, event.offer_number, is_unreached=False)

    def _change_offer(self, session_id: str, number: int, **values: Any) -> None:
        is_it = (OFFER.c.org_id == self._org_id, OFFER.c.session_id == session_id, OFFER.c.number == number)
        self._connection.execute(update(OFFER).where(*is_it).values(**values))

    def _replace_link(self, event: OfferRefreshed) -> None:
        """End the links that there are, and make room for the message that carries the next one."""
        self._change_offer(event.session_id, event.offer_number, is_unreached=False)
        of_the_offer = (
            LINK.c.org_id == self._org_id,
            LINK.c.registration_id == event.registration_id,
            LINK.c.offer_number == event.offer_number,
        )
        self._connection.execute(
            update(LINK).where(*of_the_offer, LINK.c.replaced_at.is_(None)).values(replaced_at=self._now)
        )
        earlier = (MESSAGE.c.org_id == self._org_id, MESSAGE.c.dedupe == _offer_message(event))
        unsent = (*earlier, MESSAGE.c.status == "waiting")
        self._connection.execute(update(MESSAGE).where(*unsent).values(status="obsolete"))
        self._connection.execute(update(MESSAGE).where(*earlier).values(dedupe=MESSAGE.c.dedupe + ":" + MESSAGE.c.id))

    def _end_offer(self, registration_id: str, status: str) -> None:
        new = {"new_status": status, "new_ended_at": self._now}
        _END_OFFER.run(self._connection, {"org": self._org_id, "registration": registration_id, **new})

    def _give_back(
        self, event: OfferDeclined | OfferRevoked | OfferLapsed | EntryRequeued, why: str, **values: Any
    ) -> None:
        self._stand(event, **{**_NO_OFFER, **values})
        self._end_offer(event.registration_id, why)
        self._release(event.registration_id)
        self._freed(event.session_id, why, event.registration_id)

    # ── overrides ────────────────────────────────────────────────────────────────────────────────

    def _move(self, event: EntryMoved) -> None:
        self._connection.execute(
            insert(OVERRIDE),
            {
                "org_id": self._org_id,
                "id": event.override_id,
                "session_id": event.session_id,
                "number": event.number,
                "registration_id": event.registration_id,
                "before_id": event.before_id,
                "successor_id": event.successor_id,
                "before_key": event.before_key,
                "from_key": event.from_key,
                "to_key": event.line_key,
                "arrivals": event.arrivals,
                "from_position": event.from_position,
                "to_position": event.to_position,
                "passed": event.passed,
                "reason": event.reason,
                "approval_id": event.approval,
                "made_at": self._now,
                "because": "",
            },
        )
        self._pass_over(event.session_id, event.line_key, event.from_key, by=1)
        self._change(event.registration_id, line_key=event.line_key)

    def _anchor(self, event: MoveAnchored) -> None:
        keys = {"before_key": event.before_key, "from_key": event.from_key, "to_key": event.line_key}
        self._connection.execute(
            update(OVERRIDE).where(OVERRIDE.c.org_id == self._org_id, OVERRIDE.c.id == event.override_id).values(keys)
        )

    def _end_move(self, event: MoveEnded) -> None:
        row = self._connection.execute(
            select(OVERRIDE.c.to_key, OVERRIDE.c.from_key).where(
                OVERRIDE.c.org_id == self._org_id, OVERRIDE.c.id == event.override_id
            )
        ).one()
        if event.because == "revoked":
            self._pass_over(event.session_id, row.to_key, row.from_key, by=-1)
        self._connection.execute(
            update(OVERRIDE)
            .where(OVERRIDE.c.org_id == self._org_id, OVERRIDE.c.id == event.override_id)
            .values(ended_at=self._now, because=event.because)
        )

    def _pass_over(self, session_id: str, to_key: str, from_key: str, *, by: int) -> None:
        """Count an override on everybody between its two places, both exclusive; an empty `from_key` is the end."""
        self._connection.execute(
            update(REGISTRATION)
            .where(
                REGISTRATION.c.org_id == self._org_id,
                REGISTRATION.c.session_id == session_id,
                REGISTRATION.c.status == "waitlisted",
                REGISTRATION.c.line_key > to_key,
                *((REGISTRATION.c.line_key < from_key,) if from_key else ()),
            )
            .values(self._counted(by))
        )

    def _pass_later_requests(self, event: WaitlistJoined) -> None:
        """Count an override on everybody who asked later and stands behind a place that was written down."""
        self._connection.execute(
            update(REGISTRATION)
            .where(
                REGISTRATION.c.org_id == self._org_id,
                REGISTRATION.c.session_id == event.session_id,
                REGISTRATION.c.status == "waitlisted",
                REGISTRATION.c.line_key > event.line_key,
                REGISTRATION.c.requested_at > event.requested_at,
                REGISTRATION.c.requeued_at.is_(None),
            )
            .values(self._counted(1))
        )

    def _counted(self, by: int) -> dict[str, Any]:
        """Give the value of how often an entry was passed over, `by` more, never below zero."""
        return {"passed_over": self._at_least_none(REGISTRATION.c.passed_over + literal(by))} if by else {}

    def _at_least_none(self, number: ColumnElement[int]) -> ColumnElement[int]:
        return func.max(number, 0) if self._is_sqlite else func.greatest(number, 0)

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"


@cache
def _changing(columns: tuple[str, ...]) -> Prepared:
    """Prepare the UPDATE of these columns of one registration; all events together change a few dozen sets of them."""
    return Prepared(_CHANGE.values({name: bindparam(f"new_{name}") for name in columns}))


def _offer_message(event: OfferRefreshed) -> str:
    """Name the one message that carries the link of an offer; see `notifications.announce`."""
    return f"offer:{event.session_id}:{event.offer_number}"
