"""What is known about one person in one session, to write messages from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from waitlist_app.engine.model import SIGN_OFF, Order, Status
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import MessageFacts, OfferFacts
from waitlist_app.services.ports import MeetingDetails, PersonFacts

TOKEN = "VgXg0s1mJ8sXkz3yQ5b7u9w1A3c5E7g9I1k3M5o7Q9s"
OFFERED_AT = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 14, 10, 42, tzinfo=UTC)

OFFER = OfferFacts(
    status="live", made_at=OFFERED_AT, expires_at=DEADLINE, approved_by="Ines Calder", seat_from="dropped"
)
TWO_DAYS = (
    MeetingDetails(
        starts_at=datetime(2026, 3, 18, 9, 0, tzinfo=UTC), ends_at=datetime(2026, 3, 18, 16, 30, tzinfo=UTC)
    ),
    MeetingDetails(
        starts_at=datetime(2026, 3, 19, 9, 0, tzinfo=UTC), ends_at=datetime(2026, 3, 19, 16, 30, tzinfo=UTC)
    ),
)


def facts_of(kind: Kind, **changes: Any) -> MessageFacts:
    """Give what a message of `kind` is written from, two days before the deadline of the offer."""
    facts = MessageFacts(
        id="a1b2",
        kind=kind,
        written_at=OFFERED_AT,
        organisation="Tarnwick Group, Learning and Development",
        person=PersonFacts(id="imani", name="Imani Vestergrove", email="imani.vestergrove@tarnwick.example"),
        code="FAW-0318",
        title="First Aid at Work",
        location="Training Room 2, Leeds",
        zone="Europe/London",
        meetings=TWO_DAYS,
        order=Order.PRIORITY,
        registration_id="imani-in-first-aid",
        status=_STATUS[kind],
        seat_units=1,
        reason="",
        role="Team lead",
        compliance_deadline=date(2026, 3, 28),
        has_conflict=False,
        goes_to_end=False,
        position=3 if _STATUS[kind] is Status.WAITLISTED else 0,
        offer=replace(OFFER, status=_OFFER_ENDED[kind]) if kind in _OFFER_ENDED else None,
    )
    if kind is Kind.SIGN_OFF_ASKED:
        rafe = PersonFacts(id="rafe", name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")
        facts = replace(facts, person=rafe, participant=facts.person, outstanding=(SIGN_OFF,))
    if kind is Kind.CHANGED:
        facts = replace(facts, answer_by=DEADLINE, keeps_by_silence=False, times_changed=1)
    return replace(facts, **{**_MONEY.get(kind, {}), **changes})


_STATUS = {
    Kind.JOINED: Status.WAITLISTED,
    Kind.OFFER: Status.OFFERED,
    Kind.EXTENDED: Status.OFFERED,
    Kind.REMINDER: Status.OFFERED,
    Kind.CONFIRMED: Status.CONFIRMED,
    Kind.DECLINED: Status.DECLINED,
    Kind.LAPSED: Status.LAPSED,
    Kind.REQUEUED: Status.WAITLISTED,
    Kind.REVOKED: Status.REVOKED,
    Kind.DROPPED: Status.DROPPED,
    Kind.LEFT: Status.LEFT,
    Kind.OTHER_DATE: Status.LEFT,
    Kind.REMOVED: Status.REMOVED,
    Kind.TRANSFERRED: Status.TRANSFERRED,
    Kind.CANCELLED: Status.CANCELLED,
    Kind.CHANGED: Status.CONFIRMED,
    Kind.UNANSWERED: Status.LAPSED,
    Kind.REDUCED: Status.CONFIRMED,
    Kind.PAYMENT_ASKED: Status.PENDING,
    Kind.PAYMENT_FAILED: Status.PENDING,
    Kind.UNPAID: Status.FAILED,
    Kind.PAYMENT_UNUSED: Status.FAILED,
    Kind.PAYMENT_REFUNDED: Status.REFUNDED,
    Kind.SIGN_OFF_ASKED: Status.WAITLISTED,
    Kind.SIGN_OFF_GIVEN: Status.WAITLISTED,
    Kind.SIGN_OFF_DECLINED: Status.REFUSED,
}
_PRICE: dict[str, Any] = {"amount_due": 4900, "currency": "GBP"}
_TO_PAY: dict[str, Any] = {**_PRICE, "payment_due_at": OFFERED_AT + timedelta(minutes=60)}
_MONEY = {
    Kind.PAYMENT_ASKED: _TO_PAY,
    Kind.PAYMENT_FAILED: _TO_PAY,
    Kind.UNPAID: _PRICE,
    Kind.PAYMENT_UNUSED: {**_PRICE, "owed": 4900},
    Kind.PAYMENT_REFUNDED: {**_PRICE, "given_back": 4900},
}
_OFFER_ENDED = {
    Kind.OFFER: "live",
    Kind.EXTENDED: "live",
    Kind.REMINDER: "live",
    Kind.CONFIRMED: "accepted",
    Kind.DECLINED: "declined",
    Kind.LAPSED: "lapsed",
    Kind.REQUEUED: "lapsed",
    Kind.REVOKED: "revoked",
}
