"""Asking for a seat on behalf of somebody."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.events import Event, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import SIGN_OFF, STANDARD, Facts, Registration, Status, Terms
from waitlist_app.engine.prospects import awaits_only_a_word
from waitlist_app.engine.refusals import AlreadyRegistered, SeatGone
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import to_pay_in_words
from waitlist_app.services.client_keys import Answered, KeyUsed, checked_key, digest_of
from waitlist_app.services.ports import PersonDetails, Reader, Transaction, Work
from waitlist_app.services.refused_attempts import noted
from waitlist_app.services.wording import exact

MOST_UNITS: Final = 1000
HELD_FOR: Final = timedelta(hours=1)
"""How long whoever is asked whether to join the line keeps the time of their first request."""


def request_seat(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    employee_id: str,
    name: str,
    email: str,
    phone: str = "",
    department: str = "",
    role: str = "",
    compliance_deadline: date | None = None,
    seat_units: int = 1,
    block: str = "",
    attributes: tuple[tuple[str, str], ...] = (),
    manager: PersonDetails | None = None,
    requester: PersonDetails | None = None,
    gives_up: str = "",
    client_key: str = "",
    expects_seat: bool = False,
    submitted_at: datetime | None = None,
    waitlist_only: bool = False,
) -> str:
    """Ask for `seat_units` seats for somebody, and say in a sentence whether it is a seat or a place in the line.

    `manager` is asked to sign it off where the session needs that, `requester` asked for the participant, and both
    are written to. `gives_up` is the registration with a seat elsewhere that the person would exchange for this one:
    it stays theirs until they have this one, and is then given up in the same act. `client_key` is made with the form:
    the same request under the same key, however often it is sent, is one request with one answer.

    Whoever was shown a free seat `expects_seat`: where it has gone meanwhile, nothing is stored, and `SeatGone` tells
    the place that would follow. Answering yes is asking again without expecting one, with the `submitted_at` that it
    carries: the first request's time, which counts for an hour. The server keeps that value; no browser hands it in.

    `waitlist_only` asks for a place in the line and no more, even while seats are free: the free seat is proposed to a
    coordinator like any other, or offered where offers go out by themselves, and nobody who asks later takes it.

    Where a rule is against it nothing is stored but the attempt.
    """
    actor.require(Permission.EDIT)
    person = checked_person(
        PersonDetails(
            employee_id=employee_id.strip(),
            name=name.strip(),
            email=email.strip(),
            phone=phone.strip(),
            department=department.strip(),
            role=role.strip(),
            compliance_deadline=compliance_deadline,
            attributes=attributes,
        )
    )
    check_units(seat_units)
    if waitlist_only and block:
        raise InvalidInput("A seat of a block cannot be waited for. Leave one of the two out.", field="block")
    asked = {"manager": reachable(manager, "manager"), "requester": reachable(requester, "requester")}

    digest = digest_of(checked_key(client_key), person, seat_units, block, *asked.values(), gives_up, waitlist_only)

    def unit(tx: Transaction) -> str:
        if client_key:
            # Locked first: of two that come at once, the second finds the answer of the first.
            tx.lock([session_id])
            known = tx.client_keys.find(session_id, client_key)
            if known:
                return _again(tx, person, known, digest)
        ids = {f"{name}_id": tx.find_or_add_person(one) for name, one in asked.items() if one}
        person_id = tx.find_or_add_person(person)
        command = RequestSeat(
            session_id=session_id,
            registration_id=new_id(),
            person_id=person_id,
            requested_at=time_of_request(submitted_at, tx.now),
            seat_units=seat_units,
            block=block,
            facts=facts_of(person, missed=tx.no_shows(person_id)),
            terms=_terms(_swap(tx, gives_up, person_id, session_id), ids, waitlist_only=waitlist_only),
            on_behalf=True,
            expects_seat=expects_seat,
        )
        events = _carried_out(tx, command)
        answered = _answered(tx, command, events, digest)
        if answered.asks_manager and not manager:
            raise manager_missing()
        if client_key:
            tx.client_keys.keep(session_id, client_key, answered)
        is_to_pay = any(isinstance(event, SeatGiven) and event.payment_due_at for event in events)
        return _told(person, answered, paying=_paying(tx, answered) if is_to_pay else "")

    with noted(work, actor, lambda: session_id, person):
        return work.transact(actor, unit)


def _carried_out(tx: Transaction, command: RequestSeat) -> Sequence[Event]:
    """Carry a request out; a refusal tells which place would follow for a promised seat, or which there is already."""
    try:
        return carry_out(tx, command)
    except AlreadyRegistered as there:
        raise AlreadyRegistered(there.registration_id, stands=_stands(tx, there.registration_id)) from there
    except SeatGone as gone:
        place = tx.read.ahead(command.session_id, gone.line_key) + 1
        raise SeatGone(gone.line_key, position=place, submitted_at=command.requested_at) from gone


def _stands(tx: Transaction, registration_id: str) -> str:
    """Say how somebody stands who asks again."""
    entry = tx.read.registration(registration_id)
    registration, zone = entry.registration, tx.read.session(entry.session_id).zone
    if registration.status is Status.WAITLISTED:
        return f"is number {tx.read.ahead(entry.session_id, registration.line_key) + 1} in line already"
    if registration.status is Status.OFFERED and registration.ends_at:
        return f"already has an offer, open until {exact(registration.ends_at, zone)}"
    if registration.status is Status.OFFERED:
        return "already has an offer"
    return f"already has a seat{to_pay_in_words(registration, zone)}"


def _answered(tx: Transaction, command: RequestSeat, events: Sequence[Event], digest: str) -> Answered:
    """Say what became of a request."""
    if any(isinstance(event, SeatGiven) for event in events):
        return Answered(digest=digest, registration_id=command.registration_id, position=0)
    entry = tx.read.registration(command.registration_id)
    asks_manager = any(isinstance(event, WaitlistJoined) and SIGN_OFF in event.outstanding for event in events)
    return Answered(
        digest=digest,
        registration_id=command.registration_id,
        position=tx.read.ahead(command.session_id, entry.registration.line_key) + 1,
        asks_manager=asks_manager,
        is_pending=asks_manager and is_pending_approval(tx.read, command.session_id, entry.registration),
    )


def _again(tx: Transaction, person: PersonDetails, known: Answered, digest: str) -> str:
    """Give the answer of the first time, or raise `KeyUsed` when something else was asked then."""
    if known.digest != digest:
        raise KeyUsed
    return _told(person, known, paying=_paying(tx, known))


def _paying(tx: Transaction, answered: Answered) -> str:
    """Say what has still to be paid for the seat, as a clause; empty for nothing."""
    entry = tx.read.registration(answered.registration_id)
    return to_pay_in_words(entry.registration, tx.read.session(entry.session_id).zone)


def _told(person: PersonDetails, answered: Answered, *, paying: str) -> str:
    if not answered.position:
        return f"{person.name} has a seat{paying}."
    if answered.is_pending:
        return f"The request of {person.name} is pending approval. The manager is asked to sign it off."
    then = " The manager is asked to sign it off." if answered.asks_manager else ""
    return f"{person.name} waits, number {answered.position} in line.{then}"


def is_pending_approval(reader: Reader, session_id: str, entry: Registration) -> bool:
    """Say whether an entry would have a seat but for a manager's word; then it is not called waiting."""
    facts = reader.session(session_id)
    ahead = reader.ready_units_ahead(session_id, entry.line_key)
    return awaits_only_a_word(facts.rules, facts.tally, entry, ahead, reader.now)


def time_of_request(submitted_at: datetime | None, now: datetime) -> datetime:
    """Give the time that a request counts from: when it was first made, if that is not longer ago than it is kept."""
    return submitted_at if submitted_at and now - HELD_FOR <= submitted_at <= now else now


def manager_missing() -> InvalidInput:
    """Say that somebody has to sign the request off."""
    return InvalidInput("A manager has to sign this off. Please name the manager.", field="manager")


def facts_of(person: PersonDetails, *, missed: int = 0) -> Facts:
    """Give what a policy may know of the person, as of now; `missed` are the no-shows that were noted here."""
    return Facts(
        role=person.role,
        department=person.department,
        compliance_deadline=person.compliance_deadline,
        no_shows=max(person.no_shows, missed),
        attributes=person.attributes,
    )


def check_units(seat_units: int) -> None:
    """Pass, or raise `InvalidInput` unless a request can be for so many seats."""
    if not 1 <= seat_units <= MOST_UNITS:
        raise InvalidInput(f"A request needs at least 1 seat and at most {MOST_UNITS}.", field="seat_units")


def checked_person(person: PersonDetails) -> PersonDetails:
    """Give somebody who asks, or raise `InvalidInput` for what is missing or cannot be."""
    if not person.name:
        raise InvalidInput("Please enter a name.", field="name")
    if not person.employee_id and not person.email:
        raise InvalidInput("Please enter an employee id or an e-mail address.", field="employee_id")
    if person.email and not _looks_like_an_address(person.email):
        raise InvalidInput("This address is not complete. It needs a name, an @ and a domain.", field="email")
    return person


def _terms(swap: Terms, ids: Mapping[str, str], *, waitlist_only: bool) -> Terms:
    if not ids and not waitlist_only:
        return swap
    said: dict[str, Any] = {**ids, "waitlist_only": waitlist_only}
    return replace(swap, **said)


def _swap(tx: Transaction, gives_up: str, person_id: str, session_id: str) -> Terms:
    """Give the terms of an exchange, or raise `InvalidInput` unless the person has that seat, and elsewhere."""
    if not gives_up:
        return STANDARD
    given = tx.read.registration(gives_up)
    is_theirs = given.person.id == person_id and given.registration.status in {Status.CONFIRMED, Status.PENDING}
    if not is_theirs or given.session_id == session_id:
        raise InvalidInput("This person has no such seat to give up in another session.", field="gives_up")
    return Terms(gives_up=gives_up, gives_up_in=given.session_id)


def reachable(person: PersonDetails | None, field: str) -> PersonDetails | None:
    """Give somebody who is to be written to, trimmed, or raise `InvalidInput`."""
    if person is None:
        return None
    trimmed = replace(
        person, employee_id=person.employee_id.strip(), name=person.name.strip(), email=person.email.strip()
    )
    if not trimmed.name or not _looks_like_an_address(trimmed.email):
        raise InvalidInput(f"Please give the name and the whole e-mail address of the {field}.", field=field)
    return trimmed


def _looks_like_an_address(email: str) -> bool:
    name, at, domain = email.partition("@")
    return bool(name and at and "." in domain) and not any(character.isspace() for character in email)
