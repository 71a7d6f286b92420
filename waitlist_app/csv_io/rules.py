"""The columns of a file of sessions that say by which rules each runs."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Final, cast

from waitlist_app.csv_io.sheet import Sheet
from waitlist_app.csv_io.values import chosen, lengths, numbers
from waitlist_app.engine.model import BlockedRule, ConflictRule, GroupRule, LapseRule, SignOff, SilenceRule
from waitlist_app.services.session_rules import RuleChanges

_Read = Callable[[Any], tuple[list[Any], Mapping[int, str]]]

_YES: Final = {"yes": True, "y": True, "true": True, "on": True, "1": True}
_NO: Final = {"no": False, "n": False, "false": False, "off": False, "0": False}
flags: Final = partial(chosen, of={**_YES, **_NO}, why="This must be yes or no.")
_passes: Final = partial(numbers, least=1, most=100, too_small="A group may be passed 1 time or more.")


def _words(*rules: StrEnum) -> _Read:
    """Give what reads one of the words for a rule."""
    of = {rule.value: rule for rule in rules}
    return partial(chosen, of=of, why=f"This must be {' or '.join(of)}.")


_READ: Final[Mapping[str, _Read]] = {
    "offer_window": lengths,
    "in_working_hours": flags,
    "reminder_window": lengths,
    "cut_off_window": lengths,
    "on_lapse": _words(*LapseRule),
    "groups": _words(*GroupRule),
    "most_passes": _passes,
    "conflicts": _words(ConflictRule.WAIT, ConflictRule.BLOCK),
    "blocked_seats": _words(*BlockedRule),
    "sign_off": flags,
    "on_silence": _words(*SilenceRule),
    "one_date": flags,
}


def read_rules(sheet: Sheet) -> Callable[[int], RuleChanges]:
    """Read the rules of every line, and give what gives those that a row names."""
    columns = {name: sheet.values(name, read) for name, read in _READ.items()}

    def rules(row: int) -> RuleChanges:
        named: dict[str, Any] = {name: values[row] for name, values in columns.items() if values[row] is not None}
        if "sign_off" in named:
            named["sign_off"] = SignOff() if named["sign_off"] else None
        return cast("RuleChanges", named)

    return rules
