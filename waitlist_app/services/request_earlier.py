"""Adding a request that was made before others who are there already, such as a form found in a drawer."""

from datetime import datetime

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import AskEarlier
from waitlist_app.engine.events import WaitlistJoined
from waitlist_app.engine.model import SIGN_OFF, Terms
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import PersonDetails, Transaction, Work
from waitlist_app.services.reinstate_registration import earlier_told
from waitlist_app.services.request_seat import MOST_UNITS, checked_person, facts_of, reachable


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
    actor.require(Permission.ASK_OVERRIDE)
    person = checked_person(person)
    signs_off = reachable(manager, "manager")
    if not 1 <= seat_units <= MOST_UNITS:
        raise InvalidInput(f"A request needs at least 1 seat and at most {MOST_UNITS}.", field="seat_units")

    def unit(tx: Transaction) -> str:
        if requested_at >= tx.now:
            raise InvalidInput("Please give the time at which the person asked. It lies in the past.", field="asked_at")
        tx.lock([session_id])
        person_id = tx.find_or_add_person(person)
        command = AskEarlier(
            session_id=session_id,
            registration_id=new_id(),
            person_id=person_id,
            requested_at=requested_at,
            reason=reason,
            approval="",
            seat_units=seat_units,
            facts=facts_of(person, missed=tx.no_shows(person_id)),
            terms=Terms(manager_id=tx.find_or_add_person(signs_off) if signs_off else ""),
        )
        known, _ = tx.person(person_id)
        events = override(tx, command, person=known, subject_id=command.registration_id)
        if events is None:
            return asked(f"the earlier time of {person.name}")
        if not signs_off and any(isinstance(e, WaitlistJoined) and SIGN_OFF in e.outstanding for e in events):
            raise InvalidInput("A manager has to sign this off. Please name the manager.", field="manager")
        return earlier_told(tx, command, person.name, events)

    return work.transact(actor, unit)
