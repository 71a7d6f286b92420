"""What members may read of their own: registrations of theirs or of their team, and the sessions these are about.

Every query leads from the member who asks to the persons with their address, and from there to the rows: the policies
of PostgreSQL would show nothing else, and the guard lets nothing else run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, select

from waitlist_app.repository import facts, tables
from waitlist_app.repository.queries import MEETING, ORG, PERSON, REGISTRATION, SESSION, with_person
from waitlist_app.repository.rows import table_of
from waitlist_app.services.ports import Entry, MeetingDetails, SessionFacts

MEMBER: Final = table_of(tables.Member)
_ME: Final = PERSON.alias("me")

_IS_ME: Final = and_(_ME.c.org_id == MEMBER.c.org_id, func.lower(_ME.c.email) == MEMBER.c.email)
_ASKS: Final = and_(MEMBER.c.org_id == ORG, MEMBER.c.id == bindparam("member"), MEMBER.c.removed_at.is_(None))


def _of(query: Select[Any], column: str) -> Select[Any]:
    """Narrow a query with registrations in it to those whose `column` is a person that the member is."""
    is_theirs = and_(_ME.c.org_id == REGISTRATION.c.org_id, REGISTRATION.c[column] == _ME.c.id)
    return query.join(_ME, is_theirs).join(MEMBER, _IS_ME).where(REGISTRATION.c.org_id == ORG, _ASKS)


def _about(table: Any, column: Any, named_by: str) -> Select[Any]:
    is_about = and_(REGISTRATION.c.org_id == table.c.org_id, REGISTRATION.c.session_id == column)
    return _of(select(table).join(REGISTRATION, is_about), named_by).where(table.c.org_id == ORG)


_NAMED_BY: Final = ("person_id", "manager_id", "requester_id")
_REGISTRATIONS: Final = {name: _of(with_person(REGISTRATION), name) for name in _NAMED_BY}
_SESSIONS: Final = {name: _about(SESSION, SESSION.c.id, name) for name in _NAMED_BY}
_MEETINGS: Final = {name: _about(MEETING, MEETING.c.session_id, name) for name in _NAMED_BY}
_NOTHING_OVERDUE: Final = facts.Overdue(offers={}, unpaid={})
"""Nobody's own page shows sums of seats."""


class SqlOwn:
    """An `Own` over one connection."""

    def __init__(self, connection: Connection, *, org_id: str, member_id: str, now: datetime) -> None:
        """Read over `connection`; deadlines are judged at `now`."""
        self._connection = connection
        self._bound: Final = {"org": org_id, "member": member_id}
        self._now = now

    def registrations(self) -> Sequence[Entry]:
        """List the member's own registrations, closed ones included, the newest first."""
        return self._entries(["person_id"])

    def to_sign_off(self) -> Sequence[Entry]:
        """List those of others that the member is asked to sign off, answered ones included, the newest first."""
        return self._of_others(["manager_id"])

    def team(self) -> Sequence[Entry]:
        """List those of others that the member signs off or asked for, the newest first."""
        return self._of_others(["manager_id", "requester_id"])

    def sessions(self, *, of_team: bool) -> Mapping[str, SessionFacts]:
        """Give the sessions of the member's own registrations, or of the team's, by id."""
        names = _NAMED_BY[1:] if of_team else _NAMED_BY[:1]
        meetings: dict[str, set[MeetingDetails]] = defaultdict(set)
        for row in self._rows(_MEETINGS, names):
            meetings[row.session_id].add(facts.meeting(row))
        return {
            row.id: facts.session_facts(
                row,
                _NOTHING_OVERDUE,
                now=self._now,
                meetings=tuple(sorted(meetings[row.id], key=lambda one: one.starts_at)),
            )
            for row in self._rows(_SESSIONS, names)
        }

    def _of_others(self, names: Sequence[str]) -> Sequence[Entry]:
        own = {entry.registration.id for entry in self.registrations()}
        return [entry for entry in self._entries(names) if entry.registration.id not in own]

    def _entries(self, names: Iterable[str]) -> Sequence[Entry]:
        rows = {row.id: row for row in self._rows(_REGISTRATIONS, names)}
        entries = [facts.entry(row, {}) for row in rows.values()]
        return sorted(entries, key=lambda one: (one.registration.requested_at, one.registration.id), reverse=True)

    def _rows(self, queries: Mapping[str, Select[Any]], names: Iterable[str]) -> Sequence[Row[Any]]:
        return [row for name in names for row in self._connection.execute(queries[name], self._bound)]
