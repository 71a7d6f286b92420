"""How times, lengths and counts are said."""

from datetime import date, timedelta

import pytest

from tests.desk import NOW, at
from waitlist_app.services import wording
from waitlist_app.services.ports import MeetingDetails

LONDON = "Europe/London"


def meetings(*spans):
    """Build meetings from `(start, end)` texts in UTC."""
    return tuple(MeetingDetails(starts_at=at(start), ends_at=at(end)) for start, end in spans)


class TestAnInstant:
    @pytest.mark.parametrize(
        ("instant", "zone", "said"),
        [
            ("2026-03-14 10:42", LONDON, "Sat 14 Mar 2026, 10:42 GMT"),
            ("2026-06-14 09:42", LONDON, "Sun 14 Jun 2026, 10:42 BST"),
            ("2026-03-29 00:59", LONDON, "Sun 29 Mar 2026, 00:59 GMT"),
            ("2026-03-29 01:00", LONDON, "Sun 29 Mar 2026, 02:00 BST"),
            ("2026-10-25 00:30", LONDON, "Sun 25 Oct 2026, 01:30 BST"),
            ("2026-10-25 01:30", LONDON, "Sun 25 Oct 2026, 01:30 GMT"),
            ("2026-03-14 10:42", "America/Sao_Paulo", "Sat 14 Mar 2026, 07:42 UTC-03"),
            ("2026-03-14 10:42", "UTC", "Sat 14 Mar 2026, 10:42 UTC"),
        ],
    )
    def test_is_exact_in_dialogs(self, instant, zone, said):
        """A deadline names its day, its year and its zone, also in the nights when the clock changes."""
        assert wording.exact(at(instant), zone) == said

    @pytest.mark.parametrize(
        ("instant", "said"),
        [
            ("2026-03-14 10:42", "Sat 14 Mar, 10:42"),
            ("2026-03-12 00:05", "Thu 12 Mar, 00:05"),
            ("2025-12-31 23:30", "Wed 31 Dec 2025, 23:30"),
        ],
    )
    def test_leaves_out_the_present_year_in_lists(self, instant, said):
        """Rows have little room; only another year is named."""
        assert wording.in_list(at(instant), LONDON, NOW) == said

    @pytest.mark.parametrize(
        ("instant", "row", "within", "heading"),
        [
            ("2026-03-12 10:00", "Today, 10:00", "10:00 today", "Today, Thu 12 Mar"),
            ("2026-03-11 23:59", "Wed 11 Mar, 23:59", "Wed 11 Mar, 23:59", "Wed 11 Mar"),
        ],
    )
    def test_says_when_it_is_of_today(self, instant, row, within, heading):
        """What happened today says so; the day is that of the zone."""
        moment = at(instant)

        said = (
            wording.recent(moment, LONDON, NOW),
            wording.recent_within(moment, LONDON, NOW),
            wording.heading(moment, LONDON, NOW),
        )

        assert said == (row, within, heading)

    def test_is_in_full_on_public_pages(self):
        """Employees read whole words, and the zone by its place."""
        said = (wording.in_full(at("2026-03-14 10:42"), LONDON), wording.zone_place(LONDON))

        assert said == ("Saturday 14 March, 10:42", "London time")

    @pytest.mark.parametrize(
        ("zone", "said"),
        [("America/New_York", "New York time"), ("UTC", "UTC time"), ("Etc/UTC", "UTC time")],
    )
    def test_names_its_zone_by_a_place(self, zone, said):
        """A zone is called as people there call it."""
        assert wording.zone_place(zone) == said


class TestASession:
    @pytest.mark.parametrize(
        ("start", "end", "said"),
        [
            ("2026-03-24 07:30", "2026-03-24 12:30", "Tue 24 Mar, 07:30 – 12:30"),
            ("2026-03-18 09:00", "2026-03-19 16:30", "Wed 18 – Thu 19 Mar, 09:00"),
            ("2026-03-31 08:00", "2026-04-01 15:00", "Tue 31 Mar – Wed 1 Apr, 09:00"),
            ("2027-01-11 09:00", "2027-01-11 10:00", "Mon 11 Jan 2027, 09:00 – 10:00"),
        ],
    )
    def test_is_short_in_the_list(self, start, end, said):
        """A row says the days and when to be there."""
        assert wording.when_in_list(at(start), at(end), LONDON, NOW) == said

    @pytest.mark.parametrize(
        ("spans", "said"),
        [
            ([("2026-03-18 09:00", "2026-03-18 16:30")], "Wed 18 Mar 2026, 09:00 – 16:30 GMT"),
            (
                [("2026-03-18 09:00", "2026-03-18 16:30"), ("2026-03-19 09:00", "2026-03-19 16:30")],
                "Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT",
            ),
            (
                [("2026-04-29 08:00", "2026-04-29 09:00"), ("2026-05-06 08:00", "2026-05-06 09:00")],
                "Wed 29 Apr and Wed 6 May 2026, 09:00 – 10:00 BST",
            ),
            (
                [("2026-03-18 09:00", "2026-03-18 16:30"), ("2026-03-19 10:00", "2026-03-19 16:30")],
                "2 meetings from Wed 18 Mar 2026, 09:00 GMT",
            ),
            ([("2026-03-18 22:00", "2026-03-19 06:00")], "Wed 18 Mar 2026, 22:00 – Thu 19 Mar, 06:00 GMT"),
        ],
    )
    def test_says_its_meetings(self, spans, said):
        """Days that share their hours stand together; others are counted."""
        assert wording.when(meetings(*spans), LONDON) == said

    def test_has_whole_months_on_public_pages(self):
        """Employees read whole words."""
        spans = meetings(("2026-03-18 09:00", "2026-03-18 16:30"), ("2026-03-19 09:00", "2026-03-19 16:30"))

        assert wording.when(spans, LONDON, in_words=True) == "Wed 18 and Thu 19 March 2026, 09:00 – 16:30 GMT"


class TestALength:
    @pytest.mark.parametrize(
        ("of", "said"),
        [
            (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
            (timedelta(hours=48), "2 d 0 h"),
            (timedelta(hours=47, minutes=59, seconds=59), "47 h 59 m"),
            (timedelta(hours=5, minutes=12), "5 h 12 m"),
            (timedelta(hours=1, minutes=4), "1 h 04 m"),
            (timedelta(minutes=48), "48 m"),
            (timedelta(seconds=59), "0 m"),
            (timedelta(seconds=-1), "0 m"),
        ],
    )
    def test_is_said_in_its_two_largest_units(self, of, said):
        """Nobody counts minutes of a wait of days."""
        assert wording.length(of) == said

    @pytest.mark.parametrize(
        ("of", "said"),
        [(timedelta(hours=48), "48 h"), (timedelta(minutes=90), "1 h 30 m"), (timedelta(minutes=5), "5 m")],
    )
    def test_of_a_window_is_in_hours(self, of, said):
        """A window of two days is called 48 hours, as the rule is written."""
        assert wording.window(of) == said


class TestACount:
    def test_agrees_with_its_noun(self):
        """One seat, two seats."""
        said = (wording.counted(1, "seat"), wording.counted(2, "seat"), wording.counted(0, "person", "people"))

        assert said == ("1 seat", "2 seats", "0 people")

    @pytest.mark.parametrize(
        ("number", "said"),
        [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (113, "113th"), (121, "121st")],
    )
    def test_of_a_place_is_an_ordinal(self, number, said):
        """First, second, third, and the eleventh is no first."""
        assert wording.ordinal(number) == said

    def test_of_dates_is_written_out(self):
        """A date has no clock."""
        said = (wording.calendar_day(date(2026, 3, 20)), wording.calendar_day_in_full(date(2026, 3, 20)))

        assert said == ("20 Mar 2026", "20 March")
