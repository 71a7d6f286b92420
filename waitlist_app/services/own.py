"""What managers and employees who are signed in have: which registrations are theirs, and how they act on them.

What they see is read in their own name, so that the database itself shows them no other row. What they do moves the
line of others as well, which nobody but the worker may write for them; so it is carried out with the worker's rights,
as the same answer through a link is, after it was found in the same transaction that the registration is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from waitlist_app.engine.model import Status
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Entry, Reader, Transaction, Work

T = TypeVar("T")


def act_for_self(work: Work, actor: Actor, registration_id: str, unit: Callable[[Transaction, Entry], T]) -> T:
    """Run `unit` on a registration of the actor's own; one of anybody else looks like none."""
    actor.require(Permission.ACT_FOR_SELF)

    def own(tx: Transaction) -> T:
        _require_present(tx, actor)
        return unit(tx, own_registration(tx.read, actor, registration_id))

    return work.transact(replace(actor, is_for_self=True), own)


def act_as_manager(work: Work, actor: Actor, registration_id: str, unit: Callable[[Transaction, Entry], T]) -> T:
    """Run `unit` on a registration that the actor is asked to sign off; any other looks like none."""
    actor.require(Permission.SIGN_OFF)

    def own(tx: Transaction) -> T:
        _require_present(tx, actor)
        return unit(tx, _found(tx.read.own(actor.id).to_sign_off(), registration_id))

    return work.transact(replace(actor, is_for_self=True), own)


def own_registration(reader: Reader, actor: Actor, registration_id: str) -> Entry:
    """Give a registration of the actor's own; one of anybody else looks like none."""
    return _found(reader.own(actor.id).registrations(), registration_id)


def positions(work: Work, actor: Actor, entries: Sequence[Entry]) -> Mapping[str, int]:
    """Give the places in line of registrations that were read in the actor's name, by id.

    They are counted with the worker's rights: how many stand before is no row of one's own.
    """
    waiting = [entry for entry in entries if entry.registration.status is Status.WAITLISTED]

    def count(reader: Reader) -> Mapping[str, int]:
        return {
            entry.registration.id: reader.ahead(entry.session_id, entry.registration.line_key) + 1 for entry in waiting
        }

    return work.read(replace(actor, is_for_self=True), count) if waiting else {}


def _require_present(tx: Transaction, actor: Actor) -> None:
    """Pass, or raise `NotAllowed` where the member was removed or given another role in the meantime."""
    if tx.team.member(actor.id).role is not actor.role:
        raise NotAllowed(detail=f"{actor.id} is no longer {actor.role}")


def _found(entries: Sequence[Entry], registration_id: str) -> Entry:
    found = next((entry for entry in entries if entry.registration.id == registration_id), None)
    if found is None:
        raise NotAllowed(detail=f"registration {registration_id} is not theirs")
    return found
