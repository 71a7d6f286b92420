"""What an employee sees behind the link of an offer. Looking changes nothing, however often."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from waitlist_app.engine.decisions.overlaps import clashing
from waitlist_app.engine.model import LapseRule, Order, Status
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.meters import sum_of
from waitlist_app.services.ports import Entry, OfferLink, PastOffer, Reader, SessionFacts, Work
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.views import OfferPage, OtherSeat
from waitlist_app.services.wording import calendar_day_in_full, in_full, listed, when, zone_place

UNKNOWN: Final = OfferPage(
    state="unknown",
    organisation="",
    name="",
    heading="We could not find this offer",
    say="The link may be incomplete. Please open it from the mail again.",
    title="",
    when="",
    where="",
    why="",
    deadline="",
    zone="",
    ends_at=0.0,
    of_seconds=1.0,
    limit=0,
    seat_number=0,
)

_CAME_BACK: Final = frozenset(
    {"dropped", "removed", "left", "declined", "lapsed", "ended", "revoked", "failed", "refunded"}
)


def show_offer(*, work: Work, token: str, signed_in: Actor | None = None) -> OfferPage:
    """Say how the offer behind a link stands now; an unknown link says that and nothing else.

    So does one of another organisation than the one in which somebody is `signed_in`, and that is noted.
    """
    link = work.open_link(token)
    if link is None or is_stranger(work, link, signed_in, purpose="offer"):
        return UNKNOWN
    # Nobody is signed in here: the link itself says whose offer it is, and only that one is read.
    system = next((actor for actor in work.organisations() if actor.org_id == link.org_id), None)
    if system is None:
        return UNKNOWN
    return work.read(system, lambda reader: _page(reader, link))


def _page(reader: Reader, link: OfferLink) -> OfferPage:
    entry, facts = reader.registration(link.registration_id), reader.session(link.session_id)
    offer = reader.offer(link.registration_id, link.offer_number)
    if offer is None:
        raise NotAllowed(detail=f"no offer {link.offer_number} of {link.registration_id}")
    page = OfferPage(
        state="closed",
        organisation=link.organisation,
        name=entry.person.name,
        heading="This offer is closed",
        say="Your training team can tell you why.",
        title=facts.title,
        when=when(facts.meetings, facts.zone, in_words=True),
        where=facts.location,
        why="",
        deadline=in_full(offer.expires_at, facts.zone),
        zone=zone_place(facts.zone),
        ends_at=offer.expires_at.timestamp(),
        of_seconds=(offer.expires_at - offer.made_at).total_seconds(),
        limit=0,
        seat_number=0,
    )
    page = _standing(page, reader, entry, facts, offer)
    return _replaced(page) if link.is_replaced and page.state == "open" else page


def _replaced(page: OfferPage) -> OfferPage:
    """Say of an open offer that only a newer link acts on it."""
    say = f"The offer is open until {page.deadline}, {page.zone}. Please use the link in the latest mail."
    return replace(page, state="closed", heading="There is a newer link to this offer", say=say)


def _standing(page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts, offer: PastOffer) -> OfferPage:
    """Say what is true: of this very offer, and of its person since."""
    if offer.status == "live":
        is_open = entry.registration.is_open(reader.now) and entry.registration.offer_number == offer.number
        return _open(page, reader, entry, facts, offer) if is_open else _expired(page, reader, entry, facts, offer)
    if offer.status in {"lapsed", "ended"}:
        return _expired(page, reader, entry, facts, offer)
    if offer.status == "declined":
        return _declined(page, reader, entry, facts, offer)
    if offer.status == "accepted":
        return _accepted(page, reader, entry, facts, offer.ended_at)
    if entry.registration.status is Status.REVOKED:
        return replace(page, heading="This offer was taken back", say=f"Nothing is booked for you. {page.say}")
    return page


def _open(page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts, offer: PastOffer) -> OfferPage:
    units = entry.registration.seat_units
    total = sum_of(facts)
    page = replace(
        page,
        state="open",
        heading="A seat is free for you" if units == 1 else f"{units} seats are free for you",
        say=f"Please answer by {page.deadline}. {page.zone}.",
        why=_why(entry, facts, offer),
        limit=total.limit or 0,
        seat_number=min(total.confirmed + total.pending + 1, total.limit) if total.limit else 0,
    )
    return _beside(page, reader, entry, facts) if entry.registration.excused else page


def _beside(page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts) -> OfferPage:
    """Show the choice between this offer and the seats that its person has at the same time."""
    places = reader.places(entry.person.id, facts.rules.id)
    held = clashing(facts.rules, entry.registration, places, reader.now)
    seats = [place for place in held if place.status is not Status.OFFERED]
    others = reader.some_sessions([place.session_id for place in seats])
    if not seats:
        return page
    found = tuple(
        OtherSeat(
            registration_id=place.registration_id,
            title=others[place.session_id].title,
            when=when(others[place.session_id].meetings, others[place.session_id].zone, in_words=True),
        )
        for place in seats
    )
    held_in = listed([f"{one.title} on {one.when}" for one in found])
    return replace(
        page,
        heading="These two sessions overlap" if len(found) == 1 else "These sessions overlap",
        say=f"You have a seat in {held_in}. You can keep that, or take this one.",
        other_seats=found,
        other_titles=listed([one.title for one in found]),
    )


def _why(entry: Entry, facts: SessionFacts, offer: PastOffer) -> str:
    came_back = "A seat came back. " if offer.seat_from in _CAME_BACK else ""
    deadline = entry.compliance_deadline if facts.rules.order is Order.PRIORITY else None
    because = f": your deadline is {calendar_day_in_full(deadline)}" if deadline else ""
    return f"{came_back}You were the first in line who could take it{because}."


def _expired(page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts, offer: PastOffer) -> OfferPage:
    until = f"It was open until {page.deadline}, {page.zone}."
    ended = "A coordinator ended it before there was an answer." if offer.status == "ended" else until
    say = f"{ended} The seat goes to the next person in line. {_afterwards(reader, entry, facts, offer)}"
    return replace(page, state="expired", heading="This offer has ended", say=say)


def _declined(page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts, offer: PastOffer) -> OfferPage:
    say = f"The seat goes to the next person in line. {_afterwards(reader, entry, facts, offer)}"
    return replace(page, state="declined", heading="You said no to this seat", say=say)


def _accepted(
    page: OfferPage, reader: Reader, entry: Entry, facts: SessionFacts, accepted_at: datetime | None
) -> OfferPage:
    if entry.registration.status is Status.FAILED:
        return replace(page, heading="This seat was not paid in time", say="It goes to the next person in line.")
    if entry.registration.status not in {Status.CONFIRMED, Status.PENDING}:
        return replace(page, heading="This seat was given back", say="You no longer have a seat in this session.")
    accepted = f"You accepted on {in_full(accepted_at, facts.zone)}. " if accepted_at else ""
    if entry.registration.payment_due_at:
        until = in_full(entry.registration.payment_due_at, facts.zone)
        amount = amount_in_words(entry.registration.amount_due, entry.registration.terms.currency)
        say = f"{accepted}Please pay {amount} by {until}. {page.zone}.{_kept(reader, entry)}"
        return replace(page, state="seated", heading="The seat is kept for you until it is paid", say=say)
    return replace(
        page,
        state="seated",
        heading="You have a seat",
        say=f"{accepted}Opening the link again changes nothing.",
    )


def _kept(reader: Reader, entry: Entry) -> str:
    """Say which seat is given up once this one is paid, if its person still has it."""
    old, there = entry.registration.terms.gives_up, entry.registration.terms.gives_up_in
    if not old or not reader.registration(old).registration.status.has_seat:
        return ""
    return f" You keep {reader.session(there).title} until then."


def _afterwards(reader: Reader, entry: Entry, facts: SessionFacts, offer: PastOffer) -> str:
    """Say where the person stands since the offer ended."""
    registration = entry.registration
    if registration.status is Status.WAITLISTED:
        position = reader.ahead(facts.rules.id, registration.line_key) + 1
        return f"You wait as number {position} in line."
    if registration.status is Status.OFFERED and registration.offer_number != offer.number:
        return "There is a newer offer for you; it came in a later mail."
    if registration.status in {Status.CONFIRMED, Status.PENDING}:
        return "You have a seat by a later offer."
    if registration.status is Status.OFFERED and facts.rules.on_lapse is LapseRule.END and not registration.requeued_at:
        return "You go to the end of the line."
    return "You are no longer in the line. If you ask again, your request counts from that moment."
