"""Mails to members that carry a link: to sign in, to set another password, or to join; and notices.

They have an outbox of their own. Messages of the other one can be read by everybody who works with sessions; whoever
reads one of these could sign in as somebody else.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from waitlist_app.clock import Clock, new_id
from waitlist_app.services.actors import PERMISSIONS, Permission, Role
from waitlist_app.services.deliver_messages import BATCH, hand_over
from waitlist_app.services.identities import LINK_LASTS_FOR, Purpose
from waitlist_app.services.outbox import ClaimedMessage, Marks, WrittenMessage
from waitlist_app.services.ports import Mailer

SIGN_IN_PATH: Final = "/sign-in/"
"""What comes before the secret in such a link."""

TOO_LATE: Final = timedelta(minutes=15)
"""Whoever asked for a link this long ago has asked again, or given up; and a link written earlier has ended."""

_log = logging.getLogger(__name__)


class Notice(StrEnum):
    """What a mail without a link is for."""

    RECORD_HEAD = "record_head"
    ESCALATION = "escalation"
    """Proposals that nobody decided in time, to the deputy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMailFacts:
    """What a mail is written from, as it stands when it is claimed."""

    id: str
    purpose: Purpose | Notice
    asked_at: datetime
    written_at: datetime
    organisation: str
    zone: str
    name: str
    email: str
    role: Role
    invited_by: str = ""
    is_removed: bool = False
    has_joined: bool = False
    record_count: int = 0
    """How many entries the record of the organisation has."""
    record_head: str = ""
    """The hash of the last."""
    escalated: int = 0
    """How many open proposals escalated to the member."""
    oldest_at: datetime | None = None
    """When the oldest of those was made."""

    @property
    def ends_at(self) -> datetime:
        """When the link ends, exclusive."""
        return self.written_at + LINK_LASTS_FOR[Purpose(self.purpose)]


class ComposeMemberMail(Protocol):
    """Gives a mail its words."""

    def __call__(self, facts: MemberMailFacts, *, token: str) -> WrittenMessage:
        """Write the mail; `token` is the secret for its link."""
        ...


class MemberOutbox(Marks, Protocol):
    """The mails of all organisations that have still to be handed over; a claim is a lease."""

    def claim(
        self,
        *,
        now: datetime,
        limit: int,
        is_true: Callable[[MemberMailFacts], bool],
        write: Callable[[MemberMailFacts], WrittenMessage],
    ) -> Sequence[ClaimedMessage]:
        """Claim up to `limit` mails that are due; those no longer true become obsolete.

        `write` is asked once in the life of a mail, and the link in it is kept in the same transaction.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A mail as it stands in the outbox."""

    id: str
    purpose: Purpose
    name: str
    email: str
    status: str
    written_at: datetime
    """When it was handed over, else when it was asked for."""
    text: str = ""
    error: str = ""


class MemberMailbox(Protocol):
    """The mails of one organisation, for whoever looks after its members."""

    def mails(self, org_id: str, *, count: int) -> Sequence[KeptMail]:
        """List the newest mails."""
        ...


def deliver_member_mail(
    *,
    outbox: MemberOutbox,
    mailer: Mailer,
    compose: ComposeMemberMail,
    make_token: Callable[[], str],
    clock: Clock,
    limit: int = BATCH,
) -> int:
    """Hand over up to `limit` mails that are due, and give how many were claimed."""

    def write(facts: MemberMailFacts) -> WrittenMessage:
        try:
            return compose(facts, token=make_token())
        except Exception:  # noqa: BLE001 - one mail that cannot be written must not keep the others from being sent
            reference = new_id()[:8]
            _log.exception("Mail %s (%s) could not be written. Reference %s.", facts.id, facts.purpose, reference)
            return WrittenMessage(problem=f"This mail could not be written. The reference is {reference}.")

    now = clock.now()
    claimed = outbox.claim(now=now, limit=limit, is_true=lambda facts: is_still_wanted(facts, now), write=write)
    hand_over(outbox, mailer, claimed, clock)
    return len(claimed)


def is_still_wanted(facts: MemberMailFacts, now: datetime) -> bool:
    """Say whether the person still waits for the mail, and may have it."""
    if facts.is_removed:
        return False
    if facts.purpose is Notice.RECORD_HEAD:
        return facts.role is Role.OWNER
    if facts.purpose is Notice.ESCALATION:
        return Permission.DECIDE in PERMISSIONS[facts.role] and facts.escalated > 0
    if facts.purpose is Purpose.INVITATION:
        return not facts.has_joined
    return now < facts.asked_at + TOO_LATE
