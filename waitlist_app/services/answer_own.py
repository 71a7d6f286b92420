"""What people who are signed in answer for themselves: take the seat, decline it, or give up what they have."""

from typing import Final

from waitlist_app.engine.commands import AcceptOffer, Close, DeclineOffer
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import SeatAtThatTime
from waitlist_app.errors import Refused
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor
from waitlist_app.services.own import act_for_self
from waitlist_app.services.ports import Entry, Transaction, Work

_CHOOSE: Final = "You have a seat at the same time. Open the link in the mail to choose which of the two to keep."


def accept_own_offer(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Take the seat that is held, and say so; raises `OfferEnded` or `AlreadyConfirmed`.

    Who has a seat at the same time is led to the link, whose page asks which of the two to keep.
    """

    def accept(tx: Transaction, entry: Entry) -> str:
        try:
            carry_out(tx, AcceptOffer(session_id=entry.session_id, registration_id=registration_id))
        except SeatAtThatTime as error:
            raise Refused(_CHOOSE) from error
        is_pending = tx.read.registration(registration_id).registration.status is Status.PENDING
        return "The seat is kept for you until the payment arrives." if is_pending else "You have a seat."

    return act_for_self(work, actor, registration_id, accept)


def decline_own_offer(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Say no to the seat that is held, and say what follows; raises `OfferEnded`."""

    def decline(tx: Transaction, entry: Entry) -> str:
        carry_out(tx, DeclineOffer(session_id=entry.session_id, registration_id=registration_id))
        return "You said no to the seat. It goes to the next person in line."

    return act_for_self(work, actor, registration_id, decline)


def leave_own(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Give up the place in the line, or the seat, and say so; raises `NotRegistered`."""

    def leave(tx: Transaction, entry: Entry) -> str:
        tx.lock([entry.session_id])
        lapse_due(tx)
        is_waiting = tx.read.registration(registration_id).registration.status is Status.WAITLISTED
        status = Status.LEFT if is_waiting else Status.DROPPED
        carry_out(tx, Close(session_id=entry.session_id, registration_id=registration_id, status=status))
        return "You left the line." if is_waiting else "You gave up your seat."

    return act_for_self(work, actor, registration_id, leave)
