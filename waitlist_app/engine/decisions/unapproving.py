"""Taking an approval back whose offer nobody has been sent."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine.commands import TakeBackApproval
from waitlist_app.engine.decisions.line import place_again
from waitlist_app.engine.decisions.offers import offered, passed_before
from waitlist_app.engine.events import ApprovalTakenBack, Event
from waitlist_app.engine.model import Roster, Status
from waitlist_app.engine.refusals import PromotesAlone


def take_back(roster: Roster, command: TakeBackApproval, now: datetime) -> Iterator[Event]:
    """Put the entry back where it was, under the proposal that was approved; raises `OfferEnded` or `PromotesAlone`.

    A hold that the proposal had is there again, unless its time has passed.
    That the mail has not been claimed is for whoever asks to see to: the engine knows of no mail.
    """
    registration = offered(roster, command.registration_id, now)
    if roster.session.acts_alone(now):
        raise PromotesAlone
    holds = roster.session.offered_holds
    held = next((one for one in holds if one.registration_id == registration.id and now < one.until), None)
    entry = replace(registration, status=Status.WAITLISTED)
    restored = replace(roster, registrations={**roster.registrations, entry.id: entry})
    yield from place_again(restored)
    yield ApprovalTakenBack(
        session_id=roster.session.id,
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
        offer_number=entry.offer_number,
        proposal_id=command.proposal_id,
        passed_before=passed_before(roster, registration),  # as it was when the offer was made, wherever it stands now
        held_until=held.until if held else None,
    )
