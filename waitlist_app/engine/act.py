"""One act and everything that follows from it, in the order that is promised.

First the commands, each on its own session. Then the sessions they touched are settled, by code. Then those sessions
in which the same people wait and a conflict has just begun or ended, or another date of the course was taken or given
back, by code, until nothing follows any more.
Offers of a session that have reached their deadline lapse, seats that were not paid by theirs come back, and the
session is settled, before a request or another act looks at it: what comes out is the same whether or not the sweep has
run. A sealed window whose hour has come closes in the same way.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol

from waitlist_app.engine.commands import (
    AcceptOffer,
    AllowOverlap,
    BeginConflict,
    CloseWindow,
    Command,
    DeclineOffer,
    EndConflict,
    ExpireOffer,
    ExtendOffer,
    GiveUp,
    LapseDue,
    RefreshOffer,
    Reschedule,
    RevokeOffer,
    SettleMatter,
    StartClock,
    StopClock,
    TakeBackApproval,
    TakeOtherDate,
)
from waitlist_app.engine.courses import AboutDates, follows_for_a_date
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    EntryRequeued,
    Event,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    PaymentReceived,
    PersonReplaced,
    RegistrationClosed,
    RuleRestored,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
)
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.model import ConflictRule, Place, Registration, Roster, Session, Status
from waitlist_app.engine.settle import settle
from waitlist_app.engine.windows import is_awake
from waitlist_app.errors import Defect

_ROUNDS: Final = 1000
"""Far above what seats and sessions allow; a guard against a rule that contradicts itself."""


_BeginsHolding = SeatGiven | SeatGranted | SeatConfirmed | OfferMade | PersonReplaced
"""Events by which somebody comes to hold a seat."""

_EndsHolding = OfferDeclined | OfferRevoked | OfferLapsed | EntryRequeued | ApprovalTakenBack | RegistrationClosed
"""Events by which somebody holds it no longer."""

_ABOUT_OFFERS: Final = (
    AcceptOffer,
    DeclineOffer,
    RevokeOffer,
    ExpireOffer,
    TakeBackApproval,
    ExtendOffer,
    RefreshOffer,
    StartClock,
    StopClock,
    LapseDue,
)
"""They judge an offer by its own deadline. An answer that comes too late must never reach a newer offer instead."""


class Book(Protocol):
    """Where rosters come from and events go; a transaction over a database, or a value in memory."""

    def for_act(self, command: Command) -> Roster:
        """Give the roster that deciding `command` needs, its session locked."""
        ...

    def for_settlement(self, session_id: str) -> Roster:
        """Give the roster that settling needs: open proposals and the front of the ready line."""
        ...

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions that overlap with this one."""
        ...

    def dates(self, person_id: str, session: Session) -> Sequence[Place]:
        """List where a person is active on other dates of the course of `session`, which has one."""
        ...

    def everywhere(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions than this one, whenever they meet."""
        ...

    def at_the_same_time(self, session_id: str) -> frozenset[str]:
        """Name the sessions that overlap with this one, as it stands."""
        ...

    def seed(self, session_id: str) -> str:
        """Give the sealed seed of a session's lottery, empty where there is none; asked for once its hour has come."""
        ...

    def keep(self, roster: Roster, events: Sequence[Event]) -> None:
        """Record the events of one session; `roster` is what they lead to."""
        ...


def act(book: Book, commands: Iterable[Command], now: datetime) -> tuple[Event, ...]:
    """Carry commands out at one instant and settle every session that they touch.

    Raises the `Refused` of the first command that a rule forbids; nothing may be kept then.
    """
    chain = _Chain(book, now)
    chain.carry_out(commands)
    return tuple(chain.events)


class _Chain:
    """The act so far: its events, and which neighbouring sessions have still to be settled, by code."""

    def __init__(self, book: Book, now: datetime) -> None:
        self._book = book
        self._now = now
        self._neighbours: dict[str, str] = {}
        self.events: list[Event] = []

    def carry_out(self, commands: Iterable[Command]) -> None:
        """Carry out the commands, then settle the sessions that they touch, then the neighbours."""
        touched: dict[str, str] = {}
        for command in commands:
            roster = self._book.for_act(command)
            if roster.session.has_closed(self._now) and not isinstance(command, CloseWindow):
                seed = self._book.seed(command.session_id)
                roster = self._after(CloseWindow(session_id=command.session_id, seed=seed), command)
            if not isinstance(command, (*_ABOUT_OFFERS, CloseWindow)) and self._is_due(roster):
                roster = self._after(LapseDue(session_id=command.session_id, until=self._now), command)
            self._decide(roster, command)
            touched[roster.session.code] = roster.session.id
        self._settle(touched)
        for _ in range(_ROUNDS):
            if not self._neighbours:
                return
            conflicting, self._neighbours = self._neighbours, {}
            self._settle(conflicting)
        raise Defect("An act goes round in circles.")

    def _after(self, due: Command, command: Command) -> Roster:
        """Carry out first what fell due; the neighbours of the act so far are settled after the act, not with it."""
        waiting, self._neighbours = self._neighbours, {}
        self.carry_out([due])
        self._neighbours = waiting
        return self._book.for_act(command)

    def _is_due(self, roster: Roster) -> bool:
        return bool(roster.overdue(self._now)) or not is_awake(roster.session, self._now)

    def _decide(self, roster: Roster, command: Command) -> None:
        events = decide(roster, command, self._now)
        if isinstance(command, Reschedule):
            self._move(roster, command, events)
            return
        for event in events:
            if isinstance(event, OfferAccepted):
                # First what ends for it, so that nobody has two seats at once even between two events.
                for session_id, registration_id in event.instead_of:
                    self._tell(GiveUp(session_id=session_id, registration_id=registration_id))
        self._keep(roster, events)

    def _move(self, roster: Roster, command: Reschedule, events: tuple[Event, ...]) -> None:
        """Move a session, and let everything follow that its people have elsewhere."""
        before, after = self._book.at_the_same_time(command.session_id), frozenset(command.overlaps)
        people = sorted(roster.registrations.values(), key=lambda one: one.person_id)
        known = [(one, self._book.everywhere(one.person_id, command.session_id)) for one in people]
        clashing = [(one, place) for one, places in known for place in places if place.session_id in after - before]
        ending = [(one, place) for one, places in known for place in places if place.session_id in before - after]
        for one, place in clashing:
            if one.status.has_seat and place.has_seat(self._now):
                self._lift_the_guard(command, one, place)
        self._keep(self._book.for_act(command), events)
        for one, place in ending:
            self._end_the_clash(command.session_id, one, place)
        for one, place in clashing:
            self._begin_the_clash(command.session_id, one, place)

    def _lift_the_guard(self, command: Reschedule, one: Registration, place: Place) -> None:
        """Let two seats of one person overlap: where one is an offer, that one, and only until it is answered."""
        here = AllowOverlap(
            session_id=command.session_id,
            registration_id=one.id,
            with_session_id=place.session_id,
            with_registration_id=place.registration_id,
            approval=command.approval,
        )
        there = AllowOverlap(
            session_id=place.session_id,
            registration_id=place.registration_id,
            with_session_id=command.session_id,
            with_registration_id=one.id,
            approval=command.approval,
        )
        if place.status is Status.OFFERED:
            self._tell(there)
        if one.status is Status.OFFERED or place.status is not Status.OFFERED:
            self._tell(here)

    def _begin_the_clash(self, session_id: str, one: Registration, place: Place) -> None:
        if one.status is Status.WAITLISTED and place.has_seat(self._now):
            self._tell(_conflict_of(session_id, one.id, place))
        elif one.status.has_seat and place.status is Status.WAITLISTED:
            self._tell(_conflict_with(place, session_id, one.id))

    def _end_the_clash(self, session_id: str, one: Registration, place: Place) -> None:
        if one.status is Status.WAITLISTED:
            ended = EndConflict(session_id=session_id, registration_id=one.id, with_session_id=place.session_id)
            self._tell(ended)
        elif place.status is Status.WAITLISTED:
            ended = EndConflict(
                session_id=place.session_id, registration_id=place.registration_id, with_session_id=session_id
            )
            self._tell(ended)

    def _settle(self, sessions: dict[str, str]) -> None:
        for _, session_id in sorted(sessions.items()):
            roster = self._book.for_settlement(session_id)
            self._keep(roster, settle(roster, self._now))

    def _keep(self, roster: Roster, events: tuple[Event, ...]) -> None:
        if not events:
            return
        after = fold(roster, events)
        self._book.keep(after, events)
        self.events.extend(events)
        for event in events:
            self._tell_neighbours(event, after)
            if roster.session.course:
                self._tell_other_dates(event, after)

    def _tell_neighbours(self, event: Event, after: Roster) -> None:
        match event:
            case SeatGiven() | SeatGranted() | SeatConfirmed():
                self._begin_conflicts(event, after)
                self._exchange(event)
            case OfferMade():
                self._begin_conflicts(event, after)
            case OfferAccepted() | PaymentReceived():
                self._exchange(event)
            case PersonReplaced(status=status) if status.has_seat:
                self._begin_conflicts(event, after)
            case PersonReplaced() | RuleRestored():
                self._look_for_conflicts(event)
            case RegistrationClosed(is_stale=True):
                pass  # its person has a seat in this session as before, if there was one
            case RegistrationClosed(was=was) if was.has_seat:
                self._end_conflicts(event)
            case OfferDeclined() | OfferRevoked() | OfferLapsed():
                self._end_conflicts(event)
            case EntryRequeued() | ApprovalTakenBack():
                self._end_conflicts(event)
                self._look_for_conflicts(event)
            case _:
                pass

    def _begin_conflicts(self, event: _BeginsHolding, after: Roster) -> None:
        """Tell the sessions in which the person waits, or has an offer, that a seat at the same time is held."""
        for place in self._book.places(event.person_id, event.session_id):
            if place.status is Status.WAITLISTED:
                self._tell(_conflict_with(place, event.session_id, event.registration_id))
            elif place.status is Status.OFFERED and place.has_seat(self._now):
                # Only where the guard is lifted for the new seat: whoever accepts the offer chooses.
                told = AllowOverlap(
                    session_id=place.session_id,
                    registration_id=place.registration_id,
                    with_session_id=event.session_id,
                    with_registration_id=event.registration_id,
                    approval=after.registrations[event.registration_id].waiver or ConflictRule.IGNORE,
                )
                self._tell(told)

    def _end_conflicts(self, event: _EndsHolding) -> None:
        """Tell the sessions in which the person waits that a seat at the same time is held no longer."""
        for place in self._book.places(event.person_id, event.session_id):
            if place.status is Status.WAITLISTED:
                told = EndConflict(
                    session_id=place.session_id,
                    registration_id=place.registration_id,
                    with_session_id=event.session_id,
                )
                self._tell(told)

    def _exchange(self, event: SeatGiven | SeatGranted | SeatConfirmed | OfferAccepted | PaymentReceived) -> None:
        """Give up the seat that somebody named to be exchanged for this one, once this one is theirs."""
        terms = event.terms if isinstance(event, SeatGiven) else event
        has_to_be_paid = isinstance(event, SeatGiven) and event.payment_due_at is not None
        if terms.gives_up and not has_to_be_paid:
            self._tell(GiveUp(session_id=terms.gives_up_in, registration_id=terms.gives_up))

    def _look_for_conflicts(self, event: EntryRequeued | ApprovalTakenBack | PersonReplaced | RuleRestored) -> None:
        """Find the seats that the person has at the same time, now that the entry is in the line as theirs."""
        for place in self._book.places(event.person_id, event.session_id):
            if place.has_seat(self._now):
                self._tell(_conflict_of(event.session_id, event.registration_id, place))

    def _tell_other_dates(self, event: Event, after: Roster) -> None:
        """Tell the other dates of the course in which the person waits that this one is taken, or given back."""
        if not isinstance(event, AboutDates):
            return
        own = after.registrations.get(event.registration_id)
        dates = self._book.dates(event.person_id, after.session)
        for told in follows_for_a_date(event, dates, self._now, is_waived=bool(own and own.waiver)):
            self._tell(told)

    def _tell(self, told: AllowOverlap | BeginConflict | EndConflict | GiveUp | TakeOtherDate | SettleMatter) -> None:
        roster = self._book.for_act(told)
        before = len(self.events)
        self._decide(roster, told)
        if len(self.events) > before:
            self._neighbours[roster.session.code] = roster.session.id


def _conflict_with(place: Place, session_id: str, registration_id: str) -> BeginConflict:
    """Tell the entry of `place` of a seat elsewhere."""
    return BeginConflict(
        session_id=place.session_id,
        registration_id=place.registration_id,
        with_session_id=session_id,
        with_registration_id=registration_id,
    )


def _conflict_of(session_id: str, registration_id: str, place: Place) -> BeginConflict:
    """Tell an entry of the seat of `place`."""
    return BeginConflict(
        session_id=session_id,
        registration_id=registration_id,
        with_session_id=place.session_id,
        with_registration_id=place.registration_id,
    )
