"""Working places out anew: another order, or another fact that the order reads."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from waitlist_app.engine import ordering
from waitlist_app.engine.commands import ChangeFacts, ChangeOrder
from waitlist_app.engine.decisions.line import end_override
from waitlist_app.engine.events import EntryRanked, Event, FactsChanged, MoveAnchored, RulesChanged
from waitlist_app.engine.model import Facts, Registration, Roster, Session, Status
from waitlist_app.engine.refusals import NoLongerWaiting, ReasonMissing, SessionIsCancelled

_ANEW: Final = frozenset({"order", "drawn"})
"""What places everybody anew, so that overrides have to find their places in another order."""


def change_order(roster: Roster, command: ChangeOrder, now: datetime) -> Iterator[Event]:
    """Set the order and give everybody the place that it says; needs everybody, and a reason."""
    if not command.reason.strip():
        raise ReasonMissing
    was = roster.session
    if was.cancelled_at:
        raise SessionIsCancelled
    rules = replace(was, order=command.order, priority=command.priority)
    if rules == was:
        return
    yield RulesChanged(session_id=was.id, was=was, rules=rules, reason=command.reason, approval=command.approval)
    after = replace(roster, session=rules)
    keys = {
        entry.id: policy_key(after, entry, command.facts.get(entry.id, Facts()))
        for entry in roster.registrations.values()
        if entry.status in {Status.WAITLISTED, Status.OFFERED}
    }
    yield from rank_again(after, keys, because="order")


def change_facts(roster: Roster, command: ChangeFacts, now: datetime) -> Iterator[Event]:
    """Set what the policy knows of somebody who waits, and place them by it; raises `NoLongerWaiting`."""
    if not command.reason.strip():
        raise ReasonMissing
    entry = roster.registrations.get(command.registration_id)
    if entry is None or entry.status is not Status.WAITLISTED:
        raise NoLongerWaiting
    ranked = tuple(rank_again(roster, {entry.id: policy_key(roster, entry, command.facts)}, because="fact"))
    own = next((e for e in ranked if isinstance(e, EntryRanked) and e.registration_id == entry.id), None)
    yield FactsChanged(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        details=command.details,
        passed=max(own.from_position - own.to_position, 0) if own else 0,
        reason=command.reason,
    )
    yield from ranked


def policy_key(roster: Roster, entry: Registration, facts: Facts) -> str:
    """Give the key of an entry by the policy alone; whoever was sent to the end stays there, and a lot stands."""
    if entry.requeued_at or _was_drawn(roster.session, entry):
        return entry.base_key
    return ordering.base_key(
        roster.session,
        person_id=entry.person_id,
        requested_at=entry.requested_at,
        arrival=entry.terms.first_arrival or entry.arrival,
        facts=facts,
    )


def _was_drawn(session: Session, entry: Registration) -> bool:
    """Say whether a lottery placed it; its lot is that of the record it was drawn as, whoever it belongs to since."""
    window = session.window
    return window is not None and window.seed != "" and (entry.terms.first_arrival or entry.arrival) <= window.arrivals


def rank_again(roster: Roster, base_keys: Mapping[str, str], *, because: str) -> Iterator[Event]:
    """Place the entries with new base keys, by id, and all who follow from them; needs the whole line.

    An override whose named entry and successor are both gone named a place of the old order, and ends.
    """
    was_at = {entry.id: position for position, entry in enumerate(roster.line(), start=1)}
    ranked = {
        entry.id: replace(entry, base_key=base_keys.get(entry.id, entry.base_key))
        for entry in roster.registrations.values()
        if entry.id in base_keys or entry.status is Status.WAITLISTED
    }
    waiting = {key: entry for key, entry in ranked.items() if entry.status is Status.WAITLISTED}
    overrides = tuple(ordering.kept_overrides(waiting, roster.overrides)) if because in _ANEW else roster.overrides
    for override in roster.overrides:
        if all(kept.id != override.id for kept in overrides):
            yield end_override(roster, override, roster.registrations[override.registration_id], because="order")
    steps = ordering.steps(waiting, overrides)
    old_steps = ordering.steps({entry.id: entry for entry in roster.line()}, roster.overrides)
    keys = ordering.keys_with_overrides(waiting, overrides)
    for position, (line_key, entry_id) in enumerate(sorted((key, one) for one, key in keys.items()), start=1):
        was, entry = roster.registrations[entry_id], ranked[entry_id]
        if (was.base_key, was.line_key) != (entry.base_key, line_key):
            yield EntryRanked(
                session_id=roster.session.id,
                registration_id=entry.id,
                person_id=entry.person_id,
                base_key=entry.base_key,
                line_key=line_key,
                from_position=was_at[entry.id],
                to_position=position,
                because=because,
                passed_by=_passes(steps, line_key) - _passes(old_steps, was.line_key) if because in _ANEW else 0,
            )
    for entry in sorted(ranked.values(), key=lambda entry: entry.base_key):
        if entry.status is Status.OFFERED and entry.base_key != roster.registrations[entry.id].base_key:
            yield _ranked_aside(roster, entry, because=because)
    for override in overrides if because in _ANEW else ():
        if override.id in steps:
            from_key, to_key = steps[override.id]
            yield MoveAnchored(
                session_id=roster.session.id,
                override_id=override.id,
                registration_id=override.registration_id,
                person_id=roster.registrations[override.registration_id].person_id,
                before_key=override.before_key,
                from_key=from_key,
                line_key=to_key,
            )


def _passes(steps: Mapping[str, tuple[str, str]], line_key: str) -> int:
    """Count the overrides that take their entry from behind this place to before it."""
    return sum(to_key < line_key < from_key for from_key, to_key in steps.values())


def _ranked_aside(roster: Roster, entry: Registration, *, because: str) -> EntryRanked:
    """Give somebody with an offer the key that they would come back to."""
    return EntryRanked(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        base_key=entry.base_key,
        line_key=entry.base_key,
        from_position=0,
        to_position=0,
        because=because,
    )
