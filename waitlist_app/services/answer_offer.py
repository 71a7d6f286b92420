"""The employee's answer to an offer, through the link of the mail."""

from contextlib import suppress
from dataclasses import replace

from waitlist_app.engine.commands import AcceptOffer, DeclineOffer
from waitlist_app.engine.events import OfferAccepted
from waitlist_app.engine.refusals import AlreadyConfirmed, OfferEnded, SeatAtThatTime
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import OfferLink, Transaction, Work
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.views import OfferPage
from waitlist_app.services.wording import listed


def answer_offer(
    *, work: Work, token: str, answer: str, instead_of: tuple[str, ...] = (), signed_in: Actor | None = None
) -> OfferPage:
    """Accept or decline (`answer` is one of the two words) and show what is true afterwards.

    An answer that comes too late, or twice, changes nothing; the page says how things stand. Nor does an accept while
    the person has a seat at the same time, unless `instead_of` names its registration: the page shows the choice. To
    somebody `signed_in` to another organisation there is no such link, and that is noted.
    """
    if answer not in {"accept", "decline"}:
        raise InvalidInput("Please press one of the two buttons.", field="answer")
    link = work.open_link(token)
    if link is None or is_stranger(work, link, signed_in, purpose="offer"):
        raise NotAllowed(detail="unknown offer link")
    if link.is_replaced:
        return show_offer(work=work, token=token)
    chosen = ""
    with suppress(OfferEnded, AlreadyConfirmed, SeatAtThatTime):  # the page below tells the person what became of it
        chosen = work.transact(_recipient(link), lambda tx: _answer(tx, link, answer, instead_of))
    page = show_offer(work=work, token=token)
    return replace(page, say=f"{chosen} {page.say}") if chosen else page


def _answer(tx: Transaction, link: OfferLink, answer: str, instead_of: tuple[str, ...]) -> str:
    """Carry the answer out, and say in a sentence which seats were given up for it."""
    tx.lock([link.session_id])
    if tx.read.registration(link.registration_id).registration.offer_number != link.offer_number:
        raise OfferEnded
    session_id, registration_id = link.session_id, link.registration_id
    if answer == "decline":
        carry_out(tx, DeclineOffer(session_id=session_id, registration_id=registration_id))
        return ""
    events = carry_out(tx, AcceptOffer(session_id=session_id, registration_id=registration_id, instead_of=instead_of))
    accepted = next(event for event in events if isinstance(event, OfferAccepted))
    given_up = [other for other, registration in accepted.instead_of if registration in instead_of]
    return f"You gave up {listed([tx.read.session(other).title for other in given_up])} for it." if given_up else ""


def _recipient(link: OfferLink) -> Actor:
    """Act as the person the link was sent to."""
    return Actor(
        id=f"link:{link.registration_id}",
        name="",
        role=Role.EMPLOYEE,
        org_id=link.org_id,
        organisation=link.organisation,
        is_by_link=True,
    )
