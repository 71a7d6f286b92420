from datetime import UTC, datetime, timedelta

import pytest

from waitlist_app.notifications import times
from waitlist_app.services.ports import MeetingDetails


def _meeting(start: datetime, hours: float = 7.5) -> MeetingDetails:
    return MeetingDetails(starts_at=start, ends_at=start + timedelta(hours=hours))


def _at(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, 0, tzinfo=UTC)


class TestATime:
    def test_scenario_043_is_said_in_the_zone_of_the_session(self):
        """The same instant is another evening in New York and another morning in Auckland."""
        instant = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)

        said = [times.moment(instant, zone) for zone in ("UTC", "America/New_York", "Pacific/Auckland")]

        assert said == [
            "Saturday 14 March 2026, 23:30",
            "Saturday 14 March 2026, 19:30",
            "Sunday 15 March 2026, 12:30",
        ]

    def test_is_short_in_a_subject(self):
        """An inbox shows few words."""
        assert times.short_moment(_at(3, 14, 10), "Europe/London") == "Sat 14 March, 10:00"


class TestAZone:
    @pytest.mark.parametrize(
        ("zone", "at", "name"),
        [
            ("Europe/London", _at(1, 5, 9), "London time (GMT)"),
            ("Europe/London", _at(7, 5, 9), "London time (BST)"),
            ("America/New_York", _at(7, 5, 9), "New York time (EDT)"),
            ("America/Argentina/Buenos_Aires", _at(7, 5, 9), "Buenos Aires time (UTC-03)"),
            ("Asia/Kathmandu", _at(7, 5, 9), "Kathmandu time (UTC+0545)"),
            ("UTC", _at(7, 5, 9), "UTC"),
            ("Etc/GMT-2", _at(7, 5, 9), "UTC+02"),
        ],
    )
    def test_is_named_by_its_place_and_the_season(self, zone, at, name):
        """A time without the name of its zone is a guess."""
        assert times.zone_name(at, zone) == name


class TestALength:
    @pytest.mark.parametrize(
        ("of", "said"),
        [
            (timedelta(hours=48), "48 hours"),
            (timedelta(hours=48) - timedelta(seconds=20), "48 hours"),
            (timedelta(hours=47, minutes=20), "about 47 hours"),
            (timedelta(minutes=5), "5 minutes"),
            (timedelta(seconds=40), "1 minute"),
            (timedelta(minutes=89), "89 minutes"),
            (timedelta(minutes=90), "about 2 hours"),
            (timedelta(hours=72), "3 days"),
            (timedelta(days=6, hours=15), "about 7 days"),
        ],
    )
    def test_says_about_when_it_is_not_to_the_minute(self, of, said):
        """The exact deadline stands beside it; the length is for the feeling."""
        assert times.length(of) == said


class TestTheMeetingsOfASession:
    @pytest.mark.parametrize(
        ("meetings", "zone", "lines"),
        [
            ([_meeting(_at(3, 18, 9))], "Europe/London", ("Wed 18 March 2026", "09:00 – 16:30", "London time (GMT)")),
            (
                [_meeting(_at(3, 18, 9)), _meeting(_at(3, 19, 9))],
                "Europe/London",
                ("Wed 18 and Thu 19 March 2026", "09:00 – 16:30 both days", "London time (GMT)"),
            ),
            (
                [_meeting(_at(3, 30, 9)), _meeting(_at(3, 31, 9)), _meeting(_at(4, 1, 9))],
                "UTC",
                ("Mon 30, Tue 31 March and Wed 1 April 2026", "09:00 – 16:30 each day", "UTC"),
            ),
            (
                [_meeting(_at(3, 18, 9)), _meeting(_at(3, 19, 13), hours=2)],
                "UTC",
                ("Wed 18 March 2026, 09:00 – 16:30", "Thu 19 March 2026, 13:00 – 15:00", "UTC"),
            ),
            (
                [_meeting(_at(12, 31, 22), hours=8)],
                "UTC",
                ("Thu 31 December 2026, 22:00 – Fri 1 January, 06:00", "UTC"),
            ),
            (
                [_meeting(_at(12, 31, 9)), _meeting(_at(1, 1, 9, year=2027))],
                "UTC",
                ("Thu 31 December 2026, 09:00 – 16:30", "Fri 1 January 2027, 09:00 – 16:30", "UTC"),
            ),
            (
                [_meeting(_at(3, 27, 9)), _meeting(_at(3, 30, 8))],
                "Europe/London",
                (
                    "Fri 27 March 2026, 09:00 – 16:30, London time (GMT)",
                    "Mon 30 March 2026, 09:00 – 16:30, London time (BST)",
                ),
            ),
        ],
        ids=["one day", "two days", "over a month", "other hours", "a night", "over a year", "clocks change"],
    )
    def test_are_said_as_short_as_they_allow(self, meetings, zone, lines):
        """Days with the same hours share a line; nothing is left to be worked out."""
        assert times.meeting_lines(meetings, zone) == lines
