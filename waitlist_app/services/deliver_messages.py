"""Handing over the messages that acts have caused.

A message is claimed in one short transaction, sent outside any, and marked in another. When the worker dies in between,
the claim runs out and another attempt follows with the same words under the same key, which the provider knows.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from waitlist_app.clock import Clock, new_id
from waitlist_app.engine.model import SIGN_OFF, Status
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import (
    ClaimedMessage,
    Compose,
    Marks,
    MessageFacts,
    OfferFacts,
    Outbox,
    WrittenMessage,
)
from waitlist_app.services.ports import Mailer

BATCH: Final = 10
"""How many messages one claim takes; all of them fit into one lease, even when each runs into its time limit."""

SEND_WITHIN: Final = timedelta(seconds=20)
"""The longest that handing over one message takes; a mailer gives up before."""

WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long to wait after the first, second, third and fourth attempt that failed; there is no sixth.

Together they stay far below the day for which the provider remembers a key.
"""

_log = logging.getLogger(__name__)


def deliver_messages(
    *,
    outbox: Outbox,
    mailer: Mailer,
    compose: Compose,
    make_token: Callable[[], str],
    clock: Clock,
    limit: int = BATCH,
) -> int:
    """Hand over up to `limit` messages that are due, and give how many were claimed.

    When the provider asks to slow down, the rest of the batch waits as long as it says, without losing an attempt.
    """

    def write(facts: MessageFacts) -> WrittenMessage:
        return _write(compose, facts, make_token())

    now = clock.now()
    claimed = outbox.claim(now=now, limit=limit, is_true=lambda facts: is_still_true(facts, now), write=write)
    hand_over(outbox, mailer, claimed, clock)
    return len(claimed)


def hand_over(marks: Marks, mailer: Mailer, claimed: Sequence[ClaimedMessage], clock: Clock) -> None:
    """Send what was claimed, and note in `marks` what became of each."""
    wait_until: datetime | None = None
    for message in claimed:
        if wait_until is None and clock.now() + SEND_WITHIN > message.leased_until:
            wait_until = clock.now()  # the batch took too long: another worker might hold the message soon
        if wait_until is None:
            wait_until = _hand_over(marks, mailer, message, clock)
        else:
            marks.put_off(message, until=wait_until, error="", is_attempt=False)


def is_still_true(facts: MessageFacts, now: datetime) -> bool:  # noqa: C901, PLR0911 - one arm per truth
    """Say whether a message would still tell the truth at `now`; what has ended stays true."""
    match Kind(facts.kind):
        case Kind.OFFER | Kind.EXTENDED | Kind.REMINDER:
            return facts.offer is not None and _is_open(facts.offer, now) and _is_in_place(facts, facts.offer)
        case Kind.JOINED | Kind.REQUEUED:
            return facts.status is Status.WAITLISTED or bool(facts.dates)
        case Kind.CONFIRMED:
            return facts.status is Status.CONFIRMED
        case Kind.REDUCED | Kind.CHANGED:
            return facts.status.is_active
        case Kind.SIGN_OFF_ASKED:
            return facts.status is Status.WAITLISTED and SIGN_OFF in facts.outstanding
        case Kind.SIGN_OFF_GIVEN:
            return facts.status is Status.WAITLISTED
        case Kind.SIGN_OFF_DECLINED:
            return facts.status is Status.REFUSED
        case Kind.PAYMENT_ASKED | Kind.PAYMENT_FAILED:
            return facts.payment_due_at is not None and now < facts.payment_due_at
        case Kind.UNPAID | Kind.PAYMENT_REFUNDED:
            return True
        case Kind.PAYMENT_UNUSED:
            return facts.owed > 0
        case Kind.DECLINED | Kind.LAPSED | Kind.REVOKED | Kind.DROPPED | Kind.LEFT | Kind.OTHER_DATE | Kind.REMOVED:
            return True
        case Kind.TRANSFERRED | Kind.CANCELLED | Kind.UNANSWERED:
            return True


def _is_in_place(facts: MessageFacts, offer: OfferFacts) -> bool:
    """Say whether a reminder is of the deadline that stands; while the clock stands there is none to remind of."""
    return facts.kind != Kind.REMINDER or (facts.is_for_this_deadline and not offer.clock_stands)


def _is_open(offer: OfferFacts, now: datetime) -> bool:
    return offer.status == "live" and (offer.clock_stands or now < offer.expires_at)


def _hand_over(marks: Marks, mailer: Mailer, message: ClaimedMessage, clock: Clock) -> datetime | None:
    """Send one message and note what became of it; give until when the provider asked us to wait, if it did."""
    try:
        mailer.send(
            key=message.id,
            recipient=message.recipient,
            subject=message.subject,
            html=message.html,
            text=message.text,
            calendar=message.calendar,
        )
    except Refused as refusal:
        marks.mark_failed(message, error=str(refusal))
    except TryAgain as failure:
        return _put_off(marks, message, failure, clock.now())
    else:
        marks.mark_sent(message, at=clock.now(), forget_link=not mailer.keeps_mail)
    return None


def _put_off(marks: Marks, message: ClaimedMessage, failure: TryAgain, now: datetime) -> datetime | None:
    said = failure.detail or "The mail service did not answer."
    if failure.retry_after is not None:
        until = now + failure.retry_after
        marks.put_off(message, until=until, error=said, is_attempt=False)
        return until
    if message.attempts > len(WAITS):
        marks.mark_failed(message, error=f"We tried {message.attempts} times. {said}")
    else:
        marks.put_off(message, until=now + WAITS[message.attempts - 1], error=said)
    return None


def _write(compose: Compose, facts: MessageFacts, token: str) -> WrittenMessage:
    if not facts.person.email:
        return WrittenMessage(problem=f"{facts.person.name} has no e-mail address.")
    try:
        return compose(facts, token=token)
    except Exception:  # noqa: BLE001 - see the next line
        # One message that cannot be written must not keep the others from being sent.
        reference = new_id()[-8:]
        _log.exception("Message %s (%s) could not be written. Reference %s.", facts.id, facts.kind, reference)
        return WrittenMessage(problem=f"This message could not be written. The reference is {reference}.")
