"""One round of a race: an organisation of its own, what led up to it, the race, and what must be true afterwards."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import structs
from sqlalchemy import func, insert, select, text

from tests.races.crew import PATIENCE, Answer, Crew, Job
from waitlist_app.clock import SetClock
from waitlist_app.engine import commands as c
from waitlist_app.engine.act import act
from waitlist_app.engine.events import Event
from waitlist_app.engine.invariants import broken, broken_across
from waitlist_app.engine.model import Facts, Roster, Session, Status, Terms
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.links import LINK, hash_of
from waitlist_app.repository.rows import REGISTRATION, table_of
from waitlist_app.repository.sessions import OVERLAP
from waitlist_app.repository.tables import Message
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.repository.work import SqlWork, system_actor
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.check_record import check_record
from waitlist_app.services.ports import MeetingDetails, PersonDetails, Reader, SessionDetails, Transaction

NOW: Final = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
"""The smallest step of a clock: a deadline less a tick is in time."""

MESSAGE: Final = table_of(Message)


class Arena:
    """A database, the processes that race over it, and a number for each round."""

    def __init__(self, url: str, size: int, *, prepare: Callable[[], None] | None = None) -> None:
        """Start `size` processes; `prepare` runs in each of them first."""
        self.clock = SetClock(NOW)
        self.work = SqlWork(open_database(url), self.clock, announce=announce)
        self.crew = Crew(url, size, prepare=prepare)
        self._rounds = 0

    def close(self) -> None:
        """End the processes and close the connections."""
        self.crew.close()
        self.work.engine.dispose()

    def default_isolation(self) -> str:
        """Say how far PostgreSQL isolates an act that asks for nothing else."""
        with self.work.engine.connect() as connection:
            return str(connection.scalar(text("show default_transaction_isolation")))

    def round(self) -> "Round":
        """Begin the next round."""
        self._rounds += 1
        return Round(self, f"race-{self._rounds}")


class Round:
    """One round: `open`, `ask` and `do` lead up to it, `race` is it, `check` says whether all is well."""

    def __init__(self, arena: Arena, org: str) -> None:
        """Found the organisation, with two coordinators and two owners."""
        self.now = NOW
        self.org = org
        self.sessions: list[str] = []
        self.ines = Actor(id="ines", name="Ines Calder", role=Role.COORDINATOR, org_id=org, organisation=org)
        self.rafe = replace(self.ines, id="rafe", name="Rafe Ostrander")
        self.petra = replace(self.ines, id="petra", name="Petra Lindqvist", role=Role.OWNER)
        self.otto = replace(self.petra, id="otto", name="Otto Brandt")
        self.system = system_actor(org, org, "Europe/London")
        self._arena = arena
        self._work = arena.work
        self._transact(lambda tx: tx.add_organisation(name=org, zone="Europe/London"))
        for member in (self.ines, self.rafe, self.petra, self.otto):
            self._transact(
                lambda tx, m=member: tx.add_member(member_id=m.id, name=m.name, email=f"{m.id}@x.example", role=m.role)
            )

    def _transact(self, unit: Callable[[Transaction], Any], by: Actor | None = None) -> Any:
        self._arena.clock.set(self.now)
        return self._work.transact(by or self.system, unit)

    # ── what leads up to it ──────────────────────────────────────────────────────────────────────

    def open(self, session_id: str = "s", *, capacity: int | None, hour: int | None = None, **rules: Any) -> str:
        """Open a session; those of one `hour` are at the same time."""
        starts_at = NOW + timedelta(days=30, hours=len(self.sessions) * 24 if hour is None else hour)
        times = MeetingDetails(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        self._transact(
            lambda tx: tx.add_session(
                SessionDetails(
                    rules=Session(id=session_id, code=session_id.upper(), capacity=capacity, **rules),
                    title=session_id,
                    location="Leeds",
                    zone="Europe/London",
                    starts_at=times.starts_at,
                    ends_at=times.ends_at,
                    meetings=(times,),
                )
            )
        )
        self.sessions.append(session_id)
        return session_id

    def ask(self, *names: str, to: str = "s", gives_up: tuple[str, str] = ("", "")) -> None:
        """Let people ask, one after the other; a registration's id is the name, then the session's.

        `gives_up` is the registration, and its session, that they would exchange for the seat.
        """

        def unit(tx: Transaction) -> None:
            for name in names:
                asked = self.request(name, tx.find_or_add_person(person(name)), to)
                terms = Terms(gives_up=gives_up[0], gives_up_in=gives_up[1])
                act(tx, [structs.replace(asked, terms=terms)], tx.now)

        self._transact(unit, self.ines)

    def request(self, name: str, person_id: str, to: str) -> c.RequestSeat:
        """Build somebody's request."""
        return c.RequestSeat(
            session_id=to,
            registration_id=f"{name}-{to}",
            person_id=person_id,
            requested_at=self.now,
            facts=Facts(),
        )

    def do(self, *commands: c.Command) -> tuple[Event, ...]:
        """Carry out commands in one act."""
        return self._transact(lambda tx: act(tx, commands, tx.now), self.ines)

    def drop(self, *names: str, out_of: str = "s") -> None:
        """Let people give up their seats."""
        for name in names:
            self.do(c.Close(session_id=out_of, registration_id=f"{name}-{out_of}", status=Status.DROPPED))

    def approve_all(self, in_: str = "s") -> None:
        """Approve every open proposal."""
        for proposal_id in sorted(self.roster(in_).proposals):
            self.do(c.ApproveProposal(session_id=in_, proposal_id=proposal_id, approval="by Ines"))

    def with_rules(self, of: str = "s", **rules: Any) -> c.ChangeRules:
        """Build the change of some rules of a session."""
        return c.ChangeRules(
            session_id=of, rules=structs.replace(self.roster(of).session, **rules), reason="Smaller room"
        )

    def link(self, name: str, to: str = "s", number: int = 1) -> str:
        """Give the token of the link in the mail of an offer."""
        token = f"{self.org}-{name}-{to}-{number}"
        row = {
            "token_hash": hash_of(token),
            "org_id": self.org,
            "purpose": "offer",
            "registration_id": f"{name}-{to}",
            "offer_number": number,
            "made_at": self.now,
        }
        with acting_for(self._work.engine, self.system) as connection:
            connection.execute(insert(LINK), row)
        return token

    # ── the race ─────────────────────────────────────────────────────────────────────────────────

    def job(
        self, act_: Callable[..., Any], *, by: Actor | None = None, now: datetime | None = None, **said: Any
    ) -> Job:
        """Build the job of one process, in the name of Ines unless somebody else acts."""
        return Job(act=act_, actor=by or self.ines, now=now or self.now, said=said)

    def race(self, *jobs: Job, patience: float = PATIENCE) -> list[Answer]:
        """Race, come to the latest of the jobs' instants, and check what is always true."""
        answers = self._arena.crew.race(jobs, patience=patience)
        self.now = max(job.now for job in jobs)
        self.check()
        return answers

    # ── what is so ───────────────────────────────────────────────────────────────────────────────

    def check(self) -> None:
        """Pass when every invariant holds over the whole rosters, and the record is whole."""
        rosters = self.rosters()
        assert {code: broken(roster, self.now) for code, roster in rosters.items()} == dict.fromkeys(rosters, ())
        assert broken_across(rosters, self._overlaps(), self.now) == ()
        self._arena.clock.set(self.now)
        checked = check_record(work=self._work, actor=self.ines)
        assert checked.is_whole, checked.why

    def rosters(self) -> dict[str, Roster]:
        """Give every roster, whole, as the rows tell it."""
        self._arena.clock.set(self.now)
        return self._work.rehearse(self.ines, lambda tx: {key: tx.whole(key) for key in sorted(self.sessions)})

    def roster(self, session_id: str = "s") -> Roster:
        """Give one roster, whole."""
        return self.rosters()[session_id]

    def names(self, status: Status, in_: str = "s") -> list[str]:
        """List the first parts of the registrations' ids of one status, the waiting in their order."""
        roster = self.roster(in_)
        rows = roster.line() if status is Status.WAITLISTED else list(roster.registrations.values())
        return [row.id.removesuffix(f"-{in_}") for row in rows if row.status is status]

    def proposed(self, in_: str = "s") -> list[str]:
        """List who is proposed."""
        return sorted(p.registration_id.removesuffix(f"-{in_}") for p in self.roster(in_).proposals.values())

    def proposal_of(self, name: str, in_: str = "s") -> str:
        """Give the id of somebody's open proposal."""
        return next(p.id for p in self.roster(in_).proposals.values() if p.registration_id == f"{name}-{in_}")

    def statuses(self, name: str, in_: str = "s") -> list[str]:
        """List the statuses of all registrations of a person known by name, closed ones too."""
        return self._column(select(REGISTRATION.c.status).where(REGISTRATION.c.id == f"{name}-{in_}"), REGISTRATION)

    def mails(self, kind: str) -> int:
        """Count the messages of a kind."""
        return len(self._column(select(MESSAGE.c.id).where(MESSAGE.c.kind == kind), MESSAGE))

    def count(self, table: Any) -> int:
        """Count the organisation's rows in a table."""
        return int(self._column(select(func.count()).select_from(table), table)[0])

    def read(self, unit: Callable[[Reader], Any]) -> Any:
        """Read a snapshot, as the screens do."""
        self._arena.clock.set(self.now)
        return self._work.read(self.ines, unit)

    def rows(self, session_id: str) -> Counter[str]:
        """Count the units of the active rows of a session by status; no tally is asked."""
        row = REGISTRATION.c
        query = select(row.status, func.sum(row.seat_units)).where(row.org_id == self.org, row.session_id == session_id)
        with acting_for(self._work.engine, self.system) as connection:
            return Counter({status: int(n) for status, n in connection.execute(query.group_by(row.status))})

    def _overlaps(self) -> dict[str, frozenset[str]]:
        with acting_for(self._work.engine, self.system) as connection:
            rows = connection.execute(
                select(OVERLAP.c.session_id, OVERLAP.c.other_id).where(OVERLAP.c.org_id == self.org)
            ).all()
        return {key: frozenset(other for one, other in rows if one == key) for key in self.sessions}

    def _column(self, query: Any, table: Any) -> list[Any]:
        with acting_for(self._work.engine, self.system) as connection:
            return list(connection.scalars(query.where(table.c.org_id == self.org)))


def person(name: str) -> PersonDetails:
    """Give the details of somebody by their name, which is their employee id as well."""
    return PersonDetails(employee_id=name, name=name)


def values(answers: Sequence[Answer]) -> list[Any]:
    """List what the acts gave that were not refused."""
    return [answer.value for answer in answers if not answer.refused]


def refusals(answers: Sequence[Answer]) -> list[str]:
    """List the codes of the refusals, sorted."""
    return sorted(answer.refused for answer in answers if answer.refused)
