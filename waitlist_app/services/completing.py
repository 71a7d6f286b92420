"""What a kept override needs again when it is carried out: what is known of people, and acts that belong together."""

from msgspec.structs import replace

from waitlist_app.engine.commands import AskEarlier, ChangeOrder, Close, Command, RecordPlace, RequestSeat
from waitlist_app.engine.model import Payment, Registration, Status
from waitlist_app.services.ports import Transaction


def completed(tx: Transaction, command: Command) -> tuple[Command, ...]:
    """Give the commands that carry an override out, in their order, with what is known of people by now."""
    match command:
        case ChangeOrder():
            return (replace(command, facts=tx.read.facts_of(command.session_id)),)
        case AskEarlier(terms=terms) if terms.reinstates:
            return (replace(command, facts=tx.read.registration(terms.reinstates).facts),)
        case AskEarlier() | RecordPlace():
            return (replace(command, facts=tx.person(command.person_id)[1]),)
        case RequestSeat(terms=terms) if terms.transferred_from:
            return _transfer(tx, command)
        case RequestSeat():
            return (replace(command, requested_at=tx.now, facts=tx.person(command.person_id)[1]),)
        case _:
            return (command,)


def _transfer(tx: Transaction, asking: RequestSeat) -> tuple[Command, ...]:
    """Leave the one session for the other, in one act."""
    entry = tx.read.registration(asking.terms.transferred_from)
    leaving = Close(
        session_id=entry.session_id,
        registration_id=entry.registration.id,
        status=Status.TRANSFERRED,
        reason=asking.reason,
    )
    paid = paid_with(tx, entry.registration)
    units = entry.registration.seat_units
    return leaving, replace(asking, requested_at=tx.now, seat_units=units, facts=entry.facts, paid=paid)


def paid_with(tx: Transaction, registration: Registration) -> Payment | None:
    """Give the payment of a seat, which goes with its person to another session; None where nothing was paid."""
    return tx.read.payment(registration.payment) if registration.payment else None
