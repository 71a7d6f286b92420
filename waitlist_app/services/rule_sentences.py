"""Changes of rules in words: for the record, and for whoever has just made them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    SignOff,
    SilenceRule,
    WorkingHours,
)
from waitlist_app.services.session_rules import SessionRules
from waitlist_app.services.wording import calendar_day, counted, listed, window, zone_place

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FEW: Final = 3
_AFTER_LAPSE: Final = {LapseRule.OUT: "out", LapseRule.END: "the end of the line"}
_CONFLICTS: Final = {ConflictRule.WAIT: "waiting", ConflictRule.BLOCK: "refused", ConflictRule.IGNORE: "allowed"}
_BLOCKED: Final = {BlockedRule.OPEN: "open to newcomers", BlockedRule.KEPT: "kept"}
_SILENCE: Final = {SilenceRule.KEEP: "keeping the seat", SilenceRule.RELEASE: "giving the seat back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One thing that is not as it was."""

    name: str
    """The field, as in `offer_window`."""
    noun: str
    before: str
    after: str

    @property
    def on_record(self) -> str:
        """Say it behind a name, as in `set the offer window from 48 h to 12 h`."""
        return f"set {self.noun} from {self.before} to {self.after}"

    @property
    def in_answer(self) -> str:
        """Say it to whoever did it, as in `The offer window is 12 h now, and was 48 h.`."""
        return f"{self.noun[0].upper()}{self.noun[1:]}: {self.after} from now on, {self.before} before."


def rule_changes(was: SessionRules, rules: SessionRules) -> Sequence[RuleChange]:
    """List what is not as it was, in a fixed order."""
    before, after = dict(_in_words(was)), dict(_in_words(rules))
    return [
        RuleChange(name=name, noun=_NOUNS[name], before=before[name], after=said)
        for name, said in after.items()
        if said != before[name]
    ]


def calendar_changes(was: WorkingHours, calendar: WorkingHours) -> Sequence[RuleChange]:
    """List what is not as it was in a calendar, holidays by name where they are few."""
    changes = [
        RuleChange(name=name, noun=noun, before=before, after=after)
        for name, noun, before, after in (
            ("zone", "the zone of the calendar", zone_place(was.zone), zone_place(calendar.zone)),
            ("closes", "the working hours", _hours(was), _hours(calendar)),
            ("weekdays", "the working days", _days(was), _days(calendar)),
        )
        if before != after
    ]
    if was.holidays != calendar.holidays:
        changes.append(
            RuleChange(
                name="holidays",
                noun="the holidays",
                before=_holidays(was.holidays, but=calendar.holidays),
                after=_holidays(calendar.holidays, but=was.holidays),
            )
        )
    return changes


def calendar_in_words(calendar: WorkingHours) -> str:
    """Say when an organisation works, as in `Mon to Fri, 08:00 to 20:00, London time, 2 holidays`."""
    holidays = counted(len(calendar.holidays), "holiday") if calendar.holidays else "no holidays"
    return f"{_days(calendar)}, {_hours(calendar)}, {zone_place(calendar.zone)}, {holidays}"


def rules_listed(rules: SessionRules) -> Sequence[str]:
    """Say every rule, as in `Offer window: 48 h`."""
    return [f"{_NOUNS[name].removeprefix('the ').capitalize()}: {said}" for name, said in _in_words(rules)]


def sign_off_in_words(sign_off: SignOff | None) -> str:
    """Say whose requests a manager signs off."""
    if sign_off is None:
        return "nobody"
    named = (*sorted(sign_off.roles), *sorted(sign_off.departments))
    return listed(named) if named else "everybody"


_NOUNS: Final = {
    "offer_window": "the offer window",
    "reminder_window": "the reminder",
    "cut_off_window": "the cut-off",
    "on_lapse": "the place after an unused offer",
    "groups": "passing of groups",
    "conflicts": "requests at the same time as a seat",
    "blocked_seats": "seats that nobody in line can take",
    "sign_off": "sign-off by a manager",
    "on_silence": "silence after a move",
    "one_date": "dates of a course for each person",
}


def _in_words(rules: SessionRules) -> Iterator[tuple[str, str]]:
    hours = " in working hours" if rules.in_working_hours else ""
    yield "offer_window", f"{window(rules.offer_window)}{hours}"
    yield "reminder_window", _before(rules.reminder_window, "the end", never="none")
    yield "cut_off_window", _before(rules.cut_off_window, "the start", never="the start")
    yield "on_lapse", _AFTER_LAPSE[rules.on_lapse]
    yield "groups", _passing(rules)
    yield "conflicts", _CONFLICTS[rules.conflicts]
    yield "blocked_seats", _BLOCKED[rules.blocked_seats]
    yield "sign_off", sign_off_in_words(rules.sign_off)
    yield "on_silence", _SILENCE[rules.on_silence]
    yield "one_date", "one" if rules.one_date else "several"


def _before(by: timedelta, what: str, *, never: str) -> str:
    return f"{window(by)} before {what}" if by else never


def _passing(rules: SessionRules) -> str:
    match rules.groups:
        case GroupRule.STRICT:
            return "never"
        case GroupRule.FILL:
            return "any number of times"
        case GroupRule.FILL_AT_MOST:
            return f"at most {counted(rules.most_passes, 'time')}"


def _hours(calendar: WorkingHours) -> str:
    return f"{calendar.opens:%H:%M} to {calendar.closes:%H:%M}"


def _days(calendar: WorkingHours) -> str:
    days = sorted(calendar.weekdays)
    if len(days) >= _FEW and days[-1] - days[0] == len(days) - 1:
        return f"{_WEEKDAYS[days[0]]} to {_WEEKDAYS[days[-1]]}"
    return listed([_WEEKDAYS[day] for day in days])


def _holidays(of: frozenset[date], *, but: frozenset[date]) -> str:
    """Count holidays, and name the few that are not in the other list."""
    named = sorted(of - but)
    count = str(len(of)) if of else "none"
    return f"{count} with {listed(list(map(calendar_day, named)))}" if 0 < len(named) <= _FEW else count
