"""Changing the order of a line in which people wait: an override, since it moves people against each other."""

from waitlist_app.engine.commands import ChangeOrder
from waitlist_app.engine.events import EntryRanked, RulesChanged
from waitlist_app.engine.model import Order, PriorityRule, RankBy
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override, own_among
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted


def change_order(
    *, work: Work, actor: Actor, session_id: str, order: Order, priority: tuple[PriorityRule, ...] = (), reason: str
) -> str:
    """Set how a line is ordered, give everybody the place that it says, and tell how many gained and lost.

    `priority` are the rules of a priority order, the first of them first; none means deadline, then role. The overrides
    stay as long as somebody whom they name still waits. The record says of each entry from where to where it went.
    """
    actor.require(Permission.ASK_OVERRIDE)
    check_rules(priority)

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        command = ChangeOrder(
            session_id=session_id,
            order=order,
            priority=priority,
            facts=tx.read.facts_of(session_id),
            reason=reason,
            approval="",
        )
        mine = own_among(tx, tx.read.waiting(session_id))
        events = override(tx, command, person=mine[0].person if mine else None, subject_id=session_id)
        if events is None:
            return asked("the new order")
        ranked = [event for event in events if isinstance(event, EntryRanked)]
        if not any(isinstance(event, RulesChanged) for event in events):
            return "This is the order already."
        gained = sum(event.to_position < event.from_position for event in ranked)
        lost = sum(event.to_position > event.from_position for event in ranked)
        moved_up = counted(gained, "person moves up", "people move up")
        return f"The order was changed: {moved_up}, {counted(lost, 'person moves down', 'people move down')}."

    return work.transact(actor, unit)


def check_rules(priority: tuple[PriorityRule, ...]) -> None:
    """Pass rules that say something, or raise `InvalidInput`."""
    for rule in priority:
        if rule.by is RankBy.ATTRIBUTE and not rule.attribute:
            raise InvalidInput("Please name the attribute that this rule goes by.", field="attribute")
        if rule.by in {RankBy.ROLE, RankBy.DEPARTMENT} and not rule.values:
            raise InvalidInput(f"Please list each {rule.by} that comes first.", field="values")
