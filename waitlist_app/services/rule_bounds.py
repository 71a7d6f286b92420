"""What the rules of a session and the calendar of an organisation may be.

Source: the product's specification, section 3; upper bounds are ours, far above what anybody needs.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from waitlist_app.engine.model import ConflictRule, SignOff, WorkingHours
from waitlist_app.engine.windows import SHORTEST, working_end
from waitlist_app.errors import Defect, InvalidInput
from waitlist_app.services.session_rules import SessionRules

LONGEST: Final = timedelta(days=60)
MOST_PASSES: Final = 100
MOST_NAMES: Final = 100
LONGEST_NAME: Final = 200
MOST_HOLIDAYS: Final = 400
_MINUTE: Final = timedelta(minutes=1)
_NEVER: Final = timedelta(0)
_WEEK: Final = frozenset(range(7))


def check_rules(rules: SessionRules, calendar: WorkingHours, now: datetime, *, was: SessionRules | None = None) -> None:
    """Pass, or raise `InvalidInput` for the first rule that is out of bounds.

    A waived guard against two seats at once is let pass where it stood in `was` already, as in a recorded stream.
    """
    if not SHORTEST <= rules.offer_window <= LONGEST or rules.offer_window % _MINUTE:
        raise InvalidInput(
            "Please give people from 5 minutes to 60 days to answer, in whole minutes.", field="offer_window"
        )
    if not _NEVER <= rules.reminder_window <= LONGEST or rules.reminder_window % _MINUTE:
        raise InvalidInput(
            "Please choose a reminder from 0 minutes, for none, to 60 days before the end.", field="reminder_window"
        )
    if not _NEVER <= rules.cut_off_window <= LONGEST or rules.cut_off_window % _MINUTE:
        raise InvalidInput(
            "Please choose a cut-off from 0 minutes to 60 days before the start.", field="cut_off_window"
        )
    if not 1 <= rules.most_passes <= MOST_PASSES:
        raise InvalidInput(f"Please say how often a group may be passed, from 1 to {MOST_PASSES}.", field="most_passes")
    if rules.conflicts is ConflictRule.IGNORE and (was is None or was.conflicts is not ConflictRule.IGNORE):
        raise InvalidInput(
            "Nobody can be given two seats at the same time by a rule. Choose wait or block.", field="conflicts"
        )
    if rules.sign_off is not None:
        _check_names(rules.sign_off)
    if rules.in_working_hours and not reaches(calendar, rules.offer_window, now):
        raise InvalidInput("The calendar has too few working hours for this offer window.", field="in_working_hours")


def _check_names(sign_off: SignOff) -> None:
    names = (*sign_off.roles, *sign_off.departments)
    if not all(names) or len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        raise InvalidInput(
            f"Please name up to {MOST_NAMES} roles and departments, or none where everybody needs a sign-off.",
            field="sign_off",
        )


def reaches(calendar: WorkingHours, offer_window: timedelta, now: datetime) -> bool:
    """Say whether an offer made at `now` would end within the years that a calendar is followed."""
    try:
        working_end(calendar, now, offer_window)
    except Defect:
        return False
    return True


def check_calendar(calendar: WorkingHours) -> None:
    """Pass, or raise `InvalidInput` for the first part of a calendar that cannot be."""
    try:
        ZoneInfo(calendar.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput("Please name a time zone, such as Europe/London.", field="zone") from error
    if calendar.opens >= calendar.closes:
        raise InvalidInput("The working hours have to end after they begin, on the same day.", field="closes")
    if not calendar.weekdays or not calendar.weekdays <= _WEEK:
        raise InvalidInput("Please choose at least one working day, from Monday to Sunday.", field="weekdays")
    if len(calendar.holidays) > MOST_HOLIDAYS:
        raise InvalidInput(
            f"Please keep at most {MOST_HOLIDAYS} holidays; those that are over can go.", field="holidays"
        )
