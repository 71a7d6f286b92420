"""One believable row for every table and organisation, whatever tables there are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Integer, Table, insert

from waitlist_app.repository.migrations import target

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

SAID = {
    ("member", "role"): "coordinator",
    ("organisation", "zone"): "Europe/Berlin",
    ("person", "merged_into"): "",
    ("registration", "status"): "confirmed",
}
"""Where a word has to be one of a few."""

NUMBERS = {("payment", "amount"): 100}
"""Where a number has to be no less than others."""


def tables() -> list[Table]:
    """List all tables, each after those that it refers to."""
    return target().sorted_tables


def row(table: Table, org: str, **said: Any) -> dict[str, Any]:
    """Make the row of `org` in `table`, which refers to the rows that this makes for the other tables."""
    return {column.name: _value(column, org) for column in table.columns} | said


def fill(connection: Connection, *orgs: str) -> None:
    """Give each organisation one row in every table."""
    for table in tables():
        for org in orgs:
            connection.execute(insert(table), row(table, org))


def _value(column: Column[Any], org: str) -> Any:
    referred = {key.column.table.name for key in column.foreign_keys}
    if column.name == "org_id" or "organisation" in referred or column.table.name == "organisation" == _own(column):
        return org
    if referred:
        return f"{org}-{next(iter(referred))}"
    return f"{org}-{_own(column)}" if _own(column) else _example(column, org)


def _own(column: Column[Any]) -> str:
    """Give the name of the table that the column is the key of, and nothing for any other column."""
    return column.table.name if column.name in {"id", "token_hash"} else ""


def _example(column: Column[Any], org: str) -> Any:
    kind = column.type
    if (column.table.name, column.name) in NUMBERS:
        return NUMBERS[column.table.name, column.name]
    if isinstance(kind, Boolean | Integer):
        return isinstance(kind, Integer) and 1
    if isinstance(kind, Date):
        return date(2026, 6, 30)
    if isinstance(getattr(kind, "impl", kind), DateTime):
        return AT + timedelta(hours=1) if column.name in {"ends_at", "expires_at"} else AT
    return SAID.get((column.table.name, column.name), f"{org} {column.name}")
