"""Erasing a person, as they may ask: nothing that names them stays, and the record remains whole."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from waitlist_app.engine.commands import Close
from waitlist_app.engine.model import Status
from waitlist_app.errors import InvalidInput, Refused
from waitlist_app.services.acting import carry_out_all, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import PersonErased
from waitlist_app.services.ports import HeldPlace, PersonFacts, Transaction, Work
from waitlist_app.services.rules import code_beside
from waitlist_app.services.team import require_reason

_SHORTEST: Final = 3
"""Characters; a shorter part of a name, as in `de`, may as well be another word."""


class StillActive(Refused):
    """Somebody who has a seat or a place has to be reached, and to be told from others."""

    code = "still_active"

    def __init__(self, name: str, codes: Sequence[str]) -> None:
        """Name the sessions."""
        super().__init__(
            f"{name} still has a seat or a place in {', '.join(codes)}. Nothing was erased. "
            "Please look again: it can be given back in the same act."
        )
        self.codes = tuple(codes)


class StillOwed(Refused):
    """Somebody to whom money is owed has to be known until they have it."""

    code = "still_owed"

    def __init__(self, name: str, *, only_then: bool = False) -> None:
        """Name them, and say whether money is owed only once their seat is given back."""
        super().__init__(
            f"{name} paid for a seat, and giving it back would leave money owed. Please remove them there first, and "
            "note the refund, or why it is kept."
            if only_then
            else f"Money is owed back to {name}. Please note the refund first, or why it is kept."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToErase:
    """Whom an owner is about to erase, safe to send to a browser."""

    id: str
    name: str
    known_by: str
    """E-mail address and employee id, as far as there are both."""
    department: str
    registrations: int
    places: tuple[str, ...] = ()
    """Their registrations in sessions that have not ended: given back first, in the same act."""
    has: str = ""
    """What that is, as in `a seat in First Aid at Work, FAW-0318`."""


def find_to_erase(*, work: Work, actor: Actor, who: str) -> PersonToErase:
    """Find somebody by their e-mail address or employee id, and say what erasing them would meet, changing nothing."""
    actor.require(Permission.ADMINISTER)
    said = who.strip()
    if not said:
        raise InvalidInput("Please give an e-mail address or an employee id.", field="who")

    def unit(tx: Transaction) -> PersonToErase:
        lapse_due(tx)
        person = _only(tx.erasing.find(said))
        places = tx.erasing.places(person.id)
        return PersonToErase(
            id=person.id,
            name=person.name,
            known_by=", ".join(filter(None, (person.email, person.employee_id))),
            department=person.department,
            registrations=tx.erasing.count_registrations(person.id),
            places=tuple(place.registration_id for place in places),
            has="; ".join(_in_words(place) for place in places),
        )

    return work.rehearse(actor, unit)


def erase_person(
    *, work: Work, actor: Actor, person_id: str, typed: str, reason: str, gives_back: Sequence[str] = ()
) -> str:
    """Erase who somebody is and every word about them, on record with its reason; it cannot be undone.

    `typed` has to be their e-mail address or employee id once more. Rows stay under a random key, so that seats,
    positions and the chained record still add up. The reason stays as well, so it may not name them. What they have in
    sessions that have not ended is removed for the same reason in the same act, as far as `gives_back` names its
    registrations, and goes to the next in line. Raises `StillActive` where there is more, `StillOwed` while money is
    owed back, or would be then. Nobody is written to about them.
    """
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        lapse_due(tx)
        tx.lock([place.session_id for place in tx.erasing.places(person_id)])
        person = tx.erasing.person(person_id)
        _require_meant(typed, person)
        _require_no_name(reason, person)
        if tx.erasing.is_owed_money(person_id):
            raise StillOwed(person.name)
        _give_back(tx, person, frozenset(gives_back), reason)
        tx.erasing.erase(person)
        tx.note(PersonErased(person_id=person_id, reason=reason))
        return "Everything that named this person is erased. The record shows that it was done, and why."

    return work.transact(actor, unit)


def _give_back(tx: Transaction, person: PersonFacts, named: Container[str], reason: str) -> None:
    # Asked again now that nobody else can ask in their name.
    places = tx.erasing.places(person.id)
    unnamed = [place.code for place in places if place.registration_id not in named]
    if unnamed:
        raise StillActive(person.name, unnamed)
    commands = [
        Close(
            session_id=place.session_id,
            registration_id=place.registration_id,
            status=Status.REMOVED,
            reason=reason,
        )
        for place in places
    ]
    carry_out_all(tx, commands)
    if tx.erasing.is_owed_money(person.id):
        raise StillOwed(person.name, only_then=True)


def _in_words(place: HeldPlace) -> str:
    session = ", ".join(filter(None, (place.title, code_beside(place.title, place.code))))
    match place.status:
        case Status.WAITLISTED:
            return f"a place in the line of {session}"
        case Status.OFFERED:
            return f"an offer in {session}"
        case _:
            return f"a seat in {session}"


def _only(found: Sequence[PersonFacts]) -> PersonFacts:
    if not found:
        raise InvalidInput("There is nobody with this e-mail address or employee id.", field="who")
    if len(found) > 1:
        raise InvalidInput("Several people have this address. Please give the employee id.", field="who")
    return found[0]


def _require_meant(typed: str, person: PersonFacts) -> None:
    """Refuse what was not typed as it is said of the person: the wrong dialog, or the wrong person."""
    if typed.strip().casefold() not in {said.casefold() for said in (person.email, person.employee_id) if said}:
        raise InvalidInput("This is not their e-mail address or employee id. Nothing was erased.", field="typed")


def _require_no_name(reason: str, person: PersonFacts) -> None:
    """Refuse a reason that would keep what is to be erased."""
    said = reason.casefold()
    words = (*person.name.split(), person.email, person.employee_id)
    if any(word.casefold() in said for word in words if len(word) >= _SHORTEST):
        raise InvalidInput("Please say why without naming the person: the reason stays on the record.", field="reason")
