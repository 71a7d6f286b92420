"""Row-level security on PostgreSQL, written from the one table of rules.

Policies follow from the rules instead of being added revision by revision: after an upgrade they are made anew when
they differ from what the rules say now. So a new table or a changed permission cannot be forgotten, and what a reader
finds in `table_rules` is what the database enforces.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Final

from sqlalchemy import Connection, Table, text

from waitlist_app.errors import Defect
from waitlist_app.repository.table_rules import RULES, VERBS, TableRules, Verb, Way, roles_that_may
from waitlist_app.services.actors import PERMISSIONS, Permission, Role

PEOPLE: Final = "authenticated"
WORKER: Final = "service_role"
NOBODY: Final = "anon"

_CLAUSES: Final[dict[Verb, str]] = {
    "select": "using ({0})",
    "insert": "with check ({0})",
    "update": "using ({0}) with check ({0})",  # the first hides rows of others, the second stops giving rows away
    "delete": "using ({0})",
}

# Nothing of it is secret, and every process asks whether the schema is current, so it is open to read.
_REVISION: Final = (
    "alter table public.alembic_version enable row level security",
    "revoke all on public.alembic_version from anon, authenticated, service_role",
    "grant select on public.alembic_version to anon, authenticated, service_role",
    "drop policy if exists anybody_reads on public.alembic_version",
    "create policy anybody_reads on public.alembic_version for select using (true)",
)


def refresh(connection: Connection, tables: list[Table]) -> None:
    """Make the policies of `tables` what the rules say, when they are not; as the role that owns the tables."""
    without = {table.name for table in tables} - set(RULES)
    if without:
        detail = f"Nobody has said who may do what with {', '.join(sorted(without))}: see table_rules.py."
        raise Defect(detail)
    if are_current(connection):
        return
    for statement in statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"comment on function private.my_org(text[]) is '{_digest()}'")


def are_current(connection: Connection) -> bool:
    """Say whether the policies in this database are those that the rules say now."""
    query = text(
        "select obj_description(pg_proc.oid, 'pg_proc') from pg_proc"
        " join pg_namespace on pg_namespace.oid = pronamespace where nspname = 'private' and proname = 'my_org'"
    )
    return connection.scalar(query) == _digest()


@cache
def statements() -> tuple[str, ...]:
    """Give what makes the policies, whatever was there before."""
    made = [statement for table, rules in RULES.items() for statement in _protect(table, rules)]
    return (*made, *_REVISION)


def _protect(table: str, rules: TableRules) -> Iterator[str]:
    name = f'public."{table}"'
    yield f"alter table {name} enable row level security"
    # Without FORCE the owner would pass, and a server that logs in as the owner would enforce nothing.
    yield f"alter table {name} force row level security"
    # Supabase grants everything on every new table to the roles of its data API.
    yield f"revoke all on {name} from public, {NOBODY}, {PEOPLE}, {WORKER}"
    yield f"grant {', '.join(rules.worker)} on {name} to {WORKER}"
    yield f"drop policy if exists worker on {name}"
    yield f"create policy worker on {name} to {WORKER} using (true) with check (true)"
    for verb in VERBS:
        yield f"drop policy if exists may_{verb} on {name}"
        if roles := roles_that_may(verb, table):
            yield f"grant {verb} on {name} to {PEOPLE}"
            yield _policy(name, verb, verb, _in_own_organisation(rules, roles))
    for kind, permission, ways in (("own", Permission.READ_OWN, rules.own), ("team", Permission.READ_TEAM, rules.team)):
        yield f"drop policy if exists may_select_{kind} on {name}"
        if ways:
            roles = tuple(role for role, has in PERMISSIONS.items() if permission in has)
            mine = " or ".join(map(_is_mine, ways))
            yield f"grant select on {name} to {PEOPLE}"
            yield _policy(name, f"select_{kind}", "select", f"{_in_own_organisation(rules, roles)} and ({mine})")
    if rules.found_by:
        # PostgreSQL asks for the right to read whatever finds a row that is to be deleted.
        yield f"grant select ({', '.join(rules.found_by)}) on {name} to {PEOPLE}"
        yield _policy(name, "select", "select", _in_own_organisation(rules, roles_that_may("delete", table)))


def _policy(name: str, may: str, verb: Verb, condition: str) -> str:
    return f"create policy may_{may} on {name} for {verb} to {PEOPLE} {_CLAUSES[verb].format(condition)}"


def _is_mine(way: Way) -> str:
    if not way.table:
        return f"{way.column} = (select private.my_id())"
    if way.table == "person":
        return f"{way.column} = any ((select private.my_people())::text[])"
    column = f"lower({way.column})" if way.column == "email" else way.column
    # What the other table lets them read is what it finds here as well.
    return f'{column} in (select {way.other} from public."{way.table}")'  # noqa: S608 - names of our own tables


def _in_own_organisation(rules: TableRules, roles: tuple[Role, ...]) -> str:
    # In a subquery of its own it is asked once for a statement, not once for a row.
    return f"{rules.tenant} = (select private.my_org('{{{','.join(sorted(roles))}}}'))"


@cache
def _digest() -> str:
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()
