"""Erasing a person, as they may ask: nothing that names them stays, and the record remains whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from waitlist_app.errors import InvalidInput, Refused
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import PersonErased
from waitlist_app.services.ports import PersonFacts, Transaction, Work
from waitlist_app.services.team import require_reason

_SHORTEST: Final = 3
"""Characters; a shorter part of a name, as in `de`, may as well be another word."""


class StillActive(Refused):
    """Somebody who has a seat or a place has to be reached, and to be told from others."""

    code = "still_active"

    def __init__(self, name: str, codes: Sequence[str]) -> None:
        """Name the sessions."""
        super().__init__(
            f"{name} still has a seat or a place in {', '.join(codes)}. "
            "Please drop them there first, or wait until the session is over."
        )
        self.codes = tuple(codes)


class StillOwed(Refused):
    """Somebody to whom money is owed has to be known until they have it."""

    code = "still_owed"

    def __init__(self, name: str) -> None:
        """Name them."""
        super().__init__(f"Money is owed back to {name}. Please note the refund first, or why it is kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToErase:
    """Whom an owner is about to erase, safe to send to a browser; `places` are sessions that stand in the way."""

    id: str
    name: str
    known_by: str
    """E-mail address and employee id, as far as there are both."""
    department: str
    registrations: int
    places: tuple[str, ...] = ()


def find_to_erase(*, work: Work, actor: Actor, who: str) -> PersonToErase:
    """Find somebody by their e-mail address or employee id, and say what erasing them would meet, changing nothing."""
    actor.require(Permission.ADMINISTER)
    said = who.strip()
    if not said:
        raise InvalidInput("Please give an e-mail address or an employee id.", field="who")

    def unit(tx: Transaction) -> PersonToErase:
        person = _only(tx.erasing.find(said))
        return PersonToErase(
            id=person.id,
            name=person.name,
            known_by=", ".join(filter(None, (person.email, person.employee_id))),
            department=person.department,
            registrations=tx.erasing.count_registrations(person.id),
            places=tuple(tx.erasing.active_in(person.id)),
        )

    return work.rehearse(actor, unit)


def erase_person(*, work: Work, actor: Actor, person_id: str, typed: str, reason: str) -> str:
    """Erase who somebody is and every word about them, on record with its reason; it cannot be undone.

    `typed` has to be their e-mail address or employee id once more. Rows stay under a random key, so that seats,
    positions and the chained record still add up. The reason stays as well, so it may not name them. Raises
    `StillActive` while the person is active in a session that has not ended, `StillOwed` while money is owed back.
    """
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        person = tx.erasing.person(person_id)
        _require_meant(typed, person)
        codes = tx.erasing.active_in(person_id)
        if codes:
            raise StillActive(person.name, codes)
        if tx.erasing.is_owed_money(person_id):
            raise StillOwed(person.name)
        _require_no_name(reason, person)
        tx.erasing.erase(person)
        tx.note(PersonErased(person_id=person_id, reason=reason))
        return "Everything that named this person is erased. The record shows that it was done, and why."

    return work.transact(actor, unit)


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
