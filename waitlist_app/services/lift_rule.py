"""Lifting a rule for somebody: a seat beside one at the same time, or on another date of the course. An override."""

from waitlist_app.engine.commands import LiftRule, RequestSeat, RestoreRule
from waitlist_app.engine.model import Status
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import PersonDetails, Transaction, Work
from waitlist_app.services.request_earlier import ask_by_override


def lift_rule(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Let no seat elsewhere keep somebody who waits from one here any more, and say how they stand.

    They keep their place in the line, and pass nobody over.
    """
    actor.require(Permission.ASK_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        person = tx.read.registration(registration_id).person
        command = LiftRule(session_id=session_id, registration_id=registration_id, reason=reason, approval="")
        if override(tx, command, person=person, subject_id=registration_id) is None:
            return asked(f"a seat beside another for {person.name}")
        return f"{person.name} may have a seat here beside the one elsewhere.{_stands(tx, registration_id)}"

    return work.transact(actor, unit)


def restore_rule(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Let the rules hold again for somebody who still waits, and say how they stand."""
    actor.require(Permission.APPROVE_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        carry_out(tx, RestoreRule(session_id=session_id, registration_id=registration_id))
        name = tx.read.registration(registration_id).person.name
        return f"The rules hold for {name} again.{_stands(tx, registration_id)}"

    return work.transact(actor, unit)


def request_beside(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    person: PersonDetails,
    reason: str,
    seat_units: int = 1,
    manager: PersonDetails | None = None,
) -> str:
    """Ask for `person` though they have a seat at the same time, or on another date, and say what came of it.

    Nobody is passed over: the request counts from when it is approved.
    """
    return ask_by_override(
        work=work,
        actor=actor,
        session_id=session_id,
        person=person,
        reason=reason,
        seat_units=seat_units,
        manager=manager,
        command=lambda tx, said: RequestSeat(requested_at=tx.now, lifts=True, on_behalf=True, **said),
        what=f"a seat beside another for {person.name}",
    )


def _stands(tx: Transaction, registration_id: str) -> str:
    entry = tx.read.registration(registration_id)
    if entry.registration.status is not Status.WAITLISTED:
        return ""
    return f" They are number {tx.read.ahead(entry.session_id, entry.registration.line_key) + 1} in line."
