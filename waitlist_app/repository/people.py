"""Finding people, and adding those who are new."""

import json
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from waitlist_app.clock import new_key
from waitlist_app.engine.model import Facts
from waitlist_app.errors import NotAllowed
from waitlist_app.repository import tables
from waitlist_app.repository.prepared import Prepared
from waitlist_app.repository.rows import table_of
from waitlist_app.services.addresses import person_key
from waitlist_app.services.happenings import PersonAdded
from waitlist_app.services.ports import PersonDetails, PersonFacts
from waitlist_app.services.record import canonical

PERSON: Final = table_of(tables.Person)

_FIND: Final = Prepared(
    select(PERSON.c.id, PERSON.c.no_shows, PERSON.c.merged_into).where(
        PERSON.c.org_id == bindparam("org"), PERSON.c.identity == bindparam("identity")
    )
)
_STAYED: Final = Prepared(
    select(PERSON.c.id, PERSON.c.no_shows).where(
        PERSON.c.org_id == bindparam("org"), PERSON.c.id == bindparam("person")
    )
)

_ADD: Final = Prepared(insert(PERSON), names=PERSON.c.keys())


class People:
    """The people of one organisation, over one connection."""

    def __init__(self, connection: Connection, org_id: str) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self.no_shows: dict[str, int] = {}
        """How often those who were found did not come; those who are new never failed to."""
        self._connection = connection
        self._org = org_id

    def find_or_add(self, details: PersonDetails) -> tuple[str, PersonAdded | None]:
        """Give the id of the person, and what goes on record when the person is new."""
        found = self._found(details)
        if found:
            self.no_shows[found.id] = found.no_shows
            if details.attributes:
                self._keep(str(found.id), details)
            if details.phone:
                self._note_phone(str(found.id), details.phone)
            return str(found.id), None
        person_id = new_key()
        _ADD.run(
            self._connection,
            {
                "org_id": self._org,
                "id": person_id,
                "identity": identity_of(details),
                "employee_id": details.employee_id,
                "name": details.name,
                "email": details.email,
                "phone": details.phone,
                "no_shows": 0,
                "department": details.department,
                "role": details.role,
                "compliance_deadline": details.compliance_deadline,
                "attributes": attributes_value(details),
                "merged_into": "",
            },
        )
        return person_id, PersonAdded(person_id=person_id, details=written(details))

    def find(self, details: PersonDetails) -> str:
        """Give the id of the person; empty for somebody who is not known."""
        found = self._found(details)
        return str(found.id) if found else ""

    def _found(self, details: PersonDetails) -> Any:
        found = _FIND.first(self._connection, {"org": self._org, "identity": identity_of(details)})
        if found and found.merged_into:
            return _STAYED.first(self._connection, {"org": self._org, "person": found.merged_into})
        return found

    def _keep(self, person_id: str, details: PersonDetails) -> None:
        """Keep the attributes that a file or staff gave last."""
        is_theirs = (PERSON.c.org_id == self._org, PERSON.c.id == person_id)
        self._connection.execute(update(PERSON).where(*is_theirs).values(attributes=attributes_value(details)))

    def _note_phone(self, person_id: str, phone: str) -> None:
        """Keep the number that was given last; it is for calling, and nothing depends on it."""
        is_theirs = (PERSON.c.org_id == self._org, PERSON.c.id == person_id, PERSON.c.phone != phone)
        self._connection.execute(update(PERSON).where(*is_theirs).values(phone=phone))

    def person(self, person_id: str) -> tuple[PersonFacts, Facts]:
        """Give somebody, or whose record theirs was merged into, with what a policy may know of them now.

        Raises `NotAllowed` for nobody.
        """
        row = self._row(person_id)
        if row.merged_into:
            row = self._row(row.merged_into)
        known = PersonFacts(
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
        facts = Facts(
            role=known.role,
            department=known.department,
            compliance_deadline=known.compliance_deadline,
            no_shows=known.no_shows,
            attributes=tuple(sorted(json.loads(row.attributes).items())) if row.attributes else (),
        )
        return known, facts

    def _row(self, person_id: str) -> Any:
        query = select(PERSON).where(PERSON.c.org_id == self._org, PERSON.c.id == person_id)
        row = self._connection.execute(query).first()
        if row is None:
            raise NotAllowed(detail=f"no person {person_id}")
        return row


def attributes_value(details: PersonDetails) -> str:
    """Give the column of custom attributes."""
    return canonical(dict(details.attributes)) if details.attributes else ""


def identity_of(details: PersonDetails) -> str:
    """Give what makes somebody the same person: the employee id, else the normalised address."""
    return person_key(details.employee_id, details.email)


def person_details(row: Any) -> PersonDetails:
    """Give who somebody is by their row."""
    return PersonDetails(
        employee_id=row.employee_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        department=row.department,
        role=row.role,
        compliance_deadline=row.compliance_deadline,
    )


def written(details: PersonDetails) -> str:
    """Write who somebody is as canonical JSON, for the text beside the chain."""
    deadline = details.compliance_deadline
    said = {
        "employee_id": details.employee_id,
        "name": details.name,
        "email": details.email,
        "department": details.department,
        "role": details.role,
        "compliance_deadline": deadline.isoformat() if deadline else "",
        **({"phone": details.phone} if details.phone else {}),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
