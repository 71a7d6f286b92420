"""Statements that every act runs, compiled once and then handed to the driver itself.

SQLAlchemy spends three to four times as long on preparing such a statement as either database does on running it
(`benchmarks/`). Tables, columns and types stay SQLAlchemy's; only its way from the statement to the driver is
shortened, so what is written here is the same Core statement as anywhere else in this package.
"""

from collections import namedtuple
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import Insert, UpdateBase
from sqlalchemy.sql.selectable import Select

from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.guard import Reading, require

Query = Select[Any, *tuple[Any, ...]] | UpdateBase


@contextmanager
def together(connection: Connection) -> Generator[None]:
    """Send what is run inside without waiting for each answer, where the driver can; nothing inside may be a question.

    Whatever the database refuses is raised at the end.
    """
    if is_sqlite(connection):
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield


class Prepared:
    """One statement, ready to run on either database."""

    def __init__(self, statement: Query, *, names: Iterable[str] = ()) -> None:
        """Prepare `statement`; an INSERT is given the `names` of the columns that it fills."""
        self._statement: Final = statement
        self._names: Final = list(names)
        self._compiled: dict[str, _Compiled] = {}

    def first(self, connection: Connection, bound: Mapping[str, Any]) -> Any | None:
        """Run a SELECT and give its first row, or None."""
        compiled, cursor = self._run(connection, bound)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else compiled.row(row)

    def all(self, connection: Connection, bound: Mapping[str, Any]) -> list[Any]:
        """Run a SELECT and give its rows."""
        compiled, cursor = self._run(connection, bound)
        rows = cursor.fetchall()
        cursor.close()
        return [compiled.row(row) for row in rows]

    def run(self, connection: Connection, bound: Mapping[str, Any]) -> None:
        """Run a statement that gives no rows."""
        _, cursor = self._run(connection, bound)
        cursor.close()

    def run_many(self, connection: Connection, several: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that gives no rows once for each."""
        if len(several) == 1:
            self.run(connection, several[0])
            return
        compiled = self._for(connection)
        require(connection, compiled.reading, several, compiled.fixed)
        cursor = connection.connection.cursor()
        cursor.executemany(compiled.sql, [compiled.parameters(bound) for bound in several])
        cursor.close()

    def _run(self, connection: Connection, bound: Mapping[str, Any]) -> tuple["_Compiled", Any]:
        compiled = self._for(connection)
        require(connection, compiled.reading, (bound,), compiled.fixed)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.parameters(bound))
        return compiled, cursor

    def _for(self, connection: Connection) -> "_Compiled":
        name = connection.dialect.name
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = _Compiled(self._statement, self._names, connection.dialect)
        return compiled


class _Compiled:
    """The SQL of one statement for one database, and how its values are converted."""

    def __init__(self, statement: Query, names: list[str], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names or None)
        self.sql: Final = str(compiled)
        self.reading: Final = Reading(compiled)
        self._order: Final[list[str] | None] = compiled.positiontup
        self.fixed: Final = {
            **_defaults(statement),
            **{
                name: bind.value
                for name, bind in compiled.binds.items()
                if not bind.required and bind.value is not None
            },
        }
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }
        self._binds: Final[dict[str, Callable[[Any], Any]]] = {
            name: convert for name, convert in processors.items() if convert is not None
        }
        self._names: Final = list(processors)
        if isinstance(statement, Select):
            columns: list[Any] = list(statement.selected_columns)
            called: Any = [column.name for column in columns]
            self._row: Final[Any] = namedtuple("Row", called)  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple] - the columns are only known now
            self._converts: Final = _needed(columns, dialect)

    def parameters(self, bound: Mapping[str, Any]) -> Any:
        """Convert values for the driver, in the form and order that it takes them."""
        values = {**self.fixed, **bound} if self.fixed else bound
        converted = {name: convert(values.get(name)) for name, convert in self._binds.items()}
        if self._order is None:
            return {name: converted[name] if name in converted else values.get(name) for name in self._names}
        return [converted[name] if name in converted else values.get(name) for name in self._order]

    def row(self, values: Sequence[Any]) -> Any:
        """Convert what the driver gives into a row with the columns as attributes."""
        if not self._converts:
            return self._row._make(values)
        converted = list(values)
        for at, convert in self._converts:
            converted[at] = convert(converted[at])
        return self._row._make(converted)


def _defaults(statement: Query) -> dict[str, Any]:
    """Give what an INSERT puts into the columns that a row does not name."""
    if not isinstance(statement, Insert):
        return {}
    columns: Any = statement.table.columns
    return {column.name: column.default.arg for column in columns if column.default and column.default.is_scalar}


def _needed(columns: Iterable[Any], dialect: Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
    """List the columns whose values the driver does not give as they are, with what converts them."""
    found = (
        (at, column.type.dialect_impl(dialect).result_processor(dialect, None)) for at, column in enumerate(columns)
    )
    return [(at, convert) for at, convert in found if convert is not None]
