"""Approving everything that is proposed in one session, as the allotment of a sealed window is."""

from waitlist_app.engine.commands import ApproveProposal
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted


def approve_allotment(*, work: Work, actor: Actor, session_id: str) -> str:
    """Sign one approval for each open proposal of a session and send the offers, all in one act.

    Each is checked again under the lock; what is no longer proposed by then is left out. A refusal of one keeps all
    from being sent, so that an allotment is never half made.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        proposed = tx.read.proposals(session_id)
        made = sum(_approve(tx, session_id, proposal.id) for proposal in proposed)
        return f"{counted(made, 'offer')} sent." if made else "Nobody is proposed."

    return work.transact(actor, unit)


def _approve(tx: Transaction, session_id: str, proposal_id: str) -> bool:
    if tx.read.proposal(proposal_id) is None:
        return False
    approval = tx.sign(kind="promotion", subject_id=proposal_id, session_id=session_id)
    carry_out(tx, ApproveProposal(session_id=session_id, proposal_id=proposal_id, approval=approval))
    return True
