from collections.abc import Iterator

import pytest

from tests.desk import INES, Desk
from waitlist_app import csv_io
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.views import ImportReport

SESSIONS = (
    b"session_code,title,capacity,starts_at,ends_at\n"
    b"FIRE,Fire safety,2,2026-04-14T09:00Z,2026-04-14T12:00Z\n"
    b"FIRST,First aid,1,2026-04-14T11:00Z,2026-04-14T15:00Z\n"
    b"YOGA,Yoga,1,2026-04-14T15:00Z,2026-04-14T16:00Z\n"
)
REQUESTS = (
    b"requested_at,session_code,employee_id,employee_name,email,seat_units\n"
    b"2026-03-02T10:00Z,FIRE,00417,Mei Sato,mei@x.example,1\n"
    b"2026-03-02T10:01Z,FIRST,00417,Mei Sato,mei@x.example,1\n"
    b"2026-03-02T10:02Z,YOGA,00417,Mei Sato,mei@x.example,1\n"
    b"2026-03-02T10:03Z,FIRE,00417,Mei Sato,mei@x.example,1\n"
    b"2026-03-02T10:04Z,FIRST,00512,Bram Oyelaran,bram@x.example,1\n"
    b"2026-03-02T10:05Z,FIRE,00512,Bram Oyelaran,bram@x.example,1\n"
    b"2026-03-02T10:06Z,FIRE,,=Quinn,quinn@x.example,1\n"
    b"2026-03-02T10:07Z,FIRE,,Quinn,QUINN@x.example,1\n"
    b"2026-03-02T10:08Z,YOGA,00600,Dora Finch,,2\n"
)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Give a desk with three sessions, the first two at the same time."""
    desk = Desk(database_url)
    import_sessions(work=desk.work, files=csv_io, actor=INES, data=SESSIONS, file_name="sessions.csv", dry_run=False)
    yield desk
    desk.engine.dispose()


def _import(desk: Desk, *, dry_run: bool = False) -> ImportReport:
    return import_requests(
        work=desk.work, files=csv_io, actor=INES, data=REQUESTS, file_name="requests.csv", dry_run=dry_run
    )


def _standing(desk: Desk) -> list[tuple[str, str, bool]]:
    entries = desk.read(lambda reader: reader.registrations())
    return [
        (entry.person.name, entry.registration.status.value, bool(entry.registration.conflicts)) for entry in entries
    ]


class TestImportingIntoADatabase:
    def test_minds_everything_that_the_file_itself_has_just_added(self, desk):
        """Somebody new who asks for two sessions at the same time holds one seat and waits, skipped, for the other."""
        report = _import(desk)

        assert [(line.line, line.result) for line in report.preview] == [
            (2, "gets a seat"),
            (3, "waits, number 1"),
            (4, "gets a seat"),
            (5, "same person as line 2"),
            (6, "gets a seat"),
            (7, "waits, number 1"),
            (8, "gets a seat"),
            (9, "same person as line 8"),
        ]
        assert [(problem.line, problem.why) for problem in report.problems] == [
            (10, "This asks for 2 seats, but the session has 1 in all. Ask for fewer.")
        ]
        assert _standing(desk) == [
            ("Mei Sato", "confirmed", False),
            ("Bram Oyelaran", "waitlisted", True),
            ("=Quinn", "confirmed", False),
            ("Mei Sato", "waitlisted", True),
            ("Bram Oyelaran", "confirmed", False),
            ("Mei Sato", "confirmed", False),
        ]

    def test_keeps_nothing_of_a_dry_run(self, desk):
        """Not a person, not a seat, not an entry in the record."""
        before = desk.read(lambda reader: reader.head())

        report = _import(desk, dry_run=True)

        assert (report.ready, report.duplicates, len(report.problems)) == (6, 2, 1)
        assert (_standing(desk), desk.read(lambda reader: reader.head())) == ([], before)

    def test_changes_nothing_a_second_time(self, desk):
        """Neither rows nor record grow."""
        _import(desk)
        before = _standing(desk), desk.read(lambda reader: reader.head())

        report = _import(desk)

        assert (report.ready, report.duplicates, len(report.problems)) == (0, 8, 1)
        assert (_standing(desk), desk.read(lambda reader: reader.head())) == before
