"""Asking for a seat on behalf of somebody."""

from datetime import date
from typing import Final

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.events import SeatGiven
from waitlist_app.engine.model import Facts
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import PersonDetails, Transaction, Work

MOST_UNITS: Final = 1000


def request_seat(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    employee_id: str,
    name: str,
    email: str,
    department: str = "",
    role: str = "",
    compliance_deadline: date | None = None,
    seat_units: int = 1,
    attributes: tuple[tuple[str, str], ...] = (),
) -> str:
    """Ask for `seat_units` seats for somebody, and say in a sentence whether it is a seat or a place in the line."""
    actor.require(Permission.EDIT)
    person = _checked(
        PersonDetails(
            employee_id=employee_id.strip(),
            name=name.strip(),
            email=email.strip(),
            department=department.strip(),
            role=role.strip(),
            compliance_deadline=compliance_deadline,
            attributes=attributes,
        )
    )
    if not 1 <= seat_units <= MOST_UNITS:
        raise InvalidInput(f"A request needs at least 1 seat and at most {MOST_UNITS}.", field="seat_units")

    def unit(tx: Transaction) -> str:
        command = RequestSeat(
            session_id=session_id,
            registration_id=new_id(),
            person_id=tx.find_or_add_person(person),
            requested_at=tx.now,
            seat_units=seat_units,
            facts=facts_of(person),
        )
        events = carry_out(tx, command)
        if any(isinstance(event, SeatGiven) for event in events):
            return f"{person.name} has a seat."
        entry = tx.read.registration(command.registration_id)
        position = tx.read.ahead(session_id, entry.registration.line_key) + 1
        return f"{person.name} waits, number {position} in line."

    return work.transact(actor, unit)


def facts_of(person: PersonDetails) -> Facts:
    """Give what a policy may know of the person, as of now."""
    return Facts(
        role=person.role,
        department=person.department,
        compliance_deadline=person.compliance_deadline,
        no_shows=person.no_shows,
        attributes=person.attributes,
    )


def _checked(person: PersonDetails) -> PersonDetails:
    if not person.name:
        raise InvalidInput("Please enter a name.", field="name")
    if not person.employee_id and not person.email:
        raise InvalidInput("Please enter an employee id or an e-mail address.", field="employee_id")
    if person.email and not _looks_like_an_address(person.email):
        raise InvalidInput("This address is not complete. It needs a name, an @ and a domain.", field="email")
    return person


def _looks_like_an_address(email: str) -> bool:
    name, at, domain = email.partition("@")
    return bool(name and at and "." in domain) and not any(character.isspace() for character in email)
