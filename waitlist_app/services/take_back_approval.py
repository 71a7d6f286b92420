"""Undoing an approval while nobody has been sent the offer."""

from waitlist_app.engine.act import act
from waitlist_app.engine.commands import TakeBackApproval
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import OfferEnded
from waitlist_app.errors import Refused
from waitlist_app.services.acting import forbid_newer, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import Transaction, Work


class MailOnItsWay(Refused):
    """The mail of the offer was claimed for sending."""

    code = "mail_on_its_way"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The mail with this offer is on its way. You can still take the offer back, with a reason.")


class GivenAtOnce(Refused):
    """The seat was given without an offer, and with it what made way for it has ended."""

    code = "given_at_once"

    def __init__(self) -> None:
        """Say it, and what is left to do."""
        super().__init__(
            "This seat was given at once, so the approval cannot be undone. Remove the registration, then reinstate "
            "it: the person waits where they did."
        )


def take_back_approval(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Undo the approval behind a live offer: its mail is not sent, and the entry is where it was, proposed again.

    Raises `MailOnItsWay` once a worker has claimed the mail: then only a revocation is left, which ends the entry.
    Raises `GivenAtOnce` for a seat that no offer was made for.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        ended = lapse_due(tx)
        entry = tx.read.registration(registration_id)
        registration = entry.registration
        if registration.status in {Status.CONFIRMED, Status.PENDING} and not registration.offer_number:
            raise GivenAtOnce
        if not registration.is_open(tx.now):
            raise OfferEnded
        forbid_own(tx, entry.person.email)
        proposal_id = tx.recall_offer(registration_id)
        if proposal_id is None:
            raise MailOnItsWay
        command = TakeBackApproval(session_id=session_id, registration_id=registration_id, proposal_id=proposal_id)
        forbid_newer(ended, [command])
        act(tx, [command], tx.now)
        return f"The approval for {entry.person.name} was undone. Nothing was sent."

    return work.transact(actor, unit)
