"""What a coordinator can do with a proposal beside approving it: next, and hold."""

from datetime import datetime

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import HoldProposal, PassOver, ReleaseHold, TakeBackPass
from waitlist_app.engine.decisions.turns import chosen_instead
from waitlist_app.engine.refusals import NobodyNext, ProposalGone
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, forbid_own, override
from waitlist_app.services.ports import OpenProposal, Transaction, Work
from waitlist_app.services.wording import exact


def propose_next(*, work: Work, actor: Actor, proposal_id: str, reason: str) -> str:
    """Pass the candidate of a proposal over for this seat, as an override, and say who is proposed instead.

    The candidate keeps the place, is counted as passed over, and comes first for the next seat once the other's turn is
    over. Whoever decides for themselves, or where a second person is demanded, asks for it instead.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        proposal = _open(tx, proposal_id)
        entry = proposal.entry
        whole = tx.whole(proposal.session_id)
        instead = chosen_instead(whole, whole.registrations[entry.registration.id], tx.now)
        if instead is None:
            raise NobodyNext
        chosen = tx.read.registration(instead.id).person
        command = PassOver(
            session_id=proposal.session_id,
            registration_id=entry.registration.id,
            instead_id=instead.id,
            pass_id=new_id(),
            reason=reason,
            approval="",
        )
        events = override(tx, command, person=chosen, subject_id=command.pass_id, permission=Permission.DECIDE)
        if events is None:
            return asked(f"passing {entry.person.name} over")
        return f"{chosen.name} is proposed. {entry.person.name} keeps the place."

    return work.transact(actor, unit)


def take_back_next(*, work: Work, actor: Actor, registration_id: str) -> str:
    """Give somebody who was passed over the turn back; live offers stay as they are."""
    actor.require(Permission.APPROVE_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        person = tx.read.registration(registration_id).person
        forbid_own(tx, person.email)
        carry_out(tx, TakeBackPass(session_id=session_id, registration_id=registration_id))
        return f"{person.name} has the turn back."

    return work.transact(actor, unit)


def hold_proposal(*, work: Work, actor: Actor, proposal_id: str, until: datetime, reason: str) -> str:
    """Reserve the seat of a proposal for its candidate until an instant, aware and exclusive, and say so.

    Nobody else gets it meanwhile, and the sum shows it as reserved. From then on it is an ordinary proposal again.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        proposal = _open(tx, proposal_id)
        forbid_own(tx, proposal.entry.person.email)
        command = HoldProposal(
            session_id=proposal.session_id,
            registration_id=proposal.entry.registration.id,
            until=until,
            reason=reason.strip(),
        )
        carry_out(tx, command)
        zone = tx.read.session(proposal.session_id).zone
        return f"The seat is held for {proposal.entry.person.name} until {exact(until, zone)}."

    return work.transact(actor, unit)


def release_hold(*, work: Work, actor: Actor, registration_id: str) -> str:
    """End a hold before its time; the seat is for whoever comes first."""
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        name = tx.read.registration(registration_id).person.name
        carry_out(tx, ReleaseHold(session_id=session_id, registration_id=registration_id))
        return f"No seat is held for {name} any more."

    return work.transact(actor, unit)


def _open(tx: Transaction, proposal_id: str) -> OpenProposal:
    tx.lock([tx.session_of(proposal_id=proposal_id)])
    lapse_due(tx)
    proposal = tx.read.proposal(proposal_id)
    if proposal is None:
        raise ProposalGone
    return proposal
