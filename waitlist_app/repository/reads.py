"""Reads of one organisation: a consistent snapshot over one connection."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from waitlist_app.engine.model import Facts, Payment, Place, Roster
from waitlist_app.errors import NotAllowed
from waitlist_app.repository import facts, queries, record_queries
from waitlist_app.repository.escalating import list_ageing
from waitlist_app.repository.mapping import facts_from_row
from waitlist_app.repository.organisation_rules import organisation_rules
from waitlist_app.repository.override_requests import approval_rules, list_open
from waitlist_app.repository.own import SqlOwn
from waitlist_app.repository.payments import Payments, payment_from_row
from waitlist_app.repository.slices import Slices
from waitlist_app.repository.team import list_team
from waitlist_app.services.approvals import ApprovalRules, OverrideRequest
from waitlist_app.services.ports import (
    AgeingProposal,
    Entry,
    LiveOffer,
    MailboxMessage,
    MeetingDetails,
    OpenProposal,
    OwedRefund,
    PastOffer,
    PersonFacts,
    RecordedAct,
    SessionFacts,
)
from waitlist_app.services.record import START
from waitlist_app.services.session_rules import OrganisationRules
from waitlist_app.services.team import MemberFacts

_EVERYBODY: Final = 1_000_000_000
"""More than any line holds; the two databases have no word in common for no limit."""


class SqlReader:
    """Reads rows of one organisation, as they are at one instant."""

    def __init__(self, connection: Connection, *, org_id: str, now: datetime) -> None:
        """Read over `connection`, which holds the snapshot; deadlines are judged at `now`."""
        self._connection = connection
        self._org = org_id
        self._now = now

    @property
    def now(self) -> datetime:
        """The instant of the snapshot, UTC."""
        return self._now

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────

    def is_session_due(self) -> bool:
        """Say whether something came due by itself beside the offers: of a session, or of a seat to be paid."""
        woken = self._all(queries.WOKEN, until=self.now)
        return bool(woken or self._all(queries.ANY_UNPAID, now=self.now))

    def sessions(self) -> Sequence[SessionFacts]:
        """List all sessions by start, without their meetings."""
        overdue = self._overdue()
        return [facts.session_facts(row, overdue, now=self.now) for row in self._all(queries.SESSIONS)]

    def session(self, session_id: str) -> SessionFacts:
        """Give one session with its meetings, or raise `NotAllowed`."""
        found = self.some_sessions([session_id])
        if session_id not in found:
            raise NotAllowed(detail=f"no session {session_id}")
        return found[session_id]

    def some_sessions(self, session_ids: Sequence[str]) -> Mapping[str, SessionFacts]:
        """Give sessions by id, with their meetings; ids that are not there are left out."""
        if not session_ids:
            return {}
        wanted = sorted(set(session_ids))
        meetings: dict[str, list[MeetingDetails]] = defaultdict(list)
        for row in self._all(queries.MEETINGS, sessions=wanted):
            meetings[row.session_id].append(facts.meeting(row))
        overdue = self._overdue()
        return {
            row.id: facts.session_facts(row, overdue, now=self.now, meetings=tuple(meetings.get(row.id, ())))
            for row in self._all(queries.SOME_SESSIONS, sessions=wanted)
        }

    def roster(self, session_id: str) -> Roster:
        """Give the whole roster of a session, or raise `NotAllowed`."""
        session = self.session(session_id)
        bare = Roster(session=session.rules, tally=session.tally)
        slices = Slices(self._connection, self._org)
        return slices.with_signers(slices.whole(bare))

    # ── people in a session ──────────────────────────────────────────────────────────────────────

    def waiting(self, session_id: str, *, first: int = 1, count: int | None = None) -> Sequence[Entry]:
        """List the line in its order, from position `first` on."""
        window = {"skip": max(first, 1) - 1, "count": _EVERYBODY if count is None else count}
        rows = self._all(queries.WAITING, session=session_id, **window)
        overrides = self._overrides(session_id) if rows else {}
        return [facts.entry(row, overrides, proposal_id=row.proposal_id) for row in rows]

    def ahead(self, session_id: str, line_key: str) -> int:
        """Count the waiting entries that stand before `line_key`."""
        return self._count(queries.AHEAD, session=session_id, line_key=line_key)

    def ready_units_ahead(self, session_id: str, line_key: str) -> int:
        """Count the units of those who stand before `line_key` and could take a seat."""
        return self._count(queries.READY_UNITS_AHEAD, session=session_id, line_key=line_key)

    def passed_before(self, session_id: str, after_key: str, before_key: str) -> int:
        """Count those from `after_key` on and before `before_key` whom an override has passed over already."""
        bound = {"session": session_id, "after_key": after_key, "before_key": before_key}
        return self._count(queries.PASSED_BEFORE, **bound)

    def skipped_ahead(self, session_id: str, line_key: str, count: int) -> tuple[int, Sequence[tuple[int, Entry]]]:
        """Count those before `line_key` who are not proposed, and list the first `count` with their positions."""
        bound = {"session": session_id, "line_key": line_key}
        total = self._count(queries.SKIPPED, **bound)
        rows = self._all(queries.SKIPPED_AHEAD, **bound, count=count) if total else ()
        overrides = self._overrides(session_id) if rows else {}
        return total, [(int(row.position), facts.entry(row, overrides)) for row in rows]

    def seated(self, session_id: str, *, count: int | None = None) -> Sequence[Entry]:
        """List those with a confirmed or pending seat, by the time they got it."""
        rows = self._all(queries.SEATED, session=session_id, count=_EVERYBODY if count is None else count)
        return [facts.entry(row, {}, approved_by=row.approved_by) for row in rows]

    def facts_of(self, session_id: str) -> Mapping[str, Facts]:
        """Give what the policy knows of everybody who waits or has an offer, by registration."""
        return {row.id: facts_from_row(row) for row in self._all(queries.FACTS, session=session_id)}

    def count_seated(self, session_id: str) -> int:
        """Count those with a confirmed or pending seat."""
        return self._count(queries.COUNT_SEATED, session=session_id)

    def registration(self, registration_id: str) -> Entry:
        """Give one registration, active or closed, or raise `NotAllowed`."""
        rows = self._all(queries.ONE_REGISTRATION, registration=registration_id)
        if not rows:
            raise NotAllowed(detail=f"no registration {registration_id}")
        overrides = self._overrides(rows[0].session_id)
        return facts.entry(rows[0], overrides, proposal_id=rows[0].proposal_id)

    def payment(self, reference: str) -> Payment | None:
        """Give what is known of a payment."""
        return Payments(self._connection, self._org).find(reference).get(reference)

    def refunds_due(self) -> Sequence[OwedRefund]:
        """List the payments of which something is owed back, the oldest first."""
        rows = self._all(queries.OWED)
        return [
            OwedRefund(
                payment=payment_from_row(row), entry=self.registration(row.registration_id), noted_at=row.noted_at
            )
            for row in rows
        ]

    def places(self, person_id: str, session_id: str) -> Sequence[Place]:
        """List where a person is active in sessions at the same time as this one, by session id."""
        return Slices(self._connection, self._org).places(person_id, session_id)

    def registrations(self, session_id: str | None = None) -> Sequence[Entry]:
        """List every registration, closed ones included, by session code, then request.

        What only matters while somebody waits, such as overrides and proposals, is left out.
        """
        if session_id is None:
            rows = self._all(queries.ALL_REGISTRATIONS)
        else:
            rows = self._all(queries.ALL_REGISTRATIONS.where(queries.OF_SESSION), session=session_id)
        people: dict[str, PersonFacts] = {}
        for row in rows:
            if row.person_id not in people:
                people[row.person_id] = facts.person(row)
        return [facts.entry(row, {}, who=people[row.person_id]) for row in rows]

    # ── proposals and offers ─────────────────────────────────────────────────────────────────────

    def proposals(self, session_id: str | None = None) -> Sequence[OpenProposal]:
        """List the open proposals, oldest first."""
        if session_id is None:
            rows = self._all(queries.PROPOSALS)
        else:
            rows = self._all(queries.PROPOSALS_OF_SESSION, session=session_id)
        overrides = self._overrides(session_id) if rows else {}
        return [facts.open_proposal(row, overrides) for row in rows]

    def proposal(self, proposal_id: str) -> OpenProposal | None:
        """Give one open proposal."""
        rows = self._all(queries.ONE_PROPOSAL, proposal=proposal_id)
        return next((facts.open_proposal(row, self._overrides(row.session_id)) for row in rows), None)

    def offers(self, session_id: str | None = None) -> Sequence[LiveOffer]:
        """List the live offers, by their deadline, with those past it that no event has ended yet."""
        if session_id is None:
            rows = self._all(queries.OFFERS)
        else:
            rows = self._all(queries.OFFERS_OF_SESSION, session=session_id)
        overrides = self._overrides(session_id) if rows else {}
        return [facts.live_offer(row, overrides) for row in rows]

    def offer(self, registration_id: str, number: int) -> PastOffer | None:
        """Give one offer of a registration, live or ended."""
        rows = self._all(queries.ONE_OFFER, registration=registration_id, number=number)
        return next(map(facts.past_offer, rows), None)

    # ── the record and the mailbox ───────────────────────────────────────────────────────────────

    def record(
        self, *, session_id: str | None = None, search: str = "", first: int = 0, count: int = 50
    ) -> tuple[int, Sequence[RecordedAct]]:
        """Count and list entries of the record, newest first; every word of `search` has to be somewhere in it."""
        total = self._count(record_queries.count_acts(session_id=session_id, search=search))
        wanted = record_queries.some_acts(session_id=session_id, search=search, first=first, count=count)
        rows = self._all(wanted) if total else ()
        texts: dict[int, dict[str, str]] = defaultdict(dict)
        if rows:
            for row in self._all(record_queries.TEXTS, seqs=[row.seq for row in rows]):
                texts[row.seq][row.field] = row.text
        return total, [facts.recorded_act(row, texts.get(row.seq, {})) for row in rows]

    def head(self) -> tuple[int, str]:
        """Give the number and hash of the last entry of the record."""
        rows = self._all(record_queries.HEAD_OF_CHAIN)
        return (rows[0].seq, rows[0].hash) if rows else (0, START)

    def approval_rules(self) -> ApprovalRules:
        """Give what the organisation demands of approvals."""
        return approval_rules(self._connection, self._org)

    def organisation_rules(self) -> OrganisationRules:
        """Give what new sessions begin with, and the calendar."""
        return organisation_rules(self._connection, self._org)

    def ageing(self, *, since: datetime) -> Sequence[AgeingProposal]:
        """List the open proposals that were made at `since` or before and did not escalate, the oldest first."""
        return list_ageing(self._connection, self._org, since=since)

    def override_requests(self) -> Sequence[OverrideRequest]:
        """List the overrides that wait for a second person's word, oldest first."""
        return list_open(self._connection, self._org)

    def person(self, person_id: str) -> PersonFacts:
        """Give one person, or raise `NotAllowed`; whoever was erased, or merged into another, is not there."""
        rows = self._all(queries.ONE_PERSON, person=person_id)
        if not rows:
            raise NotAllowed(detail=f"no person {person_id}")
        return facts.person(rows[0])

    def registrations_of(self, person_id: str) -> Sequence[Entry]:
        """List every registration of a person, closed ones included, with proposals and overrides."""
        rows = self._all(queries.REGISTRATIONS_OF_PERSON, person=person_id)
        overrides = {
            key: row
            for session_id in {row.session_id for row in rows}
            for key, row in self._overrides(session_id).items()
        }
        return [facts.entry(row, overrides, proposal_id=row.proposal_id) for row in rows]

    def people(self) -> Sequence[PersonFacts]:
        """List everybody who was not erased, by id."""
        return [facts.person(row) for row in self._all(queries.PEOPLE)]

    def own(self, member_id: str) -> SqlOwn:
        """Reads of what is a member's own, or their team's."""
        return SqlOwn(self._connection, org_id=self._org, member_id=member_id, now=self._now)

    def team(self) -> Sequence[MemberFacts]:
        """List the members who were not removed, by name."""
        return list_team(self._connection, self._org)

    def export_record(self) -> Iterator[tuple[str, str, Sequence[tuple[str, str, str, str]]]]:
        """Give `(body, hash, texts)` of every entry in order, texts as `(field, commitment, salt, text)`."""
        after = 0
        while rows := self._all(record_queries.CHAIN, after=after):
            texts: dict[int, list[tuple[str, str, str, str]]] = defaultdict(list)
            for row in self._all(record_queries.THEIR_TEXTS, after=after, last=rows[-1].seq):
                texts[row.seq].append((row.field, row.commitment, row.salt, row.text))
            for row in rows:
                yield row.body, row.hash, texts.get(row.seq, [])
            after = rows[-1].seq

    def messages(self, *, count: int = 200) -> Sequence[MailboxMessage]:
        """List messages, newest first, without their bodies."""
        return [facts.message(row) for row in self._all(record_queries.MESSAGES, count=count)]

    def message(self, message_id: str) -> MailboxMessage:
        """Give one message, or raise `NotAllowed`."""
        rows = self._all(record_queries.ONE_MESSAGE, message=message_id)
        if not rows:
            raise NotAllowed(detail=f"no message {message_id}")
        return facts.message(rows[0], html=rows[0].html, text=rows[0].text)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _overrides(self, session_id: str | None) -> dict[str, Row[Any]]:
        if session_id is None:
            rows = self._all(queries.OVERRIDES)
        else:
            rows = self._all(queries.OVERRIDES_OF_SESSION, session=session_id)
        return {row.registration_id: row for row in rows}

    def _overdue(self) -> facts.Overdue:
        return facts.Overdue(
            offers={row.session_id: int(row.units) for row in self._all(queries.OVERDUE, now=self._now)},
            unpaid={row.session_id: int(row.units) for row in self._all(queries.UNPAID, now=self._now)},
        )

    def _all(self, query: Any, **bound: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(query, {"org": self._org, **bound}).all()

    def _count(self, query: Any, **bound: Any) -> int:
        return int(self._connection.scalar(query, {"org": self._org, **bound}) or 0)
