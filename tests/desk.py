"""The desk of Tarnwick Group over a real database: told in names, at instants that are literal."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import event, insert, select

from waitlist_app.clock import SetClock
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import Facts, Session, Status
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.links import LINK, hash_of
from waitlist_app.repository.rows import PROPOSAL
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import MeetingDetails, PersonDetails, Reader, SessionDetails, Transaction

T = TypeVar("T")

NOW = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)
"""Thursday 12 March 2026, 10:42 in London."""


def at(text: str) -> datetime:
    """Give an instant in UTC, as in `at("2026-03-12 10:42")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def member(name: str, role: Role, org_id: str = "tarnwick", organisation: str = "Tarnwick Group") -> Actor:
    """Build somebody of the team."""
    return Actor(
        id=name.split(maxsplit=1)[0].lower(),
        name=name,
        role=role,
        org_id=org_id,
        organisation=organisation,
        zone="Europe/London",
    )


INES = member("Ines Calder", Role.COORDINATOR)
RAFE = member("Rafe Ostrander", Role.COORDINATOR)
NOBODY = member("Nico Ambrose", Role.EMPLOYEE)
STRANGER = member("Charlie Stone", Role.OWNER, org_id="stoneworks", organisation="Stoneworks")


class Desk:
    """One organisation, its coordinators, and a clock that stands until it is set."""

    def __init__(self, database_url: str, now: datetime = NOW, *, team: Sequence[Actor] = (INES, RAFE)) -> None:
        """Open the desk at `now`."""
        self.engine = open_database(database_url)
        self.clock = SetClock(now)
        self.work = SqlWork(self.engine, self.clock, announce=announce)
        self.lead = team[0]
        # Before there is an organisation nobody is a member of it, so the command line founds it in the lead's name.
        founder = replace(self.lead, role=Role.SYSTEM)
        self.act(lambda tx: tx.add_organisation(name=self.lead.organisation, zone="Europe/London"), founder)
        for one in team:
            self.act(
                lambda tx, m=one: tx.add_member(member_id=m.id, name=m.name, email=f"{m.id}@x.example", role=m.role),
                founder,
            )

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────

    def act(self, unit: Callable[[Transaction], T], by: Actor | None = None) -> T:
        """Run one act."""
        return self.work.transact(by or self.lead, unit)

    def do(self, command: c.Command, by: Actor | None = None) -> None:
        """Carry out one command."""
        self.act(lambda tx: carry_out(tx, command), by)

    def at(self, text: str) -> "Desk":
        """Set the clock."""
        self.clock.set(at(text))
        return self

    def session(
        self,
        code: str,
        *times: tuple[str, str],
        title: str = "",
        where: str = "Leeds",
        zone: str = "Europe/London",
        capacity: int | None = 1,
        follows_start: bool = True,
        **rules: Any,
    ) -> str:
        """Open a session with its meetings, `(start, end)` in UTC; its id is its code in lower case."""
        meetings = tuple(MeetingDetails(starts_at=at(start), ends_at=at(end), location=where) for start, end in times)
        starts_at, ends_at = meetings[0].starts_at, meetings[-1].ends_at
        opened = Session(
            id=code.lower(),
            code=code,
            capacity=capacity,
            starts_at=starts_at if follows_start else None,
            ends_at=ends_at if follows_start else None,
            **rules,
        )
        details = SessionDetails(
            rules=opened,
            title=title or code,
            location=where,
            zone=zone,
            starts_at=starts_at,
            ends_at=ends_at,
            meetings=meetings,
        )
        self.act(lambda tx: tx.add_session(details))
        return opened.id

    def ask(
        self,
        name: str,
        to: str,
        *,
        units: int = 1,
        team: str = "",
        role: str = "",
        deadline: date | None = None,
        asked_at: str = "",
    ) -> str:
        """Let somebody ask; the registration's id is their first name, then the session's."""
        details = PersonDetails(
            employee_id=name.upper(),
            name=name,
            email=f"{name.lower().replace(' ', '.')}@tarnwick.example",
            department=team,
            role=role,
            compliance_deadline=deadline,
        )
        registration_id = f"{name.split(maxsplit=1)[0].lower()}-{to}"

        def unit(tx: Transaction) -> None:
            command = c.RequestSeat(
                session_id=to,
                registration_id=registration_id,
                person_id=tx.find_or_add_person(details),
                requested_at=at(asked_at) if asked_at else tx.now,
                seat_units=units,
                facts=Facts(role=role, department=team, compliance_deadline=deadline),
            )
            carry_out(tx, command)

        self.act(unit)
        return registration_id

    def drop(self, registration_id: str, reason: str = "", *, status: Status = Status.DROPPED) -> None:
        """Let somebody give up a seat or a place."""
        session_id = self.session_of(registration_id)
        self.do(c.Close(session_id=session_id, registration_id=registration_id, status=status, reason=reason))

    def approve(self, registration_id: str, by: Actor | None = None) -> None:
        """Sign and approve the open proposal for somebody."""
        session_id = self.session_of(registration_id)
        proposal_id = self.proposal_of(registration_id)

        def unit(tx: Transaction) -> None:
            approval = tx.sign(kind="promotion", subject_id=proposal_id, session_id=session_id)
            carry_out(tx, c.ApproveProposal(session_id=session_id, proposal_id=proposal_id, approval=approval))

        self.act(unit, by)

    def accept(self, registration_id: str) -> None:
        """Let somebody take the seat, through the link of the mail."""
        self._answer(c.AcceptOffer, registration_id)

    def decline(self, registration_id: str) -> None:
        """Let somebody say no, through the link of the mail."""
        self._answer(c.DeclineOffer, registration_id)

    def revoke(self, registration_id: str, reason: str) -> None:
        """Take an offer back."""
        session_id = self.session_of(registration_id)
        self.do(c.RevokeOffer(session_id=session_id, registration_id=registration_id, reason=reason))

    def sweep(self) -> None:
        """End what is due, as the clock does."""
        [system] = [actor for actor in self.work.organisations() if actor.org_id == self.lead.org_id]
        self.act(lapse_due, system)

    def move(self, registration_id: str, *, before: str, reason: str, by: Actor | None = None) -> str:
        """Sign and make a move; gives the override's id."""
        session_id = self.session_of(registration_id)
        moves = self.read(lambda reader: reader.roster(session_id)).tally.overrides_made
        override_id = f"move-of-{registration_id}" + (f"-{moves + 1}" if moves else "")

        def unit(tx: Transaction) -> None:
            approval = tx.sign(kind="override", subject_id=override_id, session_id=session_id, reason=reason)
            command = c.MoveEntry(
                session_id=session_id,
                registration_id=registration_id,
                before_id=before,
                override_id=override_id,
                reason=reason,
                approval=approval,
            )
            carry_out(tx, command)

        self.act(unit, by)
        return override_id

    def take_back(self, override_id: str) -> None:
        """Undo a move."""
        session_id = self.act(lambda tx: tx.session_of(override_id=override_id))
        self.do(c.RevokeMove(session_id=session_id, override_id=override_id))

    def mail_link(self, registration_id: str, number: int = 1) -> str:
        """Send the link of an offer and give its token."""
        token = f"token-of-{registration_id}-{number}"
        row = {
            "token_hash": hash_of(token),
            "org_id": self.lead.org_id,
            "purpose": "offer",
            "registration_id": registration_id,
            "offer_number": number,
            "made_at": self.clock.now(),
        }
        with self.engine.begin() as connection:
            connection.execute(insert(LINK), row)
        return token

    def _answer(self, kind: type[c.AcceptOffer | c.DeclineOffer], registration_id: str) -> None:
        holder = Actor(
            id=f"link:{registration_id}", name="", role=Role.EMPLOYEE, org_id=self.lead.org_id, is_by_link=True
        )
        self.do(kind(session_id=self.session_of(registration_id), registration_id=registration_id), holder)

    # ── what is so ───────────────────────────────────────────────────────────────────────────────

    def read(self, unit: Callable[[Reader], T], by: Actor | None = None) -> T:
        """Read a snapshot."""
        return self.work.read(by or self.lead, unit)

    def session_of(self, registration_id: str) -> str:
        """Give the session of a registration."""
        return self.act(lambda tx: tx.session_of(registration_id=registration_id))

    def proposal_of(self, registration_id: str) -> str:
        """Give the open proposal for a registration."""
        query = select(PROPOSAL.c.id).where(PROPOSAL.c.registration_id == registration_id, PROPOSAL.c.status == "open")
        with self.engine.connect() as connection:
            return str(connection.execute(query).scalar_one())

    def plan(self, statement: str) -> list[str]:
        """Say how SQLite carries a statement out."""
        with self.engine.connect() as connection:
            bound = tuple("" for _ in range(statement.count("?")))
            return [row[3] for row in connection.exec_driver_sql(f"explain query plan {statement}", bound)]

    @contextmanager
    def statements(self) -> Generator[list[str]]:
        """Collect the statements that run meanwhile."""
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            event.remove(self.engine, "before_cursor_execute", note)


def first_aid(database_url: str) -> Desk:
    """Open the desk on Thursday 12 March 2026, 10:42, in the middle of a story.

    First Aid at Work has 3 seats and 1 from the allowance. Ulla and Elsie have seats; Imani has an offer, approved by
    Rafe for the seat that Rosa dropped; Viktor's seat has been free since 10:21. There wait, in this order: Pavel, who
    has a seat in Abrasive Wheels at the same time; Keiko, who is proposed; Oona; and Sanjay, who asked for 2 seats.
    """
    desk = Desk(database_url, at("2026-03-02 09:00"))
    both_days = ("2026-03-18 09:00", "2026-03-18 16:30"), ("2026-03-19 09:00", "2026-03-19 16:30")
    desk.session(
        "FAW-0318",
        *both_days,
        title="First Aid at Work",
        where="Training Room 2, Leeds",
        capacity=3,
        allowance_units=1,
        waitlist_limit=20,
    )
    desk.session("ABW-0318", ("2026-03-18 13:00", "2026-03-18 15:00"), title="Abrasive Wheels", where="Yard B, Hull")
    for name in ("Ulla Brandvoll", "Elsie Thornbury", "Rosa Tilbrook", "Viktor Ashdown"):
        desk.ask(name, "faw-0318", team="Assembly Line 1")
    desk.ask("Pavel Drummondsen", "abw-0318", team="Assembly Line 2")
    desk.at("2026-03-03 11:40").ask("Pavel Drummondsen", "faw-0318")
    desk.at("2026-03-04 09:14").ask("Imani Vestergrove", "faw-0318", team="Warehouse North")
    desk.at("2026-03-05 16:02").ask("Keiko Harrowgate", "faw-0318", team="Site Services")
    desk.at("2026-03-06 13:21").ask("Oona Birchwood", "faw-0318", team="Finance")
    desk.at("2026-03-06 14:00").ask("Sanjay Merriweather", "faw-0318", team="Quality", units=2)
    desk.at("2026-03-12 10:00").drop("rosa-faw-0318", "Shift swap")
    desk.approve("imani-faw-0318", by=RAFE)
    desk.at("2026-03-12 10:21").drop("viktor-faw-0318")
    desk.clock.set(NOW)
    return desk
