"""Transactions: one actor, one instant, one commit; the sessions an act touches locked in one order.

Locks, and the race that each prevents:

- the rows of the sessions, by id (on SQLite the one write lock): two requests that count the same free seat;
- the calendar of the organisation, first, by advisory lock, where an act sets when a session meets: two sessions that
  come to be at the same time without either seeing the other;
- the persons, by advisory lock after the sessions: one person taking two overlapping seats in two sessions at once;
- the head of the chain, last, right before the commit: two writers that build on the same entry.

Which sessions an act will touch is not always known at its start. When it comes upon one that it cannot lock in order,
it is rolled back and run again with that session locked from the start, as often as it comes upon another.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import structs
from sqlalchemy import Connection, Engine, bindparam, insert, select, text, update

from waitlist_app.clock import Clock, new_id
from waitlist_app.engine.commands import (
    AcceptOffer,
    AskEarlier,
    ChangeFacts,
    Command,
    RecordPlace,
    ReplacePerson,
    RequestSeat,
)
from waitlist_app.engine.events import (
    Event,
    MoveAnchored,
    PersonReplaced,
    RulesChanged,
    SeatGiven,
    SessionCancelled,
    SessionRescheduled,
    SessionWoke,
    WaitlistJoined,
    WindowClosed,
)
from waitlist_app.engine.model import STANDARD, Facts, Place, Registration, Roster, Session, Tally, Terms
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import NotAllowed, TryAgain
from waitlist_app.repository import database, tables
from waitlist_app.repository.chain import Noted, chain
from waitlist_app.repository.client_keys import SqlClientKeys
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.erasing import SqlErasing
from waitlist_app.repository.escalating import escalate
from waitlist_app.repository.failures import translated
from waitlist_app.repository.links import find_leave_link, find_offer_link, find_seat_link, find_sign_off_link
from waitlist_app.repository.mapping import session_from_row, session_values, tally_from_row, tally_values
from waitlist_app.repository.member_outbox import add_member_mail
from waitlist_app.repository.merging import SqlMerging
from waitlist_app.repository.organisation_rules import organisation_rules, set_organisation_rules
from waitlist_app.repository.override_requests import SqlOverrideRequests, approval_rules, set_approval_rules
from waitlist_app.repository.people import People
from waitlist_app.repository.prepared import Prepared
from waitlist_app.repository.reads import SqlReader
from waitlist_app.repository.recalling import recall_offer
from waitlist_app.repository.rows import OVERRIDE, PROPOSAL, REGISTRATION, SESSION, RowWriter, table_of
from waitlist_app.repository.seeds import Seeds
from waitlist_app.repository.sessions import add_session, overlapping, rename_session
from waitlist_app.repository.slices import Slices
from waitlist_app.repository.team import SqlTeam, require_present
from waitlist_app.repository.tenancy import acting_for, is_a_person
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.happenings import ApprovalSigned, Happening, MemberAdded, OrganisationAdded
from waitlist_app.services.member_mail import Notice
from waitlist_app.services.one_message import in_one_message
from waitlist_app.services.ports import (
    AgeingProposal,
    Announce,
    Draft,
    LeaveLink,
    MeetingDetails,
    OfferLink,
    PersonDetails,
    PersonFacts,
    Reader,
    SeatLink,
    SessionDetails,
    SignOffLink,
    Transaction,
)
from waitlist_app.services.record import canonical
from waitlist_app.services.session_rules import OrganisationRules

T = TypeVar("T")

ATTEMPTS: Final = 6
"""How often a lost race is tried before the person is asked to, within the time that an act may wait for a lock."""

APPROVAL: Final = table_of(tables.Approval)
_NEEDS_A_REASON: Final = frozenset({"override", "standing", "merge"})
MESSAGE: Final = table_of(tables.Message)

_ONE: Final = select(SESSION).where(SESSION.c.org_id == bindparam("org"), SESSION.c.id == bindparam("session"))
_BARE: Final = Prepared(_ONE)
_LOCKED: Final = Prepared(_ONE.with_for_update())
_SAVE: Final = Prepared(
    update(SESSION)
    .where(SESSION.c.org_id == bindparam("org"), SESSION.c.id == bindparam("session"))
    .values(
        **{name: bindparam(f"new_{name}") for name in tally_values(Tally())},
        version=SESSION.c.version + 1,
    )
)
_ADD_MESSAGES: Final = Prepared(insert(MESSAGE), names=MESSAGE.c.keys())


class SqlWork:
    """Runs use cases over one database."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        announce: Announce,
        people: Engine | None = None,
        on_commit: Callable[[str, frozenset[str]], None] | None = None,
    ) -> None:
        """Work over `engine`, for members over `people`; `announce` says which message an event causes."""
        self.engine = engine
        self.people = people or engine
        self._clock = clock
        self._announce = announce
        self._on_commit = on_commit or _nobody
        self._reading = engine.execution_options(reads_only=True)
        self._people_reading = self.people.execution_options(reads_only=True)

    def transact(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` in one transaction and commit; lost races are tried again, then `TryAgain`."""
        return self._run(actor, unit, commits=True)

    def rehearse(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` in a transaction that is rolled back: a dry run decides exactly as the run would."""
        return self._run(actor, unit, commits=False)

    def read(self, actor: Actor, unit: Callable[[Reader], T]) -> T:
        """Run `unit` over a consistent snapshot."""
        with translated(self._reading_for(actor)) as connection:
            return unit(SqlReader(connection, org_id=actor.org_id, now=self._clock.now()))

    def open_link(self, token: str) -> OfferLink | None:
        """Find what a link in a mail leads to; None when there is no such link."""
        with self._reading.connect() as connection:
            return find_offer_link(connection, token)

    def open_sign_off_link(self, token: str) -> SignOffLink | None:
        """Find what the link in a manager's mail leads to; None when there is no such link."""
        with self._reading.connect() as connection:
            return find_sign_off_link(connection, token)

    def open_leave_link(self, token: str) -> LeaveLink | None:
        """Find what a link for leaving the line leads to; None when there is no such link."""
        with self._reading.connect() as connection:
            return find_leave_link(connection, token)

    def open_seat_link(self, token: str) -> SeatLink | None:
        """Find what the link leads to that asks to confirm a seat again; None when there is no such link."""
        with self._reading.connect() as connection:
            return find_seat_link(connection, token)

    def organisations(self) -> Sequence[Actor]:
        """List the organisations, each as the system actor that acts in it."""
        with self._reading.connect() as connection:
            rows = connection.execute(select(table_of(tables.Organisation)).order_by(text("id")))
            return [system_actor(row.id, row.name, row.zone) for row in rows]

    def members(self, actor: Actor) -> Sequence[Actor]:
        """List the team of the actor's organisation, by name."""
        member = table_of(tables.Member)
        is_in = (member.c.org_id == actor.org_id, member.c.removed_at.is_(None))
        query = select(member).where(*is_in).order_by(member.c.name)
        with translated(self._reading_for(actor)) as connection:
            return [replace(actor, id=row.id, name=row.name, role=Role(row.role)) for row in connection.execute(query)]

    def _reading_for(self, actor: Actor) -> AbstractContextManager[Connection]:
        return acting_for(self._people_reading if is_a_person(actor) else self._reading, actor)

    def _writing_for(self, actor: Actor) -> AbstractContextManager[Connection]:
        return acting_for(self.people if is_a_person(actor) else self.engine, actor)

    def _run(self, actor: Actor, unit: Callable[[Transaction], T], *, commits: bool) -> T:
        known: frozenset[str] = frozenset()
        give_up_at = time.monotonic() + database.LOCK_WAIT_SECONDS
        lost = 0
        while lost < ATTEMPTS:
            try:
                with translated(self._writing_for(actor)) as connection:
                    if is_sqlite(connection) and is_a_person(actor):
                        require_present(connection, actor)
                    transaction = SqlTransaction(connection, actor, self._clock.now(), self._announce)
                    transaction.lock(sorted(known))
                    result = unit(transaction)
                    transaction.finish()
                    if not commits:
                        connection.rollback()
                        return result
            except _OutOfOrderError as found:
                known |= found.session_ids  # one more each time, so this ends
            except _DrawIsDueError:
                # No member's transaction can read a seed, so the clock makes the draw, and then they act.
                self.transact(system_actor(actor.org_id, actor.organisation, actor.zone), lapse_due)
                lost += 1
            except TryAgain:
                lost += 1
                if lost == ATTEMPTS or time.monotonic() >= give_up_at:
                    raise
                time.sleep(0.01 * 2 ** (lost - 1))
            else:
                self._on_commit(actor.org_id, transaction.touched)
                return result
        raise TryAgain(detail="one draw after the other was due")


def system_actor(org_id: str, organisation: str, zone: str) -> Actor:
    """Give the actor that sweeps and delivers in one organisation."""
    return Actor(id="system", name="System", role=Role.SYSTEM, org_id=org_id, organisation=organisation, zone=zone)


class SqlTransaction:
    """One act over one connection."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        now: datetime,
        announce: Announce,
    ) -> None:
        """Act as `actor` at `now`."""
        self._connection = connection
        self._actor = actor
        self._now = now
        self._announce = announce
        self._org = actor.org_id
        self._sqlite = is_sqlite(connection)
        self._slices = Slices(connection, self._org)
        self._seeds = Seeds(connection, self._org)
        self._people = People(connection, self._org)
        self._erasing = SqlErasing(connection, self._org, now)
        self._rows = RowWriter(connection, self._org, now)
        self._noted: list[Noted] = []
        self._drafts: list[Draft] = []
        self._bare: dict[str, Roster] = {}
        self._stored: dict[str, Session] = {}
        """The rules of the locked sessions, as their rows have them."""
        self._changed: set[str] = set()
        self._facts = Facts()
        self._places: dict[str, dict[str, Sequence[Place]]] = {}
        """By person, then session; forgotten when one of the person's other places changes."""
        self._alone_with: set[str] = set()
        """People who are locked, or whom nobody else can see yet."""

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    @property
    def now(self) -> datetime:
        """The instant of the act, UTC."""
        return self._now

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._actor

    @property
    def read(self) -> SqlReader:
        """Reads inside the transaction."""
        self._save()
        return SqlReader(self._connection, org_id=self._org, now=self._now)

    @property
    def team(self) -> SqlTeam:
        """Changes to the members of the organisation."""
        return SqlTeam(self._connection, self._org, self._now)

    @property
    def erasing(self) -> SqlErasing:
        """Erasure of people."""
        return self._erasing

    @property
    def merging(self) -> SqlMerging:
        """Merging of people."""
        self._save()
        return SqlMerging(self._connection, self._org)

    @property
    def touched(self) -> frozenset[str]:
        """The sessions that the act changed, or put something on record about."""
        noted = {getattr(one.happening, "session_id", "") for one in self._noted}
        return frozenset(self._changed | noted - {""})

    def session_of(self, *, registration_id: str = "", proposal_id: str = "", override_id: str = "") -> str:
        """Give the id of the session of a thing of this organisation, or raise `NotAllowed`."""
        table, wanted = (
            (REGISTRATION, registration_id)
            if registration_id
            else (PROPOSAL, proposal_id)
            if proposal_id
            else (OVERRIDE, override_id)
        )
        query = select(table.c.session_id).where(table.c.org_id == self._org, table.c.id == wanted)
        found = self._connection.scalar(query)
        if found is None:
            raise NotAllowed(detail=f"no {table.name} {wanted}")
        return str(found)

    def session_ids(self) -> Mapping[str, str]:
        """Give the ids of all sessions by code."""
        rows = self._connection.execute(select(SESSION.c.code, SESSION.c.id).where(SESSION.c.org_id == self._org))
        return {row.code: row.id for row in rows}

    def active(self, session_id: str, person_id: str) -> Registration | None:
        """Give a person's active registration in a session."""
        return self._slices.active(session_id, person_id)

    def due(self, until: datetime) -> Mapping[datetime, Sequence[tuple[str, str]]]:
        """Give the deadlines up to `until`, in order, each with `(code, session id)` of its sessions by code.

        These sessions are locked from now on, all at once: there may be many, and they come due in any order.
        """
        found = self._slices.due(until)
        self.lock([session_id for sessions in found.values() for _, session_id in sessions])
        return found

    def whole(self, session_id: str) -> Roster:
        """Give the whole roster of a session."""
        return self._slices.whole(self._locked(session_id))

    # ── the book that the engine writes in ───────────────────────────────────────────────────────

    def lock(self, session_ids: Sequence[str]) -> None:
        """Lock sessions by id, before anything about them is read."""
        wanted = sorted({*session_ids} - self._bare.keys())
        self._require_order(wanted)
        for session_id in wanted:
            self._locked(session_id)

    def for_act(self, command: Command) -> Roster:
        """Give the roster that deciding `command` needs, its session locked."""
        bare = self._locked(command.session_id)
        if isinstance(command, RequestSeat | AskEarlier | RecordPlace):
            self._lock_person(command.person_id)
            self._facts = command.facts
        elif isinstance(command, ChangeFacts):
            self._facts = command.facts
        elif isinstance(command, ReplacePerson):
            for person_id in sorted((command.person_id, command.into_id)):
                self._lock_person(person_id)
        roster = self._slices.for_act(bare, command, self._now)
        if isinstance(command, AcceptOffer):
            offered = roster.registrations.get(command.registration_id)
            if offered and offered.excused:
                roster = structs.replace(roster, places=tuple(self.places(offered.person_id, command.session_id)))
        if isinstance(command, RequestSeat | AskEarlier | RecordPlace):
            self._places.setdefault(command.person_id, {})[command.session_id] = roster.places
        return roster

    def for_settlement(self, session_id: str) -> Roster:
        """Give the roster that settling needs."""
        return self._slices.for_settlement(self._locked(session_id), self._now)

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions that overlap with this one."""
        known = self._places.get(person_id, {}).get(session_id)
        if known is None:
            self._lock_person(person_id)
            known = self._slices.places(person_id, session_id)
        return known

    def dates(self, person_id: str, session: Session) -> Sequence[Place]:
        """List where a person is active on other dates of the course of `session`."""
        self._lock_person(person_id)
        return self._slices.dates(person_id, session)

    def everywhere(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in other sessions than this one, whenever they meet."""
        self._lock_person(person_id)
        return self._slices.everywhere(person_id, session_id)

    def at_the_same_time(self, session_id: str) -> frozenset[str]:
        """Name the sessions that overlap with this one, as it stands."""
        return self._slices.at_the_same_time(session_id)

    def overlapping(self, session_id: str, meetings: Sequence[MeetingDetails]) -> frozenset[str]:
        """Name the other sessions that meetings at these times would overlap with; nobody adds or moves one meanwhile.

        Asked before any session is locked.
        """
        self._lock_calendar()
        return overlapping(self._connection, self._org, session_id, meetings)

    def seed(self, session_id: str) -> str:
        """Give the sealed seed of a session's lottery, empty where there is none; nobody's but the clock's to read."""
        if is_a_person(self._actor):
            raise _DrawIsDueError
        return self._seeds.of(session_id)

    def keep(self, roster: Roster, events: Sequence[Event]) -> None:
        """Write the events as rows, and note them for the record and the outbox."""
        self._bare[roster.session.id] = Roster(session=roster.session, tally=roster.tally)
        self._changed.add(roster.session.id)
        for event in events:
            self._rows.write(roster, event, self._facts)
            self._noted.append(Noted(self._now, self._actor.id, event))
            self._forget_places(event)
            self._drafts.extend(self._announce(event, self._terms_of(event), roster.session, self._now))

    def _terms_of(self, event: Event) -> Terms:
        """Give what is special about the request that an event is about, as it is known from its row."""
        if isinstance(event, SeatGiven | WaitlistJoined):
            return event.terms
        return (
            STANDARD
            if isinstance(event, RulesChanged | SessionCancelled | SessionRescheduled | SessionWoke | WindowClosed)
            else self._slices.terms.get(event.registration_id, STANDARD)
        )

    def _forget_places(self, event: Event) -> None:
        """Forget what was known of a person's places elsewhere, now that one of them changed."""
        if isinstance(event, SessionRescheduled):
            self._places.clear()  # what is at the same time is another thing now
            return
        if isinstance(event, RulesChanged | SessionCancelled | SessionWoke | MoveAnchored | WindowClosed):
            return
        self._slices.newcomers.discard(event.person_id)
        if isinstance(event, PersonReplaced):
            self._places.pop(event.was_person_id, None)
        known = self._places.pop(event.person_id, {})
        if event.session_id in known:
            self._places[event.person_id] = {event.session_id: known[event.session_id]}

    @property
    def messages(self) -> Sequence[Draft]:
        """The messages that the act causes so far."""
        return in_one_message(self._drafts)

    def seal_seed(self, session_id: str) -> str:
        """Make the seed of a session's lottery, keep it where no screen or export reads it, and give its commitment."""
        return self._seeds.seal(session_id)

    # ── people, sessions, approvals ──────────────────────────────────────────────────────────────

    def find_or_add_person(self, details: PersonDetails) -> str:
        """Give the id of the person, added to the record when new."""
        person_id, added = self._people.find_or_add(details)
        if added:
            self._slices.newcomers.add(person_id)
            self._alone_with.add(person_id)
            self.note(added)
        return person_id

    def find_person(self, details: PersonDetails) -> str:
        """Give the id of the person; empty for somebody who is not known."""
        return self._people.find(details)

    def no_shows(self, person_id: str) -> int:
        """Give how often a person who was found in this act had a seat and did not come."""
        return self._people.no_shows.get(person_id, 0)

    def person(self, person_id: str) -> tuple[PersonFacts, Facts]:
        """Give somebody of the organisation, with what a policy may know of them now."""
        return self._people.person(person_id)

    def add_organisation(self, *, name: str, zone: str) -> None:
        """Add the actor's organisation; its record starts here."""
        self._connection.execute(
            insert(table_of(tables.Organisation)),
            {"id": self._org, "name": name, "zone": zone, "created_at": self._now},
        )
        self.note(OrganisationAdded(zone=zone))

    def add_member(self, *, member_id: str, name: str, email: str, role: Role) -> None:
        """Add somebody to the team."""
        member = {"org_id": self._org, "id": member_id, "name": name, "email": email, "role": role.value}
        self._connection.execute(insert(table_of(tables.Member)), member)
        details = canonical({"name": name, "email": email})
        self.note(MemberAdded(member_id=member_id, role=role.value, details=details))

    def add_session(self, details: SessionDetails) -> None:
        """Add a session with its meetings and its overlaps."""
        self._lock_calendar()
        self.note(add_session(self._connection, self._org, details))
        self._changed.add(details.rules.id)

    def rename_session(self, session_id: str, title: str) -> None:
        """Give a locked session another title, and note it."""
        self.note(rename_session(self._connection, self._org, session_id, title))
        self._changed.add(session_id)

    @property
    def approval_rules(self) -> ApprovalRules:
        """What the organisation demands of approvals."""
        return approval_rules(self._connection, self._org)

    def set_approval_rules(self, rules: ApprovalRules) -> None:
        """Demand something else of them."""
        set_approval_rules(self._connection, self._org, rules)

    @property
    def organisation_rules(self) -> OrganisationRules:
        """What new sessions begin with, and the calendar."""
        return organisation_rules(self._connection, self._org)

    def set_organisation_rules(self, rules: OrganisationRules) -> None:
        """Let them begin with something else, or the organisation work at other times."""
        set_organisation_rules(self._connection, self._org, rules)

    @property
    def override_requests(self) -> SqlOverrideRequests:
        """Overrides that wait for a second person's word."""
        return SqlOverrideRequests(self._connection, self._actor, self._now)

    def escalate(self, proposal: AgeingProposal, *, to: str) -> bool:
        """Note that an open proposal escalated to a member, who gets a mail, and say whether it had not before."""
        is_news = escalate(self._connection, self._org, proposal.id, to=to, now=self._now)
        if is_news:
            self._changed.add(proposal.session_id)
            # One mail tells of all that wait for the member: no second one is written while the first waits.
            add_member_mail(self._connection, org_id=self._org, member_id=to, purpose=Notice.ESCALATION, now=self._now)
        return is_news

    def recall_offer(self, registration_id: str) -> str | None:
        """Make the mail of a live offer obsolete, and give the proposal that it came from; None once it was claimed."""
        return recall_offer(self._connection, self._org, registration_id)

    @property
    def client_keys(self) -> SqlClientKeys:
        """Keys under which requests were sent."""
        return SqlClientKeys(self._connection, self._org, self._now)

    def sign(self, *, kind: str, subject_id: str, session_id: str, reason: str = "", asked_by: str = "") -> str:
        """Record the actor's approval, of what `asked_by` asked for unless that is empty, and give its id.

        Raises `ReasonMissing` where people may be passed over and no reason is given; the database refuses it too.
        """
        if kind in _NEEDS_A_REASON and not reason.strip():
            raise ReasonMissing
        approval_id = new_id()
        self._connection.execute(
            insert(APPROVAL),
            {
                "org_id": self._org,
                "id": approval_id,
                "kind": kind,
                "subject_id": subject_id,
                "signed_by": self._actor.id,
                "signed_by_name": self._actor.name,
                "signed_at": self._now,
                "reason": reason,
            },
        )
        self.note(
            ApprovalSigned(
                approval_id=approval_id,
                kind=kind,
                subject_id=subject_id,
                session_id=session_id,
                reason=reason,
                asked_by=asked_by,
            )
        )
        return approval_id

    def note(self, happening: Happening) -> None:
        """Put something on record that has no rows of the engine."""
        self._noted.append(Noted(self._now, self._actor.id, happening))

    # ── the end ──────────────────────────────────────────────────────────────────────────────────

    def finish(self) -> None:
        """Write what is left: tallies, messages, and last the record, under the lock of its head."""
        self._save()
        drafts = [draft for draft in self.messages if not self._erasing.is_about_somebody_erased(draft)]
        if drafts:
            _ADD_MESSAGES.run_many(self._connection, [self._message(draft) for draft in drafts])
        if self._noted:
            chain(self._connection, self._org, self._noted)

    def _save(self) -> None:
        for session_id, bare in self._bare.items():
            if session_id in self._changed:
                bound = {f"new_{name}": value for name, value in tally_values(bare.tally).items()}
                _SAVE.run(self._connection, {"org": self._org, "session": session_id, **bound})
                if bare.session is not self._stored.get(session_id):
                    self._save_rules(bare.session)

    def _save_rules(self, rules: Session) -> None:
        is_it = (SESSION.c.org_id == self._org, SESSION.c.id == rules.id)
        self._connection.execute(update(SESSION).where(*is_it).values(session_values(rules)))
        self._stored[rules.id] = rules

    def _message(self, draft: Draft) -> dict[str, Any]:
        return {
            "org_id": self._org,
            "id": new_id(),
            "kind": draft.kind,
            "person_id": draft.person_id,
            "session_id": draft.session_id,
            "registration_id": draft.registration_id,
            "offer_number": draft.offer_number,
            "dedupe": draft.dedupe,
            "created_at": self._now,
            "status": "waiting",
            "due_at": draft.due_at or self._now,
            "attempts": 0,
            "recipient": "",
            "subject": "",
            "html": "",
            "text": "",
            "calendar": "",
            "error": "",
        }

    # ── locks ────────────────────────────────────────────────────────────────────────────────────

    def _locked(self, session_id: str) -> Roster:
        bare = self._bare.get(session_id)
        if bare is not None:
            return bare
        self._require_order([session_id])
        query = _BARE if self._sqlite else _LOCKED
        row = query.first(self._connection, {"org": self._org, "session": session_id})
        if row is None:
            raise NotAllowed(detail=f"no session {session_id}")
        bare = Roster(session=session_from_row(row), tally=tally_from_row(row))
        self._bare[session_id] = bare
        self._stored[session_id] = bare.session
        return bare

    def _require_order(self, session_ids: Sequence[str]) -> None:
        """Pass, or raise `_OutOfOrderError` where one of the sessions sorts before one that is locked already."""
        if not self._sqlite and self._bare and min(session_ids, default="~") < max(self._bare):
            raise _OutOfOrderError(frozenset({*session_ids, *self._bare}))

    def _lock_calendar(self) -> None:
        """Let one act at a time set when sessions meet: of two at once neither would see that they overlap."""
        if not self._sqlite:
            self._connection.execute(
                text("select pg_advisory_xact_lock(hashtextextended(:calendar, 0))"), {"calendar": f"{self._org}:times"}
            )

    def _lock_person(self, person_id: str) -> None:
        if self._sqlite or person_id in self._alone_with:
            return
        self._alone_with.add(person_id)
        self._connection.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:person, 0))"), {"person": person_id}
        )


class _OutOfOrderError(Exception):
    """A session turned up that sorts before one that is locked already."""

    def __init__(self, session_ids: frozenset[str]) -> None:
        super().__init__()
        self.session_ids = session_ids


class _DrawIsDueError(Exception):
    """A member acts on a session whose window has closed before any job made the draw."""


def _nobody(_org_id: str, _session_ids: frozenset[str]) -> None:
    return
