"""A small organisation of its own for each browser test, made through the use cases of the product."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from msgspec import structs

from waitlist_app.bootstrap import Product
from waitlist_app.clock import new_id
from waitlist_app.engine.model import Session
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.ports import MeetingDetails, SessionDetails, Transaction
from waitlist_app.services.request_seat import request_seat

ZONE = "Europe/London"
AHEAD = timedelta(days=30)
"""Sessions start so long after the test: the app under test has the clock of the machine."""

SEATED = ("Nadia Petrov", "Tomas Lindqvist")
WAITING = ("Priya Nair", "Jonas Weber", "Amara Osei", "Lucia Romero")


@dataclass(slots=True)
class Office:
    """An organisation: Helena owns it, Ines and Rafe coordinate, and Olu only reads."""

    product: Product
    org_id: str = field(default_factory=new_id)
    registrations: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Found the organisation."""

        def found(tx: Transaction) -> None:
            tx.add_organisation(name=self.ines.organisation, zone=ZONE)
            for member in (self.helena, self.ines, self.rafe, self.olu):
                address = f"{member.id}@{self.org_id}.example"
                tx.add_member(member_id=member.id, name=member.name, email=address, role=member.role)

        # Before there is an organisation nobody is a member of it.
        self.product.work.transact(replace(self.helena, role=Role.SYSTEM), found)

    @property
    def helena(self) -> Actor:
        """The owner."""
        return self._member("Helena Brandt", Role.OWNER)

    @property
    def ines(self) -> Actor:
        """A coordinator."""
        return self._member("Ines Calder", Role.COORDINATOR)

    @property
    def rafe(self) -> Actor:
        """Another coordinator."""
        return self._member("Rafe Ostrander", Role.COORDINATOR)

    @property
    def olu(self) -> Actor:
        """The auditor."""
        return self._member("Olu Stern", Role.AUDITOR)

    def _member(self, name: str, role: Role) -> Actor:
        return Actor(
            id=name.split(maxsplit=1)[0].lower(),
            name=name,
            role=role,
            org_id=self.org_id,
            organisation="Tarnwick Group",
            zone=ZONE,
        )

    def joins(self, name: str, role: Role) -> Actor:
        """Take somebody into the team who has the address that their requests have."""
        member = self._member(name, role)
        address = f"{name.lower().replace(' ', '.')}@tarnwick.example"
        self.product.work.transact(
            self.helena, lambda tx: tx.add_member(member_id=member.id, name=name, email=address, role=role)
        )
        return member

    def link(self, member: Actor) -> str:
        """Give the path of a fresh sign-in link."""
        return f"/sign-in/{self.product.front_door.make_link(org_id=member.org_id, member_id=member.id)}"

    # ── what happened before the test begins ─────────────────────────────────────────────────────

    def open_session(
        self, code: str = "FW-1", title: str = "Fire Warden Refresher", *, capacity: int = 2, **rules: Any
    ) -> str:
        """Open a session and give its path."""
        starts_at = self.product.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + AHEAD
        ends_at = starts_at + timedelta(hours=3)
        details = SessionDetails(
            rules=structs.replace(Session(id=new_id(), code=code, capacity=capacity, starts_at=starts_at), **rules),
            title=title,
            location="Leeds, Room 2",
            zone=ZONE,
            starts_at=starts_at,
            ends_at=ends_at,
            meetings=(MeetingDetails(starts_at=starts_at, ends_at=ends_at, location="Leeds, Room 2"),),
        )
        self.product.work.transact(self.ines, lambda tx: tx.add_session(details))
        return f"/sessions/{details.rules.id}"

    def open_full_session(self, *, waiting: tuple[str, ...] = WAITING, **rules: Any) -> str:
        """Open a session with two seats, both taken, and a line."""
        path = self.open_session(**rules)
        for name in (*SEATED, *waiting):
            self.ask(name, path)
        return path

    def ask(self, name: str, path: str) -> None:
        """Ask for a seat for somebody."""
        address = f"{name.lower().replace(' ', '.')}@tarnwick.example"
        request_seat(
            work=self.product.work,
            actor=self.ines,
            session_id=session_id(path),
            employee_id="",
            name=name,
            email=address,
            department="Operations",
        )
        entries = self.product.work.read(self.ines, lambda reader: reader.registrations(session_id(path)))
        self.registrations |= {entry.person.name: entry.registration.id for entry in entries}

    def drop(self, name: str) -> None:
        """Give somebody's seat back, so that the next in line is proposed."""
        drop_registration(
            work=self.product.work, actor=self.rafe, registration_id=self.registrations[name], reason="Illness"
        )

    def offer(self, path: str) -> str:
        """Give a seat back, approve the proposal, and give the path in the mail that the offer causes."""
        self.drop(SEATED[0])
        proposal = self.product.work.read(self.ines, lambda reader: reader.proposals(session_id(path))[0])
        approve_promotion(work=self.product.work, actor=self.ines, proposal_id=proposal.id)
        # The running app may deliver it as well; each message is claimed by one of them.
        while not (found := re.search(r"/offer/[\w-]+", self._newest_offer())):
            self.product.deliver()
        return found[0]

    def _newest_offer(self) -> str:
        latest = self.product.work.read(self.ines, lambda reader: reader.messages(count=20))
        mail = next(message for message in latest if message.kind == "offer")
        return self.product.work.read(self.ines, lambda reader: reader.message(mail.id)).text

    def move(self, name: str, *, before: str) -> None:
        """Let Rafe move somebody in the line."""
        move_entry(
            work=self.product.work,
            actor=self.rafe,
            registration_id=self.registrations[name],
            before_id=self.registrations[before],
            reason="Audit finding",
        )

    # ── what is so afterwards ────────────────────────────────────────────────────────────────────

    def line(self, path: str) -> list[str]:
        """Name those who wait, in their order."""
        entries = self.product.work.read(self.ines, lambda reader: reader.waiting(session_id(path)))
        return [entry.person.name for entry in entries]

    def seated(self, path: str) -> list[str]:
        """Name those who have a seat."""
        entries = self.product.work.read(self.ines, lambda reader: reader.seated(session_id(path)))
        return [entry.person.name for entry in entries]

    def recorded(self) -> int:
        """Count the entries of the record."""
        return self.product.work.read(self.ines, lambda reader: reader.head())[0]


def session_id(path: str) -> str:
    """Give the id at the end of a session's path."""
    return path.rpartition("/")[2]
