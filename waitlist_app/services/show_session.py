"""One session: its seats, a window of its line, its offers, its roster and its history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from waitlist_app.engine.model import Status
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.meters import meter, running
from waitlist_app.services.ports import Entry, LiveOffer, Reader, SessionFacts, Work
from waitlist_app.services.reasons import conflict_ids, flags, reason
from waitlist_app.services.rules import code_beside, named, rules_in_words
from waitlist_app.services.tell_history import tell_history
from waitlist_app.services.views import Countdown, EntryRow, OfferRow, SeatedRow, SessionPage
from waitlist_app.services.wording import in_list, length, near, when

MOST_SEATED: Final = 300
"""The most people with a seat that a page shows; the file has all."""


def show_session(
    *, work: Work, actor: Actor, session_id: str, waiting_from: int = 1, waiting_count: int = 100
) -> SessionPage:
    """Give the page of a session, with `waiting_count` of its line from position `waiting_from` on."""
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _page(reader, session_id, waiting_from, waiting_count))


def _page(reader: Reader, session_id: str, waiting_from: int, waiting_count: int) -> SessionPage:
    facts, now = reader.session(session_id), reader.now
    first = max(waiting_from, 1)
    line = reader.waiting(session_id, first=first, count=max(waiting_count, 0))
    offers = [offer for offer in reader.offers(session_id) if offer.entry.registration.is_open(now)]
    seated = reader.seated(session_id, count=MOST_SEATED)
    others = reader.some_sessions(conflict_ids(tuple(line)))
    return SessionPage(
        id=facts.rules.id,
        code=facts.rules.code,
        title=facts.title,
        code_beside=code_beside(facts.title, facts.rules.code),
        name=named(facts),
        when=when(facts.meetings, facts.zone),
        where=facts.location,
        facts=rules_in_words(facts, now),
        meter=meter(facts, running(offers, now)),
        waiting=_line(line, facts, others, first=first, now=now),
        waiting_total=facts.tally.waiting,
        waiting_from=first if line else 0,
        offers=tuple(_offer(offer, facts, now) for offer in offers),
        seated=tuple(_seated(entry, facts, now) for entry in seated),
        seated_total=reader.count_seated(session_id) if len(seated) == MOST_SEATED else len(seated),
        history=tell_history(reader, facts),
        proposals=facts.tally.proposed,
        version=facts.version,
    )


def _line(
    line: Sequence[Entry], facts: SessionFacts, others: Mapping[str, SessionFacts], *, first: int, now: datetime
) -> tuple[EntryRow, ...]:
    rows: list[EntryRow] = []
    proposed_before = ""
    for position, entry in enumerate(line, first):
        rows.append(_entry(entry, facts, others, position=position, after=proposed_before, now=now))
        if entry.proposal_id:
            proposed_before = entry.person.name
    return tuple(rows)


def _entry(
    entry: Entry, facts: SessionFacts, others: Mapping[str, SessionFacts], *, position: int, after: str, now: datetime
) -> EntryRow:
    why = reason(entry, facts, others, position=position, after=after, now=now)
    asked_at = entry.registration.requested_at
    return EntryRow(
        id=entry.registration.id,
        position=position,
        name=entry.person.name,
        team=entry.person.department,
        why=why.why,
        why_detail=why.detail,
        since=in_list(asked_at, facts.zone, now),
        since_for=length(now - asked_at),
        flags=flags(entry, facts, others),
        is_skipped=not entry.registration.is_ready,
        is_proposed=bool(entry.proposal_id),
        proposal_id=entry.proposal_id,
        override_id=entry.override_id,
        seat_units=entry.registration.seat_units,
    )


def _offer(offer: LiveOffer, facts: SessionFacts, now: datetime) -> OfferRow:
    return OfferRow(
        id=f"{offer.session_id}.{offer.number}",
        registration_id=offer.entry.registration.id,
        name=offer.entry.person.name,
        team=offer.entry.person.department,
        offered=f"Offered {near(offer.made_at, facts.zone, now)}",
        by=offer.approved_by,
        countdown=Countdown(
            ends_at=offer.expires_at.timestamp(),
            of_seconds=(offer.expires_at - offer.made_at).total_seconds(),
            ends_words=in_list(offer.expires_at, facts.zone, now),
        ),
        mail=_mail(offer),
    )


def _mail(offer: LiveOffer) -> str:
    if offer.is_unreached:
        said = offer.mail_error or "The mail came back."
        return f"Not reached, so the clock stands. {said} Please extend the offer, send a new link or take it back."
    match offer.mail_status:
        case "sent":
            return "Sent"
        case "failed":
            return offer.mail_error or "Not sent"
        case "":
            return "No mail"
        case _:
            return "Not sent yet"


def _seated(entry: Entry, facts: SessionFacts, now: datetime) -> SeatedRow:
    is_pending = entry.registration.status is Status.PENDING
    offered = f"Offer approved by {entry.approved_by}" if entry.approved_by else "Offer accepted"
    return SeatedRow(
        id=entry.registration.id,
        name=entry.person.name,
        team=entry.person.department,
        email=entry.person.email,
        employee_id=entry.person.employee_id,
        status="Pending payment" if is_pending else "Confirmed",
        since=in_list(entry.decided_at or entry.registration.requested_at, facts.zone, now),
        seat_units=entry.registration.seat_units,
        how=offered if entry.registration.offer_number else "Asked while seats were free",
    )
