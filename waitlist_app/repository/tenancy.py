"""Who a transaction acts for, told to the database.

On PostgreSQL every transaction takes one of three roles, for itself alone (`set local`), so that nothing is left for
the next one, not even behind a pooler that hands out another connection each time:

- `authenticated`, with who asks and in which organisation, for a member who is signed in: the policies bind it;
- `service_role`, the worker, for what nobody signed in does: sweeping, mailing, signing in, answers through a link;
- `anon`, which may nothing, for a login that is not trusted with the worker's role.

On SQLite there are no roles; there, and here as well, `guard` reads each statement before it runs.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

from waitlist_app.repository.policies import NOBODY, PEOPLE, WORKER
from waitlist_app.services.actors import Actor, Role

OWN_ROLE: Final = "keeps_own_role"
"""The execution option of a connection that keeps the role it logged in with; only migrations do."""

ACTOR: Final = "actor"
"""The execution option that says who a connection acts for."""

_ROLE: Final = "waitlist_role"
_BEGIN_TO_READ: Final = "begin isolation level repeatable read read only"

# Asked of the catalogue, which is open to everybody: a login without any right of its own can ask it.
_UNNAMED: Final = """
    select case
        when not exists (
            select from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
            where nspname = 'private' and proname = 'my_org'
        ) then ''
        when pg_has_role(%(worker)s::name, 'member') then %(worker)s
        else %(nobody)s
    end
"""


def take_roles(engine: Engine, *, lock_wait_seconds: int) -> None:
    """Make every transaction of a PostgreSQL `engine` begin in the role of whoever it acts for.

    An act waits `lock_wait_seconds` for a lock at most; migrations, which keep their own role, wait without a limit.
    """

    @event.listens_for(engine, "connect")
    def _ask(connection: Any, record: Any) -> None:
        connection.rollback()
        # The role travels with BEGIN in one message, so that it costs no round trip; the driver's own BEGIN is alone.
        connection.autocommit = True
        record.info[_ROLE] = connection.execute(_UNNAMED, {"worker": WORKER, "nobody": NOBODY}).fetchone()[0]

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        if options.get(OWN_ROLE):
            connection.exec_driver_sql("begin")
            return
        is_reading = options.get("reads_only")
        # Without a limit, one writer that hangs would hang everybody who asks for the same session.
        begin = _BEGIN_TO_READ if is_reading else f"begin; set local lock_timeout = '{lock_wait_seconds}s'"
        connection.exec_driver_sql(f"{begin}{_take(connection, options.get(ACTOR))}")


def enter(connection: Connection, actor: Actor) -> None:
    """Act for `actor` from here to the end of the transaction; before its begin this costs no round trip."""
    connection.execution_options(**{ACTOR: actor})
    if connection.in_transaction() and connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_take(connection, actor).removeprefix("; "))


@contextmanager
def acting_for(engine: Engine, actor: Actor) -> Generator[Connection]:
    """Open one transaction that acts for `actor`, and commit it."""
    with engine.connect() as connection:
        enter(connection, actor)
        with connection.begin():
            yield connection


def is_a_person(actor: Actor) -> bool:
    """Say whether policies and guard ask a member behind it for rights; otherwise it is the worker.

    What seats one person moves others: proposals, the line, the record. So an answer of one's own is carried out by the
    worker, as the same answer through a link is, once the use case has found the registration to be theirs.
    """
    return actor.role is not Role.SYSTEM and not actor.is_by_link and not actor.is_for_self


def _take(connection: Connection, actor: Actor | None) -> str:
    if actor is not None and is_a_person(actor):
        claims = {"sub": actor.id, "org_id": actor.org_id, "role": PEOPLE}
        return f"; set local role {PEOPLE}; set local request.jwt.claims = {_quoted(json.dumps(claims))}"
    unnamed = connection.info.get(_ROLE)
    if not unnamed:
        return ""  # not migrated so far, or opened by something else
    # A system actor is not let in as anybody weaker: what it is for would seem to be done, and find no rows.
    return f"; set local role {WORKER if actor else unnamed}; set local request.jwt.claims = ''"


def _quoted(value: str) -> str:
    # SET takes no parameters. A percent sign would be one to the driver.
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"
