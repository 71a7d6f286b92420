"""Files of comma-separated values, read and written with pandas. The module itself is a `services.files.Files`."""

from waitlist_app.csv_io.reading import read_events, read_meetings, read_places, read_requests, read_sessions
from waitlist_app.csv_io.writing import replay_roster_csv, roster_csv, seats_csv

__all__ = [
    "read_events",
    "read_meetings",
    "read_places",
    "read_requests",
    "read_sessions",
    "replay_roster_csv",
    "roster_csv",
    "seats_csv",
]
