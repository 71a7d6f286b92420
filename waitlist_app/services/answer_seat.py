"""The answer of somebody who is asked to confirm a seat again: through the link of the mail, or taken down by staff."""

from contextlib import suppress

from waitlist_app.engine.commands import Close, Reconfirm
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import NothingAsked, NotRegistered
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.ports import SeatLink, Transaction, Work
from waitlist_app.services.show_seat import CANNOT_COME, show_seat
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.views import SeatPage


def answer_seat(*, work: Work, token: str, answer: str, signed_in: Actor | None = None) -> SeatPage:
    """Keep the seat or give it up (`answer` is `keep` or `give_up`) and show what is true afterwards.

    An answer that comes too late, twice, or about times that have changed again changes nothing; the page says so. To
    somebody `signed_in` to another organisation there is no such link, and that is noted.
    """
    if answer not in {"keep", "give_up"}:
        raise InvalidInput("Please press one of the two buttons.", field="answer")
    link = work.open_seat_link(token)
    if link is None or is_stranger(work, link, signed_in, purpose="seat"):
        raise NotAllowed(detail="unknown link to a seat")
    with suppress(NotRegistered, NothingAsked):  # the page below tells the person how the seat stands
        work.transact(_holder(link), lambda tx: _answer(tx, link, answer))
    return show_seat(work=work, token=token)


def keep_on_behalf(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Confirm a seat again for somebody who said so otherwise, and say it; raises `NothingAsked`, `NotRegistered`.

    Whoever cannot come any more gives the seat up by `leave_on_behalf`.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        carry_out(tx, Reconfirm(session_id=session_id, registration_id=registration_id, on_behalf=True))
        name = tx.read.registration(registration_id).person.name
        return f"{name} keeps the seat. You confirmed it on their behalf."

    return work.transact(actor, unit)


def _answer(tx: Transaction, link: SeatLink, answer: str) -> None:
    tx.lock([link.session_id])
    is_latest = tx.read.session(link.session_id).rules.times_changed == link.number
    if not is_latest or tx.read.registration(link.registration_id).registration.answer_by is None:
        raise NothingAsked
    if answer == "keep":
        carry_out(tx, Reconfirm(session_id=link.session_id, registration_id=link.registration_id))
        return
    command = Close(
        session_id=link.session_id,
        registration_id=link.registration_id,
        status=Status.DROPPED,
        reason=CANNOT_COME,
    )
    carry_out(tx, command)


def _holder(link: SeatLink) -> Actor:
    """Act as the person the link was sent to."""
    return Actor(
        id=f"link:{link.registration_id}",
        name="",
        role=Role.EMPLOYEE,
        org_id=link.org_id,
        organisation=link.organisation,
        is_by_link=True,
    )
