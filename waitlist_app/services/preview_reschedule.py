"""What moving a session would mean, before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waitlist_app.engine.events import NewTimesTold, SeatProposed
from waitlist_app.engine.model import Place, Registration, Status
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.new_times import USUAL, NewTimes, Question, moving
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.rules import named
from waitlist_app.services.wording import when

STANDS: Final = {
    Status.CONFIRMED: "confirmed",
    Status.PENDING: "pending payment",
    Status.OFFERED: "offered",
    Status.WAITLISTED: "waiting",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Somebody who is in two sessions at the same time, one of them the session that moves."""

    registration_id: str
    """In the session that moves."""
    name: str
    stands: str
    """In the session that moves: `confirmed`, `pending payment`, `offered` or `waiting`."""
    other_session_id: str
    other: str
    """The other session by title and code."""
    other_when: str
    other_stands: str
    follows: str
    """What becomes of it, as a sentence without the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What would follow; lists are in the order in which people asked."""

    clashes: tuple[Clash, ...]
    """Those that begin; whoever only waits for both has none."""
    ended: tuple[Clash, ...]
    """Those that end."""
    told: int
    """How many people get a mail."""
    asked: int
    """How many of them have to confirm their seat again."""
    answer_by: datetime | None
    proposed: tuple[str, ...]
    """Who would be proposed for a seat, here or elsewhere, by name."""


def preview_reschedule(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    wanted: NewTimes,
    reason: str,
    question: Question | None = USUAL,
) -> Findings:
    """Move the session as `reschedule_session` would and keep nothing of it; raises what that raises."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> Findings:
        _, command = moving(tx, session_id, wanted, reason=reason, question=question)
        lapse_due(tx)
        before, after = tx.at_the_same_time(session_id), frozenset(command.overlaps)
        pairs = list(_pairs(tx, session_id))
        clashes = tuple(_clash(tx, *pair) for pair in pairs if pair[1].session_id in after - before)
        ended = tuple(_clash(tx, *pair) for pair in pairs if pair[1].session_id in before - after)
        events = carry_out(tx, command)
        told = [event for event in events if isinstance(event, NewTimesTold)]
        proposed = [event.registration_id for event in events if isinstance(event, SeatProposed)]
        return Findings(
            clashes=clashes,
            ended=ended,
            told=len(told),
            asked=sum(event.answer_by is not None for event in told),
            answer_by=command.asking.by if command.asking else None,
            proposed=tuple(tx.read.registration(one).person.name for one in proposed),
        )

    return work.rehearse(actor, unit)


def _pairs(tx: Transaction, session_id: str) -> Iterator[tuple[Registration, Place]]:
    """Give everybody in the session with each of their places elsewhere, where one of the two is a seat or an offer."""
    everybody = tx.whole(session_id).registrations.values()
    # Persons are locked by id, as everywhere; shown are they in the order in which they asked.
    known = {one.id: tx.everywhere(one.person_id, session_id) for one in sorted(everybody, key=lambda r: r.person_id)}
    for one in sorted(everybody, key=lambda r: r.arrival):
        for place in known[one.id]:
            if one.status.has_seat or place.has_seat(tx.now):
                yield one, place


def _clash(tx: Transaction, one: Registration, place: Place) -> Clash:
    other = tx.read.session(place.session_id)
    return Clash(
        registration_id=one.id,
        name=tx.read.registration(one.id).person.name,
        stands=STANDS[one.status],
        other_session_id=place.session_id,
        other=named(other),
        other_when=when(other.meetings, other.zone),
        other_stands=STANDS[place.status],
        follows=_follows(one.status, place.status, other.rules.code),
    )


def _follows(here: Status, there: Status, code: str) -> str:
    if here is Status.WAITLISTED:
        return f"Is skipped here, with the place kept, while the seat in {code} is at the same time."
    if there is Status.WAITLISTED:
        return f"Is skipped in {code}, with the place kept, while the seat here is at the same time."
    if Status.OFFERED in {here, there}:
        return "Keeps both for now, and chooses when an offer is accepted."
    return "Keeps both seats, on the word of this act."
