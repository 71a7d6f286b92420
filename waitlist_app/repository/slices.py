"""Loading as much of a session as a decision needs, so that no act costs more because the line is long.

A slice always has the session's rules and tally. What else it has follows from the command: the person's own rows for
a request, one registration for an act on it, as many ready entries from the front as there are free units for
settling. Only a move reads the whole line, since positions are part of what it records.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Connection, Integer, and_, bindparam, func, select, text, tuple_, union

from waitlist_app.engine import seats
from waitlist_app.engine.commands import AboutPayment, Command, ReplacePerson
from waitlist_app.engine.model import (
    STANDARD,
    BlockedRule,
    GroupRule,
    Override,
    Place,
    Proposal,
    Registration,
    Roster,
    Session,
    SilenceRule,
    Status,
    Terms,
)
from waitlist_app.engine.needs import Need, need_of
from waitlist_app.engine.windows import is_awake
from waitlist_app.repository import tables
from waitlist_app.repository.mapping import registration_from_row
from waitlist_app.repository.payments import Payments
from waitlist_app.repository.prepared import Prepared
from waitlist_app.repository.rows import OVERRIDE, PROPOSAL, REGISTRATION, SESSION, table_of

MEMBER: Final = table_of(tables.Member)
ORGANISATION: Final = table_of(tables.Organisation)
OVERLAP: Final = table_of(tables.SessionOverlap)
PERSON: Final = table_of(tables.Person)


# Written out, not bound: a partial index is only used where its own words stand in the query.
_IS_ACTIVE: Final = text("status in ('waitlisted', 'offered', 'pending', 'confirmed')")
_IS_RUNNING: Final = text("status = 'offered' and clock_stands_since is null")
_IS_PENDING: Final = text("status = 'pending'")
_IS_WAITING: Final = text("status = 'waitlisted'")
_IS_READY: Final = text("status = 'waitlisted' and conflicts = '' and outstanding = ''")

_IN_SESSION: Final = and_(REGISTRATION.c.org_id == bindparam("org"), REGISTRATION.c.session_id == bindparam("session"))

_BY_ID: Final = Prepared(
    select(REGISTRATION).where(
        REGISTRATION.c.org_id == bindparam("org"), REGISTRATION.c.id == bindparam("registration")
    )
)
_OF_PERSON: Final = Prepared(
    select(REGISTRATION).where(
        REGISTRATION.c.org_id == bindparam("org"), REGISTRATION.c.person_id == bindparam("person"), _IS_ACTIVE
    )
)
_OVERLAPPING: Final = Prepared(
    select(OVERLAP.c.other_id).where(OVERLAP.c.org_id == bindparam("org"), OVERLAP.c.session_id == bindparam("session"))
)
_OF_COURSE: Final = Prepared(
    select(SESSION.c.id).where(
        SESSION.c.org_id == bindparam("org"), SESSION.c.course == bindparam("course"), text("course <> ''")
    )
)
_IN_ORDER: Final = select(REGISTRATION).where(_IN_SESSION, _IS_READY).order_by(REGISTRATION.c.line_key)
_READY: Final = Prepared(_IN_ORDER)
_READY_HEAD: Final = Prepared(_IN_ORDER.limit(bindparam("count")))
_FIRST_SKIPPED: Final = Prepared(
    select(REGISTRATION)
    .where(_IN_SESSION, _IS_WAITING, text("(conflicts <> '' or outstanding <> '')"))
    .order_by(REGISTRATION.c.line_key)
    .limit(1)
)
# Kinds of ready entries are their size with how often they were passed. The index is walked from kind to kind.
_NEXT_KIND: Final = Prepared(
    select(REGISTRATION.c.seat_units, REGISTRATION.c.passes)
    .where(
        _IN_SESSION,
        _IS_READY,
        tuple_(REGISTRATION.c.seat_units, REGISTRATION.c.passes)
        > tuple_(bindparam("units", type_=Integer), bindparam("passes", type_=Integer)),
    )
    .order_by(REGISTRATION.c.seat_units, REGISTRATION.c.passes)
    .limit(1)
)
_READY_OF_KIND: Final = Prepared(
    _IN_ORDER.where(
        REGISTRATION.c.seat_units == bindparam("units", type_=Integer),
        REGISTRATION.c.passes == bindparam("passes", type_=Integer),
    ).limit(bindparam("count"))
)
_WAITING: Final = Prepared(select(REGISTRATION).where(_IN_SESSION, _IS_WAITING))
_GROUPS: Final = Prepared(select(REGISTRATION).where(_IN_SESSION, _IS_WAITING, REGISTRATION.c.seat_units > 1))
_STANDING: Final = select(REGISTRATION).where(_IN_SESSION, _IS_ACTIVE)
_ACTIVE: Final = Prepared(_STANDING)
_DUE: Final = Prepared(
    select(REGISTRATION).where(_IN_SESSION, _IS_RUNNING, REGISTRATION.c.offer_expires_at <= bindparam("until"))
)
_UNPAID: Final = Prepared(
    select(REGISTRATION).where(_IN_SESSION, _IS_PENDING, REGISTRATION.c.payment_due_at <= bindparam("until"))
)
_DUE_OFFERS: Final = (
    select(REGISTRATION.c.offer_expires_at.label("due_at"), SESSION.c.code, SESSION.c.id)
    .join(SESSION, and_(SESSION.c.org_id == REGISTRATION.c.org_id, SESSION.c.id == REGISTRATION.c.session_id))
    .where(
        REGISTRATION.c.org_id == bindparam("org"),
        text("registration.status = 'offered' and registration.clock_stands_since is null"),
        REGISTRATION.c.offer_expires_at <= bindparam("until"),
    )
)
_DUE_WINDOWS: Final = select(SESSION.c.window_closes_at.label("due_at"), SESSION.c.code, SESSION.c.id).where(
    SESSION.c.org_id == bindparam("org"), SESSION.c.window_closes_at <= bindparam("until")
)
_DUE_TO_WAKE: Final = select(SESSION.c.wakes_at.label("due_at"), SESSION.c.code, SESSION.c.id).where(
    SESSION.c.org_id == bindparam("org"),
    text("session.wakes_at is not null"),
    SESSION.c.wakes_at <= bindparam("until"),
)
_DUE_PAYMENTS: Final = (
    select(REGISTRATION.c.payment_due_at.label("due_at"), SESSION.c.code, SESSION.c.id)
    .join(SESSION, and_(SESSION.c.org_id == REGISTRATION.c.org_id, SESSION.c.id == REGISTRATION.c.session_id))
    .where(
        REGISTRATION.c.org_id == bindparam("org"),
        text("registration.status = 'pending'"),
        REGISTRATION.c.payment_due_at <= bindparam("until"),
    )
)
_EVERYTHING_DUE: Final = union(_DUE_OFFERS, _DUE_PAYMENTS, _DUE_WINDOWS, _DUE_TO_WAKE).subquery("due")
_ALL_DUE: Final = Prepared(
    select(_EVERYTHING_DUE.c.due_at, _EVERYTHING_DUE.c.code, _EVERYTHING_DUE.c.id).order_by(
        _EVERYTHING_DUE.c.due_at, _EVERYTHING_DUE.c.code
    )
)
_SILENT: Final = Prepared(
    select(REGISTRATION).where(
        _IN_SESSION, text("status = 'confirmed'"), REGISTRATION.c.answer_by <= bindparam("until")
    )
)
_PROPOSED: Final = Prepared(
    select(REGISTRATION)
    .join(PROPOSAL, and_(PROPOSAL.c.org_id == REGISTRATION.c.org_id, PROPOSAL.c.registration_id == REGISTRATION.c.id))
    .where(
        PROPOSAL.c.org_id == bindparam("org"),
        PROPOSAL.c.session_id == bindparam("session"),
        text("proposal.status = 'open'"),
    )
)
_PROPOSALS: Final = select(PROPOSAL.c.id, PROPOSAL.c.registration_id).where(
    PROPOSAL.c.org_id == bindparam("org"),
    PROPOSAL.c.session_id == bindparam("session"),
    text("status = 'open'"),
)
_OVERRIDES: Final = Prepared(
    select(OVERRIDE)
    .where(
        OVERRIDE.c.org_id == bindparam("org"),
        OVERRIDE.c.session_id == bindparam("session"),
        text("ended_at is null"),
    )
    .order_by(OVERRIDE.c.number)
)
# Asked where a session promotes by itself, of the few people who could be promoted: no line is read for it.
_SIGNERS: Final = (
    select(PERSON.c.id)
    .join(MEMBER, and_(MEMBER.c.org_id == PERSON.c.org_id, MEMBER.c.email == func.lower(PERSON.c.email)))
    .join(ORGANISATION, ORGANISATION.c.id == PERSON.c.org_id)
    .where(
        PERSON.c.org_id == bindparam("org"),
        PERSON.c.id.in_(bindparam("people", expanding=True)),
        MEMBER.c.id == bindparam("member"),
        ORGANISATION.c.allows_own_approval.is_(False),
    )
)


class Slices:
    """Loads parts of rosters of one organisation over one connection."""

    def __init__(self, connection: Connection, org_id: str) -> None:
        """Read over `connection`, only rows of `org_id`."""
        self.newcomers: set[str] = set()
        """People added in this transaction: they are nowhere yet."""
        self.terms: dict[str, Terms] = {}
        """What is special about the requests that were read, by registration; most have nothing and are not here."""
        self._connection = connection
        self._org = org_id
        self._payments = Payments(connection, org_id)

    def for_act(self, bare: Roster, command: Command, now: datetime) -> Roster:
        """Add to the rules and tally in `bare` what deciding `command` at `now` needs."""
        needed = self._for_command(bare, command)
        if _gives_back_by_silence(bare.session, now):
            silent = self._many(_SILENT, session=bare.session.id, until=now)
            needed = replace(needed, registrations={**silent, **needed.registrations})
        overdue = self._overdue(bare, now)
        return replace(needed, registrations={**overdue, **needed.registrations}) if overdue else needed

    def _overdue(self, bare: Roster, now: datetime) -> dict[str, Registration]:
        """Give the offers and the unpaid seats that are past their deadline."""
        bound = {"session": bare.session.id, "until": now}
        offers = self._many(_DUE, **bound) if bare.tally.held else {}
        return {**offers, **self._many(_UNPAID, **bound)} if bare.tally.pending else offers

    def _for_command(self, bare: Roster, command: Command) -> Roster:  # noqa: C901, PLR0911 - one arm per need
        need, subject = need_of(command)
        match need:
            case Need.RULES:
                return self._with_overrides(bare)
            case Need.GROUPS:
                groups = self._many(_GROUPS, session=bare.session.id) if bare.tally.waiting else {}
                return self._with_overrides(replace(bare, registrations=groups, proposals=self._proposals(bare)))
            case Need.PERSON:
                return self._for_request(bare, subject)
            case Need.PERSON_AND_LINE:
                return self._for_place(bare, subject)
            case Need.PAIR:
                return self._for_both(bare, command)
            case Need.REGISTRATION:
                about = self._about(bare, [subject])
                return replace(about, proposals=self._proposals(bare, of=subject))
            case Need.OFFER:
                return self._about(bare, [subject])
            case Need.PAYMENT:
                reference = command.reference if isinstance(command, AboutPayment) else ""
                return replace(self._about(bare, [subject]), payments=self._payments.find(reference))
            case Need.PROPOSAL:
                proposals = self._proposals(bare, only=subject)
                wanted = [proposal.registration_id for proposal in proposals.values()]
                return self._about(replace(bare, proposals=proposals), wanted)
            case Need.LINE:
                line = replace(bare, registrations=self._many(_WAITING, session=bare.session.id))
                return self._with_overrides(replace(line, proposals=self._proposals(bare, of=subject)))
            case Need.WHOLE:
                return self.whole(bare)

    def for_settlement(self, bare: Roster, now: datetime) -> Roster:
        """Add every open proposal with its entry, and the ready entries from the front that the free units are for."""
        if overdue := self._overdue(bare, now):
            bare = replace(bare, registrations=overdue)
        free = seats.free(bare, now)
        if not bare.tally.proposed and (not bare.tally.ready_units or (free is not None and free <= 0)):
            return bare
        # Whoever is proposed but outranked has to be known too, to be named when the proposal is withdrawn.
        proposed = self._many(_PROPOSED, session=bare.session.id) if bare.tally.proposed else {}
        known = {**bare.registrations, **self._front(bare.session, free), **proposed}
        if bare.session.blocked_seats is BlockedRule.KEPT:
            known |= self._many(_FIRST_SKIPPED, session=bare.session.id)
        settled = replace(bare, registrations=known, proposals=self._proposals(bare))
        return self.with_signers(self._with_overrides(settled)) if bare.session.acts_alone(now) else settled

    def with_signers(self, roster: Roster) -> Roster:
        """Say which of the people who wait signed the standing approval; nobody where people may approve their own."""
        signed = roster.session.standing_approval
        waiting = sorted({r.person_id for r in roster.registrations.values() if r.status is Status.WAITLISTED})
        if signed is None or not signed.signed_by or not waiting:
            return roster
        bound = {"org": self._org, "people": waiting, "member": signed.signed_by}
        return replace(roster, signers=frozenset(self._connection.execute(_SIGNERS, bound).scalars()))

    def _front(self, session: Session, free: int | None) -> dict[str, Registration]:
        """Give as many ready entries as there are free units; where groups may be passed, as many of each kind."""
        if free is None:
            return self._many(_READY, session=session.id)
        # Who was passed over, or has a seat held, stands in front and takes none of the free ones.
        apart = len(session.passings) + len(session.holds)
        if session.groups is GroupRule.STRICT:
            return self._many(_READY_HEAD, session=session.id, count=max(free, 0) + apart)
        return self._front_of_each_kind(session, max(free, 0), apart)

    def _front_of_each_kind(self, session: Session, free: int, apart: int) -> dict[str, Registration]:
        """Give from each kind as many as would fit, and the first that would be too many.

        Behind that one, another of its kind changes nothing: it fits no better and may be passed as often.
        """
        found: dict[str, Registration] = {}
        kind = {"units": 0, "passes": 0}
        while row := _NEXT_KIND.first(self._connection, {"org": self._org, "session": session.id, **kind}):
            kind = {"units": row.seat_units, "passes": row.passes}
            count = free // row.seat_units + 1 + apart
            found |= self._many(_READY_OF_KIND, session=session.id, count=count, **kind)
        return found

    def whole(self, bare: Roster) -> Roster:
        """Add everything that is active."""
        registrations = self._many(_ACTIVE, session=bare.session.id)
        payments = self._payments.of_session(bare.session.id)
        known = replace(bare, registrations=registrations, proposals=self._proposals(bare), payments=payments)
        return self._with_overrides(known)

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in sessions that overlap with this one, by session id."""
        elsewhere = [row for row in self._rows_of(person_id) if row.session_id != session_id]
        return self._overlapping(elsewhere, session_id)

    def dates(self, person_id: str, session: Session) -> Sequence[Place]:
        """List where a person is active on other dates of the course of `session`, by session id."""
        return self._other_dates([row for row in self._rows_of(person_id) if row.session_id != session.id], session)

    def everywhere(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions than this one, by session id."""
        elsewhere = (row for row in self._rows_of(person_id) if row.session_id != session_id)
        return tuple(_place(row) for row in sorted(elsewhere, key=_session_id))

    def at_the_same_time(self, session_id: str) -> frozenset[str]:
        """Name the sessions that overlap with this one."""
        found = _OVERLAPPING.all(self._connection, {"org": self._org, "session": session_id})
        return frozenset(row.other_id for row in found)

    def active(self, session_id: str, person_id: str) -> Registration | None:
        """Give a person's active registration in one session."""
        own = (row for row in self._rows_of(person_id) if row.session_id == session_id)
        return next(map(self._registration, own), None)

    def due(self, until: datetime) -> dict[datetime, list[tuple[str, str]]]:
        """Give the deadlines up to `until`, each with `(code, id)` of its sessions, all in order."""
        found: dict[datetime, list[tuple[str, str]]] = {}
        for expires_at, code, session_id in _ALL_DUE.all(self._connection, {"org": self._org, "until": until}):
            found.setdefault(expires_at, []).append((code, session_id))
        return found

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _for_request(self, bare: Roster, person_id: str) -> Roster:
        rows = () if person_id in self.newcomers else self._rows_of(person_id)
        if not rows:
            return bare
        own = [self._registration(row) for row in rows if row.session_id == bare.session.id]
        elsewhere = [row for row in rows if row.session_id != bare.session.id]
        return replace(
            bare,
            registrations={registration.id: registration for registration in own},
            places=self._overlapping(elsewhere, bare.session.id),
            dates=self._other_dates(elsewhere, bare.session) if bare.session.course else (),
        )

    def _for_both(self, bare: Roster, command: Command) -> Roster:
        """Give what two people have here, with every open proposal, and where the one who stays is at the same time."""
        assert isinstance(command, ReplacePerson)  # noqa: S101 - nothing else needs two people
        staying = self._for_request(bare, command.into_id)
        going = self._for_request(bare, command.person_id)
        both = replace(staying, registrations={**going.registrations, **staying.registrations})
        return self._with_overrides(replace(both, proposals=self._proposals(bare)))

    def _for_place(self, bare: Roster, person_id: str) -> Roster:
        asked = self._for_request(bare, person_id)
        proposals = {key: found for own in asked.registrations for key, found in self._proposals(bare, of=own).items()}
        line = self._many(_WAITING, session=bare.session.id) if bare.tally.waiting else {}
        known = replace(asked, registrations={**line, **asked.registrations}, proposals=proposals)
        return self._with_overrides(known)

    def _about(self, roster: Roster, registration_ids: Iterable[str]) -> Roster:
        known = dict(roster.registrations)
        for registration_id in registration_ids:
            row = _BY_ID.first(self._connection, {"org": self._org, "registration": registration_id})
            registration = self._registration(row) if row and row.session_id == roster.session.id else None
            if registration and registration.status.is_active:  # an id from elsewhere finds nothing
                known[registration_id] = registration
        return self._with_overrides(replace(roster, registrations=known))

    def _with_overrides(self, roster: Roster) -> Roster:
        """Add the active overrides and the active entries that they name."""
        if not roster.tally.overrides_made:
            return roster
        rows = _OVERRIDES.all(self._connection, {"org": self._org, "session": roster.session.id})
        overrides = tuple(_override(row) for row in rows)
        named = {name for o in overrides for name in (o.registration_id, o.before_id, o.successor_id) if name}
        missing = named - roster.registrations.keys()
        found: dict[str, Registration] = {}
        if missing:
            query = _STANDING.where(REGISTRATION.c.id.in_(sorted(missing)))
            rows = self._connection.execute(query, {"org": self._org, "session": roster.session.id})
            found = {row.id: self._registration(row) for row in rows}
        return replace(roster, overrides=overrides, registrations={**roster.registrations, **found})

    def _proposals(self, roster: Roster, *, only: str = "", of: str = "") -> dict[str, Proposal]:
        if not roster.tally.proposed:
            return {}
        query = _PROPOSALS
        if only:
            query = query.where(PROPOSAL.c.id == only)
        if of:
            query = query.where(PROPOSAL.c.registration_id == of)
        rows = self._connection.execute(query, {"org": self._org, "session": roster.session.id})
        return {row.id: Proposal(id=row.id, registration_id=row.registration_id) for row in rows}

    def _rows_of(self, person_id: str) -> Sequence[Any]:
        return _OF_PERSON.all(self._connection, {"org": self._org, "person": person_id})

    def _overlapping(self, rows: Sequence[Any], session_id: str) -> tuple[Place, ...]:
        if not rows:
            return ()
        return _places(rows, self.at_the_same_time(session_id))

    def _other_dates(self, rows: Sequence[Any], session: Session) -> tuple[Place, ...]:
        if not rows:
            return ()
        found = _OF_COURSE.all(self._connection, {"org": self._org, "course": session.course})
        return _places(rows, {row.id for row in found})

    def _registration(self, row: Any) -> Registration:
        registration = registration_from_row(row)
        if registration.terms is not STANDARD:
            self.terms[registration.id] = registration.terms
        return registration

    def _many(self, query: Prepared, **bound: Any) -> dict[str, Registration]:
        rows = query.all(self._connection, {"org": self._org, **bound})
        return {row.id: self._registration(row) for row in rows}


def _gives_back_by_silence(session: Session, now: datetime) -> bool:
    """Say whether seats that nobody confirmed again come back now, and no sweep has done it."""
    asking = session.asking
    if asking is None or asking.on_silence is SilenceRule.KEEP or asking.by > now:
        return False
    return not is_awake(session, now)


def _places(rows: Sequence[Any], session_ids: Collection[str]) -> tuple[Place, ...]:
    return tuple(_place(row) for row in sorted(rows, key=_session_id) if row.session_id in session_ids)


def _place(row: Any) -> Place:
    return Place(
        session_id=row.session_id,
        registration_id=row.id,
        status=Status(row.status),
        ends_at=row.payment_due_at or (None if row.clock_stands_since else row.offer_expires_at),
    )


def _session_id(row: Any) -> str:
    return str(row.session_id)


def _override(row: Any) -> Override:
    return Override(
        id=row.id,
        number=row.number,
        registration_id=row.registration_id,
        before_id=row.before_id,
        successor_id=row.successor_id,
        before_key=row.before_key,
        arrivals=row.arrivals,
    )
