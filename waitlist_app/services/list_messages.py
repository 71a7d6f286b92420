"""The mailbox: what was written to whom, and what became of it."""

from datetime import datetime
from typing import Final

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.ports import MailboxMessage, Work
from waitlist_app.services.views import MessageRow
from waitlist_app.services.wording import in_list, recent

MOST_MESSAGES: Final = 200

SUBJECTS: Final = {
    Kind.JOINED: "You are on the waitlist",
    Kind.OFFER: "A seat is free for you",
    Kind.EXTENDED: "You have more time to answer",
    Kind.REMINDER: "The seat is still kept for you",
    Kind.CONFIRMED: "You have a seat",
    Kind.DECLINED: "You declined the seat",
    Kind.LAPSED: "The offer has ended",
    Kind.REQUEUED: "You wait at the end of the line",
    Kind.REVOKED: "The offer was taken back",
    Kind.DROPPED: "Your seat was given up",
    Kind.LEFT: "You left the waitlist",
    Kind.OTHER_DATE: "You have a seat on another date",
    Kind.REMOVED: "You were taken off the session",
    Kind.TRANSFERRED: "You were moved to another session",
    Kind.CANCELLED: "The session does not take place",
    Kind.CHANGED: "The session was moved",
    Kind.UNANSWERED: "You did not confirm your seat again",
    Kind.REDUCED: "Your group has fewer seats",
    Kind.PAYMENT_ASKED: "A seat is kept for you until it is paid",
    Kind.PAYMENT_FAILED: "Your payment did not succeed",
    Kind.UNPAID: "Your seat was not paid in time",
    Kind.PAYMENT_UNUSED: "Your payment is given back",
    Kind.PAYMENT_REFUNDED: "You get money back",
    Kind.SIGN_OFF_ASKED: "Please sign off a request",
    Kind.SIGN_OFF_GIVEN: "Your request is signed off",
    Kind.SIGN_OFF_DECLINED: "Your request was not signed off",
}
"""What a message is about before it has its words; those come when it is sent."""


def list_messages(*, work: Work, actor: Actor) -> tuple[MessageRow, ...]:
    """Give the newest messages of the organisation, times in its zone."""
    actor.require(Permission.READ)

    def rows(message: MailboxMessage, now: datetime) -> MessageRow:
        return MessageRow(
            id=message.id,
            to=address_of(message),
            subject=subject_of(message),
            sent=recent(message.sent_at or message.created_at, actor.zone, now),
            status=status_of(message, actor.zone, now),
            kind=message.kind,
        )

    return work.read(
        actor, lambda reader: tuple(rows(message, reader.now) for message in reader.messages(count=MOST_MESSAGES))
    )


def address_of(message: MailboxMessage) -> str:
    """Say where it goes, or who it is for as long as there is no address."""
    return message.recipient or message.person.email or f"{message.person.name}, no address"


def subject_of(message: MailboxMessage) -> str:
    """Give its subject, or what it will be about."""
    return message.subject or SUBJECTS[Kind(message.kind)]


def status_of(message: MailboxMessage, zone: str, now: datetime) -> str:
    """Say what became of it, with what went wrong; of one that is not due yet, when it is."""
    match message.status:
        case "sent":
            return "Sent"
        case "failed":
            return f"Not sent. {message.error}".strip()
        case "obsolete":
            return "No longer true, not sent"
        case _ if now < message.due_at and not message.attempts:
            return f"Goes out {in_list(message.due_at, zone, now)}, if it is still true then"
        case _:
            return f"Tried again soon. {message.error}" if message.error else "Not sent yet"
