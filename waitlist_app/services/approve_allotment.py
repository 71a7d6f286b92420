"""Approving everything that is proposed in one session, as the allotment of a sealed window is."""

from collections.abc import Sequence

from waitlist_app.engine.commands import ApproveProposal
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import address_of_actor, normalised
from waitlist_app.services.ports import OpenProposal, Transaction, Work
from waitlist_app.services.wording import counted, listed


def approve_allotment(*, work: Work, actor: Actor, session_id: str) -> str:
    """Sign one approval for each open proposal of a session and send the offers, all in one act; say what was left out.

    Left out are proposals whose seat is on hold, and the actor's own, which somebody else has to approve. Each is
    checked again under the lock; what is no longer proposed by then is left out as well. A refusal of one keeps all
    from being sent, so that an allotment is never half made.
    """
    actor.require(Permission.DECIDE)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        proposed = tx.read.proposals(session_id)
        if not proposed:
            return "Nobody is proposed."
        on_hold = {hold.registration_id for hold in tx.read.session(session_id).rules.holds}
        held = [one for one in proposed if one.entry.registration.id in on_hold]
        mine = address_of_actor(tx)
        own = [one for one in proposed if one not in held and mine and normalised(one.entry.person.email) == mine]
        made = sum(_approve(tx, session_id, one.id) for one in proposed if one not in held and one not in own)
        said = [f"{counted(made, 'offer')} sent." if made else "No offer was sent."]
        if held:
            said.append(f"On hold, and left out: {_names(held)}.")
        if own:
            said.append("Your own is left out: somebody else of the team has to approve it.")
        return " ".join(said)

    return work.transact(actor, unit)


def _names(proposals: Sequence[OpenProposal]) -> str:
    return listed([one.entry.person.name for one in proposals])


def _approve(tx: Transaction, session_id: str, proposal_id: str) -> bool:
    if tx.read.proposal(proposal_id) is None:
        return False
    approval = tx.sign(kind="promotion", subject_id=proposal_id, session_id=session_id)
    carry_out(tx, ApproveProposal(session_id=session_id, proposal_id=proposal_id, approval=approval))
    return True
