"""Tarnwick Group: one organisation over a real database, for tests of the repository."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text

from waitlist_app.clock import SetClock
from waitlist_app.engine.commands import Command
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Roster, Session
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.database import open_database
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import PersonDetails, SessionDetails, Transaction

INES = Actor(id="ines", name="Ines Calder", role=Role.COORDINATOR, org_id="tarnwick", organisation="Tarnwick Group")

FOUNDER = replace(INES, role=Role.SYSTEM)
"""Before there is an organisation nobody is a member of it, so the command line founds it in her name."""


class Tarnwick:
    """An organisation with a coordinator, a clock that stands, and sessions."""

    def __init__(self, database_url: str, now: datetime) -> None:
        """Begin at `now`, with nothing in it."""
        self.clock = SetClock(now)
        self.work = SqlWork(open_database(database_url), self.clock, announce=announce)

    def close(self) -> None:
        """Close every connection."""
        self.work.engine.dispose()

    def open(self, sessions: Iterable[SessionDetails], names: Iterable[str]) -> dict[str, str]:
        """Add the organisation, its sessions and its people, and give the people's ids by name."""

        def unit(tx: Transaction) -> dict[str, str]:
            tx.add_organisation(name=INES.organisation, zone="Europe/London")
            tx.add_member(member_id=INES.id, name=INES.name, email="ines@tarnwick.example", role=INES.role)
            for session in sessions:
                tx.add_session(session)
            return {name: tx.find_or_add_person(person(name)) for name in names}

        return self.work.transact(FOUNDER, unit)

    def act(self, command: Command) -> tuple[Event, ...]:
        """Carry one command out in a transaction of its own, after what is due."""
        return self.work.transact(INES, lambda tx: carry_out(tx, command))

    def rosters(self, sessions: Iterable[Session]) -> dict[str, dict[str, object]]:
        """Give every stored roster, whole."""

        def whole(tx: Transaction) -> dict[str, Roster]:
            return {session.id: tx.whole(session.id) for session in sessions}

        return {key: bare(roster) for key, roster in self.work.rehearse(INES, whole).items()}

    def overlapping_seats(self) -> list[tuple[str, str]]:
        """List pairs of meetings that one person holds at the same time."""
        query = text(
            "select a.registration_id, b.registration_id from seat_time a join seat_time b"
            " on a.org_id = b.org_id and a.person_id = b.person_id and a.registration_id < b.registration_id"
            " and a.starts_at < b.ends_at and b.starts_at < a.ends_at"
        )
        with self.work.engine.connect() as connection:
            return [(one, other) for one, other in connection.execute(query)]


def person(name: str) -> PersonDetails:
    """Give the details of somebody by their first name."""
    return PersonDetails(employee_id=name.upper(), name=name, email=f"{name.lower()}@tarnwick.example")


def bare(roster: Roster) -> dict[str, object]:
    """Give what two rosters must agree on: everything but the rules that never change here."""
    return {
        "tally": roster.tally,
        "capacity": roster.session.capacity,
        "line": [entry.id for entry in roster.line()],
        "registrations": dict(roster.registrations),
        "proposals": dict(roster.proposals),
        "overrides": roster.overrides,
    }
