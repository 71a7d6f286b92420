"""The repository decides from slices of rows what the engine decides in memory: driven side by side, they agree.

The walk is that of `tests/engine/test_machine.py`, every rule of it; each act is carried out a second time over a real
database. After each of them the stored rosters, the refusals, the sums and what the record tells are the engine's.
`STORED_STEPS=10000 pytest tests/repository/test_agreement.py` walks further.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, insert, select

from tests.engine.test_machine import MORNING, PEOPLE, SEED, SIGNERS, Walk, answer, carried_out, walk
from tests.engine.test_moved_sessions import MovingWalk
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.clock import SetClock
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import Event
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.model import Roster, Session
from waitlist_app.engine.seats import Sum, add_up, overdue_units, reserved
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.people import PERSON
from waitlist_app.repository.rows import REGISTRATION
from waitlist_app.repository.seeds import SEED as SEALED_SEED
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.export_record import export_record
from waitlist_app.services.happenings import Happening, SessionAdded
from waitlist_app.services.meters import sum_of
from waitlist_app.services.ports import MeetingDetails, Reader, SessionDetails, Transaction
from waitlist_app.services.record import join
from waitlist_app.services.verify_record import read_record

STEPS = int(os.environ.get("STORED_STEPS", "600"))
ORGANISATIONS = count(1)
SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")


def address_of(name: str) -> str:
    """Give somebody's address; those who signed have the one of Ines, in a spelling of their own."""
    return "Ines@Tarnwick.example" if name in SIGNERS["ines"] else f"{name}@tarnwick.example"


class StoredWalk(Walk):
    """One random walk, in an organisation of its own; all walks of a test share its database."""

    work: SqlWork
    clock: SetClock

    def _begin(self) -> None:
        org = f"org-{next(ORGANISATIONS)}"
        self.actor = Actor(id="ines", name="Ines", role=Role.OWNER, org_id=org, organisation=org)
        self.founder = replace(self.actor, role=Role.SYSTEM)
        self.clock.set(self.now)
        self.work.transact(self.founder, self._found)
        with acting_for(self.work.engine, self.founder) as connection:
            # Under their own names, so that both books speak of the same people.
            people = [
                {"org_id": org, "id": name, "identity": f"id:{name}", "name": name, "email": address_of(name)}
                for name in PEOPLE
            ]
            connection.execute(insert(PERSON), people)
            seeds = [{"org_id": org, "session_id": key, "seed": SEED} for key in self.opened]
            connection.execute(insert(SEALED_SEED), seeds)
        self.entries_read = 0
        self.replayed: dict[str, Roster] = {}

    def _found(self, tx: Transaction) -> None:
        tx.add_organisation(name=self.actor.organisation, zone="Europe/London")
        tx.add_member(member_id=self.actor.id, name="Ines", email="ines@tarnwick.example", role=Role.OWNER)
        for session in self.opened.values():
            tx.add_session(self._details(session))

    def _details(self, session: Session) -> SessionDetails:
        starts_at = session.starts_at or MORNING + timedelta(days=30)
        return SessionDetails(
            rules=session,
            title=session.code,
            location="Leeds",
            zone="Europe/London",
            starts_at=starts_at,
            ends_at=session.ends_at or starts_at + timedelta(hours=8),
            meetings=tuple(self._meetings(session.id)),
        )

    def _meetings(self, session_id: str) -> Iterator[MeetingDetails]:
        """Give an hour for each session, and one more with each session before it that it overlaps with."""
        mine = [(session_id, other) for other in sorted(self.opened)]
        for host, guest in (*mine, *((other, session_id) for other in self.overlaps[session_id] if other < session_id)):
            meeting = self._shared(self.homes, host, guest)
            yield MeetingDetails(starts_at=meeting.starts_at, ends_at=meeting.ends_at)

    # ── every act, carried out twice ─────────────────────────────────────────────────────────────

    def _perform(self, *commands: c.Command, proposal_of: str = "", any_date: bool = False) -> tuple[Event, ...] | str:
        # A draw that is due is made by the clock before a member acts, in an act of its own; here all is one act.
        is_draw_due = any(roster.session.has_closed(self.now) for roster in self.ledger.rosters.values())
        actor = self.founder if is_draw_due else self.actor
        in_memory = super()._perform(*commands, proposal_of=proposal_of, any_date=any_date)
        self.clock.set(self.now)

        def unit(tx: Transaction) -> tuple[Event, ...]:
            return carried_out(tx, commands, tx.now, any_date=any_date)

        stored = answer(lambda: self.work.transact(actor, unit))
        assert stored == in_memory
        self._check_what_is_stored()
        return in_memory

    def _check_what_is_stored(self) -> None:
        rosters = self.ledger.rosters
        assert self._stored_rosters() == rosters
        assert self._rows_by_status() == _units_by_status(rosters)
        self.work.read(self.actor, self._replay)
        assert self.replayed == rosters
        assert self.work.read(self.actor, self._sums) == {key: _sum(r, self.now) for key, r in rosters.items()}

    def _stored_rosters(self) -> dict[str, Roster]:
        """Give every roster as its rows tell it."""
        return self.work.rehearse(self.actor, lambda tx: {key: tx.whole(key) for key in sorted(self.opened)})

    def _rows_by_status(self) -> Counter[tuple[str, str]]:
        """Count the units of the active rows, by session and status; no tally is asked."""
        row = REGISTRATION.c
        query = select(row.session_id, row.status, func.sum(row.seat_units)).where(row.org_id == self.actor.org_id)
        query = query.where(row.status.in_(("waitlisted", "offered", "pending", "confirmed")))
        with acting_for(self.work.engine, self.founder) as connection:
            rows = connection.execute(query.group_by(row.session_id, row.status))
            return Counter({(session_id, status): int(units) for session_id, status, units in rows})

    def _sums(self, reader: Reader) -> dict[str, Sum]:
        """Give the sums as the screens get them."""
        facts = {key: reader.session(key) for key in self.opened}
        return {key: sum_of(of) for key, of in facts.items()}

    def _replay(self, reader: Reader) -> None:
        """Go on with what the record tells since it was read last."""
        entries = list(reader.export_record())
        for body, _, texts in entries[self.entries_read :]:
            said = json.loads(body)
            happening = join(said["act"], said["data"], {field: text for field, _, _, text in texts})
            replay(self.replayed, happening)
        self.entries_read = len(entries)


def replay(rosters: dict[str, Roster], happening: Happening) -> None:
    """Carry over into `rosters` what one entry of the record tells of sessions."""
    if isinstance(happening, SessionAdded):
        rosters[happening.session_id] = Roster(session=happening.rules)
    elif isinstance(happening, Event):
        rosters[happening.session_id] = evolve(rosters[happening.session_id], happening)


def _units_by_status(rosters: dict[str, Roster]) -> Counter[tuple[str, str]]:
    units = Counter[tuple[str, str]]()
    for session_id, roster in rosters.items():
        for entry in roster.registrations.values():
            units[session_id, entry.status.value] += entry.seat_units
    return units


def _sum(roster: Roster, now: datetime) -> Sum:
    ended, unpaid = overdue_units(roster, now)
    kept = reserved(roster.session, now)
    return add_up(roster.session, roster.tally, ended=ended, unpaid=unpaid, reserved=kept)


@pytest.fixture
def here(database_url: str) -> Iterator[type[StoredWalk]]:
    """Give the walk over a database of its own."""
    clock = SetClock(MORNING)
    work = SqlWork(open_database(database_url), clock, announce=announce)
    yield type("Here", (StoredWalk,), {"work": work, "clock": clock})
    work.engine.dispose()


@pytest.mark.timeout(0 if STEPS > 600 else 120)
class TestTheRepository:
    """Random acts on overlapping sessions, each decided in memory and over rows."""

    def test_agrees_with_the_engine_after_every_step(self, here: type[StoredWalk]) -> None:
        """Whatever happens, rows, refusals, sums and the record are those that the engine leads to."""
        walk(here, steps=STEPS)

    def test_agrees_with_it_when_sessions_move(self, here: type[StoredWalk]) -> None:
        """Meetings, overlaps and the times at which seats are held follow, so that both guards say the same."""
        walk(type("There", (here, MovingWalk), {}), steps=STEPS // 2)


@pytest.mark.timeout(240)
class TestTheRecord:
    """The record alone, read back from an export that anybody can verify."""

    def test_scenario_077_rebuilds_the_state_after_500_acts(self, here: type[StoredWalk]) -> None:
        """Folding the exported entries from empty gives statuses, order, deadlines and proposals of every session."""
        lengths: list[int] = []

        class Long(here):
            """A walk that looks at the database at its end alone."""

            acts = 0

            def _check_what_is_stored(self) -> None:
                self.acts += 1

            def teardown(self) -> None:
                rosters: dict[str, Roster] = {}
                exported = export_record(work=self.work, actor=self.actor, signer=SIGNER)
                for entry in read_record(exported, is_signed=is_signed):
                    replay(rosters, entry.happening)
                assert rosters == self._stored_rosters() == self.ledger.rosters
                lengths.append(self.acts)

        walk(Long, steps=960, in_a_walk=100)

        assert sum(lengths) >= 500
