"""What somebody, or the clock, asks of one session. Ids and chance come in with the command."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from waitlist_app.engine.model import (
    STANDARD,
    Asking,
    Facts,
    Meeting,
    Order,
    Payment,
    PriorityRule,
    Session,
    Status,
    Terms,
    Window,
)


class RequestSeat(Struct, frozen=True, kw_only=True):
    """Ask for `seat_units` seats for one person."""

    session_id: str
    registration_id: str
    person_id: str
    requested_at: datetime
    seat_units: int = 1
    facts: Facts = field(default_factory=Facts)
    waiver: str = ""
    terms: Terms = STANDARD
    block: str = ""
    """Takes the units of this block, which is kept for such people; nobody is passed over."""
    approval: str = ""
    """Gives a seat at once though people wait or none is free; the approval of that override."""
    lifts: bool = False
    """Whether the approval is for what a waiver is for instead, and passes nobody over."""
    reason: str = ""
    on_behalf: bool = False
    """Whether staff took the person's own wish down, as after a phone call; so with every such field."""
    expects_seat: bool = False
    """Whether its person was shown a free seat: then they are asked before they join the line instead."""
    paid: Payment | None = None
    """What was paid for the seat elsewhere that this one takes the place of; it goes with the person."""


class AskEarlier(Struct, frozen=True, kw_only=True):
    """Put somebody where an earlier time puts them, though others are there already; needs the whole line.

    With `terms.reinstates` it undoes the end of a registration; without, it adds a request that was made before.
    """

    session_id: str
    registration_id: str
    person_id: str
    requested_at: datetime
    reason: str
    approval: str
    seat_units: int = 1
    facts: Facts = field(default_factory=Facts)
    waiver: str = ""
    terms: Terms = STANDARD
    requeued_at: datetime | None = None
    """Since when the entry had been at the end of the line, where it had been sent there."""
    is_signed_off: bool = False
    """Whether a manager has signed it off already."""


class RecordPlace(Struct, frozen=True, kw_only=True):
    """Write down a seat, or a place in the line, that somebody has elsewhere already; needs the whole line."""

    session_id: str
    registration_id: str
    person_id: str
    status: Status
    """Confirmed or waitlisted."""
    requested_at: datetime
    seat_units: int = 1
    facts: Facts = field(default_factory=Facts)
    terms: Terms = STANDARD
    reason: str = ""
    approval: str = ""
    """The approval of the override where it passes somebody over, or goes beyond a limit."""


class Close(Struct, frozen=True, kw_only=True):
    """End a registration: a drop, a removal, leaving the line."""

    session_id: str
    registration_id: str
    status: Status
    """The closed status it ends in."""
    reason: str = ""
    on_behalf: bool = False


class GrantSeat(Struct, frozen=True, kw_only=True):
    """Seat somebody who waits beyond the limit, with a reason; needs the whole line."""

    session_id: str
    registration_id: str
    reason: str
    approval: str


class LiftRule(Struct, frozen=True, kw_only=True):
    """Let no seat elsewhere keep somebody who waits from one here any more, on the word of an approval.

    Neither one at the same time, nor another date of the course.
    """

    session_id: str
    registration_id: str
    reason: str
    approval: str


class RestoreRule(Struct, frozen=True, kw_only=True):
    """Let the rules hold again for somebody who still waits."""

    session_id: str
    registration_id: str


class ReduceUnits(Struct, frozen=True, kw_only=True):
    """Let a group keep `seat_units` of its units, wherever it stands."""

    session_id: str
    registration_id: str
    seat_units: int
    reason: str = ""


class CheckIn(Struct, frozen=True, kw_only=True):
    """Note that somebody with a confirmed seat came."""

    session_id: str
    registration_id: str


class NoteNoShow(Struct, frozen=True, kw_only=True):
    """Note that somebody with a confirmed seat did not come; the seat comes back."""

    session_id: str
    registration_id: str
    reason: str = ""


class CancelSession(Struct, frozen=True, kw_only=True):
    """Call a session off: everybody's registration ends, and nothing follows."""

    session_id: str
    reason: str


class ApproveProposal(Struct, frozen=True, kw_only=True):
    """Turn a proposal into an offer, or in a free session into a seat, on the word of a person."""

    session_id: str
    proposal_id: str
    approval: str
    """Id of the approval: who signed it is on the record."""
    is_direct: bool = False
    """Whether it becomes a seat at once, which only sessions without a price allow."""


class AcceptOffer(Struct, frozen=True, kw_only=True):
    """Take the seat that is held."""

    session_id: str
    registration_id: str
    on_behalf: bool = False
    instead_of: tuple[str, ...] = ()
    """The registrations at the same time whose seats the person gives up for it."""


class DeclineOffer(Struct, frozen=True, kw_only=True):
    """Say no to the seat that is held."""

    session_id: str
    registration_id: str
    on_behalf: bool = False


class RevokeOffer(Struct, frozen=True, kw_only=True):
    """Take a live offer back, with a reason."""

    session_id: str
    registration_id: str
    reason: str


class ExpireOffer(Struct, frozen=True, kw_only=True):
    """Let a live offer lapse at once, with a reason, as if its deadline had come."""

    session_id: str
    registration_id: str
    reason: str


class PassOver(Struct, frozen=True, kw_only=True):
    """Pass the candidate of a proposal over for this seat and propose the next one; needs the whole line."""

    session_id: str
    registration_id: str
    instead_id: str
    """Who is next, as it was shown; for the case that somebody else is by now."""
    pass_id: str
    reason: str
    approval: str


class TakeBackPass(Struct, frozen=True, kw_only=True):
    """Let somebody who was passed over have their turn again."""

    session_id: str
    registration_id: str


class HoldProposal(Struct, frozen=True, kw_only=True):
    """Reserve the seat of a proposal for its candidate until an instant."""

    session_id: str
    registration_id: str
    until: datetime
    """Exclusive; aware."""
    reason: str


class ReleaseHold(Struct, frozen=True, kw_only=True):
    """End a hold before its time."""

    session_id: str
    registration_id: str


class TakeBackApproval(Struct, frozen=True, kw_only=True):
    """Undo an approval while nobody has been sent the offer: the entry is where it was, its proposal open again."""

    session_id: str
    registration_id: str
    proposal_id: str
    """The proposal that was approved."""


class ExtendOffer(Struct, frozen=True, kw_only=True):
    """Give the person of a live offer more time, for a reason; never past the cut-off."""

    session_id: str
    registration_id: str
    until: datetime
    """The new deadline, exclusive; aware."""
    reason: str
    starts_clock: bool = False
    """Whether the person knows of it by another way than the mail that did not reach them."""


class RefreshOffer(Struct, frozen=True, kw_only=True):
    """Send a live offer again under a new link; the deadline stays."""

    session_id: str
    registration_id: str


class StartClock(Struct, frozen=True, kw_only=True):
    """Note that the mail of an offer was handed over: from now on its clock runs."""

    session_id: str
    registration_id: str
    offer_number: int
    handed_over_at: datetime
    is_printed: bool = True
    """Whether the mail was written late enough to print the deadline that follows."""


class StopClock(Struct, frozen=True, kw_only=True):
    """Note that the mail of an offer cannot reach its person; the clock stands until somebody decides."""

    session_id: str
    registration_id: str
    offer_number: int
    reason: str


class LapseDue(Struct, frozen=True, kw_only=True):
    """End every offer of the session whose deadline is `until` or earlier."""

    session_id: str
    until: datetime


class BeginConflict(Struct, frozen=True, kw_only=True):
    """Note that a waiting person now holds a seat at the same time elsewhere."""

    session_id: str
    registration_id: str
    with_session_id: str
    with_registration_id: str = ""
    """Which seat that is; the one that the entry would give up is no conflict."""


class EndConflict(Struct, frozen=True, kw_only=True):
    """Note that the seat elsewhere is gone."""

    session_id: str
    registration_id: str
    with_session_id: str


class TakeOtherDate(Struct, frozen=True, kw_only=True):
    """Note that somebody who waits is offered another date of the course, or has a seat on it."""

    session_id: str
    registration_id: str
    with_session_id: str
    with_registration_id: str
    """Which one that is; the seat that the entry would give up changes nothing."""
    is_seat: bool
    """Whether it is a seat, which ends the wait; an offer lets the entry be skipped while it runs."""


class AllowOverlap(Struct, frozen=True, kw_only=True):
    """Lift the guard for somebody who has a seat or an offer at the same time elsewhere, on the word of an approval."""

    session_id: str
    registration_id: str
    with_session_id: str
    with_registration_id: str
    approval: str


class Reschedule(Struct, frozen=True, kw_only=True):
    """Move a session to other times or another place: everybody keeps their place and is told; needs the whole."""

    session_id: str
    meetings: tuple[Meeting, ...]
    """By start, at least one; none overlap."""
    location: str
    overlaps: tuple[str, ...]
    """The sessions that will be at the same time, sorted."""
    reason: str
    approval: str
    asking: Asking | None = None
    """What those with a seat are asked; None asks nothing."""


class Reconfirm(Struct, frozen=True, kw_only=True):
    """Keep a seat in a session that was moved, as its person was asked."""

    session_id: str
    registration_id: str
    on_behalf: bool = False


class GiveUp(Struct, frozen=True, kw_only=True):
    """Give a seat or an offer up for a seat in another session; nothing follows when it is gone by then."""

    session_id: str
    registration_id: str


class OpenMatter(Struct, frozen=True, kw_only=True):
    """Note that something has to happen before a waiting entry can be served; see `Registration.outstanding`."""

    session_id: str
    registration_id: str
    matter: str


class SettleMatter(Struct, frozen=True, kw_only=True):
    """Note that it has happened."""

    session_id: str
    registration_id: str
    matter: str
    approval: str = ""
    """Id of the approval, where it took somebody's word."""


class AnswerSignOff(Struct, frozen=True, kw_only=True):
    """Say yes or no to an entry that needs a manager's sign-off."""

    session_id: str
    registration_id: str
    is_given: bool
    approval: str
    """Id of the approval: who signed it, or declined to, is on the record."""
    reason: str = ""


class MoveEntry(Struct, frozen=True, kw_only=True):
    """Place a waiting entry before another one, or last; needs the whole line."""

    session_id: str
    registration_id: str
    before_id: str
    override_id: str
    reason: str
    approval: str


class RevokeMove(Struct, frozen=True, kw_only=True):
    """Undo an override; the order becomes what it would be without it."""

    session_id: str
    override_id: str


class ChangeRules(Struct, frozen=True, kw_only=True):
    """Set the rules of a session, its seats among them; what was promised under the old ones stays."""

    session_id: str
    rules: Session
    reason: str = ""
    leaves_line: bool = False
    """Whether a line that is longer than its new limit stays as it is; otherwise such a limit is refused."""


class ChangeOrder(Struct, frozen=True, kw_only=True):
    """Set how a line is ordered, while people wait: every place is worked out anew."""

    session_id: str
    order: Order
    priority: tuple[PriorityRule, ...]
    facts: Mapping[str, Facts]
    """What was known of each active registration's person when they asked, by its id."""
    reason: str
    approval: str


class SetWindow(Struct, frozen=True, kw_only=True):
    """Collect requests in a sealed window before anybody is seated; for a lottery the commitment comes with it."""

    session_id: str
    window: Window | None
    """None takes a window away that nobody has asked in."""
    reason: str = ""


class CloseWindow(Struct, frozen=True, kw_only=True):
    """Make the allotment, once the hour has come; the seed is the one that was committed to."""

    session_id: str
    seed: str = ""


class ChangeFacts(Struct, frozen=True, kw_only=True):
    """Set what the policy knows of somebody who waits; needs the whole line."""

    session_id: str
    registration_id: str
    facts: Facts
    details: str
    """What was and is known, as canonical JSON for the text beside the chain."""
    reason: str


class ReplacePerson(Struct, frozen=True, kw_only=True):
    """Let what one record of a person has in a session be another's: the two were found to be one person."""

    session_id: str
    person_id: str
    """The record that goes."""
    into_id: str
    """The record that stays."""
    theirs: frozenset[str]
    """Every active registration of the record that goes, in whatever session: those are not new beside each other."""
    approval: str
    """Id of the approval of the whole merge; it lifts the guard for seats that now overlap."""
    exchanged: frozenset[str] = frozenset()
    """Seats of either record that an entry elsewhere would give up; of two alike such a one stays."""


class NotePayment(Struct, frozen=True, kw_only=True):
    """Note that money came; hearing of the same reference twice changes nothing."""

    session_id: str
    registration_id: str
    """Active or ended long ago: money can come late."""
    person_id: str
    """The person of that registration; so with every command about a payment."""
    reference: str
    """Under which whoever took the money knows it; it belongs to one registration."""
    amount: int
    """In the smallest unit of the currency, above 0."""
    currency: str
    on_behalf: bool = False


class NoteFailedPayment(Struct, frozen=True, kw_only=True):
    """Note that an attempt to pay did not succeed."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    reason: str = ""
    on_behalf: bool = False


class NoteRefund(Struct, frozen=True, kw_only=True):
    """Note how much of a payment was given back; a refund of all that was paid for a seat gives the seat back."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    given_back: int
    """All of it together, so that hearing of the same refund twice changes nothing."""
    reason: str = ""
    on_behalf: bool = False


class WaiveRefund(Struct, frozen=True, kw_only=True):
    """Keep what is owed back of a payment, for a reason."""

    session_id: str
    registration_id: str
    person_id: str
    reference: str
    reason: str


AboutPayment = NotePayment | NoteFailedPayment | NoteRefund | WaiveRefund

Command = (
    RequestSeat
    | AskEarlier
    | RecordPlace
    | Close
    | GrantSeat
    | LiftRule
    | RestoreRule
    | ReduceUnits
    | CheckIn
    | NoteNoShow
    | CancelSession
    | ApproveProposal
    | AcceptOffer
    | DeclineOffer
    | RevokeOffer
    | ExpireOffer
    | PassOver
    | TakeBackPass
    | HoldProposal
    | ReleaseHold
    | TakeBackApproval
    | ExtendOffer
    | RefreshOffer
    | StartClock
    | StopClock
    | LapseDue
    | BeginConflict
    | EndConflict
    | TakeOtherDate
    | AllowOverlap
    | Reschedule
    | Reconfirm
    | GiveUp
    | OpenMatter
    | SettleMatter
    | AnswerSignOff
    | MoveEntry
    | RevokeMove
    | ChangeRules
    | ChangeOrder
    | ChangeFacts
    | SetWindow
    | CloseWindow
    | ReplacePerson
    | AboutPayment
)
