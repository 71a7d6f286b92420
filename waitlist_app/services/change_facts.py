"""Putting right what the order knows of somebody who waits."""

from datetime import date

from msgspec.structs import replace

from waitlist_app.engine.commands import ChangeFacts
from waitlist_app.engine.events import EntryRanked, FactsChanged
from waitlist_app.engine.model import Facts
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.plain import to_plain
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.wording import counted


def change_facts(
    *,
    work: Work,
    actor: Actor,
    registration_id: str,
    role: str,
    department: str,
    compliance_deadline: date | None,
    attributes: tuple[tuple[str, str], ...],
    reason: str,
) -> str:
    """Set what the policy knows of somebody who waits, and say where they stand by it and whom it passes.

    `attributes` are custom ones, `(name, value)`. The time of the request stays as it was. What was known and is known
    stands in the record, as text that can be erased. Raises `OwnApproval` for what is known of oneself.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        entry = tx.read.registration(registration_id)
        forbid_own(tx, entry.person.email)
        facts = replace(
            entry.facts,
            role=role.strip(),
            department=department.strip(),
            compliance_deadline=compliance_deadline,
            attributes=tuple(sorted(attributes)),
        )
        events = carry_out(tx, facts_command(session_id, registration_id, entry.facts, facts, reason))
        changed = next(event for event in events if isinstance(event, FactsChanged))
        ranked = [e for e in events if isinstance(e, EntryRanked) and e.registration_id == registration_id]
        name = entry.person.name
        if not ranked or ranked[0].from_position == ranked[0].to_position:
            return f"Saved. {name} keeps the place."
        over = f" {counted(changed.passed, 'person', 'people')} passed over." if changed.passed else ""
        return f"{name} moved from {ranked[0].from_position} to {ranked[0].to_position}.{over}"

    return work.transact(actor, unit)


def facts_command(session_id: str, registration_id: str, was: Facts, facts: Facts, reason: str) -> ChangeFacts:
    """Give the command, with what the record keeps beside the chain."""
    return ChangeFacts(
        session_id=session_id,
        registration_id=registration_id,
        facts=facts,
        details=canonical({"was": to_plain(was), "is": to_plain(facts)}),
        reason=reason.strip(),
    )
