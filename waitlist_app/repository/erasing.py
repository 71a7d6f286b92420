"""Erasing a person: everything that says who they are or was written about them, in every table.

What stays are rows under a random key, with nobody's name to it: sums, positions and the chain must still add up.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, delete, false, func, or_, select, text, update

from waitlist_app.clock import new_key
from waitlist_app.engine.model import Status
from waitlist_app.errors import NotAllowed
from waitlist_app.repository import tables
from waitlist_app.repository.chain import ENTRY, TEXT
from waitlist_app.repository.client_keys import CLIENT_KEY
from waitlist_app.repository.database import is_sqlite
from waitlist_app.repository.links import LINK
from waitlist_app.repository.override_requests import REQUEST
from waitlist_app.repository.payments import PAYMENT
from waitlist_app.repository.people import PERSON
from waitlist_app.repository.rows import OVERRIDE, PROPOSAL, REGISTRATION, SESSION, table_of
from waitlist_app.services.ports import Draft, HeldPlace, PersonFacts

APPROVAL: Final = table_of(tables.Approval)
MESSAGE: Final = table_of(tables.Message)

ERASED: Final = "erased:"
"""What the identity of somebody who was erased begins with; a random key follows, which nobody can ask by."""

_SHORTEST: Final = 4
"""Characters; a shorter name or employee id would be found in words that have nothing to do with it."""

_ACTIVE: Final = ("waitlisted", "offered", "pending", "confirmed")
_WHO: Final = {
    **dict.fromkeys(("employee_id", "name", "email", "phone", "department", "role"), ""),
    "compliance_deadline": None,
}
_ASKED_AS: Final = {"department": "", "role": "", "compliance_deadline": None, "more_facts": ""}
_WORDS: Final = dict.fromkeys(("recipient", "subject", "html", "text", "calendar", "error"), "")


class SqlErasing:
    """An `Erasing` over one connection."""

    def __init__(self, connection: Connection, org_id: str, now: datetime) -> None:
        """Read and write over `connection`, only rows of `org_id`."""
        self._connection = connection
        self._org = org_id
        self._now = now
        self._people: set[str] = set()
        self._registrations: set[str] = set()

    def find(self, said: str) -> Sequence[PersonFacts]:
        """List who was not erased and has this e-mail address, in whatever case, or this employee id."""
        known = or_(func.lower(PERSON.c.email) == said.lower(), PERSON.c.employee_id == said)
        stayed = func.coalesce(func.nullif(PERSON.c.merged_into, ""), PERSON.c.id)
        found = select(stayed).where(PERSON.c.org_id == self._org, known, PERSON.c.identity.not_like(f"{ERASED}%"))
        query = select(PERSON).where(PERSON.c.org_id == self._org, PERSON.c.id.in_(found))
        return [_facts(row) for row in self._connection.execute(query.order_by(PERSON.c.id))]

    def count_registrations(self, person_id: str) -> int:
        """Count the registrations of a person, closed ones included."""
        return len(self._ids(REGISTRATION, REGISTRATION.c.person_id == person_id))

    def person(self, person_id: str) -> PersonFacts:
        """Give a person who was not erased, alone with them to the end of the act, or raise `NotAllowed`."""
        if not is_sqlite(self._connection):
            # Without it somebody could ask for a seat in their name while they are being erased.
            lock = text("select pg_advisory_xact_lock(hashtextextended(:person, 0))")
            self._connection.execute(lock, {"person": person_id})
        query = select(PERSON).where(
            PERSON.c.org_id == self._org,
            PERSON.c.id == person_id,
            PERSON.c.merged_into == "",
            PERSON.c.identity.not_like(f"{ERASED}%"),
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotAllowed(detail=f"no person {person_id}")
        return _facts(row)

    def places(self, person_id: str) -> Sequence[HeldPlace]:
        """List what the person has in sessions that have not ended, by session code."""
        query = (
            select(REGISTRATION.c.id, REGISTRATION.c.status, REGISTRATION.c.session_id, SESSION.c.code, SESSION.c.title)
            .join(
                REGISTRATION,
                and_(REGISTRATION.c.org_id == SESSION.c.org_id, REGISTRATION.c.session_id == SESSION.c.id),
            )
            .where(
                SESSION.c.org_id == self._org,
                REGISTRATION.c.org_id == self._org,
                REGISTRATION.c.person_id == person_id,
                REGISTRATION.c.status.in_(_ACTIVE),
                SESSION.c.ends_at > self._now,
            )
            .order_by(SESSION.c.code)
        )
        return [
            HeldPlace(
                registration_id=row.id,
                session_id=row.session_id,
                code=row.code,
                title=row.title,
                status=Status(row.status),
            )
            for row in self._connection.execute(query)
        ]

    def is_owed_money(self, person_id: str) -> bool:
        """Say whether something that the person paid is owed back."""
        mine = self._ids(REGISTRATION, REGISTRATION.c.person_id == person_id)
        owed = select(PAYMENT.c.reference).where(
            PAYMENT.c.org_id == self._org, PAYMENT.c.owed > 0, PAYMENT.c.registration_id.in_(mine)
        )
        return self._connection.execute(owed.limit(1)).first() is not None

    def erase(self, person: PersonFacts) -> None:
        """Erase who the person is and every word about them, and end their links and the mails about them.

        Records that were merged into theirs say who they are as well, and are erased with it. Mails about them
        that went to others, such as a manager, name them too.
        """
        records = [person, *self._merged_into(person)]
        people = [record.id for record in records]
        mine = self._ids(REGISTRATION, REGISTRATION.c.person_id.in_(people))
        self._people.update(people)
        self._registrations.update(mine)
        overrides = self._ids(OVERRIDE, OVERRIDE.c.registration_id.in_(mine))
        proposals = self._ids(PROPOSAL, PROPOSAL.c.registration_id.in_(mine))
        approvals = self._ids(APPROVAL, APPROVAL.c.subject_id.in_([*overrides, *proposals, *mine, *people]))
        self._erase_texts(records, mine, approvals)
        self._set(OVERRIDE, or_(OVERRIDE.c.id.in_(overrides), _names(records, OVERRIDE.c.reason)), reason="")
        self._set(APPROVAL, or_(APPROVAL.c.id.in_(approvals), _names(records, APPROVAL.c.reason)), reason="")
        requests = or_(REQUEST.c.registration_id.in_(mine), _names(records, REQUEST.c.reason))
        self._set(REQUEST, requests, email="", reason="")
        self._connection.execute(
            delete(CLIENT_KEY).where(CLIENT_KEY.c.org_id == self._org, CLIENT_KEY.c.registration_id.in_(mine))
        )
        self._set(REGISTRATION, REGISTRATION.c.id.in_(mine), **_ASKED_AS)
        self._set(LINK, and_(LINK.c.registration_id.in_(mine), LINK.c.revoked_at.is_(None)), revoked_at=self._now)
        status = case((MESSAGE.c.status == "waiting", "obsolete"), else_=MESSAGE.c.status)
        about = or_(MESSAGE.c.person_id.in_(people), MESSAGE.c.registration_id.in_(mine))
        self._set(MESSAGE, about, status=status, **_WORDS)
        for record in records:
            self._set(PERSON, PERSON.c.id == record.id, identity=f"{ERASED}{new_key()}", attributes="", **_WHO)

    def is_about_somebody_erased(self, draft: Draft) -> bool:
        """Say whether a message that the act causes is for, or about, somebody whom it erased."""
        return draft.person_id in self._people or draft.registration_id in self._registrations

    def _merged_into(self, person: PersonFacts) -> Sequence[PersonFacts]:
        query = select(PERSON).where(PERSON.c.org_id == self._org, PERSON.c.merged_into == person.id)
        return [_facts(row) for row in self._connection.execute(query.order_by(PERSON.c.id))]

    def _erase_texts(self, records: Sequence[PersonFacts], mine: Sequence[str], approvals: Sequence[str]) -> None:
        """Erase the texts beside the chain, and the reasons in registrations that came from them."""
        about = [ENTRY.c.person_id.in_([record.id for record in records]), ENTRY.c.registration_id.in_(mine)]
        about += [
            and_(ENTRY.c.act == "ApprovalSigned", ENTRY.c.body.contains(f'"approval_id":"{approval}"', autoescape=True))
            for approval in approvals
        ]
        mentioned = and_(TEXT.c.field == "reason", _names(records, TEXT.c.text))
        query = (
            select(TEXT.c.seq, TEXT.c.field, TEXT.c.text, ENTRY.c.registration_id)
            .join(ENTRY, and_(ENTRY.c.org_id == TEXT.c.org_id, ENTRY.c.seq == TEXT.c.seq))
            .where(TEXT.c.org_id == self._org, ENTRY.c.org_id == self._org, or_(*about, mentioned))
        )
        rows = self._connection.execute(query).all()
        # What the record says from now on, so that it still folds back to these rows.
        says_nothing = REGISTRATION.c.status.in_((Status.REVOKED.value, Status.WAITLISTED.value))
        fallback = case((says_nothing, ""), else_=REGISTRATION.c.status)
        for row in rows:
            if row.field == "reason" and row.registration_id:
                was = and_(REGISTRATION.c.id == row.registration_id, REGISTRATION.c.reason == row.text)
                self._set(REGISTRATION, was, reason=fallback)
            same = and_(TEXT.c.seq == row.seq, TEXT.c.field == row.field)
            # Without its salt nobody can try out which text a commitment belongs to.
            self._set(TEXT, same, text="", salt="")

    def _ids(self, table: Any, condition: ColumnElement[bool]) -> Sequence[str]:
        return list(self._connection.scalars(select(table.c.id).where(table.c.org_id == self._org, condition)))

    def _set(self, table: Any, condition: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(table).where(table.c.org_id == self._org, condition).values(**values))


def _facts(row: Any) -> PersonFacts:
    return PersonFacts(id=row.id, **{name: getattr(row, name) for name in _WHO})


def _names(records: Sequence[PersonFacts], column: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether a text names the person: by a whole name, an address or an employee id of theirs."""
    who = (value for record in records for value in (record.name, record.email, record.employee_id))
    said = sorted({value.strip().lower() for value in who})
    known = (func.lower(column).contains(value, autoescape=True) for value in said if len(value) >= _SHORTEST)
    return or_(false(), *known)
