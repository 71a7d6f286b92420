"""A book in memory: it hands out slices, and keeps what comes back. For back-tests, what-ifs and proofs."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from waitlist_app.engine import seats
from waitlist_app.engine.commands import AboutPayment, Command, ReplacePerson
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    Event,
    MoveAnchored,
    OfferMade,
    ProposalWithdrawn,
    RegistrationClosed,
    RulesChanged,
    SeatConfirmed,
    SeatGiven,
    SeatProposed,
    SessionCancelled,
    SessionRescheduled,
    SessionWoke,
    WindowClosed,
)
from waitlist_app.engine.model import (
    BlockedRule,
    GroupRule,
    Override,
    Payment,
    Place,
    Proposal,
    Registration,
    Roster,
    Session,
    Status,
    Tally,
)
from waitlist_app.engine.money import AboutMoney, payments_after
from waitlist_app.engine.needs import Need, need_of
from waitlist_app.engine.refusals import NotRegistered


class Ledger:
    """Sessions with their rosters, and which of them overlap."""

    def __init__(
        self,
        sessions: Iterable[Session],
        overlaps: Mapping[str, frozenset[str]] | None = None,
        seeds: Mapping[str, str] | None = None,
        signers: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Start empty; `overlaps` names for each session id the ids it overlaps with, both ways round.

        `seeds` are the sealed seeds of lotteries, by session id; `signers` are the people that a member is.
        """
        self._signers = signers or {}
        self._seeds = seeds or {}
        self._pages = {session.id: _Page(session) for session in sessions}
        self.overlaps = {session_id: frozenset[str]() for session_id in self._pages} | dict(overlaps or {})
        self._people: dict[str, dict[str, Registration]] = {}
        self.events: list[Event] = []

    @property
    def rosters(self) -> dict[str, Roster]:
        """Give the whole roster of every session, by id."""
        return {session_id: page.whole() for session_id, page in self._pages.items()}

    def find(self, person_id: str, session_id: str) -> Registration | None:
        """Find the active registration of a person in a session, if there is one."""
        return self._people.get(person_id, {}).get(session_id)

    def for_act(self, command: Command) -> Roster:  # noqa: C901, PLR0911 - one arm per need
        """Give what deciding `command` needs: for a move the whole line, else a slice."""
        page = self._pages.get(command.session_id)
        if page is None:
            raise NotRegistered
        need, subject = need_of(command)
        match need:
            case Need.RULES:
                return page.around()
            case Need.PERSON:
                own = self.find(subject, command.session_id)
                asked = page.around(own, places=tuple(self.places(subject, command.session_id)))
                return self._with_dates(asked, subject)
            case Need.PERSON_AND_LINE:
                asked = replace(page.whole(), places=tuple(self.places(subject, command.session_id)))
                return self._with_dates(asked, subject)
            case Need.PAIR:
                return self._around_both(page, command)
            case Need.REGISTRATION:
                return page.around(page.find(subject))
            case Need.OFFER:
                own = page.find(subject)
                places = self.places(own.person_id, command.session_id) if own and own.excused else ()
                return page.around(own, places=tuple(places))
            case Need.PAYMENT:
                return replace(page.around(page.find(subject)), payments=self._payments(command))
            case Need.PROPOSAL:
                proposal = page.proposals.get(subject)
                return page.around(page.find(proposal.registration_id) if proposal else None)
            case Need.GROUPS | Need.LINE | Need.WHOLE:
                return page.whole()

    def _with_dates(self, roster: Roster, person_id: str) -> Roster:
        if not roster.session.course:
            return roster
        return replace(roster, dates=tuple(self.dates(person_id, roster.session)))

    def _around_both(self, page: "_Page", command: Command) -> Roster:
        assert isinstance(command, ReplacePerson)  # noqa: S101 - nothing else needs two people
        both = (self.find(person, command.session_id) for person in (command.person_id, command.into_id))
        return page.around(*both, places=tuple(self.places(command.into_id, command.session_id)))

    def _payments(self, command: Command) -> dict[str, Payment]:
        """Give the payment that a command names, whichever session it was for."""
        assert isinstance(command, AboutPayment)  # noqa: S101 - nothing else needs a payment
        known = (page.payments.get(command.reference) for page in self._pages.values())
        return {payment.reference: payment for payment in known if payment}

    def for_settlement(self, session_id: str) -> Roster:
        """Give what settling needs: the open proposals, and the front of the ready line."""
        front = self._pages[session_id].front()
        signed = front.session.standing_approval
        own = self._signers.get(signed.signed_by) if signed else None
        return replace(front, signers=own) if own else front

    def due(self, until: datetime) -> Mapping[datetime, Sequence[tuple[str, str]]]:
        """Give the deadlines up to `until`, in order, each with `(code, session id)` of its sessions by code."""
        found: dict[datetime, list[tuple[str, str]]] = {}
        for at, code, session_id in sorted({due for page in self._pages.values() for due in page.due(until)}):
            found.setdefault(at, []).append((code, session_id))
        return found

    def seed(self, session_id: str) -> str:
        """Give the sealed seed of a session's lottery."""
        return self._seeds.get(session_id, "")

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in overlapping sessions."""
        active = self._people.get(person_id)
        if not active:
            return ()
        overlapping = self.overlaps[session_id]
        found = [_place(other, registration) for other, registration in active.items() if other in overlapping]
        return sorted(found, key=_session_id)

    def dates(self, person_id: str, session: Session) -> Sequence[Place]:
        """List where a person is active on other dates of the course."""
        active = self._people.get(person_id, {})
        found = [
            _place(other, registration)
            for other, registration in active.items()
            if other != session.id and self._pages[other].course == session.course
        ]
        return sorted(found, key=_session_id)

    def everywhere(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions than this one."""
        active = self._people.get(person_id, {})
        found = [_place(other, registration) for other, registration in active.items() if other != session_id]
        return sorted(found, key=_session_id)

    def at_the_same_time(self, session_id: str) -> frozenset[str]:
        """Name the sessions that overlap with this one."""
        return self.overlaps[session_id]

    def keep(self, roster: Roster, events: Sequence[Event]) -> None:
        """Take over what the events lead to."""
        page = self._pages[roster.session.id]
        if roster.session is not page.session:
            self._set_overlaps(events)
        for before, after in page.keep(roster, events):
            if before and (after is None or after.person_id != before.person_id):
                of_theirs = self._people[before.person_id]
                if of_theirs[roster.session.id].id == before.id:  # else another registration is theirs by now
                    del of_theirs[roster.session.id]
            if after:
                self._people.setdefault(after.person_id, {})[roster.session.id] = after
        self.events.extend(events)

    def _set_overlaps(self, events: Sequence[Event]) -> None:
        """Keep, both ways round, which sessions are at the same time as one that was moved."""
        for event in events:
            if isinstance(event, SessionRescheduled):
                mine = event.session_id
                for other, theirs in self.overlaps.items():
                    self.overlaps[other] = theirs | {mine} if other in event.overlaps else theirs - {mine}
                self.overlaps[mine] = frozenset(event.overlaps)


class _Page:
    """One session: its roster, changed in place, and the indexes by which slices are cut from it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._tally = Tally()
        self._registrations: dict[str, Registration] = {}
        self._ending: dict[str, Registration] = {}
        """Offers, and seats that have still to be paid: what comes to its end by itself."""
        self._ready: list[tuple[str, str]] = []
        """Key and id of the ready entries, in the order of the line."""
        self._skipped: list[tuple[str, str]] = []
        """The same of those who wait and cannot be served now."""
        self._overrides: tuple[Override, ...] = ()
        self._proposed: dict[str, Proposal] = {}
        """Open proposals by the entry that they are for."""
        self.proposals: dict[str, Proposal] = {}
        self.payments: Mapping[str, Payment] = {}

    @property
    def course(self) -> str:
        """The course that the session is a date of."""
        return self.session.course

    def find(self, registration_id: str) -> Registration | None:
        """Find an active registration by its id."""
        return self._registrations.get(registration_id)

    def whole(self) -> Roster:
        """Give a copy of everything."""
        return replace(self._slice(dict(self._registrations), dict(self.proposals)), payments=dict(self.payments))

    def due(self, until: datetime) -> Iterator[tuple[datetime, str, str]]:
        """Give what falls due up to `until`, with the code and id of the session."""
        session = self.session
        window = session.window
        if window and session.has_closed(until):
            yield window.closes_at, session.code, session.id
        for registration in self._ending.values():
            if registration.ends_at and registration.ends_at <= until:
                yield registration.ends_at, session.code, session.id

    def around(self, *own: Registration | None, places: tuple[Place, ...] = ()) -> Roster:
        """Give the slice that acting on a registration, or on two, needs."""
        known = self._known() | {one.id: one for one in own if one}
        proposed = (self._proposed.get(entry_id) for entry_id in known)
        return self._slice(known, {proposal.id: proposal for proposal in proposed if proposal}, places)

    def front(self) -> Roster:
        """Give the slice that settling needs: as many ready entries as could be served if all deadlines had passed."""
        known = self._known()
        if not self._ready:
            return self._slice(known, {})
        bound = seats.limit(self.session)
        free = None if bound is None else max(bound - self._tally.confirmed, 0)
        known |= {entry.id: entry for entry in self._next_in_line(free)}
        known |= {registration_id: self._registrations[registration_id] for registration_id in self._proposed}
        if self.session.blocked_seats is BlockedRule.KEPT:
            known |= {entry_id: self._registrations[entry_id] for _, entry_id in self._skipped[:1]}
        return self._slice(known, dict(self.proposals))

    def _next_in_line(self, free: int | None) -> Iterator[Registration]:
        ready = (self._registrations[registration_id] for _, registration_id in self._ready)
        if free is None or self.session.groups is GroupRule.STRICT:
            yield from islice(ready, None if free is None else free + _apart(self.session))
            return
        room: dict[tuple[int, int], int] = {}
        for entry in ready:
            kind = entry.seat_units, entry.passes
            left = room.setdefault(
                kind, free // entry.seat_units + 1 + _apart(self.session)
            )  # one more: the first that is too many
            if left:
                room[kind] = left - 1
                yield entry

    def _known(self) -> dict[str, Registration]:
        """Give what is in every slice: what may be past its deadline, unanswered seats, and whom overrides name."""
        known = dict(self._ending)
        if self.session.asking:
            known |= {key: one for key, one in self._registrations.items() if one.answer_by}
        for override in self._overrides:
            for named in (override.registration_id, override.before_id, override.successor_id):
                if named in self._registrations:
                    known[named] = self._registrations[named]
        return known

    def _slice(
        self, registrations: dict[str, Registration], proposals: dict[str, Proposal], places: tuple[Place, ...] = ()
    ) -> Roster:
        return Roster(
            session=self.session,
            tally=self._tally,
            registrations=registrations,
            proposals=proposals,
            overrides=self._overrides,
            places=places,
        )

    def keep(
        self, roster: Roster, events: Sequence[Event]
    ) -> Iterator[tuple[Registration | None, Registration | None]]:
        """Take over the roster after `events`; tell each registration that they changed, before and after."""
        self.session, self._tally, self._overrides = roster.session, roster.tally, roster.overrides
        for event in events:
            if isinstance(event, SeatGiven | RegistrationClosed | AboutMoney):
                self.payments = payments_after(self.payments, event)
            match event:
                case (
                    RulesChanged()
                    | SessionCancelled()
                    | SessionRescheduled()
                    | SessionWoke()
                    | MoveAnchored()
                    | WindowClosed()
                ):
                    continue
                case SeatProposed():
                    proposal = Proposal(id=event.proposal_id, registration_id=event.registration_id)
                    self.proposals[proposal.id] = self._proposed[proposal.registration_id] = proposal
                    continue
                case ProposalWithdrawn():
                    del self.proposals[event.proposal_id], self._proposed[event.registration_id]
                    continue  # the entry itself stays as it is, until an offer of the same act passes it
                case OfferMade() | SeatConfirmed():
                    del self.proposals[event.proposal_id], self._proposed[event.registration_id]
                    yield from self._pass_over(event)
                case ApprovalTakenBack():
                    yield from self._pass_over(event, by=-1)
                    proposal = Proposal(id=event.proposal_id, registration_id=event.registration_id)
                    self.proposals[proposal.id] = self._proposed[proposal.registration_id] = proposal
                case _:
                    pass
            before = self._registrations.get(event.registration_id)
            after = roster.registrations.get(event.registration_id)
            if after is not before:
                self._replace(before, after)
                yield before, after

    def _pass_over(
        self, event: OfferMade | SeatConfirmed | ApprovalTakenBack, *, by: int = 1
    ) -> Iterator[tuple[Registration | None, Registration | None]]:
        """Count a pass on everybody in front who is ready and not proposed, whether or not a slice held them."""
        if not event.passed_before:
            return
        ahead = [entry_id for key, entry_id in self._ready if key < event.passed_before]
        for entry_id in ahead:
            if entry_id not in self._proposed:
                before = self._registrations[entry_id]
                after = replace(before, passes=max(before.passes + by, 0))
                self._replace(before, after)
                yield before, after

    def _replace(self, before: Registration | None, after: Registration | None) -> None:
        if before:
            del self._registrations[before.id]
            self._ending.pop(before.id, None)
            if before.status is Status.WAITLISTED:
                line = self._line_of(before)
                del line[bisect_left(line, (before.line_key, before.id))]
        if after:
            self._registrations[after.id] = after
            if after.status in {Status.OFFERED, Status.PENDING}:
                self._ending[after.id] = after
            if after.status is Status.WAITLISTED:
                insort(self._line_of(after), (after.line_key, after.id))

    def _line_of(self, entry: Registration) -> list[tuple[str, str]]:
        return self._ready if entry.is_ready else self._skipped


def _place(session_id: str, registration: Registration) -> Place:
    return Place(
        session_id=session_id,
        registration_id=registration.id,
        status=registration.status,
        ends_at=registration.ends_at,
    )


def _apart(session: Session) -> int:
    """Count those who stand in front and take none of the free units: passed over, or with a seat held for them."""
    return len(session.passings) + len(session.holds)


def _session_id(place: Place) -> str:
    return place.session_id
