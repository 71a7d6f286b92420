"""What happened in one session. An event carries everything that its row, its record and its message need.

Events are facts: folding them with `evolve` rebuilds the roster, and the record keeps them word for word.
"""

from datetime import datetime

from msgspec import Struct

from waitlist_app.engine.model import STANDARD, Asking, Meeting, Payment, Session, Status, Terms


class SeatGiven(Struct, frozen=True, kw_only=True):
    """A newcomer got a seat at once, because enough were free after everybody waiting."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    requested_at: datetime
    arrival: int
    waiver: str = ""
    terms: Terms = STANDARD
    passed: int = 0
    """How many who waited were passed over, on the word of `approval`."""
    is_granted: bool = False
    """Whether the seat is beyond the limit: a grant."""
    approval: str = ""
    reason: str = ""
    on_behalf: bool = False
    block: str = ""
    """The block whose units it takes; empty for a seat that was free."""
    payment_due_at: datetime | None = None
    """Until when it has to be paid, exclusive; None where nothing has to be. So with every such field."""
    paid: Payment | None = None
    """What was paid for the seat elsewhere that this one takes the place of."""
    is_recorded: bool = False
    """Whether the person had it elsewhere already, and it was only written down."""


class WaitlistJoined(Struct, frozen=True, kw_only=True):
    """A newcomer joined the line."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    requested_at: datetime
    arrival: int
    line_key: str
    conflicts: tuple[str, ...]
    outstanding: tuple[str, ...] = ()
    waiver: str = ""
    terms: Terms = STANDARD
    on_behalf: bool = False
    is_recorded: bool = False
    """Whether the person had the place elsewhere already, and it was only written down."""
    requeued_at: datetime | None = None
    """Since when it had been at the end of the line, where it was sent there before it was reinstated."""
    asked_now_key: str = ""
    """Where it would stand had it been asked now; empty where the time of asking is the time that counts."""
    passed: int = 0
    """How many it passes over by the earlier time, on the word of `approval`."""
    approval: str = ""
    reason: str = ""


class RegistrationClosed(Struct, frozen=True, kw_only=True):
    """Somebody dropped, left, or was removed; `was` tells what came back."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    was: Status
    status: Status
    was_ready: bool
    reason: str = ""
    was_granted: bool = False
    """Whether the seat was beyond the limit; such a seat is never refilled."""
    approval: str = ""
    """Whose word closed it, where somebody had to give one."""
    on_behalf: bool = False
    is_late: bool = False
    """Whether a seat was dropped at or after the cut-off: nobody can be offered it by mail in time."""
    is_stale: bool = False
    """Whether its person has a better registration in the same session, which stays."""
    payment: str = ""
    """The reference of the payment that goes with the person to another session."""


class SeatGranted(Struct, frozen=True, kw_only=True):
    """Somebody who waited was seated beyond the limit, on the word of an approval."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    line_key: str
    position: int
    passed: int
    """How many waiting entries it passes over."""
    was_ready: bool
    reason: str
    approval: str
    gives_up: str = ""
    """The registration that is given up for it in the same act: a swap."""
    gives_up_in: str = ""
    payment_due_at: datetime | None = None


class UnitsReduced(Struct, frozen=True, kw_only=True):
    """A group gave some of its seats back, or needs fewer; `seat_units` are what it keeps."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    by: int
    """How many units fewer, at least 1."""
    was: Status
    was_ready: bool
    was_granted: bool = False
    reason: str = ""


class CheckedIn(Struct, frozen=True, kw_only=True):
    """Somebody with a confirmed seat came."""

    session_id: str
    registration_id: str
    person_id: str
    checked_in_at: datetime


class SessionWoke(Struct, frozen=True, kw_only=True):
    """What came due by itself was done: these blocks were released."""

    session_id: str
    woken_at: datetime
    released: tuple[str, ...] = ()
    unanswered: int | None = None
    """How many seats came back because nobody confirmed them again; None where no such date had come."""
    ended_holds: tuple[str, ...] = ()
    """The registrations for which a seat is held no longer."""


class SessionCancelled(Struct, frozen=True, kw_only=True):
    """The session does not take place; everybody in it was closed in the same act."""

    session_id: str
    cancelled_at: datetime
    reason: str


class SessionRescheduled(Struct, frozen=True, kw_only=True):
    """The session is at other times or in another place; nobody's place changed by it."""

    session_id: str
    number: int
    """Counts the changes, from 1."""
    meetings: tuple[Meeting, ...]
    location: str
    overlaps: tuple[str, ...]
    """The sessions at the same time, sorted."""
    reason: str
    approval: str
    asking: Asking | None = None


class NewTimesTold(Struct, frozen=True, kw_only=True):
    """Somebody in a session that was moved is told, and asked to confirm the seat again where `answer_by` says so."""

    session_id: str
    registration_id: str
    person_id: str
    number: int
    """Which change of the session it is about."""
    answer_by: datetime | None = None


class SeatReconfirmed(Struct, frozen=True, kw_only=True):
    """Somebody keeps the seat at the new times."""

    session_id: str
    registration_id: str
    person_id: str
    on_behalf: bool = False


class OverlapAllowed(Struct, frozen=True, kw_only=True):
    """Somebody may hold this seat beside another one at the same time; an offer only until it is answered."""

    session_id: str
    registration_id: str
    person_id: str
    with_session_id: str
    approval: str
    is_seat: bool
    """Whether it is a seat, which stays; otherwise an offer."""


class RuleLifted(Struct, frozen=True, kw_only=True):
    """No seat elsewhere keeps an entry from one here any more, on the word of an approval."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    lifted: tuple[str, ...]
    """The sessions whose seat or offer kept it back."""
    outstanding: tuple[str, ...]
    """What has to happen still."""
    is_ready: bool
    reason: str
    approval: str


class RuleRestored(Struct, frozen=True, kw_only=True):
    """The rules hold again for an entry; what they say of it follows."""

    session_id: str
    registration_id: str
    person_id: str


class SeatProposed(Struct, frozen=True, kw_only=True):
    """A free seat was put under a proposal for the highest entry that can take it."""

    session_id: str
    proposal_id: str
    registration_id: str
    person_id: str
    seat_units: int


class ProposalWithdrawn(Struct, frozen=True, kw_only=True):
    """An act made a proposal untrue; `because` is a stable word for how."""

    session_id: str
    proposal_id: str
    registration_id: str
    person_id: str
    because: str


class EntryPassed(Struct, frozen=True, kw_only=True):
    """A coordinator passed a candidate over for one seat, with a reason; the place in the line stays."""

    session_id: str
    registration_id: str
    person_id: str
    pass_id: str
    instead_id: str
    """Who is proposed instead; the pass ends with their turn."""
    behind_key: str
    reason: str
    approval: str


class PassTakenBack(Struct, frozen=True, kw_only=True):
    """Somebody who was passed over has their turn again."""

    session_id: str
    registration_id: str
    person_id: str
    pass_id: str


class ProposalHeld(Struct, frozen=True, kw_only=True):
    """The seat of a proposal is reserved for its candidate until an instant, exclusive."""

    session_id: str
    registration_id: str
    person_id: str
    proposal_id: str
    seat_units: int
    until: datetime
    reason: str


class HoldReleased(Struct, frozen=True, kw_only=True):
    """A hold was ended before its time; the proposal is an ordinary one again."""

    session_id: str
    registration_id: str
    person_id: str


class SeatConfirmed(Struct, frozen=True, kw_only=True):
    """A promotion became a seat at once, without an offer."""

    session_id: str
    registration_id: str
    person_id: str
    proposal_id: str
    seat_units: int
    approval: str
    passed_before: str = ""
    """Where smaller entries may pass: everybody ready in front of this key without a proposal is passed once."""
    gives_up: str = ""
    """The seat that is exchanged for this one; empty for none."""
    gives_up_in: str = ""
    payment_due_at: datetime | None = None


class OfferMade(Struct, frozen=True, kw_only=True):
    """An approved offer went out and holds its units until `expires_at`, exclusive."""

    session_id: str
    registration_id: str
    person_id: str
    proposal_id: str
    seat_units: int
    offer_number: int
    expires_at: datetime
    approval: str
    passed_before: str = ""
    """Where smaller entries may pass: everybody ready in front of this key without a proposal is passed once."""
    stands_since: datetime | None = None
    """Its own instant where the clock stands until the mail was handed over; None where it runs at once."""


class OfferAccepted(Struct, frozen=True, kw_only=True):
    """The person took the seat in time."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    on_behalf: bool = False
    gives_up: str = ""
    """The registration that is given up for it in the same act: a swap."""
    gives_up_in: str = ""
    payment_due_at: datetime | None = None
    was_excused: bool = False
    """Whether its offer was allowed to overlap; the seat is not."""
    instead_of: tuple[tuple[str, str], ...] = ()
    """`(session, registration)` of the seats and offers at the same time that ended for it in the same act."""
    exchanges: str = ""
    """The registration at the same time that is given up for it once it is paid, as in a swap; kept until then."""
    exchanges_in: str = ""


class OfferDeclined(Struct, frozen=True, kw_only=True):
    """The person said no; the units are free at once."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    on_behalf: bool = False


class OfferRevoked(Struct, frozen=True, kw_only=True):
    """A coordinator took the offer back."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    reason: str


class ApprovalTakenBack(Struct, frozen=True, kw_only=True):
    """An approval was undone before its offer was sent: the entry waits where it was, and is proposed again."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    offer_number: int
    proposal_id: str
    passed_before: str = ""
    """As in the offer: everybody ready in front of this key without a proposal is passed once less."""
    held_until: datetime | None = None
    """Until when, exclusive, the seat is held for the entry again, as it was before the approval; None is not."""


class OfferExtended(Struct, frozen=True, kw_only=True):
    """A coordinator gave the person more time; both deadlines are exclusive."""

    session_id: str
    registration_id: str
    person_id: str
    offer_number: int
    was_until: datetime
    expires_at: datetime
    reason: str
    starts_clock: bool = False
    """Whether the clock stood before, and runs now."""


class OfferRefreshed(Struct, frozen=True, kw_only=True):
    """The offer is sent again under a new link; earlier ones only show how it stands."""

    session_id: str
    registration_id: str
    person_id: str
    offer_number: int


class OfferReached(Struct, frozen=True, kw_only=True):
    """The mail of an offer was handed over and its clock runs; a late mail has moved the deadline by the delay."""

    session_id: str
    registration_id: str
    person_id: str
    offer_number: int
    was_until: datetime
    expires_at: datetime
    is_printed: bool = True
    """Whether the mail itself says this deadline."""


class OfferNotReached(Struct, frozen=True, kw_only=True):
    """The mail of an offer came back or could not be sent: the clock stands, and a coordinator has to decide."""

    session_id: str
    registration_id: str
    person_id: str
    offer_number: int
    stands_since: datetime
    reason: str


class OfferLapsed(Struct, frozen=True, kw_only=True):
    """Nobody answered by the deadline; the person is out."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    expired_at: datetime
    by_hand: bool = False
    """Whether a coordinator ended the offer, before there was an answer; so with whoever goes to the end."""
    reason: str = ""


class EntryRequeued(Struct, frozen=True, kw_only=True):
    """The offer lapsed or was declined; the person goes to the end of the line, this once."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    requeued_at: datetime
    arrival: int
    line_key: str
    because: str = "lapsed"
    """`lapsed` or `declined`."""
    on_behalf: bool = False
    by_hand: bool = False
    reason: str = ""


class ConflictBegan(Struct, frozen=True, kw_only=True):
    """A waiting person now holds a seat at the same time elsewhere and is skipped."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    with_session_id: str
    was_ready: bool


class ConflictEnded(Struct, frozen=True, kw_only=True):
    """One reason for being skipped is gone; `is_ready` says whether it was the last."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    with_session_id: str
    is_ready: bool


class MatterOpened(Struct, frozen=True, kw_only=True):
    """Something has to happen before a waiting entry can be served; it is skipped until then, with its place kept."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    matter: str
    was_ready: bool


class MatterSettled(Struct, frozen=True, kw_only=True):
    """It has happened; `is_ready` says whether nothing else keeps the entry from a seat."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    matter: str
    is_ready: bool
    approval: str = ""
    """Whose word settled it, where somebody had to give one."""


class EntryMoved(Struct, frozen=True, kw_only=True):
    """A coordinator changed the order, with a reason; `requested_at` stays as it was."""

    session_id: str
    registration_id: str
    person_id: str
    override_id: str
    number: int
    before_id: str
    successor_id: str
    before_key: str
    from_position: int
    to_position: int
    from_key: str
    line_key: str
    passed: int
    """How many waiting entries it passes over."""
    reason: str
    approval: str
    arrivals: int = 0
    """How many had arrived by then; see `Override.arrivals`."""


class MoveEnded(Struct, frozen=True, kw_only=True):
    """An override no longer applies; `because` tells whether it was revoked or its entry left the line."""

    session_id: str
    override_id: str
    registration_id: str
    person_id: str
    because: str


class EntryPlaced(Struct, frozen=True, kw_only=True):
    """The place of an entry follows from the overrides that are left."""

    session_id: str
    registration_id: str
    person_id: str
    line_key: str


class RulesChanged(Struct, frozen=True, kw_only=True):
    """The rules of the session were set, its seats among them."""

    session_id: str
    was: Session
    rules: Session
    reason: str
    approval: str = ""
    """Where people wait and the order is another one."""


class EntryRanked(Struct, frozen=True, kw_only=True):
    """The policy itself puts an entry in another place: by another order, or by another fact about the person."""

    session_id: str
    registration_id: str
    person_id: str
    base_key: str
    line_key: str
    from_position: int
    """0 for somebody who is not in the line now, as somebody with an offer."""
    to_position: int
    because: str
    """`order`, `drawn` or `fact`, as a stable word."""
    passed_by: int = 0
    """How many more active overrides pass it in the new order than in the old; may be below zero."""


class MoveAnchored(Struct, frozen=True, kw_only=True):
    """In a new order, an override leans on the key that the entry it names has there."""

    session_id: str
    override_id: str
    registration_id: str
    person_id: str
    before_key: str
    from_key: str
    line_key: str
    """From and to where the override takes its entry now."""


class FactsChanged(Struct, frozen=True, kw_only=True):
    """Staff set what the policy knows of somebody who waits; what it was and is stands beside the chain."""

    session_id: str
    registration_id: str
    person_id: str
    details: str
    """Canonical JSON of `was` and `is`."""
    passed: int
    """How many waiting entries it passes by that."""
    reason: str


class WindowClosed(Struct, frozen=True, kw_only=True):
    """The hour of a sealed window came: the seed of its lottery is published, and seats are allotted."""

    session_id: str
    closed_at: datetime
    arrivals: int
    """How many took part."""
    seed: str = ""


class PersonReplaced(Struct, frozen=True, kw_only=True):
    """A registration is another record's from now on: both were found to be one person. All else about it stays."""

    session_id: str
    registration_id: str
    person_id: str
    """The record that stays."""
    was_person_id: str
    status: Status
    """Where the registration stands, before and after."""
    approval: str
    waiver: str = ""
    """The approval again, where the seat overlaps from now on with another of the same person."""


class PaymentReceived(Struct, frozen=True, kw_only=True):
    """A seat was paid in time, and is confirmed. Amounts are in the smallest unit of the currency, here and below."""

    session_id: str
    registration_id: str
    person_id: str
    seat_units: int
    reference: str
    amount: int
    """All that came; what is too much is owed back, and a `RefundDue` of the same act says so."""
    currency: str
    gives_up: str = ""
    """The registration that is given up for it in the same act: a swap."""
    gives_up_in: str = ""
    on_behalf: bool = False


class PaymentFailed(Struct, frozen=True, kw_only=True):
    """An attempt to pay did not succeed; the seat is kept until its deadline all the same."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    reason: str = ""
    on_behalf: bool = False


class PaymentUnused(Struct, frozen=True, kw_only=True):
    """Money came that pays for nothing: nobody is seated by it, and all of it is owed back."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    amount: int
    currency: str
    because: str
    """`late`, `not_due` or `wrong_amount`, as a stable word."""
    on_behalf: bool = False


class RefundDue(Struct, frozen=True, kw_only=True):
    """A part or all of what was paid is owed back from now on."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    amount: int
    currency: str
    because: str
    """The status in which the registration ended, `reduced` or `too_much`, as a stable word."""


class RefundMade(Struct, frozen=True, kw_only=True):
    """Money was given back. Where that was the whole price of a seat, the same act has given the seat back as well."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    amount: int
    currency: str
    settled: int
    """How much of it was owed."""
    for_the_seat: int
    """How much of it had paid for the seat; what is left had been kept."""
    given_back: int
    """All that was given back of this payment, this time included."""
    reason: str = ""
    on_behalf: bool = False


class RefundWaived(Struct, frozen=True, kw_only=True):
    """What was owed back is kept, for a reason."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    amount: int
    currency: str
    reason: str


Event = (
    SeatGiven
    | WaitlistJoined
    | RegistrationClosed
    | SeatGranted
    | UnitsReduced
    | CheckedIn
    | SessionWoke
    | SessionCancelled
    | SessionRescheduled
    | NewTimesTold
    | SeatReconfirmed
    | OverlapAllowed
    | RuleLifted
    | RuleRestored
    | SeatProposed
    | ProposalWithdrawn
    | EntryPassed
    | PassTakenBack
    | ProposalHeld
    | HoldReleased
    | SeatConfirmed
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | OfferRevoked
    | ApprovalTakenBack
    | OfferExtended
    | OfferRefreshed
    | OfferReached
    | OfferNotReached
    | OfferLapsed
    | EntryRequeued
    | ConflictBegan
    | ConflictEnded
    | MatterOpened
    | MatterSettled
    | EntryMoved
    | MoveEnded
    | EntryPlaced
    | RulesChanged
    | EntryRanked
    | MoveAnchored
    | FactsChanged
    | WindowClosed
    | PersonReplaced
    | PaymentReceived
    | PaymentFailed
    | PaymentUnused
    | RefundDue
    | RefundMade
    | RefundWaived
)
