"""Which permission each kind of change of each table needs: read by the policies, the guard, and their tests.

Who has which permission says `services.actors`. What is not named here only the worker does: the part of the product
that acts for nobody who is signed in, such as signing in itself, sending mails, and answers through a link.
"""

from dataclasses import dataclass
from typing import Final, Literal

from waitlist_app.services.actors import PERMISSIONS, Permission, Role

Verb = Literal["select", "insert", "update", "delete"]

VERBS: Final[tuple[Verb, ...]] = ("select", "insert", "update", "delete")
NOBODY: Final = frozenset[Permission]()


@dataclass(frozen=True, slots=True)
class Way:
    """How a row is found to be somebody's own: its `column` is `other` in a row of `table` that is.

    Without a table, `column` is the id of the member who asks. A way to a person is one to the person that the member
    is, never on to somebody whose rows they may read.
    """

    column: str
    table: str = ""
    other: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """The rules of one table: each verb is for whoever has any of its permissions, in their own organisation."""

    select: frozenset[Permission] = NOBODY
    insert: frozenset[Permission] = NOBODY
    update: frozenset[Permission] = NOBODY
    delete: frozenset[Permission] = NOBODY
    tenant: str = "org_id"
    """The column that names the organisation; empty for a table that belongs to none."""
    worker: tuple[Verb, ...] = VERBS
    own: tuple[Way, ...] = ()
    """The rows that whoever has `READ_OWN` may read; none without a way."""
    team: tuple[Way, ...] = ()
    """The rows that whoever has `READ_TEAM` may read beside those."""
    found_by: tuple[str, ...] = ()
    """The columns by which whoever may delete a row finds it, where no person may read what else is in it."""

    def needed(self, verb: Verb) -> frozenset[Permission]:
        """Give the permissions of which one is enough for `verb`."""
        return {"select": self.select, "insert": self.insert, "update": self.update, "delete": self.delete}[verb]


_READ: Final = frozenset({Permission.READ})
_EDIT: Final = frozenset({Permission.EDIT})
_SEAT: Final = frozenset({Permission.EDIT, Permission.DECIDE})
"""Whoever seats people: by an act of their own, or by a decision about somebody else's."""
_MOVE: Final = _SEAT | {Permission.APPROVE_OVERRIDE}
"""A move also re-orders a line and can put a proposal in another's place."""
_SIGN: Final = _MOVE | {Permission.SIGN_STANDING}
_ADMINISTER: Final = frozenset({Permission.ADMINISTER})
_ANY_ACT: Final = _SIGN | {Permission.ASK_OVERRIDE, Permission.MESSAGE, Permission.ADMINISTER}
_RECORD: Final = frozenset({Permission.READ_AUDIT})

RULES: Final[dict[str, TableRules]] = {
    "organisation": TableRules(select=_READ, update=_ADMINISTER, tenant="id"),
    "member": TableRules(select=_READ, insert=_ADMINISTER, update=_ADMINISTER, delete=_ADMINISTER, own=(Way("id"),)),
    # Somebody signed in is every person with their address: who reads that mailbox is sent all there is about them.
    "person": TableRules(
        select=_READ,
        insert=_EDIT,
        update=_EDIT | _ADMINISTER,
        own=(Way("email", "member", "email"), Way("id", "registration", "person_id")),
    ),
    "session": TableRules(select=_READ, insert=_EDIT, update=_MOVE, own=(Way("id", "registration", "session_id"),)),
    # Who sets a window puts the seed there, and nobody takes it out again: the worker makes the draw at its hour.
    "sealed_seed": TableRules(insert=_EDIT, delete=_EDIT, found_by=("org_id", "session_id")),
    "meeting": TableRules(
        select=_READ, insert=_EDIT, update=_EDIT, delete=_EDIT, own=(Way("session_id", "registration", "session_id"),)
    ),
    "session_overlap": TableRules(select=_READ, insert=_EDIT, delete=_EDIT),
    # Some overrides make one: a transfer past a line, an earlier time, somebody who is put back.
    "registration": TableRules(
        select=_READ,
        insert=_MOVE,
        update=_MOVE,
        own=(Way("person_id", "person"),),
        team=(Way("manager_id", "person"), Way("requester_id", "person")),
    ),
    "proposal": TableRules(select=_READ, insert=_MOVE, update=_MOVE),
    # Whoever closes a registration may find that money is owed back for it.
    "payment": TableRules(select=_READ, insert=_EDIT, update=_MOVE),
    "offer": TableRules(select=_READ, insert=_MOVE, update=_MOVE, own=(Way("registration_id", "registration"),)),
    # Who erases a person empties the reason of what was signed about them.
    "approval": TableRules(select=_READ, insert=_SIGN, update=_ADMINISTER),
    "override": TableRules(select=_READ, insert=_MOVE, update=_MOVE),
    "override_request": TableRules(
        select=_READ,
        insert=frozenset({Permission.ASK_OVERRIDE}),
        update=frozenset({Permission.ASK_OVERRIDE, Permission.APPROVE_OVERRIDE, Permission.ADMINISTER}),
    ),
    # Erasing a person takes the keys of their requests away: a digest of who asked could be tried out.
    "client_key": TableRules(select=_EDIT, insert=_EDIT, delete=_ADMINISTER),
    "seat_time": TableRules(select=_READ, insert=_MOVE, update=_MOVE, delete=_MOVE),
    # The record only grows, whoever writes; its text can be erased, and only by an owner or the worker.
    "audit_entry": TableRules(select=_RECORD, insert=_ANY_ACT, worker=("select", "insert")),
    "audit_text": TableRules(select=_RECORD, insert=_ANY_ACT, update=_ADMINISTER, delete=_ADMINISTER),
    "audit_head": TableRules(select=_RECORD, insert=_ANY_ACT, update=_ANY_ACT, worker=("select", "insert", "update")),
    "message": TableRules(
        select=_READ,
        insert=_ANY_ACT,
        update=_SEAT | {Permission.MESSAGE},
        own=(Way("person_id", "person"),),
    ),
    # The link itself is made when its mail is written, by the worker; who revokes an offer ends it.
    "link": TableRules(select=_SEAT, update=_SEAT),
    "imported_file": TableRules(select=_READ, insert=_EDIT),
    # Signing in comes before anybody is known, and what it keeps is nobody else's to read.
    "sign_in_link": TableRules(),
    "web_session": TableRules(),
    # An owner invites; the link in the mail is made when it is written, by the worker.
    "member_mail": TableRules(insert=_ADMINISTER),
    "account": TableRules(tenant=""),
    "sign_in_attempt": TableRules(tenant=""),
    "provider_token": TableRules(tenant=""),
}


def roles_that_may(verb: Verb, table: str) -> tuple[Role, ...]:
    """List the roles of people that may `verb` the rows of `table` in their own organisation."""
    needed = RULES[table].needed(verb)
    return tuple(role for role, has in PERMISSIONS.items() if role is not Role.SYSTEM and has & needed)


def ways_to_read(permission: Permission, table: str) -> tuple[Way, ...]:
    """List the ways in which a row of `table` is one that `permission` alone lets somebody read."""
    rules = RULES[table]
    if permission is Permission.READ_TEAM:
        return rules.own + rules.team
    return rules.own if permission is Permission.READ_OWN else ()
