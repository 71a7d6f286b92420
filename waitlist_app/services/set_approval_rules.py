"""What an organisation demands of approvals."""

from datetime import timedelta
from typing import Final

from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import PERMISSIONS, Actor, Permission
from waitlist_app.services.approvals import ApprovalRules, MayNotDecide
from waitlist_app.services.happenings import ApprovalRulesChanged, DeputyNamed
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.team import require_reason
from waitlist_app.services.wording import counted

_HOUR: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=30)


def set_approval_rules(*, work: Work, actor: Actor, rules: ApprovalRules, reason: str) -> str:
    """Set what approvals need, and to whom proposals escalate that nobody decides; on record.

    The deputy is a member who may decide proposals; the time is from 1 hour to 30 days, in whole hours.
    """
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)
    if rules.escalates_after % _HOUR or not _HOUR <= rules.escalates_after <= _LONGEST:
        raise InvalidInput("Please choose from 1 to 720 whole hours.", field="escalates_after")
    hours = rules.escalates_after // _HOUR

    def unit(tx: Transaction) -> str:
        was = tx.approval_rules
        deputy = _deputy(tx, rules, was)
        if was != rules:
            tx.set_approval_rules(rules)
        if (was.needs_second_person, was.allows_own) != (rules.needs_second_person, rules.allows_own):
            tx.note(
                ApprovalRulesChanged(
                    needs_second_person=rules.needs_second_person, allows_own=rules.allows_own, reason=reason
                )
            )
        if (was.deputy_id, was.escalates_after) != (rules.deputy_id, rules.escalates_after):
            details = canonical({"name": deputy}) if deputy else ""
            tx.note(DeputyNamed(deputy_id=rules.deputy_id, hours=hours, details=details, reason=reason))
        second = "Overrides need a second person" if rules.needs_second_person else "Overrides need one approval"
        own = "people may approve their own" if rules.allows_own else "nobody approves their own"
        escalates = f" Proposals escalate to {deputy} after {counted(hours, 'hour')}." if deputy else ""
        return f"{second}, and {own}.{escalates}"

    return work.transact(actor, unit)


def _deputy(tx: Transaction, rules: ApprovalRules, was: ApprovalRules) -> str:
    """Name the deputy; one who was named before and has gone since is no reason to refuse another change."""
    if not rules.deputy_id:
        return ""
    if rules.deputy_id == was.deputy_id:
        return next((one.name for one in tx.read.team() if one.id == rules.deputy_id), "")
    deputy = tx.team.member(rules.deputy_id)
    if Permission.DECIDE not in PERMISSIONS[deputy.role]:
        raise MayNotDecide(deputy.name)
    return deputy.name
