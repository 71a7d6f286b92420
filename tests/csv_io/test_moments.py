from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from waitlist_app.csv_io import read_requests
from waitlist_app.csv_io.moments import day, instant

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
HALF_PAST_NINE = datetime(2026, 7, 14, 8, 30, tzinfo=UTC)

THE_SAME_TIME = [
    "2026-07-14T09:30:00+01:00",
    "2026-07-14T08:30:00Z",
    "2026-07-14 08:30 UTC",
    "2026-07-14T10:30+0200",
    "2026-07-14 10:30:00.000 +02",
    "2026-07-14T09:30",
    "2026-07-14  9:30",
    "2026-07-14 9:30 AM",
    "14.07.2026 09:30",
    "14/07/2026 09:30",
    "07/14/2026 9:30 a.m.",
    "2026/07/14 09:30:00",
    "14 July 2026, 09:30",
    "14 Jul 2026 09:30",
    "Tue 14 Jul 2026, 09:30",
    "July 14, 2026 9:30am",
    "Tuesday, July 14, 2026 at 9:30 AM",
]

UNREADABLE = "This time could not be read. Write it as 2026-03-14T09:00+00:00."

FAULTS = {
    "": "The time is missing.",
    "soon": UNREADABLE,
    "14 Juhu 2026 09:30": "This day could not be read. Write it as 2026-03-28.",
    "2026-07-14T25:00Z": UNREADABLE,
    "2026-07-14 13:30 pm": UNREADABLE,
    "2026-07-14 09:30 tomorrow": UNREADABLE,
    "46217.5": UNREADABLE,
    "2026-07-14": "The time of day is missing, as in 2026-07-14T09:00.",
    "2026-13-14T09:30Z": "There is no month 13.",
    "2026-04-31T09:30Z": "April 2026 has 30 days.",
    "0226-04-30T09:30Z": "The year 226 cannot be right.",
    "9999-12-31T23:59-12:00": "The year 9999 cannot be right.",
    "2026-04-30T09:30+99:00": "No place on earth has this offset from UTC.",
    "03/04/2026 09:30": "This could be 3 April or 4 March. Write it as 2026-04-03 or 2026-03-04.",
    "3-4-2026 09:30": "This could be 3 April or 4 March. Write it as 2026-04-03 or 2026-03-04.",
}


class TestATime:
    @pytest.mark.parametrize("text", THE_SAME_TIME)
    def test_is_read_however_people_write_it(self, text):
        """There is one half past nine on that day, whichever way it is written."""
        at = instant(text, zone=LONDON)

        assert at == HALF_PAST_NINE

    @pytest.mark.parametrize(("text", "why"), FAULTS.items())
    def test_that_is_unclear_is_never_guessed(self, text, why):
        """What could be two days is asked about, because the order of a line hangs on it."""
        with pytest.raises(ValueError, match=r"\.$") as fault:
            instant(text, zone=LONDON)

        assert str(fault.value) == why

    def test_of_the_hour_that_comes_twice_needs_its_offset(self):
        """In the night when the clocks go back, half past two was there twice."""
        with pytest.raises(ValueError, match="twice") as fault:
            instant("2026-10-25 02:30", zone=BERLIN)

        assert str(fault.value) == (
            "This time comes twice, because the clocks go back. Write 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00."
        )

    def test_of_the_hour_that_comes_twice_is_clear_with_its_offset(self):
        """Given the offset, each of the two is its own instant."""
        first, second = (instant(f"2026-10-25 02:30{offset}", zone=BERLIN) for offset in ("+02:00", "+01:00"))

        assert (first, second) == (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        )

    def test_of_the_hour_that_is_left_out_does_not_exist(self):
        """In the night when the clocks go forward, nobody asked at half past two."""
        with pytest.raises(ValueError, match="not exist") as fault:
            instant("2026-03-29 02:30", zone=BERLIN)

        assert str(fault.value) == (
            "This time does not exist: the clocks went forward over it. Add the offset from UTC."
        )

    def test_is_the_same_alone_and_in_a_column(self):
        """The quick way for whole columns and the careful way for single cells agree."""
        texts = ["2026-07-14T09:30:00+01:00", "2026-07-14 08:30:00.25Z", "14.07.2026 09:30", "2026-02-30T09:30:00Z"]
        lines = "".join(f"{text},FIRE-1,00417,Mei Sato\n" for text in texts)

        contents = read_requests(
            f"requested_at,session_code,employee_id,employee_name\n{lines}".encode(), zone="Europe/London"
        )

        assert [row.requested_at for row in contents.rows] == [instant(text, zone=LONDON) for text in texts[:3]]
        assert [problem.why for problem in contents.problems] == ["February 2026 has 28 days."]


class TestADay:
    @pytest.mark.parametrize("text", ["2026-03-28", "28.3.2026", "28/03/2026", "3/28/2026", "28 Mar 2026 00:00"])
    def test_is_read_however_people_write_it(self, text):
        """A deadline is a day, and a time of day behind it does not matter."""
        on = day(text)

        assert on == date(2026, 3, 28)
