"""Showing who is in the team."""

from dataclasses import dataclass

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Work
from waitlist_app.services.team import ROLE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member as the list shows them."""

    id: str
    name: str
    email: str
    role: str
    role_words: str
    has_joined: bool
    is_you: bool


def list_members(*, work: Work, actor: Actor) -> tuple[MemberRow, ...]:
    """List the team by name, those who were invited and have not joined yet included."""
    actor.require(Permission.ADMINISTER)
    return tuple(
        MemberRow(
            id=member.id,
            name=member.name,
            email=member.email,
            role=member.role.value,
            role_words=ROLE_WORDS.get(member.role, member.role.value.replace("_", " ")),
            has_joined=member.joined_at is not None,
            is_you=member.id == actor.id,
        )
        for member in work.read(actor, lambda reader: reader.team())
    )
