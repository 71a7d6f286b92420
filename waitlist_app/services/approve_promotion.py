"""Approving a promotion: a proposal becomes an offer with a deadline, or a seat at once."""

from waitlist_app.engine.commands import ApproveProposal
from waitlist_app.engine.refusals import ProposalGone
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.amounts import to_pay_in_words
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.ports import Transaction, Work


def approve_promotion(*, work: Work, actor: Actor, proposal_id: str, is_direct: bool = False) -> str:
    """Sign the promotion and send the offer, or confirm the seat where `is_direct`; all is checked again.

    Raises `OwnApproval` for a promotion of one's own, and what has become untrue since, such as `ProposalGone`.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(proposal_id=proposal_id)
        tx.lock([session_id])
        proposal = tx.read.proposal(proposal_id)
        if proposal is None:
            raise ProposalGone
        forbid_own(tx, proposal.entry.person.email)
        approval = tx.sign(kind="promotion", subject_id=proposal_id, session_id=session_id)
        command = ApproveProposal(
            session_id=session_id, proposal_id=proposal_id, approval=approval, is_direct=is_direct
        )
        carry_out(tx, command)
        if is_direct:
            entry = tx.read.registration(proposal.entry.registration.id)
            to_pay = to_pay_in_words(entry.registration, tx.read.session(session_id).zone)
            return f"{proposal.entry.person.name} has a seat{to_pay}."
        return f"Offer sent to {proposal.entry.person.name}."

    return work.transact(actor, unit)
