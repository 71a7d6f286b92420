"""Rows of reads to what the ports promise."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from waitlist_app.engine.seats import reserved
from waitlist_app.repository.mapping import facts_from_row, registration_from_row, session_from_row, tally_from_row
from waitlist_app.services.ports import (
    Entry,
    LiveOffer,
    MailboxMessage,
    MeetingDetails,
    OpenProposal,
    PastOffer,
    PersonFacts,
    RecordedAct,
    SessionFacts,
)

Overrides = Mapping[str, Row[Any]]
"""The last active override of each registration that has one, by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Units past their deadline that no event has ended yet, by session: of offers, and of seats to be paid."""

    offers: Mapping[str, int]
    unpaid: Mapping[str, int]


def session_facts(
    row: Row[Any], overdue: Overdue, *, now: datetime, meetings: tuple[MeetingDetails, ...] = ()
) -> SessionFacts:
    """Give a session as it is stored."""
    rules = session_from_row(row)
    return SessionFacts(
        rules=rules,
        reserved_units=reserved(rules, now),
        tally=tally_from_row(row),
        title=row.title,
        location=row.location,
        zone=row.zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        version=row.version,
        meetings=meetings,
        overdue_units=overdue.offers.get(row.id, 0),
        unpaid_units=overdue.unpaid.get(row.id, 0),
    )


def meeting(row: Row[Any]) -> MeetingDetails:
    """Give one sitting."""
    return MeetingDetails(starts_at=row.starts_at, ends_at=row.ends_at, location=row.location)


def person(row: Row[Any]) -> PersonFacts:
    """Give the person of a row."""
    return PersonFacts(
        id=row.person_id,
        employee_id=row.employee_id,
        name=row.person_name,
        email=row.email,
        phone=row.person_phone,
        no_shows=row.person_no_shows,
        department=row.person_department,
        role=row.person_role,
        compliance_deadline=row.person_deadline,
    )


def entry(
    row: Row[Any],
    overrides: Overrides,
    *,
    who: PersonFacts | None = None,
    proposal_id: str | None = None,
    approved_by: str | None = None,
) -> Entry:
    """Give a registration with its person, `who` when that is known already."""
    override = overrides.get(row.id)
    return Entry(
        registration=registration_from_row(row),
        person=who or person(row),
        session_id=row.session_id,
        passed_over=row.passed_over,
        decided_at=row.decided_at,
        reason=row.reason,
        role=row.role,
        compliance_deadline=row.compliance_deadline,
        facts=facts_from_row(row),
        override_id=override.id if override else "",
        override_reason=override.reason if override else "",
        override_by=(override.signed_by_name or "") if override else "",
        override_from=override.from_position if override else 0,
        override_to=override.to_position if override else 0,
        proposal_id=proposal_id or "",
        approved_by=approved_by or "",
    )


def open_proposal(row: Row[Any], overrides: Overrides) -> OpenProposal:
    """Give an open proposal."""
    return OpenProposal(
        id=row.proposal_id,
        session_id=row.session_id,
        entry=entry(row, overrides, proposal_id=row.proposal_id),
        proposed_at=row.proposed_at,
        seat_from=row.seat_from,
        seat_from_name=row.seat_from_name or "",
        position=row.ahead + 1,
        skipped=row.ahead - row.proposed_ahead,
        escalated_to=row.escalated_to,
    )


def live_offer(row: Row[Any], overrides: Overrides) -> LiveOffer:
    """Give a running offer."""
    return LiveOffer(
        session_id=row.session_id,
        number=row.number,
        entry=entry(row, overrides, approved_by=row.approved_by),
        made_at=row.made_at,
        expires_at=row.expires_at,
        approved_by=row.approved_by or "",
        mail_status=row.mail_status or "",
        mail_error=row.mail_error or "",
        is_unreached=row.is_unreached,
    )


def past_offer(row: Row[Any]) -> PastOffer:
    """Give an offer, live or ended."""
    return PastOffer(
        number=row.number,
        status=row.status,
        made_at=row.made_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        seat_from=row.seat_from or "",
    )


def recorded_act(row: Row[Any], texts: Mapping[str, str]) -> RecordedAct:
    """Give one entry of the record; `texts` stand beside the chain."""
    return RecordedAct(
        seq=row.seq,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name or "",
        act=row.act,
        session_id=row.session_id,
        registration_id=row.registration_id,
        person_name=row.person_name or "",
        data=json.loads(row.body)["data"],
        texts=texts,
        hash=row.hash,
        session_code=row.session_code or "",
    )


def message(row: Row[Any], *, html: str = "", text: str = "") -> MailboxMessage:
    """Give one message of the outbox."""
    return MailboxMessage(
        id=row.id,
        kind=row.kind,
        person=person(row),
        session_id=row.session_id,
        registration_id=row.registration_id,
        offer_number=row.offer_number,
        status=row.status,
        created_at=row.created_at,
        due_at=row.due_at,
        recipient=row.recipient,
        subject=row.subject,
        html=html,
        text=text,
        sent_at=row.sent_at,
        error=row.error,
        attempts=row.attempts,
    )
