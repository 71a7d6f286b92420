"""Opening a database: SQLite in WAL mode, or PostgreSQL."""

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from waitlist_app.repository.guard import watch
from waitlist_app.repository.tenancy import take_roles

LOCK_WAIT_SECONDS: Final = 5
"""How long an act waits for another writer before it says `TryAgain`."""

_POOLED: Final = "pgbouncer"
_POOLER_PORTS: Final = frozenset({6543, 6432})
"""That of Supabase, and that of PgBouncer."""

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "wal_autocheckpoint=16000",  # pages, 64 MiB; a checkpoint is the only time a commit waits for the disk
    "cache_size=-65536",  # KiB
    "secure_delete=ON",  # what is erased is overwritten, or it would stay readable in the free parts of the file
)


def open_database(url: str) -> Engine:
    """Open the database at `url` (`sqlite:///…` or `postgresql://…`), with the settings that both need."""
    engine = _open_sqlite(url) if url.startswith("sqlite") else _open_postgresql(url)
    watch(engine)
    return engine


def open_for_both(url: str, worker_url: str) -> tuple[Engine, Engine]:
    """Open the database for people and for the worker, whose login may be another; closing the second closes both."""
    worker = open_database(worker_url or url)
    if not worker_url:
        return worker, worker
    people = open_database(url)

    @event.listens_for(worker, "engine_disposed")
    def _close(_engine: Engine) -> None:
        people.dispose()

    return people, worker


def is_sqlite(connection: Connection) -> bool:
    """Say which of the two databases this is."""
    return connection.dialect.name == "sqlite"


def _open_postgresql(url: str) -> Engine:
    plain = url.replace("postgres://", "postgresql://", 1)
    address = make_url(plain.replace("postgresql://", "postgresql+psycopg://", 1))
    engine = create_engine(
        address.difference_update_query([_POOLED]),
        pool_pre_ping=True,
        # A transaction-mode pooler hands each transaction another server connection, which knows no prepared statement.
        connect_args={"prepare_threshold": None} if is_pooled(address) else {},
    )
    take_roles(engine, lock_wait_seconds=LOCK_WAIT_SECONDS)
    return engine


def is_pooled(address: URL) -> bool:
    """Say whether a pooler in transaction mode is there: by its port, or because the address ends in `?pgbouncer=true`.

    `?pgbouncer=false` says of such a port that something else listens there.
    """
    said = address.query.get(_POOLED)
    return address.port in _POOLER_PORTS if said is None else said == "true"


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late to be IMMEDIATE
        for pragma in _PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Writers queue here: two of them that read the same seats and then both write would oversell.
        reads = connection.get_execution_options().get("reads_only")
        connection.connection.cursor().execute("BEGIN" if reads else "BEGIN IMMEDIATE").close()

    return engine
