"""Bringing a database to the newest schema, from any working directory.

All revisions of one upgrade are one transaction under one lock: several processes may start at once, and a revision
that fails leaves the database as it was.

A revision that changes rows on PostgreSQL is bound by the policies like anybody else, unless the role which migrates
may become `service_role`; the first migration grants it that.
"""

import importlib
import io
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlmodel import SQLModel

from alembic import command
from waitlist_app.errors import Defect
from waitlist_app.repository import policies
from waitlist_app.repository.database import is_sqlite, open_database
from waitlist_app.repository.tenancy import OWN_ROLE

SCRIPTS: Final = Path(__file__).resolve().parents[2] / "alembic"
MIGRATION_LOCK: Final = 4711
MIGRATION_WAIT_SECONDS: Final = 60


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to the newest schema, or up to `revision`; nothing happens when it is there."""
    with alone(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`; `base` is an empty database."""
    with alone(url) as connection:
        command.downgrade(_config(connection), revision)


def check(url: str) -> None:
    """Pass when the schema at `url` is what the tables say; otherwise raise what Alembic found."""
    with alone(url) as connection:
        command.check(_config(connection))


def is_current(url: str) -> bool:
    """Say whether the database at `url` has the newest schema."""
    engine = open_database(url)
    try:
        with engine.connect().execution_options(reads_only=True) as connection:
            return _is_at_head(connection) and (is_sqlite(connection) or policies.are_current(connection))
    finally:
        engine.dispose()


def follow_rules(connection: Connection) -> None:
    """Make the policies what the rules say, once the newest schema is there; SQLite has none."""
    if not is_sqlite(connection) and _is_at_head(connection):
        policies.refresh(connection, target().sorted_tables)


def _is_at_head(connection: Connection) -> bool:
    found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def target() -> MetaData:
    """Give the tables as the code wants them, from every `tables*.py` beside this file."""
    for path in sorted(Path(__file__).parent.glob("tables*.py")):
        importlib.import_module(f"{__package__}.{path.stem}")
    return SQLModel.metadata


@contextmanager
def alone(url: str) -> Generator[Connection]:
    """Open one transaction at `url` in which no other migration runs, and commit it."""
    engine = open_database(url)
    try:
        with engine.connect().execution_options(**{OWN_ROLE: True}) as connection:
            if is_sqlite(connection):
                _let_tables_be_made_anew(connection)
            with connection.begin():
                if not is_sqlite(connection):
                    # Two servers that start together would both make the same tables. The lock ends with the
                    # transaction, so it also holds behind a pooler which changes connections in between.
                    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
                if is_sqlite(connection):
                    _require_whole_references(connection)
    finally:
        engine.dispose()


def _let_tables_be_made_anew(connection: Connection) -> None:
    # SQLite changes a table by dropping it, which would take what refers to it along. Both settings stay with this
    # connection, and the first has no effect inside a transaction, so the driver is asked before one begins.
    driver = connection.connection.cursor()
    driver.execute("pragma foreign_keys=off")
    driver.execute(f"pragma busy_timeout={MIGRATION_WAIT_SECONDS * 1000}")
    driver.close()


def _require_whole_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("pragma foreign_key_check").all()
    if broken:
        detail = f"The migration would leave rows that refer to nothing: {broken[:5]}"
        raise Defect(detail)


def _config(connection: Connection | None = None) -> Config:
    if not SCRIPTS.is_dir():
        detail = f"The revisions are not beside the package; {SCRIPTS} is missing."
        raise Defect(detail)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
