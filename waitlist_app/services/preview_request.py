"""What asking for a seat would come to, told to whoever is about to ask. Nothing of it is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.model import STANDARD, Terms
from waitlist_app.engine.prospects import Outlook, in_words, prospect
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import PersonDetails, Transaction, Work
from waitlist_app.services.request_seat import MOST_UNITS, facts_of

_NOBODY_YET: Final = "preview"
"""The id of a registration that never comes to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPreview:
    """What a request would come to, as data and in sentences that name nobody; safe to send to a browser."""

    outlook: str
    """`seat`, `approval`, `place` or `refused`."""
    position: int
    """Of the place in the line, from 1; 0 for no place."""
    waiting: int
    """How many wait now."""
    free: int
    """Units that nobody holds; 0 as well where there is no limit."""
    code: str
    """The stable name of the rule that would refuse it, or of the reason for a place; empty for a seat."""
    says: tuple[str, ...]

    @property
    def expects_seat(self) -> bool:
        """Say whether who asks on this word has to be asked again if no seat is left by then."""
        return self.outlook == Outlook.SEAT


def preview_request(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    employee_id: str = "",
    email: str = "",
    department: str = "",
    role: str = "",
    compliance_deadline: date | None = None,
    seat_units: int = 1,
    attributes: tuple[tuple[str, str], ...] = (),
    waitlist_only: bool = False,
) -> RequestPreview:
    """Say whether a seat is free for this person now, or which place in the line there would be and why, or why not."""
    actor.require(Permission.EDIT)
    if not 1 <= seat_units <= MOST_UNITS:
        raise InvalidInput(f"A request needs at least 1 seat and at most {MOST_UNITS}.", field="seat_units")
    person = PersonDetails(
        employee_id=employee_id.strip(),
        name="",
        email=email.strip(),
        department=department.strip(),
        role=role.strip(),
        compliance_deadline=compliance_deadline,
        attributes=attributes,
    )

    def unit(tx: Transaction) -> RequestPreview:
        is_known = bool(person.employee_id or person.email)
        person_id = tx.find_or_add_person(person) if is_known else ""
        return preview(tx, session_id, person, person_id=person_id, seat_units=seat_units, waitlist_only=waitlist_only)

    return work.rehearse(actor, unit)


def preview(
    tx: Transaction,
    session_id: str,
    person: PersonDetails,
    *,
    person_id: str,
    seat_units: int,
    waitlist_only: bool = False,
) -> RequestPreview:
    """Say it within a transaction that is rolled back; an empty `person_id` is somebody of whom nothing is known."""
    lapse_due(tx)
    request = RequestSeat(
        session_id=session_id,
        registration_id=_NOBODY_YET,
        person_id=person_id,
        requested_at=tx.now,
        seat_units=seat_units,
        facts=facts_of(person, missed=tx.no_shows(person_id)),
        terms=Terms(waitlist_only=True) if waitlist_only else STANDARD,
        on_behalf=True,
    )
    roster = tx.for_act(request)
    told = prospect(roster, request, tx.now)
    position = tx.read.ahead(session_id, told.line_key) + 1 if told.line_key else 0
    return RequestPreview(
        outlook=told.outlook.value,
        position=position,
        waiting=roster.tally.waiting,
        free=told.free or 0,
        code=told.refusal.code if told.refusal else (told.why.value if told.why else ""),
        says=in_words(told, position),
    )
