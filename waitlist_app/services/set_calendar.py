"""When an organisation works: hours, days, holidays, and the zone that they are in."""

from dataclasses import replace
from typing import Any, cast

from msgspec import structs

from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.model import WorkingHours
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.happenings import CalendarChanged
from waitlist_app.services.ports import SessionFacts, Transaction, Work
from waitlist_app.services.rule_bounds import check_calendar, check_rules, reaches
from waitlist_app.services.rule_sentences import calendar_changes
from waitlist_app.services.session_rules import CalendarChanges
from waitlist_app.services.team import require_reason
from waitlist_app.services.wording import counted


def set_calendar(*, work: Work, actor: Actor, wanted: CalendarChanges, reason: str, dry_run: bool = False) -> str:
    """Set the parts of the calendar that `wanted` names, on record, and say what follows; the others stay.

    Sessions ahead that count in working hours count by it from now on, each on its own record. Deadlines that were
    promised stay. Raises `InvalidInput` for a missing reason, or a part that cannot be.
    """
    actor.require(Permission.ADMINISTER)
    return (work.rehearse if dry_run else work.transact)(actor, lambda tx: keep_calendar(tx, wanted, reason))


def keep_calendar(tx: Transaction, wanted: CalendarChanges, reason: str) -> str:
    """Do it within an act, on the word of whoever acts."""
    reason = require_reason(reason)
    organisation = tx.organisation_rules
    was = organisation.calendar
    calendar = structs.replace(was, **cast("dict[str, Any]", wanted))
    check_calendar(calendar)
    check_rules(organisation.defaults, calendar, tx.now)
    if calendar == was:
        return "This is the calendar already. Nothing was changed."
    tx.set_organisation_rules(replace(organisation, calendar=calendar))
    tx.note(CalendarChanged(was=was, calendar=calendar, reason=reason))
    count = _count_by(tx, calendar, reason)
    said = [change.in_answer for change in calendar_changes(was, calendar)]
    if count:
        said.append(f"{counted(count, 'session counts', 'sessions count')} by it from now on.")
        said.append("Offers that run keep their deadlines.")
    return " ".join(said)


def _count_by(tx: Transaction, calendar: WorkingHours, reason: str) -> int:
    """Give the calendar to every session ahead that counts in working hours, and say how many there are."""
    # All of them are locked before they are read: one that begins to count in working hours meanwhile is waited for.
    ahead = sorted(facts.rules.id for facts in tx.read.sessions() if _is_ahead(facts, tx))
    tx.lock(ahead)
    lapse_due(tx)
    counting = [rules for rules in (tx.read.session(one).rules for one in ahead) if rules.working_hours]
    for rules in counting:
        if not reaches(calendar, rules.offer_window, tx.now):
            why = f"This calendar has too few working hours for the offer window of {rules.code}."
            raise InvalidInput(why, field="weekdays")
        after = structs.replace(rules, working_hours=calendar)
        carry_out(tx, ChangeRules(session_id=rules.id, rules=after, reason=reason))
    return len(counting)


def _is_ahead(facts: SessionFacts, tx: Transaction) -> bool:
    return facts.starts_at > tx.now and facts.rules.cancelled_at is None
