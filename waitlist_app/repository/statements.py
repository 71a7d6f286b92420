"""Reading a statement: which tables it touches, and whether each of them is held to one organisation.

A table is held when its organisation is compared, in a condition that every row must meet, with a bound value or with
the organisation of another table that is held. Conditions under `or`, written as text, or on the wrong side of an
outer join hold nothing. Each query inside a statement is read on its own.
"""

# pyright: reportPrivateUsage=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
# The tree of a SQLAlchemy statement has no full types, and what `correlate` or `from_select` was given no public name.

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ClauseElement,
    ColumnClause,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import (
    Alias,
    AliasedReturnsRows,
    CompoundSelect,
    FromClause,
    Join,
    Lateral,
    Select,
    SelectBase,
    SelectStatementGrouping,
    TextualSelect,
)

from waitlist_app.repository.table_rules import RULES, Verb, Way, ways_to_read
from waitlist_app.services.actors import Permission

Use = tuple[Verb, str]
OWN_ROWS: Final = (Permission.READ_OWN, Permission.READ_TEAM)
"""Permissions to read some rows of a table."""

_TAKES_A_TABLE: Final = re.compile(r"\b(?:from|join|into|update|truncate|copy)\b", re.IGNORECASE)
_TABLE: Final = re.compile(rf"\b(?:{'|'.join(RULES)})\b", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """What a statement does: to which tables, held by which values, and which tables nothing holds."""

    uses: set[Use] = field(default_factory=set[Use])
    held_by: set[BindParameter[Any]] = field(default_factory=set[BindParameter[Any]])
    loose: set[str] = field(default_factory=set[str])
    asked_by: set[BindParameter[Any]] = field(default_factory=set[BindParameter[Any]])
    """The values that say whose own rows are read."""
    others: dict[Permission, set[str]] = field(default_factory=lambda: {kind: set() for kind in OWN_ROWS})
    """The tables of which it may read rows that are not one's own by that permission."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """Something that is true of every row; it says something only about tables of `about`, or about all."""

    clause: ClauseElement
    about: frozenset[FromClause] | None = None


def read(statement: Any) -> Found:
    """Read any statement of SQLAlchemy's."""
    found = Found()
    _Reader(found).statement(statement, frozenset())
    return found


@lru_cache(maxsize=1024)
def tables_in_text(text: str) -> frozenset[str]:
    """Give the tables of the product that a piece of SQL names, if it is one that takes its rows from a table."""
    return frozenset(name.lower() for name in _TABLE.findall(text)) if _TAKES_A_TABLE.search(text) else frozenset()


class _Reader:
    def __init__(self, found: Found) -> None:
        self._found = found
        self._seen: set[tuple[Any, frozenset[FromClause]]] = set()

    def statement(self, statement: Any, outer: frozenset[FromClause]) -> None:
        """Read one statement; `outer` are the tables around it that it may refer to."""
        if isinstance(statement, CompoundSelect):
            for part in statement.selects:
                self.statement(part, outer)
        elif isinstance(statement, Select):
            self._select(statement, outer)
        elif isinstance(statement, Update | Delete):
            self._change(statement)
        elif isinstance(statement, Insert):
            self._insert(statement)
        elif isinstance(statement, SelectStatementGrouping | TextualSelect):
            self.statement(statement.element, outer)
        else:
            self._inside([statement], outer)

    def _select(self, select: Select[Any], outer: frozenset[FromClause]) -> None:
        froms, conditions = _flat(select.get_final_froms())
        own = froms - _correlated(select, froms, outer)
        self._uses("select", own)
        self._hold(own, [*conditions, *_where(select)], outer)
        self._inside(select.get_children(), outer | own)

    def _change(self, change: Update | Delete) -> None:
        verb: Verb = "update" if isinstance(change, Update) else "delete"
        others = {column.table for column in _columns(change) if column.table is not None} - {change.table}
        self._uses(verb, [change.table])
        self._uses("select", others)
        everything = frozenset({change.table, *others})
        self._hold(everything, _where(change), frozenset())
        self._inside(change.get_children(), everything)

    def _insert(self, insert: Insert) -> None:
        self._uses("insert", [insert.table])
        if insert._post_values_clause is not None:  # noqa: SLF001 - `on conflict`, for which there is no public name
            self._uses("update", [insert.table])
        if insert.select is not None:
            self._inserted_from(insert, insert.select)
        self._inside([child for child in insert.get_children() if child is not insert.select], frozenset())

    def _inserted_from(self, insert: Insert, select: Any) -> None:
        self.statement(select, frozenset())
        tenant = _tenant(insert.table)
        names = [getattr(name, "name", name) for name in insert._select_names or ()]  # noqa: SLF001 - what `from_select` was given
        if not tenant:
            return
        given = list(select.selected_columns)[names.index(tenant)] if tenant in names else None
        if isinstance(given, BindParameter):
            self._found.held_by.add(given)
        elif not _is_tenant(given):
            self._found.loose.add(_name(insert.table))

    def _inside(self, elements: Iterable[Any], outer: frozenset[FromClause]) -> None:
        for element in elements:
            for part in _parts(element):
                if isinstance(part, TextClause):
                    self._text(part.text)
                elif isinstance(part, ColumnClause):
                    self._text(part.name)
                elif (part, outer) not in self._seen:
                    self._seen.add((part, outer))
                    is_from = isinstance(part, AliasedReturnsRows) and not isinstance(part, Lateral)
                    inner = part.element if isinstance(part, AliasedReturnsRows) else part
                    self.statement(inner, frozenset() if is_from else outer)

    def _text(self, text: str) -> None:
        for table in tables_in_text(text):
            self._found.uses.add(("select", table))
            self._found.loose.add(table)

    def _uses(self, verb: Verb, tables: Iterable[FromClause]) -> None:
        self._found.uses.update((verb, _name(table)) for table in tables if _name(table) in RULES)

    def _hold(self, own: frozenset[FromClause], conditions: list[_Condition], outer: frozenset[FromClause]) -> None:
        self._find_own(own, conditions)
        held = set(outer - own)
        links: list[tuple[FromClause, FromClause]] = []
        for one, other, about in _equalities(conditions):
            if not _is_tenant(one) or one.table not in own or (about is not None and one.table not in about):
                continue
            if isinstance(other, BindParameter):
                self._found.held_by.add(other)
                held.add(one.table)
            elif _comes_from_a_query(other):
                held.add(one.table)  # that query is read as well, and has to hold what it takes it from
            elif _is_tenant(other):
                links.append((one.table, other.table))
        while grown := {one for one, other in links if other in held} - held:
            held |= grown
        self._found.loose.update(_name(table) for table in own - held if _tenant(table))

    def _find_own(self, tables: frozenset[FromClause], conditions: list[_Condition]) -> None:
        """Find which tables are read only where a chain of equal columns leads to the member who asks."""
        equal = [
            (_column(one), _column(other))
            for one, other, about in _equalities(conditions)
            if _is_about(_column(one), tables, about)
        ]
        oneself: set[FromClause] = set()
        for permission in OWN_ROWS:
            mine = set(oneself)
            while (
                grown := {one.table for one, other in equal if self._leads(permission, one, other, mine, oneself)}
                - mine
            ):
                mine |= grown
                if permission is Permission.READ_OWN:
                    oneself |= grown
            self._found.others[permission].update(_name(table) for table in tables - mine)

    def _leads(
        self, permission: Permission, one: Any, other: Any, mine: set[FromClause], oneself: set[FromClause]
    ) -> bool:
        for way in ways_to_read(permission, _name(one.table)):
            if way.column == one.name:
                if not way.table and isinstance(other, BindParameter):
                    self._found.asked_by.add(other)
                    return True
                if _is_column_of(other, way, oneself if way.table == "person" else mine):
                    return True
        return False


def _where(statement: Select[Any] | Update | Delete) -> list[_Condition]:
    return [] if statement.whereclause is None else [_Condition(statement.whereclause)]


def _flat(froms: Iterable[FromClause]) -> tuple[frozenset[FromClause], list[_Condition]]:
    """Take joins apart into tables, and the conditions that hold between them."""
    tables: set[FromClause] = set()
    conditions: list[_Condition] = []
    for source in froms:
        if not isinstance(source, Join):
            tables.add(source)
            continue
        left, on_the_left = _flat([source.left])
        right, on_the_right = _flat([source.right])
        tables |= left | right
        if source.full:
            continue
        conditions += on_the_left
        # An outer join keeps every row of its left side: what it asks says something about the right side alone.
        about = right if source.isouter else None
        conditions += [_Condition(condition.clause, condition.about or about) for condition in on_the_right]
        if source.onclause is not None:
            conditions.append(_Condition(source.onclause, about))
    return frozenset(tables), conditions


def _correlated(
    select: Select[Any], froms: frozenset[FromClause], outer: frozenset[FromClause]
) -> frozenset[FromClause]:
    """Give the tables that stand outside of the query, as SQLAlchemy will decide it."""
    if select._correlate:  # noqa: SLF001 - what `correlate` was given has no public name
        return froms & outer & frozenset(select._correlate)  # noqa: SLF001
    if select._correlate_except is not None:  # noqa: SLF001
        return (froms & outer) - frozenset(select._correlate_except)  # noqa: SLF001
    return froms & outer if select._auto_correlate else frozenset()  # noqa: SLF001


def _equalities(
    conditions: list[_Condition],
) -> Iterator[tuple[Any, Any, frozenset[FromClause] | None]]:
    for condition in conditions:
        for clause in _all_of(condition.clause):
            if isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
                yield clause.left, clause.right, condition.about
                yield clause.right, clause.left, condition.about


def _all_of(clause: Any) -> Iterator[Any]:
    if isinstance(clause, Grouping):
        yield from _all_of(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for part in clause.clauses:
            yield from _all_of(part)
    else:
        yield clause


def _parts(element: Any) -> Iterator[Any]:
    """Give the queries and the pieces of text right inside an element, without those inside these."""
    waiting = [element]
    while waiting:
        part = waiting.pop()
        is_named_query = isinstance(part, AliasedReturnsRows) and isinstance(part.element, SelectBase)
        if (
            isinstance(part, SelectBase | TextClause)
            or is_named_query
            or (isinstance(part, ColumnClause) and part.is_literal)
        ):
            yield part
        else:
            waiting.extend(part.get_children())


def _columns(element: Any) -> Iterator[Any]:
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ColumnClause):
            yield part
        elif not isinstance(part, SelectBase):
            waiting.extend(part.get_children())


def _name(source: Any) -> str:
    """Give the name of the table behind a source of rows; empty when there is none, as for a query."""
    table = source.element if isinstance(source, Alias) else source
    return table.name if isinstance(table, Table) else ""


def _tenant(source: Any) -> str:
    rules = RULES.get(_name(source))
    return rules.tenant if rules else ""


def _comes_from_a_query(column: Any) -> bool:
    """Say whether it is the organisation of rows that a query inside the statement gives."""
    source = getattr(column, "table", None)
    if not isinstance(source, AliasedReturnsRows) or not isinstance(source.element, SelectBase):
        return False
    place = list(source.c).index(column)
    queries = source.element.selects if isinstance(source.element, CompoundSelect) else [source.element]
    inner = [list(query.selected_columns)[place] for query in queries]
    return all(_is_tenant(one) or _comes_from_a_query(one) for one in inner)


def _column(one: Any) -> Any:
    """Give the column that is compared, in lower case or as it is."""
    is_lowered = isinstance(one, FunctionElement) and getattr(one, "name", "") == "lower" and len(one.clauses) == 1
    return next(iter(one.clauses)) if is_lowered else one


def _is_about(column: Any, tables: frozenset[FromClause], about: frozenset[FromClause] | None) -> bool:
    is_known = isinstance(column, ColumnClause) and column.table in tables and _name(column.table) in RULES
    return is_known and (about is None or column.table in about)


def _is_column_of(column: Any, way: Way, tables: set[FromClause]) -> bool:
    is_it = isinstance(column, ColumnClause) and column.name == way.other and column.table in tables
    return is_it and _name(column.table) == way.table


def _is_tenant(column: Any) -> bool:
    return isinstance(column, ColumnClause) and column.table is not None and column.name == _tenant(column.table)
