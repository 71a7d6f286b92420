"""The guard in the program: no statement of somebody's transaction reaches past their organisation or their rights.

It reads each statement before it runs. On SQLite it is all there is, and weaker than the policies of PostgreSQL: it
cannot see what a program does that reaches around it. On PostgreSQL it is the second of two walls.
A statement is read once; what is left for each run is to compare a few values.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.dml import Insert, Update

from waitlist_app.errors import Defect, NotAllowed
from waitlist_app.repository.statements import OWN_ROWS, Use, read, tables_in_text
from waitlist_app.repository.table_rules import RULES, VERBS, roles_that_may
from waitlist_app.repository.tenancy import ACTOR, is_a_person
from waitlist_app.services.actors import Actor, Role

Values = Mapping[str, Any]

_ALLOWED: Final[dict[Role, frozenset[Use]]] = {
    role: frozenset((verb, table) for table in RULES for verb in VERBS if role in roles_that_may(verb, table))
    for role in Role
}
_WORKER: Final[frozenset[Use]] = frozenset((verb, table) for table, rules in RULES.items() for verb in rules.worker)
_READING: Final = "waitlist_reading"
_NOTHING: Final[Values] = {}


class Reading:
    """What one compiled statement does, ready to be compared with who runs it."""

    def __init__(self, compiled: Any) -> None:
        """Read the statement behind `compiled`, which SQLAlchemy keeps and so this is kept with it."""
        found = read(compiled.statement)
        names = {compiled.bind_names[bind] for bind in found.held_by if bind in compiled.bind_names}
        self._uses: Final = frozenset(found.uses)
        self._loose: Final = tuple(sorted(found.loose | _ungiven(compiled)))
        self._tenants: Final = tuple(sorted(names | _given(compiled)))
        self._askers: Final = tuple(
            sorted(compiled.bind_names[bind] for bind in found.asked_by if bind in compiled.bind_names)
        )
        self._others: Final = found.others
        self._fine: Final[set[Role]] = set()

    def allow(self, actor: Actor, several: Sequence[Values], fixed: Values = _NOTHING) -> None:
        """Pass, or raise `Defect` for a statement held to no organisation, `NotAllowed` for one not theirs to run.

        `several` are the values of each run; what they leave out is in `fixed`.
        """
        if self._loose:
            raise Defect(f"A statement on {', '.join(self._loose)} is not held to one organisation.")
        for values in several:
            for name in self._tenants:
                reached = values[name] if name in values else fixed.get(name)
                if reached != actor.org_id:
                    raise NotAllowed(f"{actor.role} of {actor.org_id} reached for {reached}")
        role = actor.role if is_a_person(actor) else Role.SYSTEM
        if role not in self._fine:
            self._require(actor, several, fixed)

    def _require(self, actor: Actor, several: Sequence[Values], fixed: Values) -> None:
        beyond = self._uses - (_ALLOWED[actor.role] if is_a_person(actor) else _WORKER)
        if beyond and not (is_a_person(actor) and self._reads_own_alone(actor, beyond, several, fixed)):
            said = ", ".join(f"{verb} {table}" for verb, table in sorted(beyond))
            raise NotAllowed(f"{actor.role} may not {said}")
        if not beyond:
            self._fine.add(actor.role if is_a_person(actor) else Role.SYSTEM)

    def _reads_own_alone(self, actor: Actor, beyond: frozenset[Use], several: Sequence[Values], fixed: Values) -> bool:
        """Say whether what it does `beyond` a role's rights over whole tables is to read rows of the actor's own."""
        if any(verb != "select" for verb, _ in beyond):
            return False
        asked_for = {values.get(name, fixed.get(name)) for values in several for name in self._askers}
        tables = {table for _, table in beyond}
        return asked_for <= {actor.id} and any(
            actor.may(permission) and not tables & self._others[permission] for permission in OWN_ROWS
        )


def watch(engine: Engine) -> None:
    """Read every statement that SQLAlchemy runs on `engine` for somebody."""

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's order
        actor = connection.get_execution_options().get(ACTOR)
        if actor is None:
            return
        compiled = context.compiled
        if compiled is None:
            if tables_in_text(sql):
                raise Defect(f"A statement written as text is not held to one organisation: {sql}")
            return
        reading_of(compiled).allow(actor, context.compiled_parameters)


def require(connection: Connection, reading: Reading, several: Sequence[Values], fixed: Values = _NOTHING) -> None:
    """Do the same for a statement that goes to the driver past SQLAlchemy."""
    actor = connection.get_execution_options().get(ACTOR)
    if actor is not None:
        reading.allow(actor, several, fixed)


def reading_of(compiled: Any) -> Reading:
    """Give the reading of a compiled statement, made once."""
    reading = compiled.__dict__.get(_READING)
    if reading is None:
        reading = compiled.__dict__[_READING] = Reading(compiled)
    return reading


def _given(compiled: Any) -> set[str]:
    """Give the names of the values that an INSERT or UPDATE writes as the organisation."""
    statement = compiled.statement
    if not isinstance(statement, Insert | Update) or getattr(statement, "select", None) is not None:
        return set()
    tenant = _tenant(statement)
    return {name for name in compiled.binds if tenant and (name == tenant or name.startswith(f"{tenant}_m"))}


def _ungiven(compiled: Any) -> set[str]:
    """Give the table of an INSERT of rows that names no organisation by a value."""
    statement = compiled.statement
    if not isinstance(statement, Insert) or statement.select is not None:
        return set()
    return {statement.table.name} if _tenant(statement) and not _given(compiled) else set()


def _tenant(statement: Any) -> str:
    rules = RULES.get(statement.table.name)
    return rules.tenant if rules else ""
