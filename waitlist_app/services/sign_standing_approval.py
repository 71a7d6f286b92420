"""Standing approvals: one signature for many promotions, with a scope, to be taken back at any time."""

from datetime import datetime

from msgspec.structs import replace

from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.model import Mode, Session, StandingApproval
from waitlist_app.errors import InvalidInput, Refused
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.team import require_reason
from waitlist_app.services.wording import counted, exact


class WaitlistIsOff(Refused):
    """Without a waitlist every promotion is a person's."""

    code = "waitlist_is_off"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("The waitlist of this session is closed, so each promotion is approved by a person.")


class NothingSigned(Refused):
    """There is no standing approval to take back."""

    code = "nothing_signed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This session has no standing approval.")


def sign_standing_approval(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    mode: Mode,
    until: datetime,
    promotions: int,
    reason: str,
) -> str:
    """Sign for up to `promotions` promotions before `until`, exclusive and aware, never for overrides.

    From then on the session acts by `mode`, `offered` or `automatic`, and every promotion names this signature. What
    the actor is proposed themselves it never covers: that stays a proposal for somebody else. A new one takes the place
    of one that stands. Raises `WaitlistIsOff`, and `InvalidInput` for a scope that covers nothing.
    """
    actor.require(Permission.SIGN_STANDING)
    reason = require_reason(reason)
    if mode is Mode.MANUAL:
        raise InvalidInput("Please choose whether free seats are offered or confirmed.", field="mode")
    if promotions < 1:
        raise InvalidInput("Please say for how many promotions, at least 1.", field="promotions")

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        facts = tx.read.session(session_id)
        if until <= tx.now:
            raise InvalidInput("Please give an end that lies ahead.", field="until")
        if not facts.rules.waitlist_is_open:
            raise WaitlistIsOff
        approval = StandingApproval(
            id=tx.sign(kind="standing", subject_id=session_id, session_id=session_id, reason=reason),
            signed_by=actor.id,
            until=until,
            promotions_left=promotions,
        )
        _set(tx, replace(facts.rules, mode=mode, standing_approval=approval), reason)
        said = f"Signed for {counted(promotions, 'promotion')}, until {exact(until, facts.zone)}."
        is_in_line = bool(tx.read.roster(session_id).signers)
        return f"{said} Your own place is left for somebody else to approve." if is_in_line else said

    return work.transact(actor, unit)


def revoke_standing_approval(*, work: Work, actor: Actor, session_id: str, reason: str) -> str:
    """Take the signature back: from now on each promotion is approved by a person. Raises `NothingSigned`."""
    actor.require(Permission.SIGN_STANDING)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        rules = tx.read.session(session_id).rules
        if rules.standing_approval is None:
            raise NothingSigned
        _set(tx, replace(rules, mode=Mode.MANUAL, standing_approval=None), reason)
        return "Each promotion is approved by a person again."

    return work.transact(actor, unit)


def end_standing_approvals(tx: Transaction, member_id: str, reason: str) -> int:
    """End what a member signed, who may not sign any more or is leaving; gives in how many sessions."""
    signed = sorted(facts.rules.id for facts in tx.read.sessions() if _is_by(facts.rules, member_id))
    tx.lock(signed)
    for session_id in signed:
        lapse_due(tx)
        rules = tx.read.session(session_id).rules
        if _is_by(rules, member_id):
            _set(tx, replace(rules, mode=Mode.MANUAL, standing_approval=None), reason)
    return len(signed)


def _is_by(rules: Session, member_id: str) -> bool:
    return rules.standing_approval is not None and rules.standing_approval.signed_by == member_id


def _set(tx: Transaction, rules: Session, reason: str) -> None:
    carry_out(tx, ChangeRules(session_id=rules.id, rules=rules, reason=reason))
