"""Why one registration stands as it does, or did at an instant: for staff, and for the person themselves."""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from waitlist_app.engine.model import Registration, Roster, Status
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.explaining import (
    PassedBy,
    SessionStory,
    conflicts_of,
    offered_then,
    offered_to,
    passed_by,
    steps_in_words,
    story_of,
    why_here,
    why_not,
)
from waitlist_app.services.own import own_registration
from waitlist_app.services.ports import Entry, Reader, SessionFacts, Work
from waitlist_app.services.rules import named
from waitlist_app.services.sentences import tell
from waitlist_app.services.standing import Standing, standing_after
from waitlist_app.services.wording import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a registration stands as it does at one instant; safe to send to a browser."""

    registration_id: str
    session: str
    name: str
    """Empty where it is told to the person themselves."""
    status: str
    position: int
    """In the line, from 1; 0 for who does not wait."""
    waiting: int
    """How many wait in all."""
    why: str
    """The stable name of the reason for who waits, as in `next` or `conflict`; empty for everybody else."""
    says: tuple[str, ...]
    takes: tuple[str, ...]
    """What would have to happen for a seat, one sentence each; empty for who does not wait."""
    passed: tuple[PassedBy, ...]
    """Who was served before though they had asked later, as it happened."""


def explain_entry(*, work: Work, actor: Actor, registration_id: str, at: datetime | None = None) -> Explanation:
    """Say why a registration stands as it does now, or stood at the instant `at`, and who came before it.

    Raises `InvalidInput` for an instant before the request.
    """
    actor.require(Permission.READ)
    actor.require(Permission.READ_AUDIT)
    return work.read(actor, lambda reader: explained(reader, registration_id, at=at))


def explain_own(*, work: Work, actor: Actor, registration_id: str) -> Explanation:
    """Say to somebody who is signed in why a registration of their own stands as it does, without anybody's name.

    A registration of anybody else looks like none. It is told with the worker's rights, as the place in the line is:
    what decided over one's own place is written in the rows of others.
    """
    actor.require(Permission.READ_OWN)
    work.read(actor, lambda reader: own_registration(reader, actor, registration_id))
    telling = replace(actor, is_for_self=True)
    return work.read(telling, lambda reader: explained(reader, registration_id, is_own=True))


def explained(reader: Reader, registration_id: str, *, at: datetime | None = None, is_own: bool = False) -> Explanation:
    """Say it within a read; `is_own` is for the person themselves, to whom nobody else is named."""
    entry = reader.registration(registration_id)
    until = at or reader.now
    facts = reader.session(entry.session_id)
    story = story_of(reader, entry.session_id, until=until)
    roster = story.roster()
    known = roster.registrations.get(registration_id)
    names = {} if is_own else {e.person.id: e.person.name for e in reader.registrations(entry.session_id)}
    position, why, says, takes = 0, "", _ended(story, entry, facts, is_own=is_own), tuple[str, ...]()
    if known and known.status is Status.WAITLISTED:
        if roster.session.acts_alone(until):
            roster = structs.replace(roster, signers=reader.roster(entry.session_id).signers)
        others = reader.some_sessions(conflicts_of([known]))
        position = 1 + sum(other.line_key < known.line_key for other in roster.line())
        offered = offered_then(reader, known, at) if at else offered_to(reader, entry.session_id, known)
        reason, sentence = why_not(roster, known, until, is_own=is_own, offered=offered)
        why = reason.value
        says = (why_here(story, roster, known, facts, is_own=is_own), sentence)
        takes = steps_in_words(roster, known, facts, others, until, offered=offered)
    elif known:
        says = _seated(story, known, facts, is_own=is_own)
    return Explanation(
        registration_id=registration_id,
        session=named(facts),
        name="" if is_own else entry.person.name,
        status=_status(story, roster, registration_id),
        position=position,
        waiting=roster.tally.waiting,
        why=why,
        says=says,
        takes=takes,
        passed=passed_by(story, registration_id, names, is_own=is_own),
    )


def _status(story: SessionStory, roster: Roster, registration_id: str) -> str:
    known = roster.registrations.get(registration_id)
    return known.status.value if known else _last(story, registration_id)[0]


def _seated(story: SessionStory, known: Registration, facts: SessionFacts, *, is_own: bool) -> tuple[str, ...]:
    subject = "You have" if is_own else "Has"
    if known.status is Status.OFFERED and known.offer_expires_at:
        until = (
            "until its mail was handed over" if known.clock_stands_since else exact(known.offer_expires_at, facts.zone)
        )
        return (f"{subject} an offer, open until {until.removeprefix('until ')}.",)
    return (f"{subject} a seat: {_last(story, known.id)[1]}.",)


def _ended(story: SessionStory, entry: Entry, facts: SessionFacts, *, is_own: bool) -> tuple[str, ...]:
    """Say what ended a registration, as the record tells it; to the person themselves without who did it."""
    mine = [
        act
        for act, (_, event) in zip(story.acts, story.events, strict=True)
        if isinstance(event, Standing) and event.registration_id == entry.registration.id
    ]
    if not mine:
        raise InvalidInput("This request was not made by then. Please choose a later time.", field="at")
    last = mine[-1]
    when = exact(last.at, facts.zone)
    status, why = _last(story, entry.registration.id)
    if is_own:
        return (f"This ended on {when}: {status.replace('_', ' ')}.",)
    told = tell(last, facts.zone)
    reason = f" Reason: {why}." if why not in {status, ""} else ""
    return (f"{when}: {told.who} {told.what}{reason}",)


def _last(story: SessionStory, registration_id: str) -> tuple[str, str]:
    """Give the status and reason that stood last."""
    for _, event in reversed(story.events):
        if isinstance(event, Standing) and event.registration_id == registration_id:
            status, reason = standing_after(event)
            return status.value, reason
    return "", ""
