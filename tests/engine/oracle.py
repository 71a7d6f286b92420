"""A second allocator, slow and obvious, that the engine is compared with.

It keeps plain lists. After every act it sorts whole lines again and applies the overrides one after the other, as the
rules are worded; it knows no keys, no tallies, no slices and no events. It is written from the rules, not the engine.
"""

from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cmp_to_key
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from msgspec.structs import replace

from waitlist_app.engine import commands as c
from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    Draw,
    Facts,
    GroupRule,
    LapseRule,
    Mode,
    Order,
    Payment,
    PriorityRule,
    RankBy,
    Session,
    SilenceRule,
    Status,
)

SEATED = ("confirmed", "pending", "offered")
ABOUT_OFFERS = (
    c.AcceptOffer,
    c.DeclineOffer,
    c.RevokeOffer,
    c.ExpireOffer,
    c.TakeBackApproval,
    c.ExtendOffer,
    c.RefreshOffer,
    c.StartClock,
    c.StopClock,
    c.LapseDue,
)
"""Commands that look at offers as they are; before all others, offers past their deadline lapse."""
Policy = tuple[Any, ...]


class No(Exception):
    """A rule says no; the argument is the code of the rule."""


@dataclass
class Entry:
    """One person in one session."""

    id: str
    person: str
    units: int
    status: str
    asked_at: datetime
    arrival: int
    facts: Facts
    waiver: str
    ended_before: set[tuple[str, int]] = field(default_factory=set)
    """Offers of the person that had ended already when this entry came into the line, though no sweep had run."""
    ended_when_moved: set[tuple[str, int]] = field(default_factory=set)
    """The same for sessions that came to be at the same time while it waited: no conflict begins with them."""
    came_as: int = 0
    """The number by which ties of time go: of whoever is put back, the one that they had first."""
    awaits_sign_off: bool = False
    drawn_as: str = ""
    """Whose lot it was given by, when a lottery was drawn."""
    gives_up: str = ""
    gives_up_in: str = ""
    any_date: bool = False
    only_waits: bool = False
    """Whether a place in the line was asked for, and no seat."""
    requeued_at: datetime | None = None
    offer_number: int = 0
    expires_at: datetime | None = None
    granted: bool = False
    came: bool = False
    held_until: datetime | None = None
    """Until when, exclusive, a seat is held for it."""
    held_before: datetime | None = None
    """Until when one was held for it as it was offered."""
    passes: int = 0
    stood: "Spot | None" = None
    """Where somebody stood who was offered a seat: who was in front of that was passed by it."""
    asked_again: bool = False
    """Whether the person is asked to confirm the seat again and has not answered."""
    stands_since: datetime | None = None
    """Since when the clock of the offer stands; then it does not end by itself."""
    price: int = 0
    """What one seat cost when the person joined."""
    currency: str = ""
    pay_by: datetime | None = None
    paid_with: str = ""
    paid: int = 0


@dataclass
class Money:
    """What came under one reference, for which entry, and what of it goes back."""

    entry: str
    came: int
    currency: str
    owed: int = 0
    back: int = 0
    kept: int = 0


@dataclass
class Override:
    """One override as the coordinator gave it, and where its target stood then."""

    id: str
    number: int
    entry: str
    before: str
    successor: str
    stood: "Spot"
    arrivals: int


@dataclass
class Spot:
    """A place in the line: where the policy puts somebody, then which overrides put others right before that."""

    policy: Policy
    numbers: tuple[int, ...] = ()

    def is_behind_or_at(self, other: "Spot") -> bool:
        """Say whether this place is `other`, or behind it."""
        if self.policy != other.policy:
            return self.policy > other.policy
        for mine, theirs in zip_longest(self.numbers, other.numbers):
            if mine is None:
                return True  # the others were put before this one
            if theirs is None:
                return False
            if mine != theirs:
                return mine > theirs
        return True


@dataclass
class Desk:
    """One session."""

    session: Session
    entries: list[Entry] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    passed: dict[str, tuple[str, "Spot"]] = field(default_factory=dict)
    """Who was passed over, who was chosen instead, and where that one stood."""
    turned: set[str] = field(default_factory=set)
    """Who was chosen instead of somebody and has been proposed since."""
    arrivals: int = 0
    offers: int = 0
    moves: int = 0
    seed: str = ""
    drawn_as: dict[str, str] = field(default_factory=dict[str, str])
    """Whose lot each entry was given its place by, those that ended since among them."""
    drawn: int | None = None
    """How many had arrived when a sealed window was allotted; None before."""

    def find(self, entry_id: str) -> Entry | None:
        """Find an active entry by its id."""
        return next((e for e in self.entries if e.id == entry_id), None)


class Oracle:
    """The sessions, and which of them overlap."""

    def __init__(self, sessions: list[Session], overlaps: dict[str, frozenset[str]]) -> None:
        self.desks = {session.id: Desk(session) for session in sessions}
        self.overlaps = overlaps
        self.money: dict[str, Money] = {}
        self.signers: dict[str, frozenset[str]] = {}
        """The people that a member is, by member."""
        self.given_up: set[str] = set()
        """Sessions in which a seat or an offer ended for one that was accepted, in the act so far."""
        self.seated: set[str] = set()
        """Entries that had a seat when it was last looked who takes one date of several."""

    # ── what is so ───────────────────────────────────────────────────────────────────────────────

    def limit(self, desk: Desk) -> int | None:
        """Take the smaller of the trainer's limit and the room's."""
        limits = [n for n in (self.trainer_limit(desk), desk.session.room_capacity) if n is not None]
        return min(limits) if limits else None

    def trainer_limit(self, desk: Desk) -> int | None:
        """Capacity plus allowance; a percentage is rounded up, and capacity 0 takes none."""
        s = desk.session
        if s.capacity is None:
            return None
        if s.capacity == 0:
            return 0
        if s.allowance_percent:
            whole, rest = divmod(s.capacity * s.allowance_percent, 100)
            return s.capacity + whole + (1 if rest else 0)
        return s.capacity + s.allowance_units

    def ended(self, entry: Entry, now: datetime) -> bool:
        """Say whether an offer, or the time to pay, has reached its deadline."""
        if entry.status == "pending" and entry.pay_by:
            return now >= entry.pay_by
        if entry.status != "offered" or entry.expires_at is None or entry.stands_since:
            return False
        return now >= entry.expires_at

    def reserved(self, desk: Desk, now: datetime) -> int:
        """Count the seats that are kept for somebody until an instant, exclusive, or for good."""
        blocked = sum(b.units for b in desk.session.blocks if not b.releases_at or now < b.releases_at)
        return blocked + self.held(desk, now)

    def held(self, desk: Desk, now: datetime) -> int:
        """Count the seats that are held for candidates."""
        return sum(e.units for e in desk.entries if e.held_until and now < e.held_until)

    def sleeps(self, desk: Desk, now: datetime) -> bool:
        """Say whether something came due that nobody has done: a release, or the cut-off that ends keeping seats."""
        s, instants = desk.session, [b.releases_at for b in desk.session.blocks]
        instants += [e.held_until for e in desk.entries]
        if s.groups is GroupRule.FILL_AT_MOST and s.starts_at:
            instants.append(s.starts_at - s.cut_off_window)
        if s.asking and s.asking.on_silence is SilenceRule.RELEASE:
            instants.append(s.asking.by)
        return any(at and at <= now and (not s.woken_at or at > s.woken_at) for at in instants)

    def taken(self, desk: Desk, now: datetime) -> int:
        """Count the seats that people have, or hold."""
        return sum(e.units for e in desk.entries if e.status in SEATED and not self.ended(e, now))

    def free(self, desk: Desk, now: datetime) -> int | None:
        """Count the seats that nobody holds."""
        limit = self.limit(desk)
        return None if limit is None else limit - self.taken(desk, now) - self.reserved(desk, now)

    def conflicts(self, desk: Desk, entry: Entry) -> list[str]:
        """List the sessions at the same time in which the person holds a seat."""
        if desk.session.conflicts is ConflictRule.IGNORE or entry.waiver:
            return []
        return sorted(
            other
            for other in self.overlaps[desk.session.id]
            for e in self.desks[other].entries
            if e.id != entry.gives_up
            and e.person == entry.person
            and e.status in SEATED
            and (e.id, e.offer_number) not in entry.ended_before | entry.ended_when_moved
        )

    def other_dates(self, desk: Desk, entry: Entry) -> list[tuple[str, Entry]]:
        """List what else the person has of the course, where one date is enough; not what they would give up."""
        s = desk.session
        if not s.course or entry.waiver or not (s.one_date or entry.any_date):
            return []
        return [
            (other, e)
            for other, there in sorted(self.desks.items())
            for e in there.entries
            if other != s.id
            and there.session.course == s.course
            and e.person == entry.person
            and e.id != entry.gives_up
        ]

    def offered_dates(self, desk: Desk, entry: Entry) -> list[str]:
        """List the other dates of the course that the person is offered, or has still to pay."""
        dates = self.other_dates(desk, entry)
        held = [(i, e) for i, e in dates if e.status in {"offered", "pending"}]
        return [i for i, e in held if (e.id, e.offer_number) not in entry.ended_before]

    def waits_for_more(self, desk: Desk, entry: Entry) -> bool:
        """Say whether an entry waits for a manager, or for more seats than the session has."""
        limit = self.limit(desk)
        return entry.awaits_sign_off or (bool(limit) and entry.units > (limit or 0))

    def has_other_date(self, desk: Desk, entry: Entry) -> bool:
        """Say whether the person has a seat on another date of the course."""
        return any(e.status == "confirmed" for _, e in self.other_dates(desk, entry))

    def skipped_for(self, desk: Desk, entry: Entry) -> list[str]:
        """List the sessions for which an entry is skipped: those at the same time, and offered dates."""
        return self.conflicts(desk, entry) + self.offered_dates(desk, entry)

    def ready(self, desk: Desk) -> list[Entry]:
        """List who waits and could take a seat, in order."""
        return [e for e in self.line(desk) if not self.skipped_for(desk, e) and not self.waits_for_more(desk, e)]

    # ── the order ────────────────────────────────────────────────────────────────────────────────

    def policy(self, desk: Desk, e: Entry) -> Policy:
        """Say where the policy puts an entry: those sent to the end come behind all others."""
        if e.requeued_at:
            return (2, e.requeued_at, e.came_as)
        window = desk.session.window
        if window and e.came_as > (desk.drawn if desk.drawn is not None else e.came_as):
            return (1, e.asked_at, e.came_as)
        if window and window.draw is Draw.LOTTERY and desk.drawn is not None:
            return (0, sha256(f"{desk.seed}\n{e.drawn_as}".encode()).hexdigest())
        if window and window.draw is Draw.LOTTERY:
            return (0, e.asked_at, e.came_as)
        return (0, *(self.rank(rule, e.facts) for rule in self.orders(desk.session)), e.asked_at, e.came_as)

    def orders(self, session: Session) -> tuple[PriorityRule, ...]:
        """List what orders a line before time does; where nothing else is said, priority is deadline, then role."""
        if session.order is Order.FIRST_COME:
            return ()
        usual = (PriorityRule(by=RankBy.DEADLINE), PriorityRule(by=RankBy.ROLE, values=session.role_order))
        return session.priority or usual

    def rank(self, rule: PriorityRule, facts: Facts) -> Any:
        """Say what one rule of the priority order makes of somebody; the smaller, the further in front."""
        match rule.by:
            case RankBy.DEADLINE:
                return facts.compliance_deadline or date.max
            case RankBy.ROLE:
                value = facts.role
            case RankBy.DEPARTMENT:
                value = facts.department
            case RankBy.NO_SHOWS:
                return -facts.no_shows if rule.largest_first else facts.no_shows
            case RankBy.ATTRIBUTE:
                value = "".join(text for name, text in facts.attributes if name == rule.attribute)
        if rule.values:
            return rule.values.index(value) if value in rule.values else len(rule.values)
        if rule.by is not RankBy.ATTRIBUTE:
            return 0
        if not value.isdigit():
            return (1, 0)
        return (0, -int(value) if rule.largest_first else int(value))

    def line(self, desk: Desk) -> list[Entry]:
        """List who waits: the policy's order, then the overrides, oldest first."""
        return [e for e, _ in self.spots(desk)]

    def spots(self, desk: Desk) -> list[tuple[Entry, Spot]]:
        """List who waits, each with the place that they stand in."""
        waiting = [e for e in desk.entries if e.status == "waitlisted"]
        line = sorted(((e, Spot(self.policy(desk, e))) for e in waiting), key=lambda pair: pair[1].policy)
        for override in sorted(desk.overrides, key=lambda o: o.number):
            moved = next((pair for pair in line if pair[0].id == override.entry), None)
            if moved:
                line.remove(moved)
                index, spot = self.target(line, override)
                line.insert(index, (moved[0], spot))
        return line

    def target(self, line: list[tuple[Entry, Spot]], o: Override) -> tuple[int, Spot]:
        """Say where an override puts its entry: before the one named, else the successor, else where that one stood."""
        if not o.before:
            return len(line), Spot((3, o.number))
        for named in (o.before, o.successor):
            for index, (e, spot) in enumerate(line):
                if e.id == named and e.arrival <= o.arrivals:
                    return index, Spot(spot.policy, (*spot.numbers, o.number))
        spot = Spot(o.stood.policy, (*o.stood.numbers, o.number))
        index = next((i for i, (_, other) in enumerate(line) if other.is_behind_or_at(o.stood)), len(line))
        return index, spot

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────

    def act(self, commands: Sequence[c.Command], now: datetime) -> None:
        """Carry the commands out, or raise `No`; whoever calls keeps a copy for that case."""
        touched: set[str] = set()
        following: set[str] = set()
        for command in commands:
            desk = self.desks[command.session_id]
            window = desk.session.window
            is_due = window is not None and desk.drawn is None and window.closes_at <= now
            if is_due and not isinstance(command, c.CloseWindow):
                self.act([c.CloseWindow(session_id=command.session_id)], now)
            if not isinstance(command, (*ABOUT_OFFERS, c.CloseWindow)) and (
                self.sleeps(desk, now) or any(self.ended(e, now) for e in desk.entries)
            ):
                self.act([c.LapseDue(session_id=command.session_id, until=now)], now)
            following |= self.watch(lambda desk=desk, command=command: self.perform(desk, command, now))
            touched.add(command.session_id)
            following |= self.exchange() | self.leave_other_dates(now) | self.given_up
            self.given_up = set()
        while touched:
            for session_id in sorted(touched, key=lambda i: self.desks[i].session.code):
                desk = self.desks[session_id]
                following |= self.watch(lambda desk=desk: self.settle(desk, now))
                following |= self.leave_other_dates(now)
            touched, following = following, set()

    def ask_for_any_date(self, requests: Sequence[Any], now: datetime) -> None:
        """Ask on each date in turn, and take the first seat; without one, wait wherever that is allowed."""
        self.act([c.LapseDue(session_id=request.session_id, until=now) for request in requests], now)
        waits, refused = list[c.RequestSeat](), list[No]()
        for request in requests:
            tried = deepcopy(self)
            try:
                tried.perform(tried.desks[request.session_id], request, now)
            except No as no:
                refused.append(no)
                continue
            entry = tried.desks[request.session_id].find(request.registration_id)
            if entry and entry.status != "waitlisted":
                self.act([request], now)
                return
            waits.append(request)
        if not waits:
            raise refused[0]
        self.act(waits, now)

    def exchange(self) -> set[str]:
        """Give up the seats that were exchanged for one that their person has now, and say in which sessions."""
        touched: set[str] = set()
        for entry in [e for desk in self.desks.values() for e in desk.entries if e.gives_up]:
            if entry.status != "confirmed":
                continue
            there = self.desks[entry.gives_up_in]
            old = there.find(entry.gives_up)
            entry.gives_up = ""
            if old and old.status in {"confirmed", "pending"}:
                touched |= {entry.gives_up_in} | self.watch(lambda there=there, old=old: self.leave(there, old))
        return touched

    def leave_other_dates(self, now: datetime) -> set[str]:
        """Take from whoever has a seat on one date the places and offers of the others, and say in which."""
        touched: set[str] = set()
        seated = {e.id: e for desk in self.desks.values() for e in desk.entries if e.status == "confirmed"}
        new = {i for i, e in seated.items() if i not in self.seated and not e.waiver}
        self.seated = set(seated)
        for session_id, desk in self.desks.items():
            open_here = [e for e in desk.entries if e.status in {"offered", "pending"} and not self.ended(e, now)]
            chosen = [e for e in open_here if any(other.id in new for _, other in self.other_dates(desk, e))]
            for entry in [*(e for e in self.line(desk) if self.has_other_date(desk, e)), *chosen]:
                self.leave(desk, entry)
                touched.add(session_id)
        return touched

    def watch(self, change) -> set[str]:
        """Make a change and say in which sessions somebody waiting is skipped for others since."""
        before = self.all_conflicts()
        change()
        self.end_turns()
        after = self.all_conflicts()
        return {s for s, entry in after if (s, entry) in before and before[s, entry] != after[s, entry]}

    def end_turns(self) -> None:
        """End holds of those who are not candidates any more, and passes whose turn is over."""
        for desk in self.desks.values():
            ready = {e.id for e in self.ready(desk)}
            for entry in desk.entries:
                if entry.id not in ready or entry.id not in desk.proposed:
                    entry.held_until = None
            desk.turned |= {instead for instead, _ in desk.passed.values() if instead in desk.proposed}
            for name, (instead, _) in list(desk.passed.items()):
                passed, chosen = desk.find(name), desk.find(instead)
                is_over = not chosen or chosen.status not in {"waitlisted", "offered"}
                if chosen and chosen.status == "waitlisted" and instead in desk.turned:
                    is_over = is_over or instead not in desk.proposed or instead not in ready
                if is_over or not passed or passed.status != "waitlisted":
                    del desk.passed[name]
            desk.turned &= {instead for instead, _ in desk.passed.values()}

    def turns(self, desk: Desk) -> list[Entry]:
        """List who could take a seat in the order in which seats go to them."""
        ready = self.ready(desk)
        placed = [(self.turn(desk, e, spot), e) for e, spot in self.spots(desk) if e in ready]
        return [e for _, e in sorted(placed, key=cmp_to_key(lambda one, two: compare(one[0], two[0])))]

    def turn(self, desk: Desk, entry: Entry, spot: Spot) -> tuple[Spot, int]:
        """Say where an entry comes: at its place, or behind whoever was chosen instead, in the order of passing."""
        if not self.steps_back(desk, entry, spot):
            return spot, 0
        return desk.passed[entry.id][1], list(desk.passed).index(entry.id) + 1

    def steps_back(self, desk: Desk, entry: Entry, spot: Spot) -> bool:
        """Say whether an entry was passed over and would be served before whoever was chosen instead."""
        return entry.id in desk.passed and not spot.is_behind_or_at(desk.passed[entry.id][1])

    def all_conflicts(self) -> dict[tuple[str, str], list[str]]:
        """List for what everybody who waits is skipped."""
        return {
            (session_id, e.id): self.skipped_for(desk, e)
            for session_id, desk in self.desks.items()
            for e in desk.entries
            if e.status == "waitlisted"
        }

    def perform(self, desk: Desk, command: c.Command, now: datetime) -> None:  # noqa: C901, PLR0912, PLR0915 - one arm each
        """Carry out one command on one session."""
        match command:
            case c.RequestSeat():
                self.ask(desk, command, now)
            case c.AskEarlier():
                self.ask_earlier(desk, command, now)
            case c.RecordPlace():
                self.record(desk, command, now)
            case c.Close():
                stays_paid = command.status is Status.TRANSFERRED  # then the money goes with the person
                self.leave(desk, self.need(desk, command.registration_id, "not_registered"), owes=not stays_paid)
            case c.LiftRule():
                self.lift(desk, command)
            case c.RestoreRule():
                self.restore(desk, command, now)
            case c.GrantSeat():
                self.grant(desk, command, now)
            case c.ReduceUnits():
                entry = self.need(desk, command.registration_id, "not_registered")
                if command.seat_units not in range(1, entry.units):
                    raise No("not_fewer")
                self.owe(entry, min(entry.paid, entry.price * (entry.units - command.seat_units)))
                entry.units = command.seat_units
            case c.CheckIn():
                self.expected(desk, command.registration_id).came = True
            case c.NoteNoShow():
                entry = self.expected(desk, command.registration_id)
                if desk.session.starts_at and now < desk.session.starts_at:
                    raise No("not_started")
                self.leave(desk, entry, owes=False)
            case c.CancelSession():
                self.call_off(desk, command, now)
            case c.ApproveProposal():
                if command.proposal_id not in desk.proposed:  # here a proposal has the name of its entry
                    raise No("proposal_gone")
                entry = self.need(desk, command.proposal_id, "proposal_gone")
                if command.is_direct:
                    self.confirm(desk, entry, now)
                else:
                    self.offer(desk, entry, now)
            case c.AcceptOffer():
                known = desk.find(command.registration_id)
                if known and known.status == "confirmed":
                    raise No("already_confirmed")
                if known and known.status == "pending" and not self.ended(known, now):
                    raise No("already_accepted")
                entry = self.offered(desk, command.registration_id, now)
                self.choose(desk, entry, command.instead_of, now)
                self.end_overrides(desk, entry)
                self.seat(desk, entry, now)
                entry.expires_at, entry.stands_since = None, None
            case c.DeclineOffer():
                self.unused(desk, self.offered(desk, command.registration_id, now), now)
            case c.RevokeOffer():
                entry = self.offered(desk, command.registration_id, now)
                if not command.reason.strip():
                    raise No("reason_missing")
                self.leave(desk, entry)
            case c.ExpireOffer():
                entry = self.offered(desk, command.registration_id, now)
                if not command.reason.strip():
                    raise No("reason_missing")
                self.unused(desk, entry, now)
            case c.PassOver():
                self.pass_over(desk, command, now)
            case c.TakeBackPass():
                if command.registration_id not in desk.passed:
                    raise No("not_passed_over")
                del desk.passed[command.registration_id]
            case c.HoldProposal():
                self.hold(desk, command, now)
            case c.ReleaseHold():
                entry = self.need(desk, command.registration_id, "not_held")
                if not entry.held_until:
                    raise No("not_held")
                entry.held_until = None
            case c.TakeBackApproval():
                self.undo_approval(desk, self.offered(desk, command.registration_id, now), now)
            case c.ExtendOffer() | c.RefreshOffer() | c.StartClock() | c.StopClock():
                self.set_clock(desk, command, now)
            case c.LapseDue():
                due = [e for e in desk.entries if self.ended(e, min(now, command.until))]
                for entry in [e for e in due if e.status == "pending"]:
                    self.leave(desk, entry)
                offers = [e for e in due if e.status == "offered"]
                for entry in sorted(offers, key=lambda e: (e.expires_at, e.offer_number)):
                    self.unused(desk, entry, entry.expires_at, now=now)
                until = min(now, command.until)
                asleep = self.sleeps(desk, until)
                for entry in desk.entries:
                    if entry.held_until and entry.held_until <= until:
                        entry.held_until = None
                if asleep:
                    asking = desk.session.asking
                    if asking and asking.on_silence is SilenceRule.RELEASE and asking.by <= until:
                        for entry in [e for e in desk.entries if e.asked_again]:
                            self.leave(desk, entry)
                    left = tuple(b for b in desk.session.blocks if not b.releases_at or b.releases_at > until)
                    desk.session = replace(desk.session, woken_at=until, blocks=left)
            case c.AnswerSignOff():
                entry = self.need(desk, command.registration_id, "sign_off_answered")
                if not entry.awaits_sign_off:
                    raise No("sign_off_answered")
                entry.awaits_sign_off = False
                if not command.is_given:
                    self.leave(desk, entry)
            case c.MoveEntry():
                self.move(desk, command)
            case c.RevokeMove():
                if command.override_id not in [o.id for o in desk.overrides]:
                    raise No("not_waiting")
                desk.overrides = [o for o in desk.overrides if o.id != command.override_id]
            case c.Reschedule():
                self.reschedule(desk, command, now)
            case c.Reconfirm():
                entry = self.need(desk, command.registration_id, "not_registered")
                if not entry.asked_again:
                    raise No("nothing_asked")
                entry.asked_again = False
            case c.ChangeOrder():
                self.change_order(desk, command)
            case c.ChangeFacts():
                if not command.reason.strip():
                    raise No("reason_missing")
                entry = self.need(desk, command.registration_id, "not_waiting")
                if entry.status != "waitlisted":
                    raise No("not_waiting")
                entry.facts = command.facts
                for name, (instead, _) in list(desk.passed.items()):
                    if entry.id in {name, instead}:
                        del desk.passed[name]
            case c.CloseWindow():
                self.allot(desk)
            case c.ReplacePerson():
                self.replace_person(desk, command, now)
            case c.ChangeRules():
                self.change_rules(desk, command, now)
            case c.NotePayment():
                self.hear_of_money(desk, command, now)
            case c.NoteFailedPayment():
                entry = desk.find(command.registration_id)
                if not self.heard(command) and entry and entry.status == "pending" and not self.ended(entry, now):
                    self.money[command.reference] = Money(entry=entry.id, came=0, currency="")
            case c.NoteRefund():
                self.refund(desk, command)
            case c.WaiveRefund():
                if not command.reason.strip():
                    raise No("reason_missing")
                money = self.heard(command)
                if not money or not money.came:
                    raise No("payment_unknown")
                if not money.owed:
                    raise No("nothing_owed")
                money.owed, money.kept = 0, money.kept + money.owed
            case _:
                raise AssertionError(command)

    def need_to_be_in_time(self, session: Session, command: c.RequestSeat | c.AskEarlier, now: datetime) -> None:
        """Say no after the end, unless a mistake is undone; and after the start to who is not added by staff."""
        if isinstance(command, c.RequestSeat) and not command.terms.any_date:
            now = command.requested_at
        if session.ends_at and now >= session.ends_at and not command.terms.reinstates:
            raise No("session_is_over")
        if isinstance(command, c.AskEarlier) or command.approval or command.terms.transferred_from:
            return
        is_by_staff = command.on_behalf and not command.terms.any_date
        if session.starts_at and now >= session.starts_at and not is_by_staff:
            raise No("too_late_to_ask")

    def ask(self, desk: Desk, command: c.RequestSeat, now: datetime) -> None:  # noqa: C901, PLR0912 - rule after rule
        """Seat a newcomer if everybody ready in the line could be served as well; else the newcomer waits."""
        s = desk.session
        waiver, granted = (command.approval, "") if command.lifts else (command.waiver, command.approval)
        if s.cancelled_at:
            raise No("session_cancelled")
        if any(e.person == command.person_id for e in desk.entries):
            raise No("duplicate")
        self.need_to_be_in_time(s, command, now)
        entry = Entry(
            id=command.registration_id,
            person=command.person_id,
            units=command.seat_units,
            status="waitlisted",
            asked_at=command.requested_at,
            arrival=desk.arrivals + 1,
            came_as=desk.arrivals + 1,
            facts=command.facts,
            waiver=waiver,
            ended_before=self.ended_elsewhere(desk, command.person_id, now),
            awaits_sign_off=self.needs_sign_off(s, command.facts.role, command.facts.department),
            gives_up=command.terms.gives_up,
            gives_up_in=command.terms.gives_up_in,
            price=s.price,
            currency=s.currency if s.price else "",
            any_date=command.terms.any_date,
            only_waits=command.terms.waitlist_only,
        )
        if command.terms.transferred_from:
            entry.price, entry.currency = command.terms.price, command.terms.currency
        conflicts = self.conflicts(desk, entry)
        if conflicts and s.conflicts is ConflictRule.BLOCK:
            raise No("conflict")
        if self.has_other_date(desk, entry):
            raise No("other_date")
        limit = self.limit(desk)
        if limit and entry.units > limit:
            raise No("too_many_units")
        if self.is_sealed(desk) and (command.block or granted):
            raise No("still_collecting")
        if conflicts and granted:
            raise No("conflict")
        free = self.free(desk, now)
        is_waited_for = entry.awaits_sign_off or bool(self.offered_dates(desk, entry))
        only_waits = entry.only_waits and not granted
        fits = self.is_left_for_newcomers(desk, entry, conflicts, now) and not only_waits
        if command.block:
            if is_waited_for:
                raise No("matter_outstanding")
            self.take_from_block(desk, command, now, conflicts)
        if command.block or (fits and not is_waited_for):
            self.seat(desk, entry, now, command.paid)
        elif granted:
            if is_waited_for:
                raise No("matter_outstanding")
            if not command.reason.strip():
                raise No("reason_missing")
            self.seat(desk, entry, now, command.paid)
            entry.granted = free is not None and free < entry.units
        elif command.paid:
            raise No("seat_is_paid")
        else:
            if not fits:
                self.need_room_in_line(desk, entry, now)
            if command.expects_seat:
                raise No("seat_gone")
        desk.arrivals += 1
        desk.entries.append(entry)

    def ask_earlier(self, desk: Desk, command: c.AskEarlier, now: datetime) -> None:
        """Seat somebody if nobody is passed over by it; else they stand where an earlier time puts them."""
        s = desk.session
        if not command.reason.strip():
            raise No("reason_missing")
        if s.cancelled_at:
            raise No("session_cancelled")
        if any(e.person == command.person_id for e in desk.entries):
            raise No("duplicate")
        self.need_to_be_in_time(s, command, now)
        needs_word = self.needs_sign_off(s, command.facts.role, command.facts.department)
        entry = Entry(
            id=command.registration_id,
            person=command.person_id,
            units=command.seat_units,
            status="waitlisted",
            asked_at=command.requested_at,
            arrival=desk.arrivals + 1,
            came_as=command.terms.first_arrival or desk.arrivals + 1,
            drawn_as=desk.drawn_as.get(command.terms.reinstates, command.person_id),
            facts=command.facts,
            waiver=command.waiver,
            ended_before=self.ended_elsewhere(desk, command.person_id, now),
            awaits_sign_off=needs_word and not command.is_signed_off,
            requeued_at=command.requeued_at,
            gives_up=command.terms.gives_up,
            gives_up_in=command.terms.gives_up_in,
            price=s.price,
            currency=s.currency if s.price else "",
            only_waits=command.terms.waitlist_only,
        )
        if command.terms.reinstates:
            entry.price, entry.currency = command.terms.price, command.terms.currency
        conflicts = self.conflicts(desk, entry)
        if conflicts and s.conflicts is ConflictRule.BLOCK:
            raise No("conflict")
        if self.has_other_date(desk, entry):
            raise No("other_date")
        limit = self.limit(desk)
        if limit and entry.units > limit:
            raise No("too_many_units")
        fits = self.is_left_for_newcomers(desk, entry, conflicts, now) and not entry.only_waits
        if fits and not (entry.awaits_sign_off or self.offered_dates(desk, entry)):
            self.seat(desk, entry, now)
            entry.requeued_at = None
        elif not command.terms.reinstates and not fits:
            self.need_room_in_line(desk, entry, now)
        self.keep_the_lot(desk, entry, command.terms.reinstates)
        desk.arrivals += 1
        desk.entries.append(entry)

    def keep_the_lot(self, desk: Desk, entry: Entry, reinstates: str) -> None:
        """Remember whose lot an entry was given its place by, or the one that it takes the place of."""
        has_lot = desk.drawn is not None and entry.came_as <= desk.drawn and not entry.requeued_at
        if reinstates in desk.drawn_as or (has_lot and entry.status == "waitlisted"):
            desk.drawn_as[entry.id] = entry.drawn_as

    def is_left_for_newcomers(self, desk: Desk, entry: Entry, conflicts: list[str], now: datetime) -> bool:
        """Say whether enough seats would be left after everybody ready was served, for somebody who is free then."""
        s = desk.session
        kept = s.blocked_seats is BlockedRule.KEPT and bool(self.line(desk))
        if conflicts or kept or s.capacity == 0 or self.is_sealed(desk):
            return False
        free = self.free(desk, now)
        return free is None or free + self.held(desk, now) - sum(e.units for e in self.ready(desk)) >= entry.units

    def need_room_in_line(self, desk: Desk, entry: Entry, now: datetime) -> None:
        """Say no where the list is closed or full; whom a window collects, and who has room, is no overflow."""
        s = desk.session
        if self.is_sealed(desk):
            return
        is_full = s.waitlist_limit is not None and len(self.line(desk)) >= s.waitlist_limit
        would_fit = self.is_left_for_newcomers(desk, entry, [], now) and not entry.only_waits
        if would_fit and (is_full or not s.waitlist_is_open):
            raise No("conflict")
        if not s.waitlist_is_open:
            raise No("waitlist_closed")
        if is_full:
            raise No("waitlist_full")

    def replace_person(self, desk: Desk, command: c.ReplacePerson, now: datetime) -> None:
        """Let one person have what another has here; of two places the better one stays."""
        of = {e.person: e for e in desk.entries if e.person in {command.person_id, command.into_id}}
        theirs, own = of.get(command.person_id), of.get(command.into_id)
        if theirs and own:
            order = [e.id for e in self.line(desk)]
            self.leave(desk, own if self.worth(theirs, order, command) < self.worth(own, order, command) else theirs)
        if theirs is None or theirs not in desk.entries:
            return
        seats = [
            e
            for other in self.overlaps[desk.session.id]
            for e in self.desks[other].entries
            if e.person == command.into_id and e.status in SEATED and not self.ended(e, now)
        ]
        is_new = any(e.id not in command.theirs for e in seats)
        if is_new and theirs.status in SEATED and desk.session.conflicts is not ConflictRule.IGNORE:
            theirs.waiver = theirs.waiver or command.approval
        theirs.ended_before |= self.ended_elsewhere(desk, command.into_id, now)
        theirs.person = command.into_id

    def worth(self, entry: Entry, order: list[str], command: c.ReplacePerson) -> tuple[int, ...]:
        """Rank a seat before an offer before an earlier place, who came, what is to be exchanged; the least stays."""
        rank = ("confirmed", "pending", "offered", "waitlisted").index(entry.status)
        place = order.index(entry.id) if entry.status == "waitlisted" else 0
        return rank, not entry.came, entry.id not in command.exchanged, place, entry.arrival

    def record(self, desk: Desk, command: c.RecordPlace, now: datetime) -> None:  # noqa: C901 - rule after rule
        """Write down what somebody has elsewhere: out of order, or beyond a limit, only with an approval."""
        s, is_seat = desk.session, command.status == "confirmed"
        if s.cancelled_at:
            raise No("session_cancelled")
        mine = next((e for e in desk.entries if e.person == command.person_id), None)
        if mine and (not is_seat or mine.status != "waitlisted"):
            raise No("duplicate")
        entry = Entry(
            id=command.registration_id,
            person=command.person_id,
            units=command.seat_units,
            status="waitlisted",
            asked_at=command.requested_at,
            arrival=desk.arrivals + 1,
            came_as=desk.arrivals + 1,
            facts=command.facts,
            waiver="",
            ended_before=self.ended_elsewhere(desk, command.person_id, now),
            awaits_sign_off=self.needs_sign_off(s, command.facts.role, command.facts.department),
            price=0 if is_seat else s.price,
            currency=s.currency if s.price and not is_seat else "",
        )
        if self.has_other_date(desk, entry):
            raise No("other_date")
        limit = self.limit(desk)
        if is_seat:
            if self.conflicts(desk, entry):
                raise No("conflict")
            if self.offered_dates(desk, entry):
                raise No("matter_outstanding")
            if mine:
                self.leave(desk, mine)
            entry.awaits_sign_off = False
            is_in_order = self.is_left_for_newcomers(desk, entry, [], now)
            free = self.free(desk, now)
            entry.status = "confirmed"
            entry.granted = free is not None and free < entry.units
        else:
            if limit and entry.units > limit:
                raise No("too_many_units")
            there = self.line(desk)
            is_open = s.waitlist_is_open and (s.waitlist_limit is None or len(there) < s.waitlist_limit)
            desk.entries.append(entry)
            behind = self.line(desk)[self.line(desk).index(entry) + 1 :]
            desk.entries.remove(entry)
            is_in_order = is_open or self.is_sealed(desk)
            is_in_order = is_in_order and all(e.requeued_at or e.asked_at <= entry.asked_at for e in behind)
        if not is_in_order and not command.approval:
            raise No("needs_approval")
        if not is_in_order and not command.reason.strip():
            raise No("reason_missing")
        desk.arrivals += 1
        desk.entries.append(entry)

    def needs_sign_off(self, session: Session, role: str, department: str) -> bool:
        """Say whether a manager is asked: for everybody, or for the roles and departments named."""
        rule = session.sign_off
        if rule is None:
            return False
        return not (rule.roles or rule.departments) or role in rule.roles or department in rule.departments

    def take_from_block(self, desk: Desk, command: c.RequestSeat, now: datetime, conflicts: list[str]) -> None:
        """Take the units out of the block, or say no."""
        if conflicts:
            raise No("conflict")
        block = next((b for b in desk.session.blocks if b.name == command.block), None)
        if not block or block.units < command.seat_units or (block.releases_at and block.releases_at <= now):
            raise No("block_too_small")
        smaller = replace(block, units=block.units - command.seat_units)
        blocks = tuple(smaller if b is block else b for b in desk.session.blocks)
        desk.session = replace(desk.session, blocks=tuple(b for b in blocks if b.units))

    def ended_elsewhere(self, desk: Desk, person: str, now: datetime) -> set[tuple[str, int]]:
        """List the person's offers elsewhere that have reached their deadline."""
        return {
            (e.id, e.offer_number)
            for other in self.desks.values()
            for e in other.entries
            if other is not desk and e.person == person and self.ended(e, now)
        }

    def need(self, desk: Desk, entry_id: str, code: str) -> Entry:
        """Find an entry, or say no."""
        entry = desk.find(entry_id)
        if entry is None:
            raise No(code)
        return entry

    def offered(self, desk: Desk, entry_id: str, now: datetime) -> Entry:
        """Find an entry with a live offer, or say no."""
        entry = self.need(desk, entry_id, "offer_ended")
        if entry.status != "offered" or self.ended(entry, now):
            raise No("offer_ended")
        return entry

    def seat(self, desk: Desk, entry: Entry, now: datetime, paid: Payment | None = None) -> None:
        """Give somebody the seat: at once where it costs nothing or was paid elsewhere, else until it is to be paid."""
        entry.status = "confirmed"
        if paid:
            money = self.money[paid.reference]
            money.entry = entry.id
            entry.paid_with, entry.paid = paid.reference, money.came - money.owed - money.back - money.kept
        elif entry.price:
            entry.status, entry.pay_by = "pending", now + desk.session.payment_window

    def owe(self, entry: Entry, amount: int) -> None:
        """Owe so much of what was paid for a seat back."""
        if entry.paid_with:
            self.money[entry.paid_with].owed += amount
            entry.paid -= amount

    def heard(self, command: c.AboutPayment) -> Money | None:
        """Find what is known of a payment, or say no where it is somebody else's."""
        money = self.money.get(command.reference)
        if money and money.entry != command.registration_id:
            raise No("payment_of_another")
        return money

    def hear_of_money(self, desk: Desk, command: c.NotePayment, now: datetime) -> None:
        """Confirm who pays in time; any other money is owed back."""
        money = self.heard(command)
        if money and money.came:
            return
        money = self.money[command.reference] = Money(
            entry=command.registration_id, came=command.amount, currency=command.currency
        )
        entry = desk.find(command.registration_id)
        if entry is None or entry.status != "pending" or self.ended(entry, now):
            money.owed = money.came
            return
        if command.currency != entry.currency or command.amount < entry.price * entry.units:
            money.owed = money.came
        else:
            entry.status, entry.pay_by = "confirmed", None
            entry.paid_with, entry.paid = command.reference, entry.price * entry.units
            money.owed = money.came - entry.paid

    def refund(self, desk: Desk, command: c.NoteRefund) -> None:
        """Give money back: first what is owed, then what a seat was paid with; with all of that the seat goes."""
        money = self.heard(command)
        if not money or not money.came:
            raise No("payment_unknown")
        if command.given_back > money.came:
            raise No("refund_too_large")
        more = command.given_back - money.back
        if more <= 0:
            return
        money.back = command.given_back
        for name in ("owed", "kept"):
            taken = min(more, getattr(money, name))
            setattr(money, name, getattr(money, name) - taken)
            more -= taken
        entry = desk.find(command.registration_id)
        if entry and entry.paid_with == command.reference:
            if more and entry.paid == more:
                self.leave(desk, entry, owes=False)
            entry.paid -= more

    def leave(self, desk: Desk, entry: Entry, *, owes: bool = True) -> None:
        """Take an entry out, with its overrides; what was paid is owed back."""
        if owes:
            self.owe(entry, entry.paid)
        self.end_overrides(desk, entry)
        desk.entries.remove(entry)
        desk.proposed = [e for e in desk.proposed if e != entry.id]

    def end_overrides(self, desk: Desk, entry: Entry) -> None:
        """End the overrides that moved an entry."""
        desk.overrides = [o for o in desk.overrides if o.entry != entry.id]

    def unused(self, desk: Desk, entry: Entry, at: datetime | None, *, now: datetime | None = None) -> None:
        """End an offer that nobody took: out, or once to the end of the line."""
        assert at is not None
        if desk.session.on_lapse is LapseRule.OUT or entry.requeued_at:
            self.leave(desk, entry)
            return
        self.end_overrides(desk, entry)
        desk.arrivals += 1
        entry.status, entry.expires_at, entry.requeued_at, entry.arrival = "waitlisted", None, at, desk.arrivals
        entry.stands_since, entry.came_as = None, desk.arrivals
        entry.ended_before = self.ended_elsewhere(desk, entry.person, now or at)

    def choose(self, desk: Desk, entry: Entry, instead_of: tuple[str, ...], now: datetime) -> None:
        """End what the person has at the same time as an offer that they accept: offers, and the seats they named."""
        if entry.waiver or desk.session.conflicts is ConflictRule.IGNORE:
            return
        held = [
            (self.desks[other], e)
            for other in self.overlaps[desk.session.id]
            for e in self.desks[other].entries
            if e.person == entry.person and e.status in SEATED and e.id != entry.gives_up and not self.ended(e, now)
        ]
        if any(e.status != "offered" and e.id not in instead_of for _, e in held):
            raise No("seat_at_that_time")
        seats = [(there, e) for there, e in held if e.status == "confirmed"]
        if entry.price and len(seats) == 1 and not entry.gives_up:
            [(there, seat)] = seats  # kept until the other one is paid
            entry.gives_up, entry.gives_up_in = seat.id, there.session.id
            held.remove((there, seat))
        for there, e in held:
            self.leave(there, e)
            self.given_up.add(there.session.id)

    def reschedule(self, desk: Desk, command: c.Reschedule, now: datetime) -> None:
        """Set which sessions are at the same time; everybody stays where they are."""
        s, me = desk.session, desk.session.id
        starts_at = command.meetings[0].starts_at
        if s.cancelled_at:
            raise No("session_cancelled")
        if not command.reason.strip():
            raise No("reason_missing")
        if s.starts_at and now >= s.starts_at:
            raise No("session_has_begun")
        if now >= starts_at:
            raise No("new_start_has_passed")
        if command.asking and (command.asking.by <= now or command.asking.by > starts_at):
            raise No("answer_date_wrong")
        added = {other for other in command.overlaps if other not in self.overlaps[me]}
        self.overlaps[me] = frozenset(command.overlaps)
        for other in set(self.desks) - {me}:
            there = self.overlaps[other] - {me}
            self.overlaps[other] = there | {me} if other in command.overlaps else there
        for waiting in desk.entries:
            # An offer that has ended without a sweep is no new conflict.
            ended = self.ended_elsewhere(desk, waiting.person, now)
            there = {e.id for other in added for e in self.desks[other].entries}
            waiting.ended_when_moved |= {(i, number) for i, number in ended if i in there}
            waiting.asked_again = bool(command.asking) and waiting.status == "confirmed"
        desk.session = replace(
            s,
            starts_at=starts_at if s.starts_at else None,
            ends_at=max(meeting.ends_at for meeting in command.meetings) if s.starts_at else None,
            asking=command.asking,
            times_changed=s.times_changed + 1,
        )

    def count_passes(self, desk: Desk, entry: Entry) -> None:
        """Count on each ready entry in front without a proposal that it was passed, where groups may be."""
        if desk.session.groups is not GroupRule.STRICT:
            ready = self.ready(desk)
            for other in ready[: ready.index(entry)]:
                other.passes += other.id not in desk.proposed

    def undo_approval(self, desk: Desk, entry: Entry, now: datetime) -> None:
        """Let somebody wait again who was just offered a seat, and give back the passes that the offer counted."""
        if self.acts_alone(desk.session, now):
            raise No("promotes_alone")
        entry.status, entry.expires_at, entry.stands_since = "waitlisted", None, None
        entry.ended_before = self.ended_elsewhere(desk, entry.person, now)
        desk.proposed.append(entry.id)
        if entry.held_before and now < entry.held_before:
            entry.held_until = entry.held_before
        for other, spot in self.spots(desk) if desk.session.groups is not GroupRule.STRICT else ():
            was_in_front = entry.stood is not None and not spot.is_behind_or_at(entry.stood)
            if was_in_front and other in self.ready(desk) and other.id not in desk.proposed:
                other.passes = max(other.passes - 1, 0)

    def pass_over(self, desk: Desk, command: c.PassOver, now: datetime) -> None:
        """Let whoever is next have the seat of a candidate, who comes right behind them until their turn is over."""
        if not command.reason.strip():
            raise No("reason_missing")
        if command.registration_id not in desk.proposed:
            raise No("proposal_gone")
        entry = self.need(desk, command.registration_id, "proposal_gone")
        instead = self.next_instead(desk, entry, now)
        if instead is None:
            raise No("nobody_next")
        if instead.id != command.instead_id:
            raise No("next_changed")
        stood = next(self.turn(desk, e, spot)[0] for e, spot in self.spots(desk) if e is instead)
        for name, (chosen, _) in list(desk.passed.items()):
            if chosen == entry.id:
                desk.passed[name] = (instead.id, stood)
        desk.passed.pop(entry.id, None)
        desk.passed[entry.id] = (instead.id, stood)
        desk.proposed.remove(entry.id)
        entry.held_until = None

    def next_instead(self, desk: Desk, entry: Entry, now: datetime) -> Entry | None:
        """Say who would be proposed if the entry were not there, the last of those who are not proposed already."""
        there = desk.entries, desk.proposed
        passed = {name for name, (chosen, _) in desk.passed.items() if chosen == entry.id}
        passed -= {e.id for e in desk.entries if e.held_until and now < e.held_until}  # they keep the seat that is held
        desk.entries = [e for e in desk.entries if e is not entry and e.id not in passed]
        chosen = self.next_ones(desk, now)
        desk.entries, desk.proposed = there
        new = [e for e in chosen if e.id not in desk.proposed]
        return new[-1] if new else None

    def hold(self, desk: Desk, command: c.HoldProposal, now: datetime) -> None:
        """Hold the seat of a candidate until an instant."""
        if not command.reason.strip():
            raise No("reason_missing")
        if command.registration_id not in desk.proposed:
            raise No("proposal_gone")
        starts_at = desk.session.starts_at
        if command.until <= now or (starts_at and command.until > starts_at):
            raise No("hold_not_ahead")
        self.need(desk, command.registration_id, "proposal_gone").held_until = command.until

    def last_moment(self, desk: Desk, now: datetime) -> datetime:
        """Give the deadline of an offer made now, if it is at least five minutes away."""
        deadline = self.end_of_window(desk, now)
        if desk.session.starts_at:
            deadline = min(deadline, desk.session.starts_at - desk.session.cut_off_window)
            if deadline - now < timedelta(minutes=5):
                raise No("start_too_close")
        return deadline

    def is_time_for_an_offer(self, desk: Desk, now: datetime) -> bool:
        """Say whether an offer made now could still be answered."""
        try:
            self.last_moment(desk, now)
        except No:
            return False
        return True

    def offer(self, desk: Desk, entry: Entry, now: datetime) -> None:
        """Make a time-boxed offer, if five minutes at least are left before the start."""
        deadline = self.last_moment(desk, now)
        self.count_passes(desk, entry)
        entry.stood = next(spot for one, spot in self.spots(desk) if one is entry)
        desk.offers += 1
        entry.held_before = entry.held_until
        entry.status, entry.offer_number, entry.expires_at = "offered", desk.offers, deadline
        entry.stands_since = now if desk.session.offers_wait_for_mail else None
        desk.proposed = [e for e in desk.proposed if e != entry.id]

    def set_clock(
        self, desk: Desk, command: c.ExtendOffer | c.RefreshOffer | c.StartClock | c.StopClock, now: datetime
    ) -> None:
        """Give more time, send the mail again, or note whether it reached its person."""
        cut_off = desk.session.starts_at - desk.session.cut_off_window if desk.session.starts_at else None
        if isinstance(command, c.RefreshOffer):
            self.offered(desk, command.registration_id, now)
        elif isinstance(command, c.ExtendOffer):
            entry = self.offered(desk, command.registration_id, now)
            if not command.reason.strip():
                raise No("reason_missing")
            until = min(command.until, cut_off) if cut_off else command.until
            if entry.expires_at is None or until <= entry.expires_at or until <= now:
                raise No("not_longer")
            entry.expires_at = until
            if command.starts_clock:
                entry.stands_since = None
        else:
            entry = desk.find(command.registration_id)
            if entry and entry.expires_at and entry.offer_number == command.offer_number:
                self.hear_of_the_mail(entry, command, cut_off, now)

    def hear_of_the_mail(
        self, entry: Entry, command: c.StartClock | c.StopClock, cut_off: datetime | None, now: datetime
    ) -> None:
        """Let the clock run from the hand-over, a delay given back up to the cut-off; or let it stand."""
        assert entry.expires_at is not None
        if isinstance(command, c.StopClock):
            if not self.ended(entry, now):
                entry.stands_since = entry.stands_since or now
        elif entry.stands_since:
            late = command.handed_over_at - entry.stands_since
            if late > timedelta(minutes=1):
                later = entry.expires_at + late
                if cut_off and later > cut_off:
                    later = max(entry.expires_at, cut_off)
                entry.expires_at = later
            entry.stands_since = None

    def end_of_window(self, desk: Desk, now: datetime) -> datetime:
        """Let the window run, minute by minute where only working hours count (here always those of UTC)."""
        hours, left = desk.session.working_hours, desk.session.offer_window
        if hours is None:
            return now + left
        while left:
            step = min(timedelta(seconds=60 - now.second), left)
            if now.weekday() in hours.weekdays and hours.opens <= now.time() < hours.closes:
                left -= step
            now += step
        return now

    def move(self, desk: Desk, command: c.MoveEntry) -> None:
        """Place an entry before another one, or last."""
        if not command.reason.strip():
            raise No("reason_missing")
        if command.before_id == command.registration_id:
            raise No("nothing_moved")
        line = self.spots(desk)
        ids = [e.id for e, _ in line]
        if command.registration_id not in ids or (command.before_id and command.before_id not in ids):
            raise No("not_waiting")
        behind = ids[ids.index(command.registration_id) + 1 :][:1]
        if behind == ([command.before_id] if command.before_id else []):
            raise No("nothing_moved")
        rest = [pair for pair in line if pair[0].id != command.registration_id]
        names = [e.id for e, _ in rest]
        at = names.index(command.before_id) if command.before_id else len(rest)
        desk.moves += 1
        desk.passed.pop(command.registration_id, None)
        desk.overrides.append(
            Override(
                id=command.override_id,
                number=desk.moves,
                entry=command.registration_id,
                before=command.before_id,
                successor=names[at + 1] if at + 1 < len(names) else "",
                stood=rest[at][1] if command.before_id else Spot(()),
                arrivals=desk.arrivals,
            )
        )

    def grant(self, desk: Desk, command: c.GrantSeat, now: datetime) -> None:
        """Seat somebody who waits though the session is full."""
        if not command.reason.strip():
            raise No("reason_missing")
        entry = desk.find(command.registration_id)
        if entry is None or entry.status != "waitlisted":
            raise No("not_waiting")
        if self.is_sealed(desk):
            raise No("still_collecting")
        if self.conflicts(desk, entry):
            raise No("conflict")
        if self.waits_for_more(desk, entry) or self.offered_dates(desk, entry):
            raise No("matter_outstanding")
        free = self.free(desk, now)
        own = entry.units if entry.held_until and now < entry.held_until else 0
        if free is None or max(free, 0) + own >= entry.units:
            raise No("seats_are_free")
        self.end_overrides(desk, entry)
        self.seat(desk, entry, now)
        entry.granted = True

    def lift(self, desk: Desk, command: c.LiftRule) -> None:
        """Let somebody who is skipped for a seat or an offer elsewhere have one here as well."""
        if not command.reason.strip():
            raise No("reason_missing")
        entry = self.waiting(desk, command.registration_id)
        if not self.skipped_for(desk, entry):
            raise No("nothing_to_lift")
        entry.waiver = command.approval

    def restore(self, desk: Desk, command: c.RestoreRule, now: datetime) -> None:
        """Let what the person has elsewhere count again."""
        entry = self.waiting(desk, command.registration_id)
        if not entry.waiver:
            raise No("nothing_lifted")
        entry.waiver = ""
        entry.ended_before = self.ended_elsewhere(desk, entry.person, now)

    def waiting(self, desk: Desk, entry_id: str) -> Entry:
        """Find somebody who waits, or say no."""
        entry = self.need(desk, entry_id, "not_waiting")
        if entry.status != "waitlisted":
            raise No("not_waiting")
        return entry

    def expected(self, desk: Desk, entry_id: str) -> Entry:
        """Find somebody with a seat who has not come yet, or say no."""
        entry = self.need(desk, entry_id, "not_confirmed")
        if entry.status != "confirmed":
            raise No("not_confirmed")
        if entry.came:
            raise No("already_checked_in")
        return entry

    def call_off(self, desk: Desk, command: c.CancelSession, now: datetime) -> None:
        """Send everybody home."""
        if desk.session.cancelled_at:
            raise No("session_cancelled")
        if not command.reason.strip():
            raise No("reason_missing")
        desk.session = replace(desk.session, cancelled_at=now)
        for entry in desk.entries:
            self.owe(entry, entry.paid)
        desk.entries, desk.overrides, desk.proposed = [], [], []

    def change_rules(self, desk: Desk, command: c.ChangeRules, now: datetime) -> None:
        """Set the rules; a limit below what people hold is refused, and so is one below the length of the line."""
        was = desk.session
        # a window and a question to all are set by acts of their own, and so is what a coordinator keeps for somebody
        kept = {"window": was.window, "asking": was.asking, "times_changed": was.times_changed}
        rules = replace(command.rules, **kept, holds=(), offered_holds=(), passings=())
        if was.waitlist_is_open and not rules.waitlist_is_open:
            rules = replace(rules, mode=Mode.MANUAL, standing_approval=None)
        if rules == was:
            return
        if was.cancelled_at:
            raise No("session_cancelled")
        before = self.limit(desk)
        if self.orders(rules) != self.orders(was) and any(e.status in {"waitlisted", "offered"} for e in desk.entries):
            raise No("order_stands")
        if desk.entries and (rules.course, rules.one_date) != (was.course, was.one_date):
            raise No("course_stands")
        desk.session = rules
        after = self.limit(desk)
        desk.session = was
        reserved = self.reserved(desk, now)
        desk.session = rules
        held = self.taken(desk, now) - sum(e.units for e in desk.entries if e.granted)
        if after is not None and self.reserved(desk, now) > max(reserved, after - held):
            raise No("too_few_to_reserve")
        held += self.reserved(desk, now)
        if after is not None and (before is None or after < before) and held > after:
            raise No("capacity_too_low")
        most, least = rules.waitlist_limit, was.waitlist_limit
        is_lower = most is not None and (least is None or most < least)
        if is_lower and not command.leaves_line and len(self.line(desk)) > (most or 0):
            raise No("line_too_long")

    def change_order(self, desk: Desk, command: c.ChangeOrder) -> None:
        """Order everybody anew; an override stays as long as somebody whom it names still waits."""
        if not command.reason.strip():
            raise No("reason_missing")
        was = desk.session
        rules = replace(was, order=command.order, priority=command.priority)
        if was.cancelled_at:
            raise No("session_cancelled")
        if rules == was:
            return
        if self.orders(rules) != self.orders(was):
            desk.passed = {}
        offered = [(e, self.policy(desk, e)) for e in desk.entries if e.status == "offered"]
        desk.session = rules
        for e, before in offered:
            if self.policy(desk, e) != before:
                e.stood = Spot(self.policy(desk, e))
        self.place_overrides(desk)

    def place_overrides(self, desk: Desk) -> None:
        """Let each override lean on whom it names in a new order; one that names nobody who waits ends."""
        overrides, desk.overrides = sorted(desk.overrides, key=lambda o: o.number), []
        for override in overrides:
            spots = [pair for pair in self.spots(desk) if pair[0].arrival <= override.arrivals]
            found = [spot for name in (override.before, override.successor) for e, spot in spots if e.id == name]
            if found or not override.before:
                override.stood = found[0] if override.before else Spot(())
                desk.overrides.append(override)

    def is_sealed(self, desk: Desk) -> bool:
        """Say whether a window still collects requests."""
        return desk.session.window is not None and desk.drawn is None

    def allot(self, desk: Desk) -> None:
        """Draw the order of those who asked in the window."""
        desk.drawn = desk.arrivals
        if desk.session.window and desk.session.window.draw is Draw.LOTTERY:
            for entry in desk.entries:
                entry.drawn_as = desk.drawn_as[entry.id] = entry.person
            self.place_overrides(desk)

    def settle(self, desk: Desk, now: datetime) -> None:
        """Propose the free seats to the highest ready entries; only by the rule to fill, groups are passed over."""
        if self.is_sealed(desk):
            return
        before, chosen = None, list[Entry]()
        while before != desk.passed:  # whoever loses a turn gives it back to those who were passed over
            before = dict(desk.passed)
            chosen = self.next_ones(desk, now)
            ids = [e.id for e in chosen]
            desk.proposed = [name for name in desk.proposed if name in ids]
            self.end_turns()
        desk.proposed = [e.id for e in chosen]
        self.end_turns()
        turns = dict(desk.passed)
        for entry in chosen:
            self.promote_alone(desk, entry, now)
        self.end_turns()
        if desk.passed != turns:
            self.settle(desk, now)

    def next_ones(self, desk: Desk, now: datetime) -> list[Entry]:
        """Say whom the free seats are for; who has one held has it beside them."""
        free = self.free(desk, now)
        chosen: list[Entry] = []
        passed: list[int] = []
        for entry in self.turns(desk):
            if entry.held_until and now < entry.held_until:
                chosen.append(entry)
                continue
            if self.is_kept(desk.session, passed):
                continue
            if free is None or entry.units <= free:
                free = None if free is None else free - entry.units
                chosen.append(entry)
                passed = [n + 1 for n in passed]
            else:
                passed.append(entry.passes)
        return chosen

    def is_kept(self, session: Session, passed: list[int]) -> bool:
        """Say whether somebody in front may not be passed once more; `passed` tells how often each was."""
        if session.groups is GroupRule.STRICT:
            return bool(passed)
        cut_off = session.starts_at - session.cut_off_window if session.starts_at else None
        if cut_off and session.woken_at and session.woken_at >= cut_off:
            return False
        return session.groups is GroupRule.FILL_AT_MOST and any(n >= session.most_passes for n in passed)

    def acts_alone(self, session: Session, now: datetime) -> bool:
        """Say whether promotions are made by themselves, under a standing approval that is valid."""
        signed = session.standing_approval
        if session.mode is Mode.MANUAL or signed is None or signed.promotions_left == 0:
            return False
        return not signed.until or now < signed.until

    def promote_alone(self, desk: Desk, entry: Entry, now: datetime) -> None:
        """Promote under the standing approval while it is valid; too late for a deadline it stays a proposal."""
        s, signed = desk.session, desk.session.standing_approval
        if entry.held_until:
            return
        if signed is None or not self.acts_alone(s, now):
            return
        if s.blocked_seats is BlockedRule.KEPT:
            line = self.line(desk)
            if any(e not in self.ready(desk) for e in line[: line.index(entry)]):
                return
        if entry.person in self.signers.get(signed.signed_by, ()):
            return  # nobody signs for themselves
        with suppress(No):
            if s.mode is Mode.AUTOMATIC and not (entry.price or entry.gives_up or entry.only_waits):
                self.last_moment(desk, now)
                self.confirm(desk, entry, now)
            else:
                self.offer(desk, entry, now)
            if signed.promotions_left is not None:
                signed = replace(signed, promotions_left=signed.promotions_left - 1)
                desk.session = replace(s, standing_approval=signed)

    def confirm(self, desk: Desk, entry: Entry, now: datetime) -> None:
        """Give the seat at once where it costs nothing; else once it is too late for an offer, to be paid."""
        if entry.price and self.is_time_for_an_offer(desk, now):
            raise No("seats_cost_money")
        self.count_passes(desk, entry)
        self.end_overrides(desk, entry)
        self.seat(desk, entry, now)
        desk.proposed = [e for e in desk.proposed if e != entry.id]


def compare(one: tuple[Spot, int], two: tuple[Spot, int]) -> int:
    """Say which of two turns comes first."""
    if one[0] == two[0]:
        return one[1] - two[1]
    return 1 if one[0].is_behind_or_at(two[0]) else -1
