"""The values that the engine reads and returns. Frozen throughout; nothing here decides anything."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field


class Status(StrEnum):
    """Where a registration stands. The first four are active, the others are closed for good."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    LEFT = "left"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    REMOVED = "removed"
    TRANSFERRED = "transferred"
    """Moved to another session, where there is a registration of its own."""
    CANCELLED = "cancelled"
    """The session does not take place."""
    REFUSED = "refused"
    NO_SHOW = "no_show"
    """Had a seat and did not come; the seat came back."""
    FAILED = "failed"
    """Was not paid in time; the seat came back."""
    REFUNDED = "refunded"
    """What was paid for the seat was given back, and with it the seat."""

    @property
    def is_active(self) -> bool:
        """Say whether the registration still waits for, or has, something."""
        return self in ACTIVE

    @property
    def has_seat(self) -> bool:
        """Say whether units are taken or held for it."""
        return self in SEATED


SEATED: Final = frozenset({Status.CONFIRMED, Status.PENDING, Status.OFFERED})
ACTIVE: Final = SEATED | {Status.WAITLISTED}


class Order(StrEnum):
    """How a line is ordered before any override."""

    FIRST_COME = "first_come"
    PRIORITY = "priority"


class RankBy(StrEnum):
    """What a rule of the priority order looks at."""

    DEADLINE = "deadline"
    """The compliance deadline: earliest first, none last."""
    ROLE = "role"
    DEPARTMENT = "department"
    NO_SHOWS = "no_shows"
    """How often the person had a seat before and did not come: fewest first."""
    ATTRIBUTE = "attribute"
    """A custom attribute: its named values from first to last, or, where none are named, a number, smallest first."""


class PriorityRule(Struct, frozen=True, kw_only=True):
    """One rule of the priority order; of two entries that it holds equal the next rule decides, and last the time."""

    by: RankBy
    attribute: str = ""
    """The name of the attribute, for a rule by attribute."""
    values: tuple[str, ...] = ()
    """Roles, departments or values from first to last; whatever is not named comes last."""
    largest_first: bool = False
    """Turns a rule over numbers round."""


class Mode(StrEnum):
    """Who moves people from the line to a seat."""

    MANUAL = "manual"
    """A person approves each promotion."""
    OFFERED = "offered"
    """Offers go out in order by themselves, under a standing approval."""
    AUTOMATIC = "automatic"
    """Free seats are confirmed by themselves, under a standing approval; in paid sessions they are offered."""


class Limit(StrEnum):
    """Which of two limits rules a session."""

    NONE = "none"
    TRAINER = "trainer"
    """The capacity with its allowance."""
    ROOM = "room"


class ConflictRule(StrEnum):
    """What becomes of a request by somebody who holds a seat at the same time."""

    WAIT = "wait"
    """It joins the line and is skipped until the conflict ends."""
    BLOCK = "block"
    """It is refused."""
    IGNORE = "ignore"
    """The guard is off; the row carries the waiver."""


class GroupRule(StrEnum):
    """Whether a smaller entry may be served while a group in front waits for more seats."""

    STRICT = "strict"
    """Nobody is passed over: the line waits for the first in it."""
    FILL = "fill"
    """Who fits is served; the group keeps its place. Newcomers still wait behind everybody."""
    FILL_AT_MOST = "fill_at_most"
    """The same, but nobody is passed more than `Session.most_passes` times: then the seat is kept, until enough are
    free, or until the cut-off."""


class BlockedRule(StrEnum):
    """What becomes of a free seat that nobody who waits can take."""

    OPEN = "open"
    """It is for the next newcomer; whoever cannot take a seat keeps the place and blocks nobody."""
    KEPT = "kept"
    """Newcomers wait behind everybody, until a coordinator opens the seat by setting the other rule."""


class SilenceRule(StrEnum):
    """What becomes of a seat whose person does not confirm it again after its session was moved."""

    KEEP = "keep"
    RELEASE = "release"
    """The seat comes back at the date by which an answer was asked."""


class LapseRule(StrEnum):
    """What becomes of somebody who let an offer lapse, or declined it."""

    OUT = "out"
    END = "end"
    """Goes to the end of the line, once."""


class WorkingHours(Struct, frozen=True, kw_only=True):
    """When an organisation works: the same hours on each of its weekdays, holidays apart."""

    zone: str
    """The IANA name of its time zone."""
    opens: time = time(8)
    closes: time = time(20)
    weekdays: frozenset[int] = frozenset(range(5))
    """0 is Monday."""
    holidays: frozenset[date] = frozenset()


TOO_LARGE: Final = "too_large"
"""The matter of a group that needs more seats than its session has since the limit was lowered."""
SIGN_OFF: Final = "sign_off"
"""The matter of an entry that a manager has still to sign off."""

OTHER_DATE: Final = "course"
"""The matter of an entry whose person is offered another date of the course; its session stands behind a colon."""


class Facts(Struct, frozen=True, kw_only=True):
    """What a policy may know of a person, as it was when they asked."""

    role: str = ""
    department: str = ""
    compliance_deadline: date | None = None
    no_shows: int = 0
    """How often they had a seat before and did not come."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Custom attributes, `(name, value)` by name; they come from files and staff only."""

    def attribute(self, name: str) -> str:
        """Give the value of a custom attribute; empty where nothing is known."""
        return dict(self.attributes).get(name, "")


class SignOff(Struct, frozen=True, kw_only=True):
    """Whose requests a manager has to sign off: everybody's, or those of the roles and departments named."""

    roles: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    def covers(self, facts: Facts) -> bool:
        """Say whether a request by somebody of whom this is known needs a manager's word."""
        names_nobody = not self.roles and not self.departments
        return names_nobody or facts.role in self.roles or facts.department in self.departments


class Draw(StrEnum):
    """How the requests of a sealed window are ordered when it closes."""

    PRIORITY = "priority"
    """By the order of the session."""
    LOTTERY = "lottery"
    """By H(seed, person key): chance that nobody can choose, and anybody can check."""


class Window(Struct, frozen=True, kw_only=True):
    """A sealed window: it collects requests, and nobody is seated before it closes. Later requests follow by time."""

    opens_at: datetime
    closes_at: datetime
    """The hour of the allotment, exclusive: a request at this instant is a later one."""
    draw: Draw = Draw.LOTTERY
    commitment: str = ""
    """SHA-256 of the seed, hexadecimal; on record before the window opens."""
    seed: str = ""
    """Empty until the window has closed."""
    is_closed: bool = False
    """Whether the allotment has been made."""
    arrivals: int = 0
    """How many had arrived when it closed; later arrivals take no part in the draw."""


class Block(Struct, frozen=True, kw_only=True):
    """Named units inside the limit that are kept for somebody: a sponsor, the board, a team."""

    name: str
    units: int
    releases_at: datetime | None = None
    """From this instant on its units are free, whether or not a job ran; None is when somebody takes it out."""


class Hold(Struct, frozen=True, kw_only=True):
    """The units of one proposal, reserved for its candidate; they are free for nobody else."""

    registration_id: str
    units: int
    until: datetime
    """Exclusive: from this instant on it is an ordinary proposal, whether or not a job ran."""


class Passing(Struct, frozen=True, kw_only=True):
    """Somebody who was passed over for one seat; ends with the turn of whoever was chosen instead."""

    id: str
    registration_id: str
    instead_id: str
    behind_key: str
    """Where `instead_id` stood; until the pass ends, seats go to the entry right behind this place."""


class StandingApproval(Struct, frozen=True, kw_only=True):
    """A member's signature for promotions that nobody approves one by one, with its scope.

    It is never for overrides, and never for whoever signed it; see `Roster.signers`.
    """

    id: str
    """The approval that is on record; every promotion made under it names it."""
    signed_by: str = ""
    """The member who signed; it ends when they lose the role or leave the team."""
    until: datetime | None = None
    """Exclusive; None is without an end."""
    promotions_left: int | None = None
    """How many more promotions it covers; None is without a bound."""

    def is_valid(self, now: datetime) -> bool:
        """Say whether a promotion at `now` can be made under it."""
        return (self.until is None or now < self.until) and self.promotions_left != 0


class Meeting(Struct, frozen=True, kw_only=True):
    """One sitting of a session; `[starts_at, ends_at)`, both aware."""

    starts_at: datetime
    ends_at: datetime
    location: str = ""


class Asking(Struct, frozen=True, kw_only=True):
    """What those with a seat were asked when their session was moved; it stays as it was promised."""

    by: datetime
    """Until when they answer, exclusive."""
    on_silence: SilenceRule = SilenceRule.KEEP


class Session(Struct, frozen=True, kw_only=True):
    """The rules of one session, as they stand now."""

    id: str
    code: str
    capacity: int | None
    """Seats that exist; None means no limit, 0 means that everybody waits."""
    allowance_units: int = 0
    """Seats above the capacity, as a number; at most one of the two allowances is set."""
    allowance_percent: int = 0
    """Seats above the capacity, as a share of it, rounded up."""
    room_capacity: int | None = None
    """Seats that the room has; the allowance does not raise them. The smaller of the two limits rules."""
    order: Order = Order.FIRST_COME
    role_order: tuple[str, ...] = ()
    """Roles from first to last, for the usual priority order; a role that is not named comes last."""
    priority: tuple[PriorityRule, ...] = ()
    """The rules of the priority order, the first of them first; empty means deadline, then role by `role_order`."""
    window: Window | None = None
    """A sealed window; None seats people as they ask."""
    mode: Mode = Mode.MANUAL
    standing_approval: StandingApproval | None = None
    """What the modes `offered` and `automatic` act under; without a valid one the session acts as manual."""
    price: int = 0
    """What a seat costs, in the smallest unit of its currency; 0 is free of charge."""
    currency: str = "GBP"
    """ISO 4217; it says nothing while a seat is free of charge."""
    payment_window: timedelta = timedelta(minutes=60)
    """How long a seat is kept until it is paid."""
    offer_window: timedelta = timedelta(hours=48)
    starts_at: datetime | None = None
    """None switches every rule about the start off (recorded streams)."""
    ends_at: datetime | None = None
    """When its last meeting ends; None where the start is None."""
    cut_off_window: timedelta = timedelta(0)
    """How long before the start promotions by an offer end."""
    working_hours: WorkingHours | None = None
    """Counts the offer window in working hours; None counts every hour."""
    offers_wait_for_mail: bool = False
    """Whether the clock of an offer stands until its mail was handed over; recorded streams count every message as
    delivered when it is written."""
    reminder_window: timedelta = timedelta(0)
    """How long before its deadline an offer is reminded of; zero is never."""
    waitlist_is_open: bool = True
    waitlist_limit: int | None = None
    conflicts: ConflictRule = ConflictRule.WAIT
    on_lapse: LapseRule = LapseRule.OUT
    groups: GroupRule = GroupRule.STRICT
    most_passes: int = 2
    """How often an entry may be passed by smaller ones, where the rule for groups counts it."""
    blocked_seats: BlockedRule = BlockedRule.OPEN
    blocks: tuple[Block, ...] = ()
    holds: tuple[Hold, ...] = ()
    """Seats that are reserved for candidates until a date."""
    offered_holds: tuple[Hold, ...] = ()
    """Holds whose seat has been offered since: they reserve nothing, and come back when the approval is undone."""
    passings: tuple[Passing, ...] = ()
    """Candidates who were passed over, oldest first."""
    woken_at: datetime | None = None
    """Up to when, inclusive, everything that comes due by itself has been done; see `windows.wakes_at`."""
    cancelled_at: datetime | None = None
    """Since when it does not take place; nobody asks, waits or is seated any more."""
    sign_off: SignOff | None = None
    """Whose requests need a manager's sign-off; None for nobody's."""
    course: str = ""
    """The course that it is a date of; empty for none."""
    one_date: bool = True
    """Whether nobody waits here who has a seat on another date of the course; an offer of one lets them keep their
    place and be skipped."""
    on_silence: SilenceRule = SilenceRule.KEEP
    """What silence means when the session is moved and people are asked to confirm their seats again."""
    asking: Asking | None = None
    """What was asked when it was moved last; set by that act alone."""
    times_changed: int = 0
    """How often it was moved."""

    @property
    def is_sealed(self) -> bool:
        """Say whether requests are still collected, so that nobody is seated."""
        return self.window is not None and not self.window.is_closed

    def has_closed(self, now: datetime) -> bool:
        """Say whether the hour of its window has come and the allotment has still to be made."""
        return self.window is not None and not self.window.is_closed and self.window.closes_at <= now

    @property
    def priority_rules(self) -> tuple[PriorityRule, ...]:
        """Give the rules by which the line is ordered before time; none where who comes first is served first."""
        if self.order is Order.FIRST_COME:
            return ()
        usual = (PriorityRule(by=RankBy.DEADLINE), PriorityRule(by=RankBy.ROLE, values=self.role_order))
        return self.priority or usual

    @property
    def is_paid(self) -> bool:
        """Say whether a seat costs something."""
        return self.price > 0

    def acts_alone(self, now: datetime) -> bool:
        """Say whether at `now` promotions are made without a person pressing a button."""
        signed = self.standing_approval
        return self.mode is not Mode.MANUAL and signed is not None and signed.is_valid(now)


class Tally(Struct, frozen=True):
    """What adds up in one session, kept with every event so that no act has to count the line."""

    confirmed: int = 0
    pending: int = 0
    held: int = 0
    """Units of all offers that have not ended by an event; see `seats.free` for those past their deadline."""
    waiting: int = 0
    """Entries, not units."""
    ready_units: int = 0
    """Units of the waiting entries that could take a seat now."""
    proposed: int = 0
    """Open proposals."""
    arrivals: int = 0
    """Numbers given out so far; they break ties of time."""
    proposals_made: int = 0
    offers_made: int = 0
    overrides_made: int = 0
    granted: int = 0
    """Units of seats that were granted beyond the limit and have not ended."""

    def plus(
        self,
        *,
        confirmed: int = 0,
        pending: int = 0,
        held: int = 0,
        waiting: int = 0,
        ready_units: int = 0,
        proposed: int = 0,
        arrivals: int = 0,
        proposals_made: int = 0,
        offers_made: int = 0,
        overrides_made: int = 0,
        granted: int = 0,
    ) -> "Tally":
        """Give the tally with these numbers added, each of which may be negative."""
        return Tally(
            self.confirmed + confirmed,
            self.pending + pending,
            self.held + held,
            self.waiting + waiting,
            self.ready_units + ready_units,
            self.proposed + proposed,
            self.arrivals + arrivals,
            self.proposals_made + proposals_made,
            self.offers_made + offers_made,
            self.overrides_made + overrides_made,
            self.granted + granted,
        )


class Terms(Struct, frozen=True, kw_only=True):
    """What is special about a request, as it was made; most have nothing."""

    requester_id: str = ""
    """The person who asked for somebody else."""
    transferred_from: str = ""
    """The registration in another session that this one takes the place of."""
    manager_id: str = ""
    """The person who is asked to sign it off, where that is needed."""
    gives_up: str = ""
    """The registration with the seat that is given up for this one: a swap."""
    gives_up_in: str = ""
    """Its session."""
    reinstates: str = ""
    """The registration that ended by mistake, and that this one takes the place of."""
    first_arrival: int = 0
    """The arrival number of that one, by which ties of time go."""
    drawn_key: str = ""
    """The place that a lottery gave that one: a lot stays, whoever its record was found to be since."""
    mode: Mode = Mode.MANUAL
    """Who moved people to seats when it was made; kept for the record, since the mode that now stands rules."""
    price: int = 0
    """What a seat cost when the person joined, in the smallest unit of its currency; a later price changes nothing."""
    currency: str = ""
    """ISO 4217; empty where the price is 0."""
    any_date: bool = False
    """Whether it was for any date of the course: a seat on one is all that was asked for, whatever the rule there."""
    waitlist_only: bool = False
    """Whether it was for a place in the line alone: no seat is theirs at once, and none without an offer, unless a
    person gives it."""


STANDARD: Final = Terms()


class Registration(Struct, frozen=True, kw_only=True):
    """One person in one session."""

    id: str
    person_id: str
    status: Status
    requested_at: datetime
    arrival: int
    seat_units: int = 1
    base_key: str = ""
    """Its place by the policy alone; never changes while it waits, except at the end of the line."""
    line_key: str = ""
    """Its place in the line, overrides applied. Lines are sorted by it, by code point."""
    conflicts: tuple[str, ...] = ()
    """Sessions in which the person holds a seat that overlaps; not empty means skipped."""
    outstanding: tuple[str, ...] = ()
    """What has to happen first, as stable words; not empty means skipped."""
    waiver: str = ""
    """The approval under which a seat may overlap with others."""
    excused: str = ""
    """The approval under which its offer overlaps with another seat or offer, until it is answered: whoever accepts
    chooses between them. Empty while nothing overlaps."""
    terms: Terms = STANDARD
    offer_number: int = 0
    """Numbers the offers of the session in the order they were made; 0 means none yet."""
    offer_expires_at: datetime | None = None
    """Exclusive: at this instant the offer has ended, if its clock runs."""
    clock_stands_since: datetime | None = None
    """Since when the clock of the offer stands, because its mail has not reached the person; None while it runs."""
    requeued_at: datetime | None = None
    grant: str = ""
    """The approval of a seat beyond the limit; it ends with this registration and is never refilled."""
    passes: int = 0
    """How often somebody behind it was offered a seat that was too few for it."""
    checked_in_at: datetime | None = None
    """When the person came; only those who are confirmed can."""
    payment_due_at: datetime | None = None
    """Exclusive: until then the seat is kept to be paid, at this instant it comes back."""
    payment: str = ""
    """The reference of the payment that the seat was paid with."""
    paid: int = 0
    """What of that payment stands for the seat, in the smallest unit of the currency; what is owed back does not."""
    answer_by: datetime | None = None
    """Until when the person is asked to confirm the seat again; None where nothing is asked, or it was answered."""

    @property
    def is_ready(self) -> bool:
        """Say whether it waits and nothing keeps it from taking a seat."""
        return self.status is Status.WAITLISTED and not self.conflicts and not self.outstanding

    @property
    def ends_at(self) -> datetime | None:
        """When its offer, or its time to pay, ends by itself, exclusive; None without, and while the clock stands."""
        return self.payment_due_at or (None if self.clock_stands_since else self.offer_expires_at)

    @property
    def amount_due(self) -> int:
        """Give what its seats cost, at the price of when the person joined."""
        return self.terms.price * self.seat_units

    def is_overdue(self, now: datetime) -> bool:
        """Say whether what it holds has ended at `now` and no event says so yet; the deadline itself is too late."""
        return self.ends_at is not None and self.ends_at <= now

    def can_pay(self, now: datetime) -> bool:
        """Say whether a payment at `now` is in time to confirm it."""
        return self.payment_due_at is not None and now < self.payment_due_at

    def is_open(self, now: datetime) -> bool:
        """Say whether it has an offer that can be accepted at `now`; the deadline itself is too late.

        The clock does not run against a person who was not reached: while it stands, the offer stays open.
        """
        if self.status is not Status.OFFERED or self.offer_expires_at is None:
            return False
        return self.clock_stands_since is not None or now < self.offer_expires_at


class Proposal(Struct, frozen=True, kw_only=True):
    """The engine's suggestion to give a seat to an entry; it holds nothing."""

    id: str
    registration_id: str

    @property
    def number(self) -> int:
        """Count it among the proposals that its session ever had, from 1."""
        return int(self.id.rpartition(".")[2])


class Override(Struct, frozen=True, kw_only=True):
    """An active, reasoned change of the order: `registration_id` stands before `before_id`."""

    id: str
    number: int
    """Overrides apply in the order of their numbers, oldest first."""
    registration_id: str
    before_id: str
    """Empty means the end of the line."""
    successor_id: str
    """Who stood behind `before_id` when it was made; takes over when that entry is gone."""
    before_key: str
    """Where `before_id` stood when it was made; takes over when the successor is gone too."""
    arrivals: int
    """How many had arrived when it was made. Who is sent to the end gets a later number, and with it stops being the
    one that was named: whoever was moved up does not go to the end behind somebody else's lapse."""


class Payment(Struct, frozen=True, kw_only=True):
    """Money that came for a registration, or did not, by the reference under which whoever took it knows it.

    Amounts are in the smallest unit of the currency. What is not owed, given back or kept pays for the seat, or did.
    """

    reference: str
    registration_id: str
    amount: int = 0
    """What came; 0 for an attempt that failed."""
    currency: str = ""
    owed: int = 0
    """What of it has still to be given back."""
    given_back: int = 0
    kept: int = 0
    """What was owed back, and is kept by somebody's decision."""


class Place(Struct, frozen=True, kw_only=True):
    """Where a person stands in another session: one whose meetings overlap, or another date of the course."""

    session_id: str
    registration_id: str
    status: Status
    ends_at: datetime | None = None
    """See `Registration.ends_at`."""

    def has_seat(self, now: datetime) -> bool:
        """Say whether units are taken or held for it at `now`; past their deadline offers and payments hold nothing."""
        return self.status.has_seat and (self.ends_at is None or now < self.ends_at)


class Roster(Struct, frozen=True, kw_only=True):
    """One session as far as a decision needs it: the whole, or a slice.

    A slice always has the true session and tally, all overrides with the active registrations that they name, and
    every offer and unpaid seat past its deadline, and every seat that silence has given back by now. For an act it has
    the person's own active registration and its proposal, for a settlement every open proposal with its entry and, from
    the front, as many ready entries as there are free units; where groups may be passed, as many of each size as would
    fit; where blocked seats are kept, the first who cannot be served.
    A decision over such a slice equals the decision over the whole. Only moving an entry needs the whole line.
    """

    session: Session
    tally: Tally = field(default_factory=Tally)
    registrations: Mapping[str, Registration] = field(default_factory=dict[str, Registration])
    """Active registrations by id."""
    proposals: Mapping[str, Proposal] = field(default_factory=dict[str, Proposal])
    """Open proposals by id."""
    overrides: tuple[Override, ...] = ()
    """Active overrides, oldest first."""
    places: tuple[Place, ...] = ()
    """Where the person of the command stands in overlapping sessions; for an accept, where its offer is excused."""
    dates: tuple[Place, ...] = ()
    """Where they stand on other dates of the course; empty for a session without one."""
    payments: Mapping[str, Payment] = field(default_factory=dict[str, Payment])
    """Payments by reference: in a slice the one that the command names, whichever session it was for."""
    signers: frozenset[str] = frozenset()
    """Which of these people signed the standing approval: it covers everybody but them."""

    def of_person(self, person_id: str) -> Registration | None:
        """Find the active registration of a person, if there is one."""
        for registration in self.registrations.values():
            if registration.person_id == person_id:
                return registration
        return None

    def overdue(self, now: datetime) -> list[Registration]:
        """List the offers, and the seats to be paid, whose deadline has come and that no event has ended yet."""
        if not self.tally.held and not self.tally.pending:
            return []
        return [r for r in self.registrations.values() if r.is_overdue(now)]

    def silent(self, until: datetime) -> list[Registration]:
        """List the seats that silence gives back by `until`, in the order in which people asked for them."""
        asking = self.session.asking
        if asking is None or asking.on_silence is SilenceRule.KEEP or asking.by > until:
            return []
        silent = (r for r in self.registrations.values() if r.answer_by and r.status is Status.CONFIRMED)
        return sorted(silent, key=_arrival)

    def line(self) -> list[Registration]:
        """List the known waiting entries in their order."""
        waiting = (r for r in self.registrations.values() if r.status is Status.WAITLISTED)
        return sorted(waiting, key=_line_key)

    def ready_line(self) -> list[Registration]:
        """List the known waiting entries that could take a seat now, in the order in which seats go to them.

        That is the order of the line, but for whoever was passed over and comes behind who was chosen instead.
        """
        ready = (r for r in self.registrations.values() if r.is_ready)
        if not self.session.passings:
            return sorted(ready, key=_line_key)
        return sorted(ready, key=self.turn_of)

    def turn_of(self, entry: Registration) -> tuple[str, int]:
        """Give where in the order of seats an entry stands: its place, or right behind whoever was chosen instead."""
        for number, one in enumerate(self.session.passings, start=1):
            if one.registration_id == entry.id and one.behind_key > entry.line_key:
                return one.behind_key, number
        return entry.line_key, 0


def _arrival(registration: Registration) -> int:
    return registration.arrival


def _line_key(registration: Registration) -> str:
    return registration.line_key
