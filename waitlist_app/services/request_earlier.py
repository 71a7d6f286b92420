"""Adding a request that was made before others who are there already, such as a form found in a drawer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import AskEarlier, RequestSeat
from waitlist_app.engine.decisions.asking import outstanding_for
from waitlist_app.engine.events import WaitlistJoined
from waitlist_app.engine.model import Terms
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import PersonDetails, Transaction, Work
from waitlist_app.services.refused_attempts import noted
from waitlist_app.services.reinstate_registration import place_told
from waitlist_app.services.request_seat import check_units, checked_person, facts_of, manager_missing, reachable


def request_earlier(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    person: PersonDetails,
    requested_at: datetime,
    reason: str,
    seat_units: int = 1,
    manager: PersonDetails | None = None,
) -> str:
    """Ask for `person` with the time at which they asked, aware and past, as an override, and say what came of it.

    Everybody who stands in front of a request made now, and behind that time, is passed over, told so and counted.
    """

    def command(tx: Transaction, said: dict[str, Any]) -> AskEarlier:
        if requested_at >= tx.now:
            raise InvalidInput("Please give the time at which the person asked. It lies in the past.", field="asked_at")
        return AskEarlier(requested_at=requested_at, approval="", **said)

    return ask_by_override(
        work=work,
        actor=actor,
        session_id=session_id,
        person=person,
        reason=reason,
        seat_units=seat_units,
        manager=manager,
        command=command,
        what=f"the earlier time of {person.name}",
    )


def ask_by_override(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    person: PersonDetails,
    reason: str,
    seat_units: int,
    manager: PersonDetails | None,
    command: Callable[[Transaction, dict[str, Any]], AskEarlier | RequestSeat],
    what: str,
) -> str:
    """Carry a request out that is an override, and say what came of it; `what` is it as a clause.

    `command` makes it of what all such requests say. Where a rule is against it, the attempt is noted. Raises
    `InvalidInput` where a manager has to sign it off and none is named.
    """
    actor.require(Permission.ASK_OVERRIDE)
    asks = checked_person(person)
    signs_off = reachable(manager, "manager")
    check_units(seat_units)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        person_id = tx.find_or_add_person(asks)
        said = {
            "session_id": session_id,
            "registration_id": new_id(),
            "person_id": person_id,
            "seat_units": seat_units,
            "facts": facts_of(asks, missed=tx.no_shows(person_id)),
            "reason": reason,
            "terms": Terms(manager_id=tx.find_or_add_person(signs_off) if signs_off else ""),
        }
        wanted = command(tx, said)
        if not signs_off and outstanding_for(tx.read.session(session_id).rules, wanted.facts):
            raise manager_missing()
        known, _ = tx.person(person_id)
        events = override(tx, wanted, person=known, subject_id=wanted.registration_id)
        if events is None:
            return asked(what)
        joined = [event for event in events if isinstance(event, WaitlistJoined)]
        return place_told(tx, session_id, known.name, joined)

    with noted(work, actor, lambda: session_id, asks):
        return work.transact(actor, unit)
