"""The rules of a session, what new sessions begin with, and the calendar, on both databases."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.desk import INES, NOBODY, Desk, at, member
from waitlist_app import csv_io
from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    Session,
    SignOff,
    SilenceRule,
    Status,
    WorkingHours,
)
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.new_times import NewTimes
from waitlist_app.services.ports import MeetingDetails
from waitlist_app.services.preview_act import preview_act
from waitlist_app.services.reschedule_session import reschedule_session
from waitlist_app.services.session_rules import RuleChanges, SessionRules, rules_of
from waitlist_app.services.set_calendar import set_calendar
from waitlist_app.services.set_defaults import set_defaults
from waitlist_app.services.set_session_rules import set_session_rules
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.tell_history import tell_history

WANDA = member("Wanda Ilves", Role.OWNER)
DAY = ("2026-05-04 09:00", "2026-05-04 12:00")
FILE = "session_code,capacity,starts_at,ends_at\nNEW,2,2026-05-11T09:00,2026-05-11T12:00\n"

EVERY: RuleChanges = {
    "offer_window": timedelta(minutes=5),
    "in_working_hours": True,
    "reminder_window": timedelta(minutes=4),
    "cut_off_window": timedelta(days=60),
    "on_lapse": LapseRule.END,
    "groups": GroupRule.FILL_AT_MOST,
    "most_passes": 100,
    "conflicts": ConflictRule.BLOCK,
    "blocked_seats": BlockedRule.KEPT,
    "sign_off": SignOff(roles=frozenset({"New hire"}), departments=frozenset({"Finance"})),
    "on_silence": SilenceRule.RELEASE,
    "one_date": False,
}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a desk with an owner, and one session of one seat, on Thursday at 10:42."""
    desk = Desk(database_url, team=(INES, WANDA))
    desk.session("X", DAY)
    yield desk
    desk.engine.dispose()


def tell(desk: Desk, wanted: RuleChanges, reason: str = "As agreed", **rest: Any) -> str:
    """Set rules of the session."""
    how: dict[str, Any] = {"work": desk.work, "actor": INES, "session_id": "x", **rest}
    return set_session_rules(wanted=wanted, reason=reason, **how)


def rules(desk: Desk, code: str = "X") -> Session:
    """Give the rules of a session as they are stored."""
    [found] = [facts.rules for facts in desk.read(lambda reader: reader.sessions()) if facts.rules.code == code]
    return found


def bring(desk: Desk, text: str = FILE) -> tuple[str, ...]:
    """Import a file of sessions and give what is wrong with it."""
    report = import_sessions(
        work=desk.work, files=csv_io, actor=INES, data=text.encode(), file_name="new.csv", dry_run=False
    )
    return tuple(f"{problem.column}: {problem.why}" for problem in report.problems)


class TestTheRulesOfASession:
    def test_are_all_set_in_one_act_and_told(self, desk: Desk) -> None:
        """Each is stored; the history says from what to what."""
        tell(desk, EVERY)

        stored = rules_of(rules(desk))
        assert {name: getattr(stored, name) for name in EVERY} == EVERY
        assert rules(desk).working_hours == WorkingHours(zone="Europe/London")
        history = desk.read(lambda reader: tell_history(reader, reader.session("x")))
        [told] = [one for day in history for one in getattr(day, "rows", (day,)) if "offer window" in str(one)]
        assert "from 48 h to 5 m in working hours" in str(told)

    def test_that_nobody_names_stay(self, desk: Desk) -> None:
        """One rule is set, and nothing else is another."""
        tell(desk, {"groups": GroupRule.FILL})
        before = rules(desk)

        said = tell(desk, {"on_lapse": LapseRule.END})

        assert said == "The place after an unused offer: the end of the line from now on, out before."
        after = rules_of(rules(desk))
        assert (after.groups, after.on_lapse) == (GroupRule.FILL, LapseRule.END)
        assert rules(desk).capacity == before.capacity

    def test_are_tried_without_being_kept(self, desk: Desk) -> None:
        """A preview says the same, and the same again changes nothing."""
        twelve: RuleChanges = {"offer_window": timedelta(hours=12)}
        tried = preview_act(work=desk.work, act=lambda dry: tell(desk, twelve, work=dry)).says
        untouched = rules(desk).offer_window
        run = tell(desk, {"offer_window": timedelta(hours=12)})
        again = tell(desk, {"offer_window": timedelta(hours=12)})

        assert tried == run == "The offer window: 12 h from now on, 48 h before."
        assert untouched == timedelta(hours=48)
        assert again == "These are the rules that it has already. Nothing was changed."

    def test_propose_whoever_may_pass_from_now_on(self, desk: Desk) -> None:
        """Two seats for Ana, one for Bo: with one seat free, the rule decides whether Bo has a turn."""
        desk.session("G", DAY, capacity=2)
        for name in ("Fay", "Gus"):
            desk.ask(name, "g")
        desk.ask("Ana", "g", units=2)
        desk.ask("Bo", "g")
        desk.drop("fay-g")

        passing = tell(desk, {"groups": GroupRule.FILL}, session_id="g")
        strict = tell(desk, {"groups": GroupRule.STRICT}, session_id="g")

        assert passing == "Passing of groups: any number of times from now on, never before. Bo is proposed."
        assert strict == (
            "Passing of groups: never from now on, any number of times before. Bo is not proposed any more."
        )

    def test_say_that_offers_are_too_short_for_a_reminder(self, desk: Desk) -> None:
        """A reminder two days before the end of an offer of two days would come as it is made."""
        said = tell(desk, {"reminder_window": timedelta(hours=48)})
        shorter = tell(desk, {"reminder_window": timedelta(hours=47)})

        assert said.endswith("Offers are no longer than the reminder is early, so there is none.")
        assert shorter == "The reminder: 47 h before the end from now on, 48 h before the end before."

    def test_say_that_it_is_too_late_for_an_offer(self, desk: Desk) -> None:
        """A cut-off that has passed leaves only what is done by hand."""
        said = tell(desk, {"cut_off_window": timedelta(days=60)})

        assert said.endswith("An offer made now would leave less than 5 minutes, so seats are given by hand.")

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            ({"offer_window": timedelta(minutes=4)}, "offer_window"),
            ({"offer_window": timedelta(days=60, minutes=1)}, "offer_window"),
            ({"offer_window": timedelta(minutes=5, seconds=1)}, "offer_window"),
            ({"reminder_window": timedelta(days=61)}, "reminder_window"),
            ({"reminder_window": timedelta(minutes=-1)}, "reminder_window"),
            ({"cut_off_window": timedelta(minutes=-1)}, "cut_off_window"),
            ({"cut_off_window": timedelta(days=61)}, "cut_off_window"),
            ({"most_passes": 0}, "most_passes"),
            ({"most_passes": 101}, "most_passes"),
            ({"conflicts": ConflictRule.IGNORE}, "conflicts"),
            ({"sign_off": SignOff(roles=frozenset({" "}))}, "sign_off"),
        ],
    )
    def test_have_bounds(self, desk: Desk, wanted: RuleChanges, field: str) -> None:
        """What is out of them is named by its field, and nothing is saved."""
        before = rules(desk)

        with pytest.raises(InvalidInput) as refused:
            tell(desk, wanted)

        assert refused.value.field == field
        assert rules(desk) == before

    def test_are_set_for_a_reason_by_those_who_may(self, desk: Desk) -> None:
        """The record says why."""
        with pytest.raises(ReasonMissing):
            tell(desk, EVERY, reason=" ")
        with pytest.raises(NotAllowed):
            tell(desk, EVERY, actor=NOBODY)


class TestWhatNewSessionsBeginWith:
    def test_is_kept_and_copied_by_the_import(self, desk: Desk) -> None:
        """Sessions that are there keep their rules."""
        set_defaults(work=desk.work, actor=WANDA, wanted=EVERY, reason="As agreed")

        problems = bring(desk)

        assert problems == ()
        new = rules_of(rules(desk, "NEW"))
        assert {name: getattr(new, name) for name in EVERY} == EVERY
        assert rules(desk).offer_window == timedelta(hours=48)
        assert desk.read(lambda reader: reader.organisation_rules()).defaults == new

    def test_remind_a_day_before_unless_somebody_says_otherwise(self, desk: Desk) -> None:
        """Nobody has set anything: the usual rules, with a reminder."""
        bring(desk)

        assert rules_of(rules(desk, "NEW")) == SessionRules(reminder_window=timedelta(hours=24))

    def test_gives_way_to_what_a_line_says(self, desk: Desk) -> None:
        """A blank cell is the organisation's rule, a filled one the session's own."""
        set_defaults(work=desk.work, actor=WANDA, wanted={"groups": GroupRule.FILL}, reason="As agreed")
        text = (
            "session_code,capacity,starts_at,ends_at,window,groups,sign_off,working hours\n"
            "ONE,2,2026-05-11T09:00,2026-05-11T12:00,90 m,,yes,yes\n"
            "TWO,2,2026-05-12T09:00,2026-05-12T12:00,,strict,,\n"
            "BAD,2,2026-05-13T09:00,2026-05-13T12:00,4m,,,\n"
            "ODD,2,2026-05-14T09:00,2026-05-14T12:00,soon,,,\n"
        )

        problems = bring(desk, text)

        one, two = rules_of(rules(desk, "ONE")), rules_of(rules(desk, "TWO"))
        assert (one.offer_window, one.groups, one.sign_off, one.in_working_hours) == (
            timedelta(minutes=90),
            GroupRule.FILL,
            SignOff(),
            True,
        )
        assert (two.offer_window, two.groups, two.sign_off) == (timedelta(hours=48), GroupRule.STRICT, None)
        assert problems == (
            "window: Please give people from 5 minutes to 60 days to answer, in whole minutes.",
            "window: Write a length such as 48h, 90m or 2d.",
        )
        again = bring(desk, text.replace("90 m", "2h"))
        assert again[0] == "window: The session is there already, with 1 h 30 m here. Change it on its own page."

    def test_decides_what_silence_means_where_nobody_says_it(self, desk: Desk) -> None:
        """The session is moved with the usual question, and at its date the silent seat comes back."""
        set_defaults(work=desk.work, actor=WANDA, wanted={"on_silence": SilenceRule.RELEASE}, reason="As agreed")
        bring(desk)
        new = rules(desk, "NEW").id
        desk.ask("Ana", new)
        later = MeetingDetails(starts_at=at("2026-05-12 08:00"), ends_at=at("2026-05-12 11:00"), location="Leeds")

        reschedule_session(
            work=desk.work,
            actor=INES,
            session_id=new,
            wanted=NewTimes(meetings=(later,), location="Leeds"),
            reason="Trainer ill",
        )
        desk.at("2026-03-20 10:00")
        [system] = desk.work.organisations()
        sweep_offers(work=desk.work, actor=system)

        [ana] = desk.read(lambda reader: reader.registrations(new))
        assert ana.registration.status is Status.LAPSED

    def test_is_the_owners_to_set(self, desk: Desk) -> None:
        """A coordinator sets the rules of a session, not those of the house."""
        with pytest.raises(NotAllowed):
            set_defaults(work=desk.work, actor=INES, wanted=EVERY, reason="As agreed")
        with pytest.raises(InvalidInput):
            set_defaults(work=desk.work, actor=WANDA, wanted=EVERY, reason=" ")


class TestASessionWithoutALimit:
    def test_scenario_004_has_no_waitlist_when_it_is_imported(self, desk: Desk) -> None:
        """The list cannot be on without a number."""
        bring(desk, FILE.replace("NEW,2", "NEW,"))

        assert (rules(desk, "NEW").capacity, rules(desk, "NEW").waitlist_is_open) == (None, False)
        bring(desk, FILE.replace("NEW", "OTHER"))
        assert rules(desk, "OTHER").waitlist_is_open


class TestTheCalendar:
    def test_scenario_041_counts_by_the_holidays_that_an_owner_sets(self, desk: Desk) -> None:
        """Four working hours from Thursday 10:42, with Thursday a holiday, end on Friday at noon."""
        tell(desk, {"offer_window": timedelta(hours=4), "in_working_hours": True})
        for name in ("Ana", "Bo", "Cleo"):
            desk.ask(name, "x")
        desk.drop("ana-x")
        desk.approve("bo-x")

        said = set_calendar(
            work=desk.work,
            actor=WANDA,
            wanted={"holidays": frozenset({date(2026, 3, 12)}), "opens": time(9)},
            reason="Founders' day",
        )

        assert said == (
            "The working hours: 09:00 to 20:00 from now on, 08:00 to 20:00 before. "
            "The holidays: 1 with 12 Mar 2026 from now on, none before. "
            "1 session counts by it from now on. Offers that run keep their deadlines."
        )
        assert [o.expires_at for o in desk.read(lambda reader: reader.offers("x"))] == [at("2026-03-12 14:42")]
        desk.decline("bo-x")
        desk.approve("cleo-x")
        assert [o.expires_at for o in desk.read(lambda reader: reader.offers("x"))] == [at("2026-03-13 13:00")]

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            ({"zone": "Nowhere/Land"}, "zone"),
            ({"opens": time(20)}, "closes"),
            ({"weekdays": frozenset[int]()}, "weekdays"),
            ({"weekdays": frozenset({7})}, "weekdays"),
            ({"holidays": frozenset(date.fromordinal(day) for day in range(1, 402))}, "holidays"),
        ],
    )
    def test_has_bounds(self, desk: Desk, wanted: Any, field: str) -> None:
        """A calendar in which no offer could ever end is not kept."""
        before = desk.read(lambda reader: reader.organisation_rules())

        with pytest.raises(InvalidInput) as refused:
            set_calendar(work=desk.work, actor=WANDA, wanted=wanted, reason="As agreed")

        assert refused.value.field == field
        assert desk.read(lambda reader: reader.organisation_rules()) == before

    def test_is_the_owners_to_set(self, desk: Desk) -> None:
        """It says when promises of everybody end."""
        with pytest.raises(NotAllowed):
            set_calendar(work=desk.work, actor=INES, wanted={"opens": time(9)}, reason="As agreed")
