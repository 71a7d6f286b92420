"""The rules of a session in words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    Limit,
    Mode,
    Order,
    PriorityRule,
    RankBy,
    Session,
    SilenceRule,
)
from waitlist_app.engine.refusals import StartTooClose
from waitlist_app.engine.seats import allowance, ruling_limit
from waitlist_app.engine.windows import cut_off, deadline
from waitlist_app.services.ports import SessionFacts
from waitlist_app.services.rule_sentences import sign_off_in_words
from waitlist_app.services.wording import counted, in_list, window

_ORDERS: Final = {Order.FIRST_COME: "First come", Order.PRIORITY: "Priority"}


def code_beside(title: str, code: str) -> str:
    """Give the code to show beside a title: none for a session that has no title but its code."""
    return "" if title == code else code


def named(facts: SessionFacts) -> str:
    """Name a session by title and code, as in `First Aid at Work, FAW-0318`; once when they are the same."""
    return ", ".join(filter(None, (facts.title, code_beside(facts.title, facts.rules.code))))


def is_held(rules: Session, registration_id: str, now: datetime) -> bool:
    """Say whether the seat of somebody's proposal is held for them at `now`."""
    return any(hold.registration_id == registration_id and now < hold.until for hold in rules.holds)


def rules_in_short(rules: Session, now: datetime) -> str:
    """Say order and mode as it acts now, as in `First come · manual`."""
    return f"{_ORDERS[rules.order]} · {rules.mode if rules.acts_alone(now) else Mode.MANUAL}"


def rules_in_words(facts: SessionFacts, now: datetime) -> tuple[str, ...]:
    """Say by which rules a session runs, one sentence each; what is as usual is left out."""
    rules = facts.rules
    order = ", ".join((*map(rule_in_words, rules.priority_rules), "time asked"))
    said = [f"Order: {order}", _mode(facts, now), _window(rules)]
    last = cut_off(rules)
    if last is not None and rules.cut_off_window:
        said.append(f"Cut-off {in_list(last, facts.zone, now)}")
    if rules.groups is GroupRule.FILL:
        said.append("Groups keep their place, who fits may pass")
    if rules.groups is GroupRule.FILL_AT_MOST:
        said.append(f"Groups keep their place, and are passed at most {counted(rules.most_passes, 'time')}")
    said += _less_usual(rules)
    if rules.room_capacity is not None and rules.capacity is not None:
        said.append(_two_limits(rules, rules.capacity, rules.room_capacity))
    if rules.course:
        said.append(course_in_words(rules))
    if not rules.waitlist_is_open:
        said.append("Waitlist closed: whoever waits stays, nobody joins")
    return tuple(said)


def _less_usual(rules: Session) -> Iterator[str]:
    if rules.conflicts is ConflictRule.BLOCK:
        yield "Requests at the same time as a seat are refused"
    if rules.blocked_seats is BlockedRule.KEPT:
        yield "Seats that nobody in line can take are kept"
    if rules.sign_off:
        yield f"Sign-off by a manager: {sign_off_in_words(rules.sign_off)}"
    if rules.on_silence is SilenceRule.RELEASE:
        yield "Whoever does not confirm a seat after a move gives it back"


def course_in_words(rules: Session) -> str:
    """Say of which course a session is a date; empty for none."""
    if not rules.course:
        return ""
    return f"A date of {rules.course}: {'one for each person' if rules.one_date else 'several for whoever wants them'}"


def _mode(facts: SessionFacts, now: datetime) -> str:
    """Say who promotes; under a standing approval, until when and how often it still covers."""
    rules, signed = facts.rules, facts.rules.standing_approval
    if signed is None or not rules.acts_alone(now):
        return "Manual: you approve each promotion"
    is_confirmed = rules.mode is Mode.AUTOMATIC and not rules.is_paid
    said = "Free seats are confirmed by themselves" if is_confirmed else "Offers go out by themselves"
    until = f", until {in_list(signed.until, facts.zone, now)}" if signed.until else ""
    left = f", {signed.promotions_left} more" if signed.promotions_left is not None else ""
    return f"{said}{until}{left}"


def rule_in_words(rule: PriorityRule) -> str:
    """Name what a rule of the priority order goes by, as in `fewest no-shows`."""
    match rule.by:
        case RankBy.NO_SHOWS:
            return "most no-shows" if rule.largest_first else "fewest no-shows"
        case RankBy.ATTRIBUTE:
            return rule.attribute
        case _:
            return rule.by.value


def is_too_late(rules: Session, now: datetime) -> bool:
    """Say whether an offer made now would leave nobody the time to answer."""
    try:
        deadline(rules, now)
    except StartTooClose:
        return True
    return False


def _window(rules: Session) -> str:
    hours = " in working hours" if rules.working_hours else ""
    reminder = f", reminder {window(rules.reminder_window)} before its end" if rules.reminder_window else ""
    unused = ", once unused to the end of the line" if rules.on_lapse is LapseRule.END else ""
    return f"Offer window {window(rules.offer_window)}{hours}{reminder}{unused}"


def _two_limits(rules: Session, capacity: int, room: int) -> str:
    which = "room" if ruling_limit(rules) is Limit.ROOM else "trainer"
    trainer = counted(capacity + allowance(rules), "seat")
    return f"Trainer limit {trainer}, room {room}: the {which} rules"
