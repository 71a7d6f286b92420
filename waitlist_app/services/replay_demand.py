"""Playing a recorded stream of requests and drops through the real use cases.

The clock is set by the events. At one instant: accepts that are due, then offers that lapse, then the event.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from waitlist_app.clock import new_id
from waitlist_app.engine.act import act
from waitlist_app.engine.commands import AcceptOffer, Close, RequestSeat
from waitlist_app.engine.events import EntryRequeued, Event, OfferLapsed, OfferMade, SeatProposed
from waitlist_app.engine.model import Registration, Status
from waitlist_app.engine.refusals import NotRegistered
from waitlist_app.errors import Refused
from waitlist_app.services.acting import Dated, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import PersonDetails, SessionDetails
from waitlist_app.services.request_seat import facts_of

T = TypeVar("T")

ROLES: Final = ("Safety officer", "Manager", "Team lead", "New hire", "Individual contributor")
"""The roles of recorded streams, from first to last."""


class SettableClock(Protocol):
    """A clock that the stream moves."""

    def set(self, at: datetime) -> None:
        """Move to `at`."""
        ...


class Act(Dated, Protocol):
    """What a stream asks of one transaction."""

    def add_session(self, details: SessionDetails) -> None:
        """Add a session."""
        ...

    def find_or_add_person(self, details: PersonDetails) -> str:
        """Give the id of the person, added when new."""
        ...

    def active(self, session_id: str, person_id: str) -> Registration | None:
        """Give a person's active registration in a session."""
        ...


class Stage(Protocol):
    """Where a stream is played: a database, or a book in memory."""

    def transact(self, actor: Actor, unit: Callable[[Act], T]) -> T:
        """Run `unit` in one transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """One line of a stream: a request or a drop."""

    line: int
    occurred_at: datetime
    is_request: bool
    session_code: str
    person: PersonDetails
    seat_units: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What the people offered a seat do: accept `accept_after` later, or never answer."""

    accepts: bool = True
    accept_after: timedelta = timedelta(0)


@dataclass(slots=True)
class Tallies:
    """What was counted on the way."""

    requests: int = 0
    drops: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    proposals: int = 0
    offers: int = 0
    lapsed: int = 0

    def add(self, events: Iterable[Event]) -> None:
        """Count acts."""
        for event in events:
            match event:
                case SeatProposed():
                    self.proposals += 1
                case OfferMade():
                    self.offers += 1
                case OfferLapsed() | EntryRequeued():
                    self.lapsed += 1
                case _:
                    pass


def replay_demand(
    *,
    work: Stage,
    actor: Actor,
    clock: SettableClock,
    sessions: Sequence[SessionDetails],
    events: Sequence[RecordedEvent],
    behaviour: Behaviour,
    waiver: str = "",
    on_event: Callable[[], None] = lambda: None,
) -> Tallies:
    """Add the sessions, play the events in the order of their time, then line, and give the counts.

    Each event is one transaction, and so is every accept and every sweep between them.
    """
    actor.require(Permission.EDIT)
    ordered = sorted(events, key=_time_then_line)
    if ordered:
        clock.set(ordered[0].occurred_at)
    codes = work.transact(actor, lambda tx: _add(tx, sessions))
    stream = _Stream(work=work, actor=actor, clock=clock, behaviour=behaviour, codes=codes, waiver=waiver)
    for event in ordered:
        stream.play(event)
        on_event()
    return stream.tallies


def _time_then_line(event: RecordedEvent) -> tuple[datetime, int]:
    return event.occurred_at, event.line


def _add(tx: Act, sessions: Sequence[SessionDetails]) -> dict[str, str]:
    for session in sessions:
        tx.add_session(session)
    return {session.rules.code: session.rules.id for session in sessions}


class _Stream:
    """The stream as it is played: what falls due, and what was counted."""

    def __init__(
        self,
        *,
        work: Stage,
        actor: Actor,
        clock: SettableClock,
        behaviour: Behaviour,
        codes: dict[str, str],
        waiver: str,
    ) -> None:
        self.tallies = Tallies()
        self._work = work
        self._actor = actor
        self._clock = clock
        self._behaviour = behaviour
        self._codes = codes
        self._waiver = waiver
        self._accepts: list[tuple[datetime, int, str, str]] = []
        self._lapses: list[datetime] = []
        self._offers = 0

    def play(self, event: RecordedEvent) -> None:
        self._run_to(event.occurred_at)
        self._clock.set(event.occurred_at)
        unit = self._request if event.is_request else self._drop
        if event.is_request:
            self.tallies.requests += 1
        else:
            self.tallies.drops += 1
        try:
            self._note(self._work.transact(self._actor, lambda tx: unit(tx, event)), event.occurred_at)
        except Refused as refused:
            self.tallies.refused[refused.code] += 1
        if not self._behaviour.accept_after:
            self._accept_up_to(event.occurred_at)

    def _request(self, tx: Act, event: RecordedEvent) -> tuple[Event, ...]:
        command = RequestSeat(
            session_id=self._codes[event.session_code],
            registration_id=new_id(),
            person_id=tx.find_or_add_person(event.person),
            requested_at=event.occurred_at,
            seat_units=event.seat_units,
            facts=facts_of(event.person),
            waiver=self._waiver,
        )
        return act(tx, [command], tx.now)

    def _drop(self, tx: Act, event: RecordedEvent) -> tuple[Event, ...]:
        session_id = self._codes[event.session_code]
        registration = tx.active(session_id, tx.find_or_add_person(event.person))
        if registration is None:
            raise NotRegistered
        command = Close(session_id=session_id, registration_id=registration.id, status=Status.DROPPED)
        return act(tx, [command], tx.now)

    def _run_to(self, until: datetime) -> None:
        """Let everything happen that falls due up to `until`: per instant first the accepts, then the lapses."""
        while self._lapses and self._lapses[0] <= until:
            instant = self._lapses[0]
            self._accept_up_to(instant)
            while self._lapses and self._lapses[0] == instant:
                heapq.heappop(self._lapses)
            self._clock.set(instant)
            self._note(self._work.transact(self._actor, lapse_due), instant)
        self._accept_up_to(until)

    def _accept_up_to(self, until: datetime) -> None:
        while self._accepts and self._accepts[0][0] <= until:
            at, _, session_id, registration_id = heapq.heappop(self._accepts)
            self._clock.set(at)
            command = AcceptOffer(session_id=session_id, registration_id=registration_id)
            try:
                self._note(self._work.transact(self._actor, lambda tx, c=command: act(tx, [c], tx.now)), at)
            except Refused:
                continue  # dropped meanwhile: there is nothing left to accept

    def _note(self, events: tuple[Event, ...], at: datetime) -> None:
        self.tallies.add(events)
        for event in events:
            if not isinstance(event, OfferMade):
                continue
            self._offers += 1
            accepted_at = at + self._behaviour.accept_after
            if self._behaviour.accepts and accepted_at < event.expires_at:
                heapq.heappush(self._accepts, (accepted_at, self._offers, event.session_id, event.registration_id))
            else:
                heapq.heappush(self._lapses, event.expires_at)
