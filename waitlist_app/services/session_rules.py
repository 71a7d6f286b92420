"""The rules of a session apart from its seats, its price and its order; and what new sessions begin with.

An organisation keeps one of these as the defaults of its sessions, beside the calendar that working hours are counted
in. `rule_bounds` says what each may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Final, TypedDict, cast

from msgspec import Struct
from msgspec.structs import replace

from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    Session,
    SignOff,
    SilenceRule,
    WorkingHours,
)

REMINDED: Final = timedelta(hours=24)
"""How long before its deadline an offer is reminded of where the organisation says nothing else."""
_NEVER: Final = timedelta(0)


class SessionRules(Struct, frozen=True, kw_only=True):
    """The rules of one session, or those that new ones begin with; `engine.model.Session` says what each does."""

    offer_window: timedelta = timedelta(hours=48)
    """From 5 minutes to 60 days."""
    in_working_hours: bool = False
    """Whether the offer window counts in the working hours of the organisation's calendar."""
    reminder_window: timedelta = REMINDED
    """How long before the end of an offer, up to 60 days; zero is never, and shorter offers have none."""
    cut_off_window: timedelta = _NEVER
    """How long before the start promotions by an offer end; up to 60 days."""
    on_lapse: LapseRule = LapseRule.OUT
    groups: GroupRule = GroupRule.STRICT
    most_passes: int = 2
    """From 1 to 100; it counts where groups may be passed a number of times."""
    conflicts: ConflictRule = ConflictRule.WAIT
    """Wait or block: nobody is given two seats at the same time by a rule."""
    blocked_seats: BlockedRule = BlockedRule.OPEN
    sign_off: SignOff | None = None
    on_silence: SilenceRule = SilenceRule.KEEP
    one_date: bool = True
    """Whether one date of its course is enough for a person; set while nobody is in the session."""


class RuleChanges(TypedDict, total=False):
    """Rules by name, with what they are to be; a rule that is not there stays as it is."""

    offer_window: timedelta
    in_working_hours: bool
    reminder_window: timedelta
    cut_off_window: timedelta
    on_lapse: LapseRule
    groups: GroupRule
    most_passes: int
    conflicts: ConflictRule
    blocked_seats: BlockedRule
    sign_off: SignOff | None
    on_silence: SilenceRule
    one_date: bool


class CalendarChanges(TypedDict, total=False):
    """Parts of a calendar by name, with what they are to be; a part that is not there stays as it is."""

    zone: str
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRules:
    """What new sessions of an organisation begin with, and when it works."""

    defaults: SessionRules = field(default_factory=SessionRules)
    calendar: WorkingHours


def rules_of(session: Session) -> SessionRules:
    """Give the rules of a session as they are."""
    return SessionRules(
        offer_window=session.offer_window,
        in_working_hours=session.working_hours is not None,
        reminder_window=session.reminder_window,
        cut_off_window=session.cut_off_window,
        on_lapse=session.on_lapse,
        groups=session.groups,
        most_passes=session.most_passes,
        conflicts=session.conflicts,
        blocked_seats=session.blocked_seats,
        sign_off=session.sign_off,
        on_silence=session.on_silence,
        one_date=session.one_date,
    )


def with_rules(session: Session, rules: SessionRules, calendar: WorkingHours) -> Session:
    """Give a session with these rules, its window counted in `calendar` where it counts in working hours."""
    return replace(
        session,
        offer_window=rules.offer_window,
        working_hours=calendar if rules.in_working_hours else None,
        reminder_window=rules.reminder_window,
        cut_off_window=rules.cut_off_window,
        on_lapse=rules.on_lapse,
        groups=rules.groups,
        most_passes=rules.most_passes,
        conflicts=rules.conflicts,
        blocked_seats=rules.blocked_seats,
        sign_off=rules.sign_off,
        on_silence=rules.on_silence,
        one_date=rules.one_date,
    )


def changed(rules: SessionRules, wanted: RuleChanges) -> SessionRules:
    """Give the rules with what is wanted in their place, names of roles and departments trimmed."""
    after = replace(rules, **cast("Mapping[str, Any]", wanted))
    if after.sign_off is None:
        return after
    roles, departments = (frozenset(map(str.strip, of)) for of in (after.sign_off.roles, after.sign_off.departments))
    return replace(after, sign_off=SignOff(roles=roles, departments=departments))
