"""What delivering messages needs from the database: a protocol, and the values it gives and takes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from waitlist_app.engine.model import Order, Status
from waitlist_app.services.ports import MeetingDetails, PersonFacts

OFFER_PATH: Final = "/offer/"
"""What comes before the secret in the link of an offer."""

SIGN_OFF_PATH: Final = "/sign-off/"
"""What comes before the secret in the link with which a manager signs off."""

LEAVE_PATH: Final = "/leave/"
"""What comes before the secret in the link with which somebody leaves the line."""

SEAT_PATH: Final = "/seat/"
"""What comes before the secret in the link with which somebody confirms a seat again."""

_PATHS: Final = "|".join(map(re.escape, (OFFER_PATH, SIGN_OFF_PATH, LEAVE_PATH, SEAT_PATH)))
_SECRET: Final = re.compile(f"({_PATHS})" + r"[\w-]{43}")
_CUT_OFF: Final = r"\1…"


def without_secret(words: str) -> str:
    """Give a letter without the secrets of its links: whoever reads it cannot answer in somebody's name."""
    return _SECRET.sub(_CUT_OFF, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """An offer as it stands: live, or how it ended."""

    status: str
    made_at: datetime
    expires_at: datetime
    """Exclusive."""
    was_until: datetime | None = None
    """The deadline before, where this very mail is late and has moved it."""
    clock_stands: bool = False
    """Whether its clock stands, because no mail has reached the person; then it does not end by itself."""
    approved_by: str = ""
    is_standing: bool = False
    """Whether it went out under a standing approval."""
    seat_from: str = ""
    """Why the seat was free: the act, as in `dropped` or `lapsed`; empty when that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedDate:
    """One of the dates that a request for any date of a course waits for."""

    registration_id: str
    title: str
    location: str
    zone: str
    meetings: tuple[MeetingDetails, ...]
    """By start, at least one."""
    position: int
    """In the line, from 1."""
    needs_sign_off: bool = False
    is_pending_approval: bool = False
    has_conflict: bool = False
    conflict_is_offer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedList:
    """A line in which somebody is skipped while an offer is open."""

    title: str
    starts_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What a message is written from, as it stands when the message is claimed."""

    id: str
    kind: str
    written_at: datetime
    organisation: str
    person: PersonFacts
    code: str
    title: str
    location: str
    zone: str
    """The IANA name of the session's zone."""
    meetings: tuple[MeetingDetails, ...]
    """By start, at least one."""
    order: Order
    registration_id: str
    status: Status
    seat_units: int
    reason: str
    role: str
    compliance_deadline: date | None
    has_conflict: bool
    """Whether the person has a seat, or an offer, elsewhere at the same time, and so is skipped."""
    goes_to_end: bool
    """Whether silence moves the person to the end of the line; otherwise it ends the wait."""
    position: int
    """In the line, from 1; 0 for somebody who does not wait."""
    offer: OfferFacts | None = None
    """The offer that the message is about, else the last one of the registration."""
    is_for_this_deadline: bool = True
    """Whether a reminder is for the deadline that the offer has now; another message always is."""
    conflict_is_offer: bool = False
    """Whether all that is at the same time is offers, which are not seats yet."""
    course: str = ""
    """The course that the session is a date of; empty for none."""
    dates: tuple[WaitedDate, ...] = ()
    """Where a request for any date of the course waits now, by start; empty for another request."""
    skipped_for_it: tuple[SkippedList, ...] = ()
    """The lines in which the person is skipped while the offer is open."""
    dates_left: int = 0
    """How many lines a request for any date of the course left together, or with the seat that the message is about."""
    outstanding: tuple[str, ...] = ()
    """What has to happen before the entry can be served."""
    is_pending_approval: bool = False
    """Whether a seat would be theirs but for a manager's word: then it is not called waiting."""
    amount_due: int = 0
    """What the seats cost, at the price of when the person joined, in the smallest unit of the currency; 0 is free."""
    currency: str = ""
    payment_due_at: datetime | None = None
    """Until when the seat is kept to be paid, exclusive."""
    owed: int = 0
    """What is owed back to the person for this registration."""
    given_back: int = 0
    """What was given back."""
    participant: PersonFacts | None = None
    """Who the request is for, where the message goes to somebody else."""
    answer_by: datetime | None = None
    """Until when the person is asked to confirm the seat again, exclusive; None where nothing is asked."""
    keeps_by_silence: bool = True
    """Whether the seat stays without such an answer."""
    times_changed: int = 0
    """How often the session was moved."""
    most_meetings: int = 0
    """How many meetings it had at most before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """A message in its words, or why it cannot be sent."""

    recipient: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    calendar: str = ""
    """A calendar file to go with it; empty for none."""
    token: str = ""
    """The secret in its link; the database keeps only the hash."""
    problem: str = ""
    """A sentence for the coordinator; not empty means that it fails at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """A message that this worker alone may hand over until `leased_until`, the same in every attempt."""

    org_id: str
    id: str
    kind: str
    session_id: str
    leased_until: datetime
    attempts: int
    """How many there have been, this one included."""
    recipient: str
    subject: str
    html: str
    text: str
    calendar: str


class Compose(Protocol):
    """Gives a message its words."""

    def __call__(self, facts: MessageFacts, *, token: str) -> WrittenMessage:
        """Write the message; `token` is the secret for its link, given back in it when the link was needed."""
        ...


class Marks(Protocol):
    """Notes what became of messages that were claimed."""

    def mark_sent(self, claimed: ClaimedMessage, *, at: datetime, forget_link: bool) -> None:
        """Note that it was handed over; with `forget_link` the secret is taken out of the copy that stays here."""
        ...

    def put_off(self, claimed: ClaimedMessage, *, until: datetime, error: str, is_attempt: bool = True) -> None:
        """Release it until `until`; nothing happens when the lease is no longer ours."""
        ...

    def mark_failed(self, claimed: ClaimedMessage, *, error: str) -> None:
        """Give it up, with a sentence for the coordinator; nothing happens when the lease is no longer ours."""
        ...


class Outbox(Marks, Protocol):
    """The messages of all organisations that have still to be handed over.

    Every call is one short transaction. A claim is a lease: when its worker dies, the message is claimed again later
    with the same words and the same id, by which the provider knows a repeat.
    """

    def claim(
        self,
        *,
        now: datetime,
        limit: int,
        is_true: Callable[[MessageFacts], bool],
        write: Callable[[MessageFacts], WrittenMessage],
    ) -> Sequence[ClaimedMessage]:
        """Claim up to `limit` messages that are due; those no longer true become obsolete.

        `is_true` is asked before every attempt, `write` once in the life of a message. Both see the facts of the
        transaction that claims it.
        """
        ...
