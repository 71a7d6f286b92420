"""Merging two records that were found to be one person: an owner's act, with a reason, never a guess.

`list_likely_same` names candidates; whether they are one person somebody who knows them decides.
"""

from dataclasses import dataclass, replace

from waitlist_app.engine.commands import ReplacePerson
from waitlist_app.engine.events import Event, PersonReplaced, RegistrationClosed
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out_all, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import PeopleMerged
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import PersonFacts, Transaction, Work
from waitlist_app.services.team import require_reason
from waitlist_app.services.what_if import NO_DIFFERENCE, Difference, tell_difference
from waitlist_app.services.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What merging two records would do, before anybody says why."""

    stays: PersonFacts
    goes: PersonFacts
    says: tuple[str, ...]
    """What becomes of what the record that goes has, one sentence for each session, by session id."""
    difference: Difference = NO_DIFFERENCE
    """Who else would gain or lose by it, and the messages that would go."""


def merge_people(*, work: Work, actor: Actor, person_id: str, into_id: str, reason: str) -> str:
    """Let `into_id` be the only record of a person of whom `person_id` is another, on record with its reason.

    Active registrations move over as they stand: time of request, place, offer and deadline. Where both have one in a
    session the better stays, the other ends as stale, and its seat goes to the next in line. Seats that overlap from
    now on stay, each with the approval of the merge as its waiver. Nobody merges records of themselves.
    """
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        events = _merge(tx, person_id, into_id, reason)
        moved = sum(isinstance(event, PersonReplaced) for event in events)
        closed = sum(isinstance(event, RegistrationClosed) and event.is_stale for event in events)
        also = f", {counted(closed, 'second place')} closed" if closed else ""
        return f"{tx.merging.person(into_id).name} is one person now: {counted(moved, 'place')} moved{also}."

    return work.transact(actor, unit)


def preview_merge(*, work: Work, actor: Actor, person_id: str, into_id: str) -> MergePreview:
    """Say what merging would do, changing nothing; raises what the merge itself would be refused with."""
    actor.require(Permission.ADMINISTER)

    def merge(tx: Transaction) -> MergePreview:
        stays, goes = tx.merging.person(into_id), tx.merging.person(person_id)
        events = _merge(tx, person_id, into_id, "what if")
        sentences = tuple(told for event in events if (told := _sentence(tx, event)))
        return MergePreview(stays=stays, goes=goes, says=sentences)

    return tell_difference(work=work, actor=actor, act=merge, tell=lambda _, told, it: replace(told, difference=it))


def _merge(tx: Transaction, person_id: str, into_id: str, reason: str) -> tuple[Event, ...]:
    if person_id == into_id:
        raise InvalidInput("These are the same record already. Please choose two.", field="into_id")
    tx.lock(_sessions(tx, person_id, into_id))
    tx.merging.lock(person_id, into_id)
    # Asked again now that nobody else can ask in their name: a session that came to it in between is locked as well.
    tx.lock(_sessions(tx, person_id, into_id))
    lapse_due(tx)  # while what ends is theirs still, so that it ends for what they wait for elsewhere
    stays, goes = tx.merging.person(into_id), tx.merging.person(person_id)
    for person in (stays, goes):
        forbid_own(tx, person.email)
    approval = tx.sign(kind="merge", subject_id=person_id, session_id="", reason=reason)
    places = tx.merging.places(person_id)
    theirs = frozenset(place.registration_id for place in places)
    exchanged = frozenset(place.gives_up for place in (*places, *tx.merging.places(into_id)))
    commands = [
        ReplacePerson(
            session_id=place.session_id,
            person_id=person_id,
            into_id=into_id,
            theirs=theirs,
            approval=approval,
            exchanged=exchanged,
        )
        for place in places
    ]
    events = carry_out_all(tx, commands)
    details = tx.merging.merge(person_id, into=into_id)
    tx.note(PeopleMerged(person_id=into_id, was_person_id=person_id, approval=approval, details=details, reason=reason))
    return events


def _sessions(tx: Transaction, *person_ids: str) -> list[str]:
    return sorted({place.session_id for person_id in person_ids for place in tx.merging.places(person_id)})


def _sentence(tx: Transaction, event: Event) -> str:
    """Say what becomes of one registration of the two; empty for what happens to others."""
    if not isinstance(event, PersonReplaced | RegistrationClosed):
        return ""
    code = tx.read.session(event.session_id).rules.code
    if isinstance(event, PersonReplaced):
        also = ", at the same time as another seat, by this approval" if event.waiver else ""
        return f"{code}: what the other record has stays as it is{also}."
    return f"{code}: both are in this session, and the better of the two stays." if event.is_stale else ""
