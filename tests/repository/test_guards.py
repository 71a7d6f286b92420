"""What the database refuses by itself, whatever the program says, and whoever asks."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.repository.raw import in_database
from tests.repository.rows import AT, fill, row
from waitlist_app.repository.migrations import target

APPROVAL = target().tables["approval"]
SEAT_TIME = target().tables["seat_time"]
REGISTRATION = target().tables["registration"]
SESSION = target().tables["session"]

NINE, TEN, ELEVEN, TWELVE = (AT + timedelta(hours=hour) for hour in range(4))


@pytest.fixture
def hill(database_url):
    """Return a database in which the organisation Hill has one row of everything, and Ada no seat time."""
    with in_database(database_url) as connection:
        fill(connection, "hill")
        connection.execute(text("delete from seat_time"))
    return database_url


def _seat(connection: Connection, starts_at, ends_at, **said) -> None:
    """Write a seat's time; every seat here is taken for one of its own, so no two of them are a pair."""
    times = {"starts_at": starts_at, "ends_at": ends_at, "exchange_for": f"the seat of {starts_at:%H}"}
    connection.execute(insert(SEAT_TIME), row(SEAT_TIME, "hill", **times | said))


def _held(url: str) -> int:
    with in_database(url) as connection:
        return connection.execute(text("select count(*) from seat_time")).scalar_one()


def _refused(url: str, statement: str) -> str:
    """Run one statement that must fail, and return what the database said."""
    with pytest.raises(IntegrityError) as caught, in_database(url) as connection:
        connection.execute(text(statement))
    return str(caught.value.orig)


class TestOnePersonsSeats:
    def test_never_overlap(self, hill):
        """Nobody sits in two rooms at once."""
        with in_database(hill) as connection:
            _seat(connection, NINE, ELEVEN)

        with pytest.raises(IntegrityError, match="ex_seat_time_overlap"), in_database(hill) as connection:
            _seat(connection, TEN, TWELVE)

        assert _held(hill) == 1

    def test_may_follow_each_other(self, hill):
        """Back to back is no overlap: one ends in the instant the other begins."""
        with in_database(hill) as connection:
            _seat(connection, TEN, ELEVEN)

            _seat(connection, NINE, TEN)
            _seat(connection, ELEVEN, TWELVE)

        assert _held(hill) == 3

    def test_are_not_moved_onto_each_other(self, hill):
        """A session that is moved takes nobody into two rooms at once."""
        with in_database(hill) as connection:
            _seat(connection, NINE, TEN)
            _seat(connection, TEN, ELEVEN)

        with pytest.raises(IntegrityError, match="ex_seat_time_overlap"), in_database(hill) as connection:
            connection.execute(SEAT_TIME.update().where(SEAT_TIME.c.starts_at == NINE).values(ends_at=ELEVEN))

        assert _held(hill) == 2

    def test_may_be_made_longer_where_nothing_follows(self, hill):
        """A seat is no obstacle to itself."""
        with in_database(hill) as connection:
            _seat(connection, NINE, TEN)

            connection.execute(SEAT_TIME.update().values(ends_at=ELEVEN))

            assert connection.execute(SEAT_TIME.select()).one().ends_at == ELEVEN

    def test_may_overlap_where_somebody_allowed_it(self, hill):
        """An approved exception is written on the row, and only such rows are excepted."""
        with in_database(hill) as connection:
            _seat(connection, NINE, ELEVEN)

            _seat(connection, TEN, TWELVE, is_waived=True)

        assert _held(hill) == 2

    def test_may_overlap_where_one_is_given_up_for_the_other(self, hill):
        """Both seats of a swap are held until the new one is accepted."""
        with in_database(hill) as connection:
            _seat(connection, NINE, ELEVEN, exchange_for="")

            _seat(connection, TEN, TWELVE, exchange_for="hill-registration")

        assert _held(hill) == 2

    def test_lose_the_exception_only_when_free_of_overlap(self, hill):
        """Taking an exception back is refused while the seats still overlap."""
        with in_database(hill) as connection:
            _seat(connection, NINE, ELEVEN)
            _seat(connection, TEN, TWELVE, is_waived=True)

        with pytest.raises(IntegrityError, match="ex_seat_time_overlap"), in_database(hill) as connection:
            connection.execute(SEAT_TIME.update().values(is_waived=False))

        assert _held(hill) == 2

    def test_are_no_obstacle_to_other_people(self, hill):
        """Two people may sit in two rooms at once."""
        with in_database(hill) as connection:
            _seat(connection, NINE, ELEVEN)

            _seat(connection, TEN, TWELVE, person_id="ben")

        assert _held(hill) == 2


class TestAnEntryOfTheRecord:
    @pytest.mark.parametrize(
        "statement",
        [
            "update audit_entry set body = '{}'",
            "update audit_entry set seq = 7",
            "update audit_entry set at = at",
            "delete from audit_entry",
            "delete from audit_entry where seq = 1",
        ],
    )
    def test_scenario_076_is_never_changed(self, hill, statement):
        """What is on record stays as it was written."""
        said = _refused(hill, statement)

        assert "audit_entry_is_append_only" in said

    def test_is_followed_by_others(self, hill):
        """The record goes on."""
        entry = target().tables["audit_entry"]
        with in_database(hill) as connection:
            connection.execute(insert(entry), row(entry, "hill", seq=2))

            count = connection.execute(text("select count(*) from audit_entry")).scalar_one()

        assert count == 2


class TestTheTextBesideTheRecord:
    @pytest.mark.parametrize(
        "statement",
        [
            "update audit_text set text = 'Somebody else'",
            "update audit_text set salt = 'another'",
            "update audit_text set seq = 2",
            "update audit_text set field = 'other'",
            "update audit_text set text = '', commitment = 'another'",
        ],
    )
    def test_is_never_another_text(self, hill, statement):
        """Nobody puts other words where words were."""
        said = _refused(hill, statement)

        assert "audit_text_is_only_erased" in said

    @pytest.mark.parametrize("statement", ["update audit_text set text = '', salt = ''", "delete from audit_text"])
    def test_can_be_erased(self, hill, statement):
        """A person's words can be taken out, and the record stays valid without them."""
        with in_database(hill) as connection:
            erased = connection.execute(text(statement)).rowcount

            left = connection.execute(text("select count(*) from audit_text where text <> ''")).scalar_one()

        assert (erased, left) == (1, 0)

    def test_stays_erased(self, hill):
        """What was erased is not filled again."""
        with in_database(hill) as connection:
            connection.execute(text("update audit_text set text = '', salt = ''"))

        said = _refused(hill, "update audit_text set text = 'Somebody else'")

        assert "audit_text_is_only_erased" in said


class TestTheHeadOfTheRecord:
    @pytest.mark.parametrize(
        "statement",
        [
            "update audit_head set seq = 0",
            "update audit_head set hash = 'another'",
            "update audit_head set org_id = 'other', seq = 2",
            "delete from audit_head",
        ],
    )
    def test_never_goes_back(self, hill, statement):
        """Nobody cuts off the end of the record and goes on from before."""
        said = _refused(hill, statement)

        assert "audit_head_moves_only_forward" in said

    def test_moves_forward(self, hill):
        """Each new entry becomes the head."""
        with in_database(hill) as connection:
            connection.execute(text("update audit_head set seq = 2, hash = 'next'"))

            head = connection.execute(text("select seq, hash from audit_head")).one()

        assert tuple(head) == (2, "next")


class TestAnApproval:
    @pytest.mark.parametrize(
        "said",
        [
            {"signed_by": " "},
            {"kind": "override", "reason": ""},
            {"kind": "standing", "reason": "  "},
        ],
        ids=str,
    )
    def test_says_who_signed_and_why_somebody_is_passed_over(self, hill, said):
        """Nobody is moved up, or seated without a press of a button, on the word of nobody or for no reason."""
        with pytest.raises(IntegrityError, match="approval_says_who_and_why"), in_database(hill) as connection:
            connection.execute(insert(APPROVAL), row(APPROVAL, "hill", id="another", **said))

    def test_of_a_promotion_needs_no_reason(self, hill):
        """Who is first in line gets the seat because of the order."""
        with in_database(hill) as connection:
            connection.execute(insert(APPROVAL), row(APPROVAL, "hill", id="another", kind="promotion", reason=""))

            count = connection.execute(text("select count(*) from approval")).scalar_one()

        assert count == 2

    @pytest.mark.parametrize(
        "statement",
        [
            "update approval set signed_by = 'ben'",
            "update approval set kind = 'other'",
            "update approval set org_id = 'vale'",
            "update approval set reason = 'Better words'",
        ],
    )
    def test_is_never_another(self, hill, statement):
        """Nobody signs with another's name afterwards."""
        said = _refused(hill, statement)

        assert "approval_says_who_and_why" in said

    def test_can_lose_its_words(self, hill):
        """An erasure empties the reason; that somebody signed stays."""
        with in_database(hill) as connection:
            emptied = connection.execute(text("update approval set reason = ''")).rowcount

        assert emptied == 1


@pytest.mark.postgresql
class TestOnPostgreSQL:
    @pytest.fixture
    def url(self, postgresql_url):
        """Return a database in which Hill has one row of everything."""
        with in_database(postgresql_url) as connection:
            fill(connection, "hill")
        return postgresql_url

    @pytest.mark.parametrize("table", ["audit_entry", "audit_text", "audit_head"])
    def test_the_record_is_not_truncated(self, url, table):
        """Emptying a whole table at once is a change like any other."""
        with pytest.raises(DBAPIError), in_database(url) as connection:
            connection.execute(text(f"truncate {table} cascade"))

        with in_database(url) as connection:
            assert len(connection.execute(target().tables[table].select()).all()) == 1

    def test_the_guards_also_hold_while_rows_are_replicated(self, url):
        """A session that says it only copies another database is asked all the same."""
        query = text("select tgname, tgenabled from pg_trigger where tgname like 'guard%' order by tgname")
        with in_database(url) as connection:
            found = connection.execute(query).all()

        assert [(name, bytes(enabled) if isinstance(enabled, bytes) else enabled) for name, enabled in found] == [
            ("guard_all", "A"),
            ("guard_all", "A"),
            ("guard_all", "A"),
            ("guard_rows", "A"),
            ("guard_rows", "A"),
            ("guard_rows", "A"),
            ("guard_rows", "A"),
        ]


@pytest.mark.sqlite
class TestOnSQLite:
    @pytest.fixture
    def url(self, sqlite_url):
        """Return a database in which Hill has one row of everything."""
        with in_database(sqlite_url) as connection:
            fill(connection, "hill")
        return sqlite_url

    @pytest.mark.parametrize(
        ("statement", "guard"),
        [
            ("insert or replace into audit_entry select * from audit_entry", "audit_entry_is_append_only"),
            ("replace into audit_entry select * from audit_entry", "audit_entry_is_append_only"),
            ("insert or ignore into audit_entry select * from audit_entry", "audit_entry_is_append_only"),
            ("update or replace audit_entry set seq = seq", "audit_entry_is_append_only"),
            ("replace into audit_text select * from audit_text", "audit_text_is_only_erased"),
            ("replace into audit_head select * from audit_head", "audit_head_moves_only_forward"),
        ],
    )
    def test_the_record_is_not_replaced(self, url, statement, guard):
        """SQLite replaces a row without asking whether it may be deleted, so it is asked before."""
        said = _refused(url, statement)

        assert guard in said
