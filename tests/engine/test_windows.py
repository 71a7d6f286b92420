"""How long an offer runs."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import MONDAY, at, session
from waitlist_app.engine.model import WorkingHours
from waitlist_app.engine.refusals import StartTooClose
from waitlist_app.engine.windows import cut_off, deadline, reminder_at, working_end
from waitlist_app.errors import Defect

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = WorkingHours(zone="Europe/Berlin", holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
"""Monday to Friday, 8 to 20; Good Friday and Easter Monday are free."""


def berlin(text: str) -> datetime:
    """Give an instant by the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


class TestAWindowInWorkingHours:
    @pytest.mark.parametrize(
        ("start", "hours", "end"),
        [
            ("2026-03-06 15:00", 4, "2026-03-06 19:00"),
            ("2026-03-06 19:00", 4, "2026-03-09 11:00"),
            ("2026-03-08 23:00", 4, "2026-03-09 12:00"),
            ("2026-03-06 16:00", 4, "2026-03-06 20:00"),
            ("2026-03-06 20:00", 4, "2026-03-09 12:00"),
            ("2026-03-06 07:00", 4, "2026-03-06 12:00"),
            ("2026-03-02 08:00", 12, "2026-03-02 20:00"),
            ("2026-03-02 10:00", 16, "2026-03-03 14:00"),
            ("2026-04-02 18:00", 4, "2026-04-07 10:00"),
            ("2026-03-27 19:00", 4, "2026-03-30 11:00"),
            ("2026-10-23 19:00", 4, "2026-10-26 11:00"),
        ],
    )
    def test_passes_only_while_people_work(self, start, hours, end):
        """Nights, weekends and holidays do not count, and a window used up at closing time ends there."""
        assert working_end(HOURS, berlin(start), timedelta(hours=hours)) == berlin(end)

    def test_counts_real_hours_when_the_clock_changes_at_work(self):
        """A night shift on the night of the change is an hour shorter, so the last hour is the next night's."""
        nights = WorkingHours(zone="Europe/Berlin", opens=time(0), closes=time(6), weekdays=frozenset(range(7)))

        end = working_end(nights, berlin("2026-03-29 00:00"), timedelta(hours=6))

        assert end == berlin("2026-03-30 01:00")

    @pytest.mark.parametrize(
        ("zone", "start", "end"),
        [
            ("America/New_York", "2026-03-03 00:00", "2026-03-03 00:30"),
            ("Asia/Tokyo", "2026-03-01 23:00", "2026-03-01 23:30"),
        ],
    )
    def test_begins_on_the_day_that_it_is_where_people_work(self, zone, start, end):
        """Midnight in London is Monday evening in New York, and late on Sunday is Monday morning in Tokyo."""
        assert working_end(WorkingHours(zone=zone), at(start), timedelta(minutes=30)) == at(end)

    def test_of_an_organisation_that_never_works_is_a_mistake(self):
        """A calendar without working days is a defect, not an endless search."""
        with pytest.raises(Defect) as caught:
            working_end(WorkingHours(zone="UTC", weekdays=frozenset()), MONDAY, timedelta(hours=1))

        assert caught.value.detail == "The calendar of this organisation has no working days."


class TestADeadline:
    def test_is_one_window_away(self):
        """Without a start nothing clips it."""
        assert deadline(session(offer_window=timedelta(hours=1)), MONDAY) == at("2026-03-02 11:00")

    def test_is_counted_in_working_hours_where_asked_to(self):
        """Four hours from Friday evening end on Monday morning."""
        rules = session(offer_window=timedelta(hours=4), working_hours=HOURS)

        assert deadline(rules, berlin("2026-03-06 19:00")) == berlin("2026-03-09 11:00")

    @pytest.mark.parametrize(
        ("starts_at", "expected"),
        [
            ("2026-03-02 14:00", "2026-03-02 13:00"),
            ("2026-03-02 12:30", "2026-03-02 11:30"),
            ("2026-03-02 11:05", "2026-03-02 10:05"),
        ],
    )
    def test_is_clipped_at_the_cut_off(self, starts_at, expected):
        """One hour before the start promotions by offer end."""
        rules = session(offer_window=timedelta(hours=3), starts_at=at(starts_at), cut_off_window=timedelta(hours=1))

        assert deadline(rules, MONDAY) == at(expected)

    @pytest.mark.parametrize("starts_at", ["2026-03-02 11:04:59", "2026-03-02 11:00", "2026-03-02 09:00"])
    def test_does_not_exist_less_than_five_minutes_before_the_cut_off(self, starts_at):
        """After the cut-off only a person can still seat somebody."""
        with pytest.raises(StartTooClose):
            deadline(session(starts_at=at(starts_at), cut_off_window=timedelta(hours=1)), MONDAY)


class TestTheCutOff:
    def test_lies_its_window_before_the_start(self):
        """Six hours before the start."""
        rules = session(starts_at=at("2026-03-03 16:00"), cut_off_window=timedelta(hours=6))

        assert cut_off(rules) == at("2026-03-03 10:00")

    def test_does_not_exist_without_a_start(self):
        """Recorded streams know no start."""
        assert cut_off(session(cut_off_window=timedelta(hours=6))) is None


class TestTheReminder:
    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            (timedelta(hours=24), at("2026-03-03 10:00")),
            (timedelta(hours=48), None),
            (timedelta(hours=72), None),
            (timedelta(0), None),
        ],
    )
    def test_comes_before_the_deadline_if_the_offer_is_long_enough(self, before, expected):
        """A day before; an offer as short as that needs none, and zero switches it off."""
        rules = session(reminder_window=before)

        assert reminder_at(rules, made_at=MONDAY, expires_at=at("2026-03-04 10:00")) == expected
