"""People who may be one person: flagged for somebody to look at, never merged by a guess."""

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.addresses import without_alias
from waitlist_app.services.ports import PersonFacts, Work


def list_likely_same(*, work: Work, actor: Actor) -> tuple[tuple[PersonFacts, ...], ...]:
    """List groups of people whose addresses differ in nothing but an alias or case, by address; within one by name."""
    actor.require(Permission.READ)
    found: dict[str, list[PersonFacts]] = {}
    for person in work.read(actor, lambda reader: reader.people()):
        if person.email:
            found.setdefault(without_alias(person.email), []).append(person)
    return tuple(tuple(sorted(group, key=_by_name)) for _, group in sorted(found.items()) if len(group) > 1)


def _by_name(person: PersonFacts) -> tuple[str, str]:
    return person.name, person.id
