"""Why somebody stands where they stand at an instant, in sentences: for staff with names, for the person without any.

What is said comes from the functions of the engine that decide, over the session as its record tells it.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, get_args

from waitlist_app.engine.events import EntryMoved, EntryPassed, Event
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.explain import Obstacle, Reason, Step, Why, matter_in_words, what_it_takes, why
from waitlist_app.engine.model import SIGN_OFF, TOO_LARGE, Order, Registration, Roster, Session, Status
from waitlist_app.engine.passing import Passing, Right, passings
from waitlist_app.services.happenings import ApprovalSigned, SessionAdded
from waitlist_app.services.ports import Reader, RecordedAct, SessionFacts
from waitlist_app.services.record import join
from waitlist_app.services.rules import rule_in_words
from waitlist_app.services.sentences import SOMEBODY
from waitlist_app.services.wording import counted, exact, listed

EVERYTHING: Final = 1_000_000
"""More entries than the record of one session has."""
_EVENTS: Final = get_args(Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Why somebody decided something, and who."""

    reason: str
    by: str


@dataclass(slots=True)
class SessionStory:
    """One session as its record tells it, up to an instant."""

    rules: Session
    events: list[tuple[datetime, Event]] = field(default_factory=list[tuple[datetime, Event]])
    acts: list[RecordedAct] = field(default_factory=list[RecordedAct])
    words: dict[str, Word] = field(default_factory=dict[str, Word])
    """By the id of an override or an approval."""

    def roster(self) -> Roster:
        """Give the session as it stood then."""
        return fold(Roster(session=self.rules), (event for _, event in self.events))


def story_of(reader: Reader, session_id: str, *, until: datetime) -> SessionStory:
    """Read what the record tells of a session, up to `until`, inclusive."""
    _, acts = reader.record(session_id=session_id, count=EVERYTHING)
    told = [act for act in reversed(acts) if act.at <= until]
    story = SessionStory(rules=reader.session(session_id).rules)
    for act in told:
        happening = join(act.act, act.data, act.texts)
        by = act.actor_name or SOMEBODY
        if isinstance(happening, SessionAdded):
            story.rules = happening.rules
        elif isinstance(happening, ApprovalSigned):
            story.words[happening.approval_id] = Word(reason=happening.reason, by=by)
        elif isinstance(happening, _EVENTS):
            story.events.append((act.at, happening))  # pyright: ignore[reportArgumentType] - one of the events
            story.acts.append(act)
        if isinstance(happening, EntryMoved):
            story.words[happening.override_id] = Word(reason=happening.reason, by=by)
        elif isinstance(happening, EntryPassed):
            story.words[happening.pass_id] = Word(reason=happening.reason, by=by)
    return story


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedBy:
    """One person who was served before somebody who waited and had asked before them."""

    at: datetime
    name: str
    """Empty where it is told to the person who was passed."""
    right: str
    """`override`, `grant`, `rank`, `group` or `skipped`."""
    sentence: str
    reason: str
    approved_by: str


# ── while somebody waits ─────────────────────────────────────────────────────────────────────────


def why_here(story: SessionStory, roster: Roster, entry: Registration, facts: SessionFacts, *, is_own: bool) -> str:
    """Say what decides the place of a waiting entry."""
    whose, them = ("Your", "you") if is_own else ("The", "them")
    moves = [override.id for override in roster.overrides if override.registration_id == entry.id]
    if moves:
        word = story.words.get(moves[-1], Word(reason="", by=SOMEBODY))
        mover = "A coordinator" if is_own else word.by
        return f"{mover} moved {them} here: {word.reason}" if word.reason else f"{mover} moved {them} here."
    if entry.requeued_at:
        return f"{whose} offer of {exact(entry.requeued_at, facts.zone)} was not taken, so the place is at the end."
    window = roster.session.window
    if window and window.seed and entry.arrival <= window.arrivals:
        return "The place was drawn by lot."
    asked = f"asked on {exact(entry.requested_at, facts.zone)}"
    if roster.session.order is Order.FIRST_COME:
        return f"The line is in the order in which people asked; {'you ' if is_own else ''}{asked}."
    rules = listed([rule_in_words(rule) for rule in roster.session.priority_rules])
    return f"The line goes by {rules}, then by the time of asking; {'you ' if is_own else ''}{asked}."


def offered_to(reader: Reader, session_id: str, entry: Registration) -> frozenset[str]:
    """Name the sessions at the same time in which somebody who is skipped for them has an offer, and no seat yet."""
    if not entry.conflicts:
        return frozenset()
    places = reader.places(entry.person_id, session_id)
    return frozenset(place.session_id for place in places if place.status is Status.OFFERED)


def offered_then(reader: Reader, entry: Registration, at: datetime) -> frozenset[str]:
    """Name the same as they stood at an instant, as the records of these sessions tell it."""
    rosters = [story_of(reader, session_id, until=at).roster() for session_id in entry.conflicts]
    held = [(roster.session.id, roster.of_person(entry.person_id)) for roster in rosters]
    return frozenset(session_id for session_id, one in held if one and one.status is Status.OFFERED)


def why_not(
    roster: Roster, entry: Registration, now: datetime, *, is_own: bool, offered: frozenset[str] = frozenset()
) -> tuple[Why, str]:
    """Say why a waiting entry is next, skipped, or behind: to staff as the engine says it, to the person as to them.

    `offered` are the sessions in which the person has an offer and no seat yet.
    """
    known = why(roster, entry.id, now, offered=offered)
    if known is None:
        return Why.NO_SEAT, ""
    return known.why, _to_them(known, entry, offered) if is_own else known.sentence


def _to_them(known: Reason, entry: Registration, offered: frozenset[str]) -> str:
    if TOO_LARGE in entry.outstanding:
        asked = f"You asked for {entry.seat_units} seats, and this session has fewer"
        return f"{asked}: you are skipped, with your place kept."
    if known.why is Why.OUTSTANDING and SIGN_OFF in entry.outstanding:
        return "You are skipped, with your place kept, until your manager has signed your request off."
    has = "an offer" if offered.issuperset(entry.conflicts) else "a seat"
    return {
        Why.NEXT: "A seat is free, and you are next for it.",
        Why.CONFLICT: f"You have {has} at the same time elsewhere: you are skipped, with your place kept.",
        Why.OUTSTANDING: "Another date of the course is on offer to you: you are skipped, with your place kept.",
        Why.TOO_FEW_SEATS: f"You asked for {entry.seat_units} seats, and fewer are free.",
        Why.GROUP_AHEAD: "A group in front waits for more seats, and nobody is passed over.",
        Why.KEPT_FOR_GROUP: "What is free is kept for a group in front.",
        Why.HELD: "A seat is held for you, and nobody else gets it.",
        Why.PASSED_OVER: "A coordinator passed you over for one seat. You keep your place and come first for the next.",
        Why.SEALED: "Requests are collected first. Nobody is seated before the window closes.",
    }.get(known.why, "No seat is free for you yet.")


def steps_in_words(
    roster: Roster,
    entry: Registration,
    facts: SessionFacts,
    others: Mapping[str, SessionFacts],
    now: datetime,
    *,
    offered: Container[str] = (),
) -> tuple[str, ...]:
    """Say what would have to happen for a seat, one sentence each."""
    return tuple(_step(step, facts, others, offered) for step in what_it_takes(roster, entry.id, now))


def _step(step: Step, facts: SessionFacts, others: Mapping[str, SessionFacts], offered: Container[str]) -> str:
    match step.obstacle:
        case Obstacle.WINDOW:
            return f"The window closes on {exact(step.at, facts.zone)}." if step.at else "The window closes."
        case Obstacle.CONFLICT:
            return _end_of_clash(step, others, offered)
        case Obstacle.MATTER if step.matter == SIGN_OFF:
            return "A manager signs it off."
        case Obstacle.MATTER:
            return f"This ends: {matter_in_words(step.matter)}."
        case Obstacle.SEATS:
            return f"{counted(step.seat_units, 'more seat')} {'comes' if step.seat_units == 1 else 'come'} free."
        case Obstacle.APPROVAL:
            return "A coordinator approves."


def _end_of_clash(step: Step, others: Mapping[str, SessionFacts], offered: Container[str]) -> str:
    other = others.get(step.session_id)
    where = f" in {other.title}" if other else ""
    if step.session_id in offered:
        return f"The offer{where} at the same time ends, or is declined."
    return f"The seat{where} at the same time ends, or is given up."


# ── who came before ──────────────────────────────────────────────────────────────────────────────


def passed_by(
    story: SessionStory, registration_id: str, names: Mapping[str, str], *, is_own: bool
) -> tuple[PassedBy, ...]:
    """List who was served before somebody though they asked later, and by what right; to themselves without names."""
    found = passings(story.rules, story.events, registration_id)
    return tuple(_passed(one, story, names, is_own=is_own) for one in found)


def _passed(one: Passing, story: SessionStory, names: Mapping[str, str], *, is_own: bool) -> PassedBy:
    name = "" if is_own else names.get(one.person_id) or SOMEBODY
    by_whom = one.right in {Right.OVERRIDE, Right.GRANT}
    word = story.words.get(one.override_id or one.approval) if by_whom else None
    return PassedBy(
        at=one.at,
        name=name,
        right=one.right.value,
        sentence=f"{name or 'Somebody who asked later'} was served before: {_RIGHTS[one.right]}.",
        reason=word.reason if word else "",
        approved_by=word.by if word and not is_own else "",
    )


_RIGHTS: Final = {
    Right.OVERRIDE: "a coordinator changed the order",
    Right.GRANT: "a coordinator gave a seat past the line",
    Right.RANK: "the order of the session says so",
    Right.GROUP: "what was free was too little for the group",
    Right.SKIPPED: "a seat could not be taken then",
}


def conflicts_of(entries: Sequence[Registration]) -> list[str]:
    """Name the sessions that keep these entries from a seat."""
    return sorted({session_id for entry in entries for session_id in entry.conflicts})
