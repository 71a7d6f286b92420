"""The rules of a session in words."""

from datetime import timedelta
from typing import Any

from tests.desk import NOW, at
from waitlist_app.engine.model import GroupRule, LapseRule, Mode, Order, Session, StandingApproval, Tally, WorkingHours
from waitlist_app.services.ports import SessionFacts
from waitlist_app.services.rules import is_too_late, named, rules_in_short, rules_in_words

STARTS = at("2026-03-18 09:00")


def facts(*, title="First Aid at Work", **rules):
    """Build First Aid at Work with some rules."""
    given: dict[str, Any] = {"capacity": 12, **rules}
    return SessionFacts(
        rules=Session(id="faw", code="FAW", starts_at=STARTS, **given),
        tally=Tally(),
        title=title,
        location="Leeds",
        zone="Europe/London",
        starts_at=STARTS,
        ends_at=STARTS,
        version=0,
    )


class TestTheRules:
    def test_leave_out_what_is_as_usual(self):
        """A plain session says its order, its mode and its window."""
        assert rules_in_words(facts(), NOW) == (
            "Order: time asked",
            "Manual: you approve each promotion",
            "Offer window 48 h",
        )

    def test_say_whatever_was_chosen(self):
        """Everything that differs from the usual is said."""
        chosen = facts(
            order=Order.PRIORITY,
            mode=Mode.OFFERED,
            standing_approval=StandingApproval(id="standing"),
            offer_window=timedelta(hours=16),
            working_hours=WorkingHours(zone="Europe/London"),
            reminder_window=timedelta(hours=4),
            cut_off_window=timedelta(hours=48),
            on_lapse=LapseRule.END,
            groups=GroupRule.FILL,
            allowance_units=1,
            room_capacity=10,
            waitlist_is_open=False,
        )

        assert rules_in_words(chosen, NOW) == (
            "Order: deadline, role, time asked",
            "Offers go out by themselves",
            "Offer window 16 h in working hours, reminder 4 h before its end, once unused to the end of the line",
            "Cut-off Mon 16 Mar, 09:00",
            "Groups keep their place, who fits may pass",
            "Trainer limit 13 seats, room 10: the room rules",
            "Waitlist closed: whoever waits stays, nobody joins",
        )

    def test_say_which_of_two_limits_rules(self):
        """Of two limits the smaller counts, and the screen says which."""
        assert rules_in_words(facts(capacity=6, room_capacity=8), NOW)[-1] == (
            "Trainer limit 6 seats, room 8: the trainer rules"
        )

    def test_are_short_in_the_list(self):
        """Without a standing approval a session acts by hand, whatever was chosen."""
        said = (
            rules_in_short(facts(mode=Mode.OFFERED).rules, NOW),
            rules_in_short(
                facts(mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing"), order=Order.PRIORITY).rules,
                NOW,
            ),
        )

        assert said == ("First come · manual", "Priority · offered")

    def test_name_a_session_once_when_its_title_is_its_code(self):
        """A session is called by title and code; nobody reads the same word twice."""
        assert (named(facts()), named(facts(title="FAW"))) == ("First Aid at Work, FAW", "FAW")

    def test_know_when_it_is_too_late_for_an_offer(self):
        """Five minutes before the cut-off are enough, a second less is not."""
        rules = facts(cut_off_window=timedelta(hours=48)).rules

        assert not is_too_late(rules, at("2026-03-16 08:55:00"))
        assert is_too_late(rules, at("2026-03-16 08:55:01"))
