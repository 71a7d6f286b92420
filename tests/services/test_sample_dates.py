from datetime import UTC, datetime

from tests.desk import at
from waitlist_app.services.sample_dates import first_instant, last_instant, moved, weeks_back_from, weeks_until

FILE = (
    b"requested_at,employee_id,compliance_deadline\n"
    b"2022-02-14T08:30:00-08:00,E2022-01-01X,2022-03-18\n"
    b"2022-02-12T09:00:00-08:00,E10001,\n"
)


class TestMovingDates:
    def test_keeps_weekdays_and_hours_across_the_change_of_the_clocks(self):
        """A request made on a Monday at half past eight stays one, whatever the offset is then."""
        data = moved(FILE, weeks=20, zone="America/Los_Angeles")

        assert data == (
            b"requested_at,employee_id,compliance_deadline\n"
            b"2022-07-04T08:30:00-07:00,E2022-01-01X,2022-08-05\n"
            b"2022-07-02T09:00:00-07:00,E10001,\n"
        )

    def test_knows_the_first_and_the_last_instant_of_a_file(self):
        """How far a file has to move follows from what it holds."""
        bounds = first_instant(FILE), last_instant(FILE)

        assert bounds == (datetime(2022, 2, 12, 17, tzinfo=UTC), datetime(2022, 2, 14, 16, 30, tzinfo=UTC))

    def test_moves_sessions_no_further_ahead_than_needed(self):
        """Exactly there is far enough, one second later is another week."""
        starts_at = at("2022-03-28 15:00")

        weeks = [weeks_until(starts_at, not_before=at(text)) for text in ("2022-04-11 15:00", "2022-04-11 15:01")]

        assert weeks == [2, 3]

    def test_moves_requests_no_further_than_into_the_past(self):
        """Nobody has asked in the future."""
        asked_at = at("2022-02-23 19:59")

        weeks = [weeks_back_from(asked_at, not_after=at(text)) for text in ("2022-03-09 19:59", "2022-03-09 19:58")]

        assert weeks == [2, 1]
