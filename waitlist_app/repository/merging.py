"""Merging two records of one person: what follows beside the events of the engine, in every table that names people."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select, text, update

from waitlist_app.errors import NotAllowed
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.erasing import ERASED, MESSAGE
from waitlist_app.repository.mapping import terms_from
from waitlist_app.repository.override_requests import REQUEST
from waitlist_app.repository.people import PERSON, person_details, written
from waitlist_app.repository.rows import REGISTRATION
from waitlist_app.services.ports import ActivePlace, PersonFacts

_ACTIVE: Final = ("waitlisted", "offered", "pending", "confirmed")
_TAKEN_OVER: Final = ("employee_id", "email", "phone", "department", "role", "attributes")
"""What the record that stays takes from the other where it has nothing of its own."""


class SqlMerging:
    """A `Merging` over one connection."""

    def __init__(self, connection: Connection, org_id: str) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self._connection = connection
        self._org = org_id

    def places(self, person_id: str) -> Sequence[ActivePlace]:
        """List the active registrations of a person with their sessions, by session id."""
        query = (
            select(REGISTRATION.c.id, REGISTRATION.c.session_id, REGISTRATION.c.terms)
            .where(
                REGISTRATION.c.org_id == self._org,
                REGISTRATION.c.person_id == person_id,
                REGISTRATION.c.status.in_(_ACTIVE),
            )
            .order_by(REGISTRATION.c.session_id)
        )
        rows = self._connection.execute(query)
        return [
            ActivePlace(registration_id=row.id, session_id=row.session_id, gives_up=terms_from(row.terms).gives_up)
            for row in rows
        ]

    def person(self, person_id: str) -> PersonFacts:
        """Give a person who was neither erased nor merged, or raise `NotAllowed`."""
        return _facts(self._row(person_id))

    def lock(self, *person_ids: str) -> None:
        """Be alone with these people to the end of the act, taken by id."""
        if is_sqlite(self._connection):
            return
        for person_id in sorted(person_ids):
            # Without it one of the two could ask for a seat in between, under a record that is no more.
            lock = text("select pg_advisory_xact_lock(hashtextextended(:person, 0))")
            self._connection.execute(lock, {"person": person_id})

    def merge(self, person_id: str, *, into: str) -> str:
        """Let everything that names the one record name the other, and give who that is now, as the record tells it.

        Registrations that ended, mails, and requests for overrides follow; whoever is known by what is known of the
        record that goes is from now on found as the other.
        """
        going, staying = self._row(person_id), self._row(into)
        taken = {name: getattr(going, name) for name in _TAKEN_OVER if not getattr(staying, name)}
        taken["compliance_deadline"] = staying.compliance_deadline or going.compliance_deadline
        taken["no_shows"] = staying.no_shows + going.no_shows
        self._set(PERSON, PERSON.c.id == into, **taken)
        self._set(PERSON, PERSON.c.id == person_id, merged_into=into)
        self._set(PERSON, PERSON.c.merged_into == person_id, merged_into=into)
        self._set(REGISTRATION, REGISTRATION.c.person_id == person_id, person_id=into)
        self._set(MESSAGE, MESSAGE.c.person_id == person_id, person_id=into)
        named, named_now = f'"person_id":"{person_id}"', f'"person_id":"{into}"'
        command = func.replace(REQUEST.c.command, named, named_now)
        self._set(REQUEST, REQUEST.c.command.contains(named, autoescape=True), command=command)
        return written(person_details(self._row(into)))

    def _row(self, person_id: str) -> Any:
        query = select(PERSON).where(
            PERSON.c.org_id == self._org,
            PERSON.c.id == person_id,
            PERSON.c.merged_into == "",
            PERSON.c.identity.not_like(f"{ERASED}%"),
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotAllowed(detail=f"no person {person_id}")
        return row

    def _set(self, table: Any, condition: Any, **values: Any) -> None:
        self._connection.execute(update(table).where(table.c.org_id == self._org, condition).values(**values))


def _facts(row: Any) -> PersonFacts:
    return PersonFacts(
        id=row.id,
        employee_id=row.employee_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        department=row.department,
        role=row.role,
        compliance_deadline=row.compliance_deadline,
        no_shows=row.no_shows,
    )
