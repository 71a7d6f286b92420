"""What another policy would have made of a recorded stream: two runs in memory, side by side."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any, TypeVar

from waitlist_app.engine.events import Event, OfferAccepted, WaitlistJoined
from waitlist_app.engine.fairness import inversions
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import Registration, Roster
from waitlist_app.engine.seats import limit
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import PersonDetails, SessionDetails
from waitlist_app.services.replay_demand import Behaviour, RecordedEvent, SettableClock, Tallies, replay_demand

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one policy."""

    tallies: Tallies
    confirmed: int
    """Units, at the end."""
    seats: int
    """Units that sessions with a limit have in all."""
    filled: float
    """The share of those seats that are confirmed, 0 to 1."""
    waiting: int
    """Entries in line at the end."""
    median_wait_hours: Mapping[str, float]
    """From asking to a seat, by role, of those who had to wait; roles in which nobody did are left out."""
    inversions: int
    """Persons seated before somebody eligible who had asked earlier."""
    passed_over: int
    """Persons who were passed over by that at least once."""


class SetClock(SettableClock):
    """The clock of one run."""

    def __init__(self) -> None:
        """Start before every stream."""
        self.at = datetime(1970, 1, 1, tzinfo=UTC)

    def set(self, at: datetime) -> None:
        """Move to `at`."""
        self.at = at


def backtest(
    *,
    actor: Actor,
    sessions: Sequence[SessionDetails],
    events: Sequence[RecordedEvent],
    behaviour: Behaviour,
    waiver: str = "",
) -> Outcome:
    """Play the stream over sessions with these rules through the engine in memory, exactly as a replay does."""
    clock = SetClock()
    run = _Run(clock, sessions)
    tallies = replay_demand(
        work=run, actor=actor, clock=clock, sessions=sessions, events=events, behaviour=behaviour, waiver=waiver
    )
    return run.outcome(tallies)


class _Run(Ledger):
    """One organisation in memory: a book that also knows people, and what is due."""

    def __init__(self, clock: SetClock, sessions: Sequence[SessionDetails]) -> None:
        self.rules = {details.rules.id: details.rules for details in sessions}
        super().__init__(self.rules.values(), _overlaps(sessions))
        self._clock = clock
        self._people_by_identity: dict[str, str] = {}
        self._roles: dict[str, str] = {}
        self._told: dict[str, list[tuple[datetime, Event]]] = defaultdict(list)

    # ── what the stream asks of a transaction ────────────────────────────────────────────────────

    @property
    def now(self) -> datetime:
        """The instant of the stream."""
        return self._clock.at

    def transact(self, actor: Actor, unit: Callable[[Any], T]) -> T:  # noqa: ARG002 - as a database has it
        """Run `unit`: nothing can fail half-way, because the stream ends what is due before each event."""
        return unit(self)

    def add_session(self, details: SessionDetails) -> None:
        """Take a session that is there already."""

    def find_or_add_person(self, details: PersonDetails) -> str:
        """Give the key of a person, numbered as they come."""
        identity = f"id:{details.employee_id}" if details.employee_id else f"mail:{details.email.strip().casefold()}"
        person_id = self._people_by_identity.setdefault(identity, f"p{len(self._people_by_identity)}")
        self._roles.setdefault(person_id, details.role)
        return person_id

    def active(self, session_id: str, person_id: str) -> Registration | None:
        """Give a person's active registration in a session."""
        return self.find(person_id, session_id)

    def keep(self, roster: Roster, events: Sequence[Event]) -> None:
        """Take over what the events lead to, and when."""
        super().keep(roster, events)
        self._told[roster.session.id].extend((self.now, event) for event in events)

    # ── what came of it ──────────────────────────────────────────────────────────────────────────

    def outcome(self, tallies: Tallies) -> Outcome:
        """Add it up."""
        rosters = self.rosters.values()
        limited = [roster for roster in rosters if limit(roster.session) is not None]
        seats = sum(limit(roster.session) or 0 for roster in limited)
        filled = sum(roster.tally.confirmed for roster in limited)
        seated = [
            (key, one)
            for key, told in self._told.items()
            for one in inversions(self.rules[key], told, asked=_time_asked)
            if one.is_seated
        ]
        return Outcome(
            tallies=tallies,
            confirmed=sum(roster.tally.confirmed for roster in rosters),
            seats=seats,
            filled=filled / seats if seats else 0.0,
            waiting=sum(roster.tally.waiting for roster in rosters),
            median_wait_hours=self._waits(),
            inversions=len(seated),
            passed_over=len({(key, person) for key, one in seated for person in one.passed}),
        )

    def _waits(self) -> dict[str, float]:
        hours: dict[str, list[float]] = defaultdict(list)
        for told in self._told.values():
            asked: dict[str, datetime] = {}
            for at, event in told:
                if isinstance(event, WaitlistJoined):
                    asked[event.registration_id] = event.requested_at
                elif isinstance(event, OfferAccepted) and event.registration_id in asked:
                    waited = at - asked[event.registration_id]
                    hours[self._roles.get(event.person_id, "")].append(waited.total_seconds() / 3600)
        return {role: round(median(waits), 2) for role, waits in sorted(hours.items())}


def _time_asked(entry: Registration) -> str:
    """Order by time, whatever the policy says."""
    return f"{entry.requested_at.astimezone(UTC):%Y%m%d%H%M%S%f}.{entry.arrival:09d}"


def _overlaps(sessions: Sequence[SessionDetails]) -> dict[str, frozenset[str]]:
    """Say which sessions have meetings at the same time, back to back apart; both ways round."""
    found: dict[str, set[str]] = defaultdict(set)
    sittings = sorted(
        ((m.starts_at, m.ends_at, details.rules.id) for details in sessions for m in details.meetings),
    )
    running: list[tuple[datetime, str]] = []
    for starts_at, ends_at, session_id in sittings:
        running = [(end, other) for end, other in running if end > starts_at]
        for _, other in running:
            if other != session_id:
                found[session_id].add(other)
                found[other].add(session_id)
        running.append((ends_at, session_id))
    return {key: frozenset(others) for key, others in found.items()}
