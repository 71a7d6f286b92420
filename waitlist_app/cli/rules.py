"""`rules`: what new sessions begin with, the calendar, and the rules of one session."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any, Final, TypeVar, cast

from waitlist_app.cli.files import add_organisation, opened, session_id_of
from waitlist_app.cli.members import OPERATOR
from waitlist_app.cli.replay import length
from waitlist_app.engine.model import BlockedRule, ConflictRule, GroupRule, LapseRule, SignOff, SilenceRule
from waitlist_app.services.difference_in_words import in_lines
from waitlist_app.services.ports import Work
from waitlist_app.services.preview_act import preview_act
from waitlist_app.services.rule_sentences import calendar_in_words, rules_listed
from waitlist_app.services.session_rules import CalendarChanges, RuleChanges, rules_of
from waitlist_app.services.set_calendar import keep_calendar
from waitlist_app.services.set_defaults import keep_defaults
from waitlist_app.services.set_session_rules import set_session_rules

_V = TypeVar("_V")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CALENDAR: Final = ("zone", "opens", "closes", "weekdays", "holidays")


def add_rules(commands: Any) -> None:
    """Add `rules` to the commands."""
    rules = commands.add_parser(
        "rules", help="show and set offer windows, what follows a lapse, groups, the calendar …"
    )
    kinds = rules.add_subparsers(required=True, metavar="WHAT")
    showing = kinds.add_parser("show", help="the calendar, and what new sessions begin with")
    showing.add_argument("--session", default="", metavar="CODE", help="the rules of this session instead")
    showing.set_defaults(run=_show)
    defaults = kinds.add_parser("defaults", help="set what sessions begin with that are added from now on")
    defaults.set_defaults(run=_defaults)
    session = kinds.add_parser("session", help="set rules of one session")
    session.add_argument("code", help="its code")
    session.set_defaults(run=_session)
    calendar = kinds.add_parser("calendar", help="set the working hours, days and holidays")
    calendar.set_defaults(run=_calendar)
    for kind in (defaults, session):
        _add_rules(kind)
    _add_calendar(calendar)
    for kind in (defaults, session, calendar):
        kind.add_argument("--reason", required=True, help="why; it stays on record")
        kind.add_argument("--apply", action="store_true", help="save; without it, only say what would happen")
    for kind in (showing, defaults, session, calendar):
        add_organisation(kind)


def _add_rules(kind: argparse.ArgumentParser) -> None:
    for name in ("offer-window", "reminder-window", "cut-off-window"):
        kind.add_argument(f"--{name}", type=length, help="such as 48h, 90m or 2d")
    kind.add_argument("--on-lapse", type=LapseRule, choices=tuple(LapseRule))
    kind.add_argument("--groups", type=GroupRule, choices=tuple(GroupRule))
    kind.add_argument("--most-passes", type=int)
    kind.add_argument("--conflicts", type=ConflictRule, choices=(ConflictRule.WAIT, ConflictRule.BLOCK))
    kind.add_argument("--blocked-seats", type=BlockedRule, choices=tuple(BlockedRule))
    kind.add_argument("--on-silence", type=SilenceRule, choices=tuple(SilenceRule))
    for name in ("in-working-hours", "one-date", "sign-off"):
        kind.add_argument(f"--{name}", action=argparse.BooleanOptionalAction)
    kind.add_argument("--sign-off-role", action="append", metavar="ROLE", help="only for this role; repeat for more")
    kind.add_argument("--sign-off-department", action="append", metavar="NAME", help="only for this department")


def _add_calendar(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--zone", help="such as Europe/London")
    kind.add_argument("--opens", type=_read(time.fromisoformat, "a time such as 08:00"))
    kind.add_argument("--closes", type=_read(time.fromisoformat, "a time such as 20:00"))
    kind.add_argument("--weekdays", type=_read(_weekdays, "days such as mon,tue,fri"))
    kind.add_argument("--holidays", type=_read(_holidays, "days such as 2026-12-25,2026-12-26"), help="all of them")


def _show(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        organisation = product.work.read(actor, lambda reader: reader.organisation_rules())
        rules, said = organisation.defaults, [f"Calendar: {calendar_in_words(organisation.calendar)}"]
        if arguments.session:
            session_id = session_id_of(product, actor, arguments.session)
            rules, said = rules_of(product.work.read(actor, lambda reader: reader.session(session_id)).rules), []
    print("\n".join([*said, *rules_listed(rules)]))
    return 0


def _session(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        session_id = session_id_of(product, actor, arguments.code)

        def act(work: Work) -> str:
            return set_session_rules(
                work=work,
                actor=replace(actor, id=OPERATOR.id, name=OPERATOR.name),
                session_id=session_id,
                wanted=_wanted(arguments),
                reason=arguments.reason,
            )

        if arguments.apply:
            return _told(act(product.work), arguments)
        shown = preview_act(work=product.work, act=act)
    _told(shown.says, arguments)
    print("".join(f"{line}\n" for line in in_lines(shown.told)), end="")
    return 0


def _defaults(arguments: argparse.Namespace) -> int:
    return _keep(arguments, lambda tx: keep_defaults(tx, _wanted(arguments), arguments.reason))


def _calendar(arguments: argparse.Namespace) -> int:
    named = {name: getattr(arguments, name) for name in _CALENDAR if getattr(arguments, name) is not None}
    return _keep(arguments, lambda tx: keep_calendar(tx, cast("CalendarChanges", named), arguments.reason))


def _keep(arguments: argparse.Namespace, unit: Callable[[Any], str]) -> int:
    """Do what is an owner's to do, as whoever runs the installation; on record as the operator's."""
    with opened(arguments) as (product, actor):
        operator = replace(actor, id=OPERATOR.id, name=OPERATOR.name)
        said = (product.work.transact if arguments.apply else product.work.rehearse)(operator, unit)
    return _told(said, arguments)


def _told(said: str, arguments: argparse.Namespace) -> int:
    print(said if arguments.apply else f"{said} Nothing is saved.")
    return 0


def _wanted(arguments: argparse.Namespace) -> RuleChanges:
    names = RuleChanges.__optional_keys__ - {"sign_off"}
    named: dict[str, Any] = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    roles, departments = (frozenset(of or ()) for of in (arguments.sign_off_role, arguments.sign_off_department))
    if arguments.sign_off is False:
        named["sign_off"] = None
    elif arguments.sign_off or roles or departments:
        named["sign_off"] = SignOff(roles=roles, departments=departments)
    return cast("RuleChanges", named)


def _read(read: Callable[[str], _V], what: str) -> Callable[[str], _V]:
    def value(text: str) -> _V:
        try:
            return read(text)
        except ValueError as error:
            message = f"{text!r} is not {what}"
            raise argparse.ArgumentTypeError(message) from error

    return value


def _weekdays(text: str) -> frozenset[int]:
    return frozenset(_DAYS.index(day.strip().casefold()) for day in text.split(","))


def _holidays(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day.strip()) for day in text.split(",") if day.strip())
