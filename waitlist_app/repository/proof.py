"""The proof at the start that nobody reaches past their organisation: without it nobody is served."""

from typing import Final

from sqlalchemy import Connection, Engine, select, text

from waitlist_app.errors import Defect
from waitlist_app.repository import tables
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.failures import translated
from waitlist_app.repository.policies import PEOPLE, are_current
from waitlist_app.repository.rows import table_of
from waitlist_app.repository.table_rules import RULES
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import Actor, Role

_STRANGER: Final = Actor(id="nobody", name="", role=Role.OWNER, org_id="nowhere")
_EVERYBODY: Final = select(table_of(tables.Person).c.id).limit(1)

_STANDING: Final = text(
    """
    select current_user as role,
        (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as passes,
        array(
            select relname::text from pg_class
            where relnamespace = 'public'::regnamespace and relname = any(:tables)
              and not (row_security_active(oid) and relforcerowsecurity)
            order by relname
        ) as bare
    """
)


def assert_in_force(engine: Engine) -> None:
    """Pass when every act is bound to the organisation of whoever acts; otherwise raise `Defect`.

    PostgreSQL is asked what it enforces on somebody who is nobody's member. Then, on both databases, a query that
    forgets the organisation is tried in their name, which the guard must stop.
    """
    reading = engine.execution_options(reads_only=True)
    with translated(reading.begin()) as connection:
        if not is_sqlite(connection) and not are_current(connection):
            raise Defect("The policies in the database are not those of this version. Run the migrations.")
    with translated(acting_for(reading, _STRANGER)) as connection:
        if not is_sqlite(connection):
            _require_policies(connection)
        _require_guard(connection)


def _require_policies(connection: Connection) -> None:
    found = connection.execute(_STANDING, {"tables": sorted(RULES)}).one()
    if found.role != PEOPLE or found.passes:
        raise Defect(f"Row-level security is not in force: the app acts as {found.role}, whom no policy binds.")
    if found.bare:
        raise Defect(f"Row-level security is not in force on {', '.join(found.bare)}. Run the migrations.")


def _require_guard(connection: Connection) -> None:
    try:
        connection.execute(_EVERYBODY)
    except Defect:
        return
    raise Defect("The guard is not in force: a query over all organisations was run for somebody.")
