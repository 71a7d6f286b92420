"""What an organisation demands of approvals."""

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.happenings import ApprovalRulesChanged
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.team import require_reason


def set_approval_rules(*, work: Work, actor: Actor, rules: ApprovalRules, reason: str) -> str:
    """Set whether overrides need a second person, and whether anybody may approve their own; on record."""
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        was = tx.approval_rules
        if was != rules:
            tx.set_approval_rules(rules)
            tx.note(
                ApprovalRulesChanged(
                    needs_second_person=rules.needs_second_person, allows_own=rules.allows_own, reason=reason
                )
            )
        second = "Overrides need a second person" if rules.needs_second_person else "Overrides need one approval"
        own = "people may approve their own" if rules.allows_own else "nobody approves their own"
        return f"{second}, and {own}."

    return work.transact(actor, unit)
