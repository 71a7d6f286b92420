"""A random walk over several overlapping sessions, checked after every step.

After each act the invariants hold, folding the events from empty gives the same rosters, the slow allocator in
`oracle.py` agrees on statuses, order, proposals, deadlines and refusals, and deciding over a slice gave what deciding
over the whole roster gives. `ENGINE_STEPS=1000000 pytest tests/engine/test_machine.py` walks a million steps; with
`ENGINE_SHRINK=1` a failure is made small, which may take minutes.
"""

import os
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from tests.engine.oracle import No, Oracle
from waitlist_app.engine import commands as c
from waitlist_app.engine.act import Book, act
from waitlist_app.engine.any_date import ask_for_any_date
from waitlist_app.engine.courses import date_of
from waitlist_app.engine.decide import decide
from waitlist_app.engine.decisions.turns import chosen_instead
from waitlist_app.engine.events import (
    EntryRanked,
    EntryRequeued,
    Event,
    OfferMade,
    OfferRevoked,
    PersonReplaced,
    RegistrationClosed,
    SeatGiven,
    WaitlistJoined,
)
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.explain import Why, what_it_takes, why_each
from waitlist_app.engine.invariants import broken, broken_across
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import (
    OTHER_DATE,
    SIGN_OFF,
    Asking,
    Block,
    BlockedRule,
    ConflictRule,
    Draw,
    Facts,
    GroupRule,
    LapseRule,
    Meeting,
    Mode,
    Order,
    Payment,
    PriorityRule,
    RankBy,
    Registration,
    Roster,
    Session,
    SignOff,
    SilenceRule,
    StandingApproval,
    Status,
    Terms,
    Window,
    WorkingHours,
)
from waitlist_app.engine.ordering import commitment_to, is_drawn
from waitlist_app.engine.prospects import Outlook, prospect
from waitlist_app.engine.seats import free
from waitlist_app.engine.settle import next_in_line, settle
from waitlist_app.engine.windows import is_awake
from waitlist_app.errors import Refused

STEPS = int(os.environ.get("ENGINE_STEPS", "10000"))
SHRINK = bool(os.environ.get("ENGINE_SHRINK"))
STEPS_IN_A_WALK = 40
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MORNINGS = WorkingHours(zone="UTC", opens=time(8), closes=time(10, 30))
PEOPLE = ("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jo")
ROLES = ("Safety officer", "Manager", "New hire")
PRIORITIES = (
    (),
    (PriorityRule(by=RankBy.NO_SHOWS), PriorityRule(by=RankBy.DEPARTMENT, values=("Finance", "Yard"))),
    (PriorityRule(by=RankBy.ATTRIBUTE, attribute="years", largest_first=True), PriorityRule(by=RankBy.DEADLINE)),
    (PriorityRule(by=RankBy.ATTRIBUTE, attribute="site", values=("Hull", "Leeds")),),
)
SEED = "7d1f"
WINDOWS = tuple(
    Window(opens_at=MORNING, closes_at=MORNING + timedelta(hours=1), draw=draw, commitment=commitment_to(SEED))
    for draw in Draw
)
ATTRIBUTES = ((), (("site", "Leeds"),), (("site", "Hull"), ("years", "12")), (("years", "3"),), (("years", "few"),))
DEADLINES = (None, date(2026, 4, 1), date(2026, 5, 1))

SIGNED = (
    None,
    StandingApproval(id="standing"),
    StandingApproval(id="standing", until=MORNING + timedelta(hours=1), promotions_left=2),
    StandingApproval(id="standing", signed_by="ines"),
)
SIGNERS = {"ines": frozenset({"Ana", "Bo"})}
"""Who is who signed: she has two records."""

sessions = st.builds(
    Session,
    id=st.just(""),
    code=st.just(""),
    capacity=st.sampled_from((0, 1, 1, 2, 2, 3, 3, 4, None)),
    allowance_units=st.sampled_from((0, 0, 0, 1)),
    room_capacity=st.sampled_from((None, None, None, 2)),
    order=st.sampled_from(Order),
    role_order=st.just(ROLES[:2]),
    priority=st.sampled_from(PRIORITIES),
    window=st.sampled_from((None, None, None, *WINDOWS)),
    mode=st.sampled_from(Mode),
    standing_approval=st.sampled_from(SIGNED),
    price=st.sampled_from((0, 0, 4900)),
    payment_window=st.sampled_from((timedelta(minutes=5), timedelta(minutes=60))),
    offer_window=st.sampled_from((timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))),
    starts_at=st.sampled_from((None, None, MORNING + timedelta(hours=3))),
    cut_off_window=st.sampled_from((timedelta(0), timedelta(minutes=20))),
    working_hours=st.sampled_from((None, None, None, None, MORNINGS)),
    offers_wait_for_mail=st.booleans(),
    waitlist_is_open=st.sampled_from((True, True, True, False)),
    waitlist_limit=st.sampled_from((None, None, None, 3)),
    conflicts=st.sampled_from((ConflictRule.WAIT, ConflictRule.WAIT, ConflictRule.BLOCK, ConflictRule.IGNORE)),
    on_lapse=st.sampled_from(LapseRule),
    groups=st.sampled_from(GroupRule),
    most_passes=st.sampled_from((0, 1, 2)),
    blocked_seats=st.sampled_from((BlockedRule.OPEN, BlockedRule.OPEN, BlockedRule.KEPT)),
    sign_off=st.sampled_from((None, None, None, SignOff(), SignOff(roles=frozenset(ROLES[:1])))),
    course=st.sampled_from(("", "fire", "fire")),
    one_date=st.sampled_from((True, True, True, False)),
) | st.builds(
    Session,
    id=st.just(""),
    code=st.just(""),
    capacity=st.integers(1, 3),
    allowance_percent=st.sampled_from((0, 10, 50)),
    mode=st.just(Mode.MANUAL),
    offer_window=st.just(timedelta(minutes=30)),
    on_lapse=st.sampled_from(LapseRule),
    course=st.sampled_from(("", "fire", "fire")),
)


def end_of(session: Session) -> datetime | None:
    """Say when a session ends that has a start."""
    return session.starts_at and session.starts_at + timedelta(hours=1)


picks = st.integers(0, 11)
READS_THE_LINE = (
    c.AskEarlier,
    c.RecordPlace,
    c.ChangeRules,
    c.PassOver,
    c.MoveEntry,
    c.GrantSeat,
    c.CancelSession,
    c.Reschedule,
    c.ChangeOrder,
    c.ChangeFacts,
    c.CloseWindow,
)


class ProvingLedger(Ledger):
    """A ledger that decides everything three times: over its slice, over the smallest slice and over the whole."""

    now = MORNING

    def for_act(self, command: c.Command) -> Roster:
        """Give the ledger's slice, when the whole and the smallest slice lead to the same answer."""
        cut = super().for_act(command)
        if not isinstance(command, READS_THE_LINE):
            whole = self.rosters[command.session_id]
            payments = {**whole.payments, **cut.payments}
            whole = replace(whole, places=cut.places, dates=cut.dates, payments=payments)
            own = own_registrations(whole, command)
            smallest = slice_of(whole, self.now, own, lambda p: p in {r.id for r in own})
            smallest = replace(smallest, payments=cut.payments)
            whole_answer = answer(lambda: decide(whole, command, self.now))
            assert answer(lambda: decide(cut, command, self.now)) == whole_answer
            assert answer(lambda: decide(smallest, command, self.now)) == whole_answer
        return cut

    def for_settlement(self, session_id: str) -> Roster:
        """Give the ledger's slice, when the whole and the smallest slice are settled in the same way."""
        cut = super().for_settlement(session_id)
        whole = replace(self.rosters[session_id], signers=cut.signers)
        units = free(whole, self.now)
        apart = len(whole.session.holds) + len(whole.session.passings)
        front = front_of(whole, None if units is None else max(units, 0), apart)
        proposed = [whole.registrations[p.registration_id] for p in whole.proposals.values()]
        skipped = [e for e in whole.line() if not e.is_ready][:1]
        kept = skipped if whole.session.blocked_seats is BlockedRule.KEPT else []
        smallest = slice_of(whole, self.now, [*front, *proposed, *kept], lambda _: True)
        assert settle(cut, self.now) == settle(smallest, self.now) == settle(whole, self.now)
        return cut


def front_of(whole: Roster, units: int | None, apart: int) -> list[Registration]:
    """Take as many ready entries from the front as there are units; where groups may be passed, of each size."""
    line = sorted(whole.ready_line(), key=lambda e: e.line_key)
    if units is None or whole.session.groups is GroupRule.STRICT:
        return line if units is None else line[: units + apart]
    kinds = {(entry.seat_units, entry.passes) for entry in line}
    of_kind = {
        kind: [e for e in line if (e.seat_units, e.passes) == kind][: units // kind[0] + 1 + apart] for kind in kinds
    }
    return [entry for kind in of_kind.values() for entry in kind]


def own_registrations(whole: Roster, command: c.Command) -> list[Registration]:
    """Find the registrations that a command is about: one, none, or the two of a merge."""
    if isinstance(command, c.ReplacePerson):
        both = (whole.of_person(person) for person in (command.person_id, command.into_id))
        return [own for own in both if own]
    own = own_registration(whole, command)
    return [own] if own else []


def own_registration(whole: Roster, command: c.Command) -> Registration | None:
    """Find the registration that a command is about."""
    match command:
        case c.RequestSeat():
            return whole.of_person(command.person_id)
        case c.ApproveProposal():
            proposal = whole.proposals.get(command.proposal_id)
            return whole.registrations.get(proposal.registration_id) if proposal else None
        case _:
            return whole.registrations.get(getattr(command, "registration_id", ""))


def slice_of(whole: Roster, now: datetime, wanted: list[Registration], is_proposed: Callable[[str], bool]) -> Roster:
    """Cut the smallest slice that the docstring of `Roster` allows."""
    named = {n for o in whole.overrides for n in (o.registration_id, o.before_id, o.successor_id)}
    known = [
        *wanted,
        *whole.overdue(now),
        *whole.silent(now),
        *(r for r in whole.registrations.values() if r.id in named),
    ]
    return replace(
        whole,
        registrations={r.id: r for r in known},
        proposals={key: p for key, p in whole.proposals.items() if is_proposed(p.registration_id)},
    )


def answer(question: Callable[[], tuple[Event, ...]]) -> tuple[Event, ...] | str:
    """Give the events, or the code of the refusal."""
    try:
        return question()
    except Refused as refusal:
        return refusal.code


facts = st.builds(
    Facts,
    role=st.sampled_from((*ROLES, "")),
    department=st.sampled_from(("Finance", "Yard", "")),
    compliance_deadline=st.sampled_from(DEADLINES),
    no_shows=st.sampled_from((0, 0, 0, 1, 2)),
    attributes=st.sampled_from(ATTRIBUTES),
)
requests = st.fixed_dictionaries(
    {
        "person": st.sampled_from(PEOPLE),
        "units": st.sampled_from((1, 1, 1, 1, 2, 3)),
        "minutes_ago": st.sampled_from((0, 0, 0, 7)),
        "facts": facts,
        "waiver": st.sampled_from(("", "", "", "", "by Olga")),
        "block": st.sampled_from(("", "", "", "", "", "", "board")),
        "approval": st.sampled_from(("", "", "", "", "", "by Olga")),
        "lifts": st.booleans(),
        "expects_seat": st.sampled_from((False, False, False, True)),
        "on_behalf": st.sampled_from((True, True, False)),
        "waitlist_only": st.sampled_from((False, False, False, False, True)),
    }
)


def needs(*statuses: Status, at_least: int = 1) -> Callable[[Any], Any]:
    """Leave a rule out while nobody is there for it."""
    return precondition(lambda self: len(self._entries(*statuses)) >= at_least)


class Walk(RuleBasedStateMachine):
    """One random walk."""

    @initialize(
        drawn=st.lists(sessions, min_size=1, max_size=3),
        apart=st.sets(st.integers(0, 2), max_size=1),
        crowd=st.lists(
            st.tuples(picks, requests), min_size=12, max_size=24, unique_by=lambda c: (c[0] % 3, c[1]["person"])
        ),
    )
    def open_the_sessions(self, drawn, apart, crowd):
        """Sessions open, some of them at the same time, and a crowd asks for seats."""
        codes = "CAB"  # neither ids nor the order of the list are in the order of the codes
        opened = [replace(s, id=f"{n}", code=codes[n], ends_at=end_of(s)) for n, s in enumerate(drawn)]
        pairs = [pair for n, pair in enumerate(combinations([s.id for s in opened], 2)) if n not in apart]
        self.overlaps = {
            s.id: frozenset(b for pair in pairs if s.id in pair for b in pair if b != s.id) for s in opened
        }
        self.opened = {s.id: s for s in opened}
        self.homes = {s.id: MORNING + timedelta(days=30 + n) for n, s in enumerate(opened)}
        self.ledger = ProvingLedger(opened, self.overlaps, {s.id: SEED for s in opened}, SIGNERS)
        self.oracle = Oracle(opened, dict(self.overlaps))
        self.oracle.signers = dict(SIGNERS)
        for desk in self.oracle.desks.values():
            desk.seed = SEED
        self.now = MORNING
        self.made = 0
        self.people: dict[str, str] = {}
        self.asked: dict[str, c.RequestSeat | c.AskEarlier] = {}
        self._begin()
        for at, asked in crowd:
            self.ask(at, asked)

    def _begin(self) -> None:
        """Make ready what a walk with a second book needs, before the first act."""

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────

    @rule(at=picks, asked=requests)
    def ask(self, at, asked):
        """Somebody asks for a seat."""
        request = self._request(at, **asked)
        roster = self.ledger.for_act(request)
        is_due = roster.overdue(self.now) or not is_awake(roster.session, self.now)
        told = prospect(roster, request, self.now)
        came = self._perform(request)
        if not is_due and not roster.session.has_closed(self.now):
            self._check_what_was_told(told, request, came)

    def _check_what_was_told(self, told, request, came):
        """What a newcomer was told before is what the request came to."""
        if told.outlook is Outlook.REFUSED:
            assert came == told.refusal.code
        elif told.outlook is not Outlook.SEAT and request.expects_seat:
            assert came == "seat_gone"
        else:
            here = self.ledger.rosters[request.session_id].registrations[request.registration_id]
            assert here.status in {Status.CONFIRMED, Status.PENDING} or told.outlook is not Outlook.SEAT
            assert here.base_key == told.line_key

    @rule(at=picks, asked=requests, reason=st.sampled_from(("found in a drawer", "found in a drawer", " ")))
    def ask_earlier(self, at, asked, reason):
        """Somebody is put where an earlier time puts them."""
        request = self._request(at, **asked)
        self._perform(self._earlier(request, reason=reason, requested_at=request.requested_at - timedelta(minutes=20)))

    @precondition(lambda self: self._ended())
    @rule(which=picks, signed=st.booleans(), reason=st.sampled_from(("a mistake", "a mistake", "")))
    def reinstate(self, which, signed, reason):
        """Somebody whose registration ended is put back where they were."""
        old = self.asked[self._ended()[which % len(self._ended())]]
        numbers = [e for e in self.ledger.events if getattr(e, "registration_id", "") == old.registration_id]
        came = [e for e in numbers if isinstance(e, WaitlistJoined | SeatGiven | EntryRequeued)][-1]
        self.made += 1
        request = replace(old, registration_id=f"r{self.made}", person_id=self.people[old.registration_id])
        terms = replace(
            old.terms,
            reinstates=old.registration_id,
            first_arrival=came.arrival if isinstance(came, EntryRequeued) else old.terms.first_arrival or came.arrival,
            drawn_key=next((key for key in self._places(numbers) if is_drawn(key)), old.terms.drawn_key),
        )
        requeued_at = getattr(came, "requeued_at", None)
        again = self._earlier(request, reason=reason, terms=terms, requeued_at=requeued_at, is_signed_off=signed)
        self._perform(again)

    def _places(self, events: list[Event]) -> list[str]:
        """List the places that the policy gave somebody, the last first."""
        keys = [e.base_key if isinstance(e, EntryRanked) else getattr(e, "line_key", "") for e in events]
        placed = zip(events, keys, strict=True)
        return [key for e, key in placed if isinstance(e, EntryRanked | WaitlistJoined | EntryRequeued)][::-1][:1]

    def _earlier(self, request: c.RequestSeat | c.AskEarlier, *, reason: str, **said: Any) -> c.AskEarlier:
        """Build the request with an earlier time from one that is made now."""
        about = ("session_id", "registration_id", "person_id", "requested_at", "seat_units", "facts", "waiver", "terms")
        values = {name: getattr(request, name) for name in about} | said
        earlier = self.asked[request.registration_id] = c.AskEarlier(**values, reason=reason, approval="Olga")
        return earlier

    def _ended(self) -> list[str]:
        """List the registrations that ended, of whatever session."""
        return [e.registration_id for e in self.ledger.events if isinstance(e, RegistrationClosed | OfferRevoked)]

    @needs(*Status)
    @rule(who=picks, status=st.sampled_from((Status.DROPPED, Status.LEFT, Status.REMOVED)))
    def close(self, who, status):
        """Somebody leaves, is dropped or is removed."""
        session_id, entry = self._pick(who, *Status)
        self._perform(c.Close(session_id=session_id, registration_id=entry, status=status))

    @needs(Status.CONFIRMED)
    @rule(who=picks)
    def drop_a_seat(self, who):
        """Somebody gives up a seat."""
        session_id, entry = self._pick(who, Status.CONFIRMED)
        self._perform(c.Close(session_id=session_id, registration_id=entry, status=Status.DROPPED))

    @needs(Status.CONFIRMED)
    @rule(who=picks, to=picks, asked=requests)
    def ask_to_swap(self, who, to, asked):
        """Somebody asks for a seat elsewhere in exchange for the one they have."""
        session_id, entry = self._pick(who, Status.CONFIRMED)
        person = self.ledger.rosters[session_id].registrations[entry].person_id
        request = self._request(to, **{**asked, "person": person})
        if request.session_id != session_id:
            self._perform(replace(request, terms=replace(request.terms, gives_up=entry, gives_up_in=session_id)))

    @rule(asked=requests, first=picks)
    def ask_for_any_date(self, asked, first):
        """Somebody asks for any date of the course, now and then with another date as the first choice."""
        found = sorted(i for i, roster in self.ledger.rosters.items() if roster.session.course)
        dates = found[first % 2 :] + found[: first % 2]
        plain = {**asked, "block": "", "approval": ""}
        wanted = [self._request(sorted(self.opened).index(date), **plain) for date in dates]
        if wanted:
            self._perform(*(replace(one, terms=replace(one.terms, any_date=True)) for one in wanted), any_date=True)

    @rule(at=picks, asked=requests, is_seat=st.booleans(), reason=st.sampled_from(("found in a list", " ")))
    def record(self, at, asked, is_seat, reason):
        """A place that somebody has elsewhere already is written down."""
        wanted = self._request(at, **{**asked, "block": "", "waiver": ""})
        self._perform(
            c.RecordPlace(
                session_id=wanted.session_id,
                registration_id=wanted.registration_id,
                person_id=wanted.person_id,
                status=Status.CONFIRMED if is_seat else Status.WAITLISTED,
                requested_at=wanted.requested_at,
                seat_units=wanted.seat_units,
                facts=wanted.facts,
                reason=reason,
                approval=wanted.approval or asked["waiver"],
            )
        )

    @needs(*Status)
    @rule(who=picks, to=picks, asked=requests)
    def transfer(self, who, to, asked):
        """Somebody is moved to another session in one act."""
        session_id, entry = self._pick(who, *Status)
        person = self.ledger.rosters[session_id].registrations[entry].person_id
        self._perform(
            c.Close(session_id=session_id, registration_id=entry, status=Status.DROPPED),
            self._request(to, **{**asked, "person": person}),
        )

    @needs(Status.CONFIRMED)
    @rule(who=picks, to=picks, asked=requests)
    def transfer_with_the_money(self, who, to, asked):
        """Somebody is moved by staff: the price stays, and what was paid goes with them."""
        session_id, entry = self._pick(who, Status.CONFIRMED)
        roster = self.ledger.rosters[session_id]
        known = roster.registrations[entry]
        request = self._request(to, **{**asked, "person": known.person_id, "units": known.seat_units})
        if request.session_id == session_id:
            return
        terms = replace(known.terms, transferred_from=entry, reinstates="", first_arrival=0, drawn_key="")
        paid = roster.payments.get(known.payment)
        self._perform(
            c.Close(session_id=session_id, registration_id=entry, status=Status.TRANSFERRED),
            replace(request, terms=terms, paid=paid),
        )

    # ── money ────────────────────────────────────────────────────────────────────────────────────

    @needs(Status.PENDING)
    @rule(who=picks, too_much=st.sampled_from((0, 0, 100)))
    def pay_what_is_due(self, who, too_much):
        """Somebody pays for the seat that is kept for them, or comes too late."""
        session_id, entry = self._pick(who, Status.PENDING)
        known = self.ledger.rosters[session_id].registrations[entry]
        about = self._about_payment(session_id, entry, self._reference(who, "new"))
        amount = known.amount_due + too_much
        self._perform(c.NotePayment(**about, amount=amount, currency=known.terms.currency))

    @precondition(lambda self: self.people)
    @rule(
        who=picks,
        is_pending=st.sampled_from((True, True, True, False)),
        by=st.sampled_from((0, 0, 0, 0, 100, -100)),
        currency=st.sampled_from(("GBP", "GBP", "GBP", "GBP", "EUR")),
        reference=st.sampled_from(("new", "new", "new", "known")),
    )
    def pay(self, who, is_pending, by, currency, reference):
        """Money comes: for a seat that waits for it, for anybody else, for somebody long gone; or it came before."""
        session_id, entry = self._somebody(who, is_pending=is_pending)
        known = self.ledger.rosters[session_id].registrations.get(entry)
        due = known.amount_due if known else 0
        self._perform(
            c.NotePayment(
                **self._about_payment(session_id, entry, self._reference(who, reference)),
                amount=max((due or 4900) + by, 1),
                currency=currency,
            )
        )

    @precondition(lambda self: self.people)
    @rule(who=picks, is_pending=st.booleans(), reference=st.sampled_from(("new", "known")))
    def fail_to_pay(self, who, is_pending, reference):
        """An attempt to pay fails."""
        session_id, entry = self._somebody(who, is_pending=is_pending)
        self._perform(
            c.NoteFailedPayment(
                **self._about_payment(session_id, entry, self._reference(who, reference)), reason="card"
            )
        )

    @precondition(lambda self: self._payments())
    @rule(which=picks, what=st.sampled_from(("all", "all", "owed", "a part", "again", "too much", "another's")))
    def give_back(self, which, what):
        """Money goes back: all of it, what is owed, a part; the news comes twice, or is wrong."""
        session_id, payment = self._payments()[which % len(self._payments())]
        entry = next(iter(self.people)) if what == "another's" else payment.registration_id
        more = {"owed": payment.owed, "a part": 100, "again": 0}.get(what, payment.amount - payment.given_back)
        self._perform(
            c.NoteRefund(
                **self._about_payment(
                    session_id if what != "another's" else self._home(entry), entry, payment.reference
                ),
                given_back=payment.given_back + more + (what == "too much"),
            )
        )

    @precondition(lambda self: self._payments())
    @rule(which=picks, reason=st.sampled_from(("dropped too late", "dropped too late", " ")))
    def keep_the_money(self, which, reason):
        """A coordinator keeps what is owed back."""
        session_id, payment = self._payments()[which % len(self._payments())]
        about = self._about_payment(session_id, payment.registration_id, payment.reference)
        self._perform(c.WaiveRefund(**about, reason=reason))

    @rule(at=picks, price=st.sampled_from((0, 2500, 4900)))
    def change_the_price(self, at, price):
        """A coordinator sets another price: those who joined keep theirs."""
        session = self.ledger.rosters[self._session(at)].session
        self._perform(c.ChangeRules(session_id=session.id, rules=replace(session, price=price), leaves_line=True))

    def _somebody(self, who: int, *, is_pending: bool) -> tuple[str, str]:
        """Pick whose seat waits for its payment, if there is one, or anybody who ever asked."""
        if is_pending and self._entries(Status.PENDING):
            return self._pick(who, Status.PENDING)
        entry = sorted(self.people)[who % len(self.people)]
        return self._home(entry), entry

    def _home(self, entry: str) -> str:
        return self.asked[entry].session_id

    def _about_payment(self, session_id: str, entry: str, reference: str) -> dict[str, Any]:
        return {
            "session_id": session_id,
            "registration_id": entry,
            "person_id": self.people[entry],
            "reference": reference,
        }

    def _payments(self) -> list[tuple[str, Payment]]:
        return [(i, p) for i, roster in self.ledger.rosters.items() for _, p in sorted(roster.payments.items())]

    def _reference(self, which: int, kind: str) -> str:
        known = self._payments()
        if kind == "known" and known:
            return known[which % len(known)][1].reference
        self.made += 1
        return f"pay-{self.made}"

    @needs(Status.WAITLISTED)
    @rule(who=picks, reason=st.sampled_from(("the board asked", " ")))
    def grant(self, who, reason):
        """A coordinator seats somebody beyond the limit."""
        session_id, entry = self._pick(who, Status.WAITLISTED)
        self._perform(
            c.GrantSeat(session_id=session_id, registration_id=entry, reason=reason, approval=f"grant of {entry}")
        )

    @needs(Status.WAITLISTED)
    @rule(who=picks, reason=st.sampled_from(("the board asked", "the board asked", " ")))
    def lift(self, who, reason):
        """A coordinator lets somebody have a seat beside the one that keeps them from it."""
        skipped = [one for one in self._entries(Status.WAITLISTED) if self._is_kept_back(*one)]
        session_id, entry = skipped[who % len(skipped)] if skipped else self._pick(who, Status.WAITLISTED)
        self._perform(
            c.LiftRule(session_id=session_id, registration_id=entry, reason=reason, approval=f"lift of {entry}")
        )

    @needs(Status.WAITLISTED)
    @rule(who=picks)
    def restore(self, who):
        """The coordinator thinks better of it."""
        lifted = [one for one in self._entries(Status.WAITLISTED) if self._waiting(*one).waiver]
        session_id, entry = lifted[who % len(lifted)] if lifted else self._pick(who, Status.WAITLISTED)
        self._perform(c.RestoreRule(session_id=session_id, registration_id=entry))

    def _is_kept_back(self, session_id, entry) -> bool:
        waiting = self._waiting(session_id, entry)
        return bool(waiting.conflicts) or any(date_of(matter) for matter in waiting.outstanding)

    def _waiting(self, session_id, entry) -> Registration:
        return self.ledger.rosters[session_id].registrations[entry]

    @needs(*Status)
    @rule(who=picks, keep=st.sampled_from((0, 1, 1, 2)))
    def reduce(self, who, keep):
        """A group gives some of its units back."""
        session_id, entry = self._pick(who, *Status)
        self._perform(c.ReduceUnits(session_id=session_id, registration_id=entry, seat_units=keep))

    @needs(*Status)
    @rule(who=picks, came=st.booleans())
    def note_attendance(self, who, came):
        """Somebody comes, or does not."""
        session_id, entry = self._pick(who, *Status)
        self._perform((c.CheckIn if came else c.NoteNoShow)(session_id=session_id, registration_id=entry))

    @rule(at=picks, dice=picks)
    def call_off(self, at, dice):
        """Now and then a session is cancelled."""
        if dice == 0:
            self._perform(c.CancelSession(session_id=self._session(at), reason="the trainer is ill"))

    @precondition(lambda self: self._proposals())
    @rule(which=picks, is_direct=st.sampled_from((False, False, True)))
    def approve(self, which, is_direct):
        """A coordinator approves a proposal, as an offer or as a seat."""
        self._approve_one(*self._proposals()[which % len(self._proposals())], is_direct=is_direct)

    def _approve_one(self, session_id, proposal_id, entry, *, is_direct=False):
        command = c.ApproveProposal(
            session_id=session_id, proposal_id=proposal_id, approval="Olga", is_direct=is_direct
        )
        self._perform(command, proposal_of=entry)

    @needs(Status.OFFERED)
    @rule(who=picks)
    def accept(self, who):
        """Somebody takes the seat that is held, or comes too late."""
        session_id, entry = self._pick(who, Status.OFFERED)
        self._perform(c.AcceptOffer(session_id=session_id, registration_id=entry))

    @precondition(lambda self: self._excused())
    @rule(who=picks, chooses=st.sampled_from((True, True, False)))
    def accept_and_choose(self, who, chooses):
        """Somebody takes the seat that is held, and gives up whatever else they have at the time, or forgets to."""
        session_id, entry = self._excused()[who % len(self._excused())]
        person = self.ledger.rosters[session_id].registrations[entry].person_id
        others = tuple(place.registration_id for place in self.ledger.places(person, session_id))
        self._perform(c.AcceptOffer(session_id=session_id, registration_id=entry, instead_of=others if chooses else ()))

    @needs(Status.OFFERED)
    @rule(who=picks)
    def decline(self, who):
        """Somebody says no."""
        session_id, entry = self._pick(who, Status.OFFERED)
        self._perform(c.DeclineOffer(session_id=session_id, registration_id=entry))

    @needs(Status.OFFERED)
    @rule(who=picks, reason=st.sampled_from(("wrong person", "too late", " ")))
    def revoke(self, who, reason):
        """A coordinator takes an offer back."""
        session_id, entry = self._pick(who, Status.OFFERED)
        self._perform(c.RevokeOffer(session_id=session_id, registration_id=entry, reason=reason))

    @needs(Status.OFFERED)
    @rule(who=picks, reason=st.sampled_from(("no answer on the phone", "no answer on the phone", " ")))
    def expire(self, who, reason):
        """A coordinator ends an offer before its deadline."""
        session_id, entry = self._pick(who, Status.OFFERED)
        self._perform(c.ExpireOffer(session_id=session_id, registration_id=entry, reason=reason))

    @precondition(lambda self: self._proposals())
    @rule(which=picks, at=picks, reason=st.sampled_from(("on leave", "on leave", "on leave", " ")))
    def pass_over(self, which, at, reason):
        """A coordinator passes a candidate over for one seat."""
        session_id, _, entry = self._proposals()[which % len(self._proposals())]
        roster = self.ledger.rosters[session_id]
        found = chosen_instead(roster, roster.registrations[entry], self.now)
        others = [*(r.id for r in roster.line()), "gone"]
        self.made += 1
        self._perform(
            c.PassOver(
                session_id=session_id,
                registration_id=entry,
                instead_id=found.id if found and at else others[at % len(others)],
                pass_id=f"p{self.made}",
                reason=reason,
                approval="Olga",
            )
        )

    @needs(Status.WAITLISTED)
    @rule(who=picks)
    def take_back_a_pass(self, who):
        """A coordinator gives somebody the turn back."""
        passed = [(i, one.registration_id) for i, r in self.ledger.rosters.items() for one in r.session.passings]
        session_id, entry = passed[who % len(passed)] if passed else self._pick(who, Status.WAITLISTED)
        self._perform(c.TakeBackPass(session_id=session_id, registration_id=entry))

    @precondition(lambda self: self._proposals())
    @rule(which=picks, minutes=st.sampled_from((-1, 0, 5, 60, 300)), reason=st.sampled_from(("asks at home", " ")))
    def hold(self, which, minutes, reason):
        """A coordinator holds the seat of a candidate."""
        session_id, _, entry = self._proposals()[which % len(self._proposals())]
        until = self.now + timedelta(minutes=minutes)
        self._perform(c.HoldProposal(session_id=session_id, registration_id=entry, until=until, reason=reason))

    @needs(Status.WAITLISTED)
    @rule(who=picks)
    def release_a_hold(self, who):
        """A coordinator ends a hold, or finds that there is none."""
        held = [(i, one.registration_id) for i, r in self.ledger.rosters.items() for one in r.session.holds]
        session_id, entry = held[who % len(held)] if held else self._pick(who, Status.WAITLISTED)
        self._perform(c.ReleaseHold(session_id=session_id, registration_id=entry))

    @needs(Status.OFFERED)
    @rule(who=picks)
    def undo_an_approval(self, who):
        """A coordinator undoes the approval of an offer that nobody was sent."""
        session_id, entry = self._pick(who, Status.OFFERED)
        made = [e for e in self.ledger.events if isinstance(e, OfferMade) and e.registration_id == entry]
        self._perform(
            c.TakeBackApproval(session_id=session_id, registration_id=entry, proposal_id=made[-1].proposal_id)
        )

    @rule(
        at=picks,
        others=st.sets(picks, max_size=2),
        hours=st.sampled_from((-1, 1, 3, 30, 700, 700)),
        reason=st.sampled_from(("another room", "another room", "another room", " ")),
        asking=st.sampled_from((None, *((m, rule) for m in (0, 5, 60) for rule in SilenceRule))),
    )
    def reschedule(self, at, others, hours, reason, asking):
        """A session is moved: away from some, to the time of others."""
        self._move_to(self._session(at), {self._session(other) for other in others}, hours, reason, asking)

    @precondition(lambda self: self._double())
    @rule(who=picks, asking=st.sampled_from((None, (60, SilenceRule.RELEASE))))
    def reschedule_onto(self, who, asking):
        """A session is moved to the time of another one in which somebody has a seat as well."""
        session_id, other = self._double()[who % len(self._double())]
        self._move_to(session_id, {*self.ledger.overlaps[session_id], other}, 700, "another room", asking)

    def _move_to(self, session_id, others, hours, reason, asking):
        overlaps = tuple(sorted(others - {session_id}))
        # No two sessions are ever moved to the very same instant, so that only what is shared overlaps.
        starts_at = self.now + timedelta(hours=hours, microseconds=self.made)
        moved = self.homes | {session_id: MORNING + timedelta(days=60 + self.made)}
        self.made += 1
        meetings = (Meeting(starts_at=starts_at, ends_at=starts_at + timedelta(microseconds=1)),)
        shared = [self._shared(moved, other, session_id) for other in overlaps]
        own = [self._shared(moved, session_id, other) for other in sorted(self.opened)]
        answer = self._perform(
            c.Reschedule(
                session_id=session_id,
                meetings=(*meetings, *sorted((*shared, *own), key=lambda one: one.starts_at)),
                location="Leeds",
                overlaps=overlaps,
                reason=reason,
                approval="Olga",
                asking=Asking(by=self.now + timedelta(minutes=asking[0]), on_silence=asking[1]) if asking else None,
            )
        )
        if not isinstance(answer, str):
            self.homes = moved

    def _shared(self, homes, host, guest) -> Meeting:
        """Give an hour of one session in which another one can meet, and nobody else."""
        starts_at = homes[host] + timedelta(hours=sorted(self.opened).index(guest))
        return Meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    @precondition(lambda self: self._asked_again())
    @rule(who=picks)
    def confirm_again(self, who):
        """Somebody keeps the seat in a session that was moved."""
        session_id, entry = self._asked_again()[who % len(self._asked_again())]
        self._perform(c.Reconfirm(session_id=session_id, registration_id=entry))

    @precondition(lambda self: self._unsigned())
    @rule(who=picks, is_given=st.sampled_from((True, True, False)))
    def answer_the_sign_off(self, who, is_given):
        """A manager signs off, or does not."""
        session_id, entry = self._unsigned()[who % len(self._unsigned())]
        self._answer_sign_off(session_id, entry, is_given=is_given)

    def _answer_sign_off(self, session_id, entry, *, is_given):
        self._perform(c.AnswerSignOff(session_id=session_id, registration_id=entry, is_given=is_given, approval="Mara"))

    @needs(Status.OFFERED)
    @rule(
        who=picks,
        minutes=st.sampled_from((-5, 10, 120)),
        reason=st.sampled_from(("on leave", "")),
        starts=st.booleans(),
    )
    def extend(self, who, minutes, reason, starts):
        """A coordinator gives somebody more time."""
        session_id, entry = self._pick(who, Status.OFFERED)
        deadline = self.ledger.rosters[session_id].registrations[entry].offer_expires_at or self.now
        self._perform(
            c.ExtendOffer(
                session_id=session_id,
                registration_id=entry,
                until=deadline + timedelta(minutes=minutes),
                reason=reason,
                starts_clock=starts,
            )
        )

    @needs(Status.OFFERED)
    @rule(who=picks, what=st.sampled_from(("refresh", "hand over", "hand over", "bounce", "an earlier one")))
    def mail(self, who, what):
        """The mail of an offer is sent again, handed over, or comes back."""
        session_id, entry = self._pick(who, Status.OFFERED)
        known = self.ledger.rosters[session_id].registrations[entry]
        about: dict[str, Any] = {"session_id": session_id, "registration_id": entry}
        number = known.offer_number - (what == "an earlier one")
        match what:
            case "refresh":
                self._perform(c.RefreshOffer(**about))
            case "bounce":
                self._perform(c.StopClock(**about, offer_number=number, reason="no such mailbox"))
            case _:
                self._perform(c.StartClock(**about, offer_number=number, handed_over_at=self.now))

    @needs(Status.WAITLISTED, at_least=2)
    @rule(who=picks, before=picks, reason=st.sampled_from(("audit finding", "new site", "")))
    def move(self, who, before, reason):
        """A coordinator moves somebody in the line."""
        session_id, entry = self._pick(who, Status.WAITLISTED)
        others = [*(r.id for r in self.ledger.rosters[session_id].line()), ""]
        self.made += 1
        self._perform(
            c.MoveEntry(
                session_id=session_id,
                registration_id=entry,
                before_id=others[before % len(others)],
                override_id=f"o{self.made}",
                reason=reason,
                approval="Olga",
            )
        )

    @precondition(lambda self: self._overrides())
    @rule(which=picks)
    def revoke_move(self, which):
        """A coordinator takes a move back."""
        session_id, override_id = self._overrides()[which % len(self._overrides())]
        self._perform(c.RevokeMove(session_id=session_id, override_id=override_id))

    @rule(at=picks, capacity=st.sampled_from((None, 0, 1, 2, 3, 4)))
    def change_capacity(self, at, capacity):
        """A coordinator sets the number of seats."""
        session = self.ledger.rosters[self._session(at)].session
        self._perform(c.ChangeRules(session_id=session.id, rules=replace(session, capacity=capacity)))

    @rule(
        at=picks,
        is_open=st.booleans(),
        most=st.sampled_from((None, 0, 2, 4)),
        blocked=st.sampled_from(BlockedRule),
        leaves=st.booleans(),
    )
    def change_list(self, at, is_open, most, blocked, leaves):
        """A coordinator sets the rules of the waitlist."""
        session = self.ledger.rosters[self._session(at)].session
        rules = replace(session, waitlist_is_open=is_open, waitlist_limit=most, blocked_seats=blocked)
        self._perform(c.ChangeRules(session_id=session.id, rules=rules, leaves_line=leaves))

    @rule(
        at=picks,
        order=st.sampled_from(Order),
        priority=st.sampled_from(PRIORITIES),
        reason=st.sampled_from(("new agreement", "new agreement", "by mistake", " ")),
    )
    def change_the_order(self, at, order, priority, reason):
        """A coordinator changes the order of the line, by itself or by mistake with other rules."""
        session = self.ledger.rosters[self._session(at)].session
        known = {i: asked.facts for i, asked in self.asked.items()}
        if reason == "by mistake":
            rules = replace(session, order=order, priority=priority)
            self._perform(c.ChangeRules(session_id=session.id, rules=rules, leaves_line=True))
            return
        self._perform(
            c.ChangeOrder(
                session_id=session.id, order=order, priority=priority, facts=known, reason=reason, approval="Olga"
            )
        )

    @needs(Status.WAITLISTED, Status.CONFIRMED)
    @rule(who=picks, known=facts, reason=st.sampled_from(("wrong department", "wrong department", "")))
    def change_a_fact(self, who, known, reason):
        """Staff put right what is known of somebody who waits, or waits no longer."""
        session_id, entry = self._pick(who, Status.WAITLISTED, Status.CONFIRMED)
        before = self.ledger
        self._perform(
            c.ChangeFacts(session_id=session_id, registration_id=entry, facts=known, details="{}", reason=reason)
        )
        if self.ledger is not before:
            self.asked[entry] = replace(self.asked[entry], facts=known)

    @rule(at=picks, units=st.integers(1, 3), minutes=st.sampled_from((None, 5, 60)))
    def reserve(self, at, units, minutes):
        """A coordinator keeps seats for the board, for a while or for good."""
        session = self.ledger.rosters[self._session(at)].session
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        blocks = (Block(name="board", units=units, releases_at=until),)
        self._perform(c.ChangeRules(session_id=session.id, rules=replace(session, blocks=blocks), leaves_line=True))

    @rule(at=picks, course=st.sampled_from(("", "fire")), one_date=st.booleans())
    def change_course(self, at, course, one_date):
        """A coordinator says of which course a session is a date."""
        session = self.ledger.rosters[self._session(at)].session
        rules = replace(session, course=course, one_date=one_date)
        self._perform(c.ChangeRules(session_id=session.id, rules=rules, leaves_line=True))

    @rule(at=picks)
    def release(self, at):
        """A coordinator releases what was kept."""
        session = self.ledger.rosters[self._session(at)].session
        self._perform(c.ChangeRules(session_id=session.id, rules=replace(session, blocks=()), leaves_line=True))

    @rule(who=st.permutations(PEOPLE))
    def merge(self, who):
        """Two records are found to be one person."""
        going, staying = who[:2]
        places = {key: r for key, roster in self.ledger.rosters.items() if (r := roster.of_person(going))}
        known = [r for roster in self.ledger.rosters.values() for r in roster.registrations.values()]
        commands = (
            c.ReplacePerson(
                session_id=key,
                person_id=going,
                into_id=staying,
                theirs=frozenset(r.id for r in places.values()),
                approval="merge by Olga",
                exchanged=frozenset(r.terms.gives_up for r in known if r.person_id in {going, staying}),
            )
            for key in sorted(places)
        )
        due = (c.LapseDue(session_id=key, until=self.now) for key in sorted(places))
        if not isinstance(self._perform(*due, *commands), str):
            # What ended goes along, so that nobody is put back under a record that is somebody else's by now.
            self.people |= {entry: staying for entry, person in self.people.items() if person == going}

    @rule(at=picks, who=picks)
    def press_an_old_button(self, at, who):
        """Act on somebody who is in another state than the button supposes, or gone."""
        session_id = self._session(at)
        known = sorted(self.ledger.rosters[session_id].registrations)
        entry = known[who % len(known)] if known and who < 8 else "gone"
        self._approve_one(session_id, "?", "?")
        if (session_id, entry) not in self._unsigned():
            self._answer_sign_off(session_id, entry, is_given=True)
        if (session_id, entry) not in self._asked_again():
            self._perform(c.Reconfirm(session_id=session_id, registration_id=entry))
        ending = (partial(end, reason="wrong person") for end in (c.RevokeOffer, c.ExpireOffer))
        for command in (c.AcceptOffer, c.DeclineOffer, *ending):
            if (session_id, entry) not in self._entries(Status.OFFERED):
                self._perform(command(session_id=session_id, registration_id=entry))
        self._perform(c.Close(session_id=session_id, registration_id="gone", status=Status.DROPPED))
        self._perform(c.RevokeMove(session_id=session_id, override_id="gone"))

    # ── time ─────────────────────────────────────────────────────────────────────────────────────

    @rule(minutes=st.sampled_from((1, 5, 29, 60)))
    def wait(self, minutes):
        """Time passes, and no job runs."""
        self._pass_time(self.now + timedelta(minutes=minutes))

    @precondition(lambda self: self._deadlines())
    @rule(seconds_early=st.sampled_from((0, 0, 1)))
    def wait_for_a_deadline(self, seconds_early):
        """The clock comes to a deadline, or a second before it."""
        self._pass_time(max(self.now, min(self._deadlines()) - timedelta(seconds=seconds_early)))

    @rule(minutes_early=st.sampled_from((0, 0, 10)))
    def sweep(self, minutes_early):
        """The job ends the offers that are due, in all sessions."""
        until = self.now - timedelta(minutes=minutes_early)
        by_code = sorted(self.opened.values(), key=lambda s: s.code)
        self._perform(*(c.LapseDue(session_id=s.id, until=until) for s in by_code))

    # ── how it is done and checked ───────────────────────────────────────────────────────────────

    def _session(self, at: int) -> str:
        return sorted(self.opened)[at % len(self.opened)]

    def _entries(self, *statuses: Status) -> list[tuple[str, str]]:
        """List everybody of these statuses, with their session."""
        return [
            (session_id, r.id)
            for session_id, roster in self.ledger.rosters.items()
            for r in roster.registrations.values()
            if r.status in statuses
        ]

    def _unsigned(self) -> list[tuple[str, str]]:
        """List everybody who waits for a manager's sign-off, with their session."""
        rosters = self.ledger.rosters.items()
        return [(i, r.id) for i, roster in rosters for r in roster.registrations.values() if SIGN_OFF in r.outstanding]

    def _excused(self) -> list[tuple[str, str]]:
        """List every offer that overlaps, with its session."""
        rosters = self.ledger.rosters.items()
        return [(i, r.id) for i, roster in rosters for r in roster.registrations.values() if r.excused]

    def _double(self) -> list[tuple[str, str]]:
        """List pairs of sessions at different times in which one person has a seat, or an offer."""
        rosters = self.ledger.rosters.items()
        seated = {(i, r.person_id) for i, roster in rosters for r in roster.registrations.values() if r.status.has_seat}
        pairs = {(one, two) for one, person in seated for two, other in seated if person == other and one != two}
        return sorted((one, two) for one, two in pairs if two not in self.ledger.overlaps[one])

    def _asked_again(self) -> list[tuple[str, str]]:
        """List everybody who is asked to confirm a seat again, with their session."""
        rosters = self.ledger.rosters.items()
        return [(i, r.id) for i, roster in rosters for r in roster.registrations.values() if r.answer_by]

    def _pick(self, who: int, *statuses: Status) -> tuple[str, str]:
        found = self._entries(*statuses)
        return found[who % len(found)]

    def _proposals(self) -> list[tuple[str, str, str]]:
        return [(i, p.id, p.registration_id) for i, r in self.ledger.rosters.items() for p in r.proposals.values()]

    def _overrides(self) -> list[tuple[str, str]]:
        return [(i, o.id) for i, roster in self.ledger.rosters.items() for o in roster.overrides]

    def _request(
        self,
        at,
        *,
        person,
        units,
        minutes_ago,
        facts,
        waiver,
        block,
        approval,
        lifts,
        expects_seat,
        on_behalf,
        waitlist_only,
    ) -> c.RequestSeat:
        self.made += 1
        request = self.asked[f"r{self.made}"] = c.RequestSeat(
            session_id=self._session(at),
            registration_id=f"r{self.made}",
            person_id=person,
            requested_at=self.now - timedelta(minutes=minutes_ago),
            seat_units=units,
            facts=facts,
            waiver=waiver,
            block=block,
            approval=approval,
            lifts=lifts and bool(approval),
            reason="the board asked" if approval else "",
            expects_seat=expects_seat,
            on_behalf=on_behalf,
            terms=Terms(waitlist_only=waitlist_only),
        )
        return request

    def _deadlines(self) -> list[datetime]:
        asking = [roster.session.asking.by for roster in self.ledger.rosters.values() if roster.session.asking]
        closing = [by for by in asking if by > self.now]
        closing += [s.window.closes_at for s in self.opened.values() if s.window and s.window.closes_at > self.now]
        return closing + [
            deadline
            for roster in self.ledger.rosters.values()
            for r in roster.registrations.values()
            for deadline in (r.offer_expires_at, r.payment_due_at)
            if deadline and deadline > self.now
        ]

    def _pass_time(self, now: datetime) -> None:
        self.now = self.ledger.now = now
        self._check_promises()

    def _perform(self, *commands: c.Command, proposal_of: str = "", any_date: bool = False) -> tuple[Event, ...] | str:
        """Carry the commands out in the engine and in the oracle, compare, and give the engine's answer."""
        ledger, oracle = self._copies()
        engine_says = answer(lambda: carried_out(ledger, commands, self.now, any_date=any_date))
        try:
            if any_date:
                oracle.ask_for_any_date(commands, self.now)
            else:
                oracle.act([for_the_oracle(command, proposal_of) for command in commands], self.now)
            oracle_says = "done"
        except No as no:
            oracle_says = no.args[0]

        assert (engine_says if isinstance(engine_says, str) else "done") == oracle_says
        if oracle_says == "done":
            self.ledger, self.oracle = ledger, oracle
        self._check_promises()
        self._check_against_the_oracle()
        self._check_that_the_events_tell_everything()
        if not isinstance(engine_says, str):
            self._check_that_events_name_their_people(commands, engine_says)
        return engine_says

    def _check_that_events_name_their_people(self, commands: tuple[c.Command, ...], events: tuple[Event, ...]) -> None:
        """Each event is about the person of its registration, whoever gave the command."""
        began = {event.registration_id for event in events if isinstance(event, SeatGiven | WaitlistJoined)}
        self.people |= {
            asked.registration_id: asked.person_id
            for asked in commands
            if isinstance(asked, c.RequestSeat | c.AskEarlier | c.RecordPlace) and asked.registration_id in began
        }
        for event in events:
            assert event.session_id in self.opened
            if isinstance(event, PersonReplaced):
                assert self.people[event.registration_id] == event.was_person_id
                self.people[event.registration_id] = event.person_id
            if registration_id := getattr(event, "registration_id", ""):
                assert getattr(event, "person_id", "") == self.people[registration_id]

    def _copies(self) -> tuple[ProvingLedger, Oracle]:
        """Copy both sides, so that a refused act leaves no trace; values that nobody can change are shared."""
        shared: list[Any] = [*self.ledger.events]
        for roster in self.ledger.rosters.values():
            shared += (roster.session, *roster.registrations.values(), *roster.overrides)
        for desk in self.oracle.desks.values():
            shared += (desk.session, *(entry.facts for entry in desk.entries))
        return deepcopy((self.ledger, self.oracle), {id(value): value for value in shared})

    def _check_promises(self) -> None:
        rosters = self.ledger.rosters
        for roster in rosters.values():
            assert broken(roster, self.now) == ()
            if not roster.overdue(self.now) and is_awake(roster.session, self.now):
                said = {r.registration_id for r in why_each(roster, self.now) if r.why in {Why.NEXT, Why.HELD}}
                assert said == {p.registration_id for p in roster.proposals.values()}
                self._check_what_it_takes(roster)
        assert broken_across(rosters, self.ledger.overlaps, self.now) == ()

    def _check_what_it_takes(self, roster: Roster) -> None:
        """With as many seats more as the last in line was told, they are served; told of none, they are so now."""
        line = roster.ready_line()
        if not line or roster.session.is_sealed:
            return
        left = free(roster, self.now)
        more = sum(step.seat_units for step in what_it_takes(roster, line[-1].id, self.now))
        served = next_in_line(roster, None if left is None else left + more, self.now)
        assert line[-1].id in {one.id for one in served}

    def _check_against_the_oracle(self) -> None:
        for session_id, roster in self.ledger.rosters.items():
            desk = self.oracle.desks[session_id]
            assert [r.id for r in roster.line()] == [e.id for e in self.oracle.line(desk)]
            assert {p.registration_id for p in roster.proposals.values()} == set(desk.proposed)
            held = {e.id: e.held_until for e in desk.entries if e.held_until}
            assert {one.registration_id: one.until for one in roster.session.holds} == held
            assert {
                r.id: (
                    r.person_id,
                    r.status.value,
                    r.offer_expires_at,
                    r.clock_stands_since,
                    list(r.conflicts),
                    sorted(m for m in r.outstanding if m.startswith(OTHER_DATE)),
                    r.seat_units,
                    bool(r.grant),
                    bool(r.checked_in_at),
                    r.passes,
                    (r.terms.price, r.payment_due_at, r.payment, r.paid),
                    bool(r.answer_by),
                )
                for r in roster.registrations.values()
            } == {
                e.id: (
                    e.person,
                    e.status,
                    e.expires_at,
                    e.stands_since,
                    self.oracle.conflicts(desk, e) if e.status == "waitlisted" else [],
                    [f"course:{i}" for i in self.oracle.offered_dates(desk, e)] if e.status == "waitlisted" else [],
                    e.units,
                    e.granted,
                    e.came,
                    e.passes,
                    (e.price, e.pay_by, e.paid_with, e.paid),
                    e.asked_again,
                )
                for e in desk.entries
            }
        assert {
            p.reference: (p.registration_id, p.amount, p.currency, p.owed, p.given_back, p.kept)
            for _, p in self._payments()
        } == {key: (m.entry, m.came, m.currency, m.owed, m.back, m.kept) for key, m in self.oracle.money.items()}

    def _check_that_the_events_tell_everything(self) -> None:
        for session_id, roster in self.ledger.rosters.items():
            own = [event for event in self.ledger.events if event.session_id == session_id]
            assert fold(Roster(session=self.opened[session_id]), own) == roster


def carried_out(book: Book, commands: Any, now: datetime, *, any_date: bool) -> tuple[Event, ...]:
    """Carry commands out as one act; requests for any date are chosen from first."""
    return ask_for_any_date(book, commands, now) if any_date else act(book, commands, now)


def for_the_oracle(command: c.Command, proposal_of: str) -> c.Command:
    """Name a proposal by the entry that it is for: the numbers that the engine gives are its own affair."""
    if isinstance(command, c.ApproveProposal):
        return replace(command, proposal_id=proposal_of)
    return command


def walk(machine: type[Walk], *, steps: int, in_a_walk: int = STEPS_IN_A_WALK) -> None:
    """Walk about `steps` steps, so many in each walk, beside the acts of the crowd at its start."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, steps // (in_a_walk + 20)),  # about 20 acts make the crowd at the start
            stateful_step_count=in_a_walk,
            deadline=None,
            phases=[Phase.reuse, Phase.generate, *([Phase.shrink] if SHRINK else [])],  # shrinking takes minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
        ),
    )


@pytest.mark.timeout(0 if STEPS > 10_000 or SHRINK else 300)
def test_a_random_walk_keeps_every_promise():
    """Whatever people do in whatever order, seats add up, the order holds and the record tells it all."""
    walk(Walk, steps=STEPS)
