"""The members of one organisation, as use cases see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from waitlist_app.errors import InvalidInput, Refused
from waitlist_app.services.actors import Role

ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.OWNER: "owner",
    Role.COORDINATOR: "coordinator",
    Role.APPROVER: "approver",
    Role.AUDITOR: "auditor",
    Role.MANAGER: "manager",
    Role.EMPLOYEE: "employee",
}
"""The roles that an owner can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """A member as stored."""

    id: str
    name: str
    email: str
    role: Role
    joined_at: datetime | None = None
    """When they signed in first; None while the invitation is open."""
    is_removed: bool = False


class Team(Protocol):
    """Changes the members of the organisation in which a transaction acts."""

    def member(self, member_id: str) -> MemberFacts:
        """Give a member who was not removed, or raise `NotAllowed`."""
        ...

    def find(self, email: str) -> MemberFacts | None:
        """Give whoever has the normalised address, removed or not."""
        ...

    def lock_owners(self) -> frozenset[str]:
        """Give the ids of the owners who have joined, and let nobody change them before the transaction ends."""
        ...

    def restore(self, member_id: str, *, name: str, role: Role) -> None:
        """Take back somebody who was removed; they have to be invited again."""
        ...

    def change_role(self, member_id: str, role: Role) -> None:
        """Give a member another role, and end every sign-in of theirs in this organisation."""
        ...

    def remove(self, member_id: str) -> None:
        """Remove a member, and end every sign-in of theirs in this organisation."""
        ...

    def invite(self, member_id: str, *, invited_by: str) -> None:
        """Write an invitation to the outbox, unless one is waiting there."""
        ...


class AlreadyMember(Refused):
    """The address belongs to the team already."""

    code = "already_member"

    def __init__(self, name: str) -> None:
        """Name who has it."""
        super().__init__(f"{name} has this address and is in the team already. You can change the role instead.")


class HasJoined(Refused):
    """An invitation to somebody who needs none."""

    code = "has_joined"

    def __init__(self, name: str) -> None:
        """Name who it is."""
        super().__init__(f"{name} has joined already and can ask for a sign-in link.")


class OwnMembership(Refused):
    """Nobody changes what they may do themselves."""

    code = "own_membership"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("You cannot change your own role or remove yourself. Another owner can.")


class LastOwner(Refused):
    """Without an owner nobody could look after the organisation."""

    code = "last_owner"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This is the last owner. Make somebody else an owner first.")


def parse_role(value: str) -> Role:
    """Give the role that a form names, or raise `InvalidInput`; an owner can give no other."""
    for role in ROLE_WORDS:
        if role.value == value:
            return role
    raise InvalidInput("Please choose a role.", field="role")


def require_reason(reason: str) -> str:
    """Give a reason without blanks around it, or raise `InvalidInput`."""
    said = reason.strip()
    if not said:
        raise InvalidInput("Please say why. It goes on the record.", field="reason")
    return said
