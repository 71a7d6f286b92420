"""Who may do what: one table, read by use cases, guard, policies and tests.

Source: the permissions table of the product's specification, section 9. What is not named here nobody may do.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from waitlist_app.errors import NotAllowed


class Role(StrEnum):
    """What somebody is in one organisation."""

    OWNER = "owner"
    COORDINATOR = "coordinator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    PLATFORM_ADMIN = "platform_admin"
    VISITOR = "visitor"
    """A platform administrator in an organisation, after a switch with a reason on its record; never a member's."""
    SYSTEM = "system"
    """The clock, a recorded stream, the command line; never a browser."""


class Permission(StrEnum):
    """A kind of act."""

    READ = "read"
    """Sessions, rosters, queues, people, messages."""
    EDIT = "edit"
    """Sessions, imports, requests, drops, removals, transfers, attendance, on behalf."""
    DECIDE = "decide"
    """Approve, hold, next, revoke, extend, refresh a promotion; never one's own."""
    ASK_OVERRIDE = "ask_override"
    APPROVE_OVERRIDE = "approve_override"
    SIGN_STANDING = "sign_standing"
    MESSAGE = "message"
    EXPORT_ROSTER = "export_roster"
    EXPORT_AUDIT = "export_audit"
    READ_AUDIT = "read_audit"
    ADMINISTER = "administer"
    """Policies, templates, integrations, calendar, members and roles, erasure, merging people."""
    READ_OWN = "read_own"
    """Registrations of one's own, and what they are about."""
    READ_TEAM = "read_team"
    """Registrations that one is asked to sign off, or asked for on somebody's behalf."""
    SIGN_OFF = "sign_off"
    """Answer for one's own team whether a request may have a seat."""
    ACT_FOR_SELF = "act_for_self"
    """Accept, decline, leave; for oneself alone."""
    VISIT = "visit"
    """Go into any organisation, with a reason on its record; figures across all of them."""


_COORDINATOR: Final = frozenset(
    {
        Permission.READ,
        Permission.EDIT,
        Permission.DECIDE,
        Permission.ASK_OVERRIDE,
        Permission.APPROVE_OVERRIDE,
        Permission.SIGN_STANDING,
        Permission.MESSAGE,
        Permission.EXPORT_ROSTER,
        Permission.READ_AUDIT,
    }
)

_EMPLOYEE: Final = frozenset({Permission.READ_OWN, Permission.ACT_FOR_SELF})

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OWNER: _COORDINATOR | {Permission.EXPORT_AUDIT, Permission.ADMINISTER},
    Role.COORDINATOR: _COORDINATOR,
    Role.APPROVER: frozenset({Permission.READ, Permission.DECIDE, Permission.APPROVE_OVERRIDE, Permission.READ_AUDIT}),
    Role.AUDITOR: frozenset(
        {Permission.READ, Permission.EXPORT_ROSTER, Permission.EXPORT_AUDIT, Permission.READ_AUDIT}
    ),
    Role.MANAGER: _EMPLOYEE | {Permission.READ_TEAM, Permission.SIGN_OFF},
    Role.EMPLOYEE: _EMPLOYEE,
    Role.PLATFORM_ADMIN: frozenset({Permission.VISIT}),
    Role.VISITOR: frozenset({Permission.READ, Permission.READ_AUDIT, Permission.VISIT}),
    Role.SYSTEM: _COORDINATOR | {Permission.EXPORT_AUDIT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody, or something, that acts in one organisation."""

    id: str
    name: str
    role: Role
    org_id: str
    organisation: str = ""
    zone: str = "UTC"
    is_by_link: bool = False
    """Whether a link in a mail says who it is, and for one thing alone; they are nobody's member."""
    is_for_self: bool = False
    """Whether the use case has found the one thing that they act on to be theirs; see `services.own`."""

    def may(self, permission: Permission) -> bool:
        """Say whether the actor's role allows it."""
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Pass, or raise `NotAllowed`."""
        if not self.may(permission):
            detail = f"{self.role} may not {permission}"
            raise NotAllowed(detail)
