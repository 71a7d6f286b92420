"""What staff take down for a person who called: the record says that it was on their behalf, and who took it down."""

from waitlist_app.engine.commands import AcceptOffer, Close, DeclineOffer
from waitlist_app.engine.events import OfferAccepted
from waitlist_app.engine.model import Status
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import to_pay_in_words
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import listed


def accept_on_behalf(*, work: Work, actor: Actor, registration_id: str, instead_of: tuple[str, ...] = ()) -> str:
    """Take the offered seat for somebody, and say so; raises `OfferEnded` or `AlreadyConfirmed`.

    Raises `SeatAtThatTime` where they have another seat then, until `instead_of` names the registration to give up.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        command = AcceptOffer(
            session_id=session_id, registration_id=registration_id, on_behalf=True, instead_of=instead_of
        )
        events = carry_out(tx, command)
        accepted = next(event for event in events if isinstance(event, OfferAccepted))
        codes = [tx.read.session(other).rules.code for other, _ in accepted.instead_of]
        gave_up = f" They gave up {listed(codes)} for it." if codes else ""
        if accepted.exchanges:
            gave_up += f" They keep {tx.read.session(accepted.exchanges_in).rules.code} until it is paid."
        entry = tx.read.registration(registration_id)
        paying = to_pay_in_words(entry.registration, tx.read.session(session_id).zone)
        return f"{entry.person.name} has the seat{paying}. You accepted it on their behalf.{gave_up}"

    return work.transact(actor, unit)


def decline_on_behalf(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Decline the offered seat for somebody, and say so; raises `OfferEnded`."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        carry_out(tx, DeclineOffer(session_id=session_id, registration_id=registration_id, on_behalf=True))
        return f"You declined the seat on behalf of {_name(tx, registration_id)}."

    return work.transact(actor, unit)


def leave_on_behalf(*, work: Work, actor: Actor, registration_id: str, reason: str = "") -> str:
    """Give up somebody's seat or place as they wish, and say so; raises `NotRegistered`."""
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        lapse_due(tx)
        is_waiting = tx.read.registration(registration_id).registration.status is Status.WAITLISTED
        command = Close(
            session_id=session_id,
            registration_id=registration_id,
            status=Status.LEFT if is_waiting else Status.DROPPED,
            reason=reason.strip(),
            on_behalf=True,
        )
        carry_out(tx, command)
        what = "left the line" if is_waiting else "gave up the seat"
        return f"{_name(tx, registration_id)} {what}. You took it down on their behalf."

    return work.transact(actor, unit)


def _name(tx: Transaction, registration_id: str) -> str:
    return tx.read.registration(registration_id).person.name
