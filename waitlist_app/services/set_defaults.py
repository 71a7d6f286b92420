"""What the sessions of an organisation begin with."""

from dataclasses import replace

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import DefaultsChanged
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.rule_bounds import check_rules
from waitlist_app.services.rule_sentences import rule_changes
from waitlist_app.services.session_rules import RuleChanges, changed
from waitlist_app.services.team import require_reason


def set_defaults(*, work: Work, actor: Actor, wanted: RuleChanges, reason: str, dry_run: bool = False) -> str:
    """Set the rules that `wanted` names for sessions that are added from now on, on record; the others stay.

    Sessions that are there keep their rules. Raises `InvalidInput` for a missing reason, or a rule out of bounds.
    """
    actor.require(Permission.ADMINISTER)
    return (work.rehearse if dry_run else work.transact)(actor, lambda tx: keep_defaults(tx, wanted, reason))


def keep_defaults(tx: Transaction, wanted: RuleChanges, reason: str) -> str:
    """Do it within an act, on the word of whoever acts."""
    reason = require_reason(reason)
    organisation = tx.organisation_rules
    was = organisation.defaults
    rules = changed(was, wanted)
    check_rules(rules, organisation.calendar, tx.now)
    changes = rule_changes(was, rules)
    if rules == was:
        return "New sessions begin with these rules already. Nothing was changed."
    tx.set_organisation_rules(replace(organisation, defaults=rules))
    tx.note(DefaultsChanged(was=was, rules=rules, reason=reason))
    said = [change.in_answer for change in changes]
    return " ".join([*said, "Sessions that are there keep their rules."])
