"""The record checked where it is kept, after somebody got past the database's own guards."""

import pytest
from sqlalchemy import text

from tests.desk import INES, NOBODY, Desk
from tests.repository.raw import in_database
from waitlist_app.errors import NotAllowed
from waitlist_app.repository.record_queries import AT_A_TIME
from waitlist_app.services.check_record import TOLD_EVERY, RecordCheck, check_record
from waitlist_app.services.happenings import PersonErased

MORNING = ("2026-03-18 09:00", "2026-03-18 12:00")


@pytest.fixture
def desk(database_url):
    """Yield a desk at which Rosa asked and dropped for a reason."""
    desk = Desk(database_url, team=(INES,))
    desk.session("FAW-0318", MORNING)
    desk.drop(desk.ask("Rosa Tilbrook", "faw-0318"), "Shift swap")
    yield desk
    desk.engine.dispose()


def check(desk, by=INES):
    """Check the record."""
    return check_record(work=desk.work, actor=by)


def past_the_guards(url, statement):
    """Run a statement as whoever owns the tables and has switched the guards off."""
    with in_database(url) as connection:
        if connection.dialect.name == "sqlite":
            names = connection.scalars(text("select name from sqlite_master where type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f"drop trigger {name}"))
        else:
            for table in ("audit_entry", "audit_text", "audit_head"):
                connection.execute(text(f"alter table {table} disable trigger user"))
                connection.execute(text(f"alter table {table} disable row level security"))
        assert connection.execute(text(statement)).rowcount == 1


class TestTheRecord:
    def test_is_whole_as_long_as_nobody_touched_it(self, desk):
        """The check counts every entry and names the hash of the last."""
        count, head = desk.read(lambda reader: reader.head())

        assert check(desk) == RecordCheck(count=count, head=head, is_whole=True)

    def test_is_read_in_parts_and_tells_how_far_the_check_is(self, desk):
        """A record of years is longer than the memory of a small server; an auditor sees that something happens."""
        desk.work.transact(INES, lambda tx: [tx.note(PersonErased(person_id="x", reason="")) for _ in range(AT_A_TIME)])
        told = []

        found = check_record(work=desk.work, actor=INES, progress=lambda *so_far: told.append(so_far))

        assert found.is_whole
        assert found.count > AT_A_TIME
        assert told == [(done, found.count) for done in range(0, found.count, TOLD_EVERY)]

    def test_is_not_for_everybody_to_check(self, desk):
        """An employee does not read the record."""
        with pytest.raises(NotAllowed):
            check(desk, by=NOBODY)

    @pytest.mark.parametrize(
        ("statement", "first_bad", "why"),
        [
            (
                "update audit_entry set body = replace(body, 'faw', 'fax') where seq = 3",
                3,
                "Entry 3 does not follow from the entry before it.",
            ),
            ("delete from audit_entry where seq = 4", 4, "Entry 4 does not follow from the entry before it."),
            (
                "update audit_text set text = 'No reason' where text = 'Shift swap'",
                6,
                "A text in entry 6 is not the one that was recorded.",
            ),
            (
                "delete from audit_entry where seq = 6",
                6,
                "The record ends with entry 5, and 6 were counted.",
            ),
        ],
        ids=["changed", "missing", "another text", "cut off"],
    )
    def test_names_the_first_entry_that_was_tampered_with(self, desk, database_url, statement, first_bad, why):
        """Whoever owns the database can change it, and not without being seen."""
        count, head = desk.read(lambda reader: reader.head())
        past_the_guards(database_url, statement)

        found = check(desk)

        assert found == RecordCheck(count=count, head=head, is_whole=False, first_bad=first_bad, why=why)
