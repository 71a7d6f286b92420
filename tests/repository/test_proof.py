"""The proof at the start: nobody is served over a database that would show them everything."""

import pytest
from sqlalchemy import create_engine, text

from tests.databases import free_port
from tests.repository.raw import in_database
from tests.repository.two_organisations import login, opened
from waitlist_app.bootstrap import build
from waitlist_app.errors import Defect
from waitlist_app.repository.migrations import downgrade
from waitlist_app.repository.proof import assert_in_force
from waitlist_app.repository.tenancy import take_roles
from waitlist_app.settings import Settings


class TestTheProof:
    def test_is_given_by_a_migrated_database(self, database_url):
        """A small installation with one login, which owns the tables, is bound as well: each act takes a role."""
        with opened(database_url) as engine:
            assert_in_force(engine)

    def test_is_not_given_where_no_guard_reads_the_statements(self, database_url):
        """A connection that was opened past the one place that opens them is found out."""
        engine = create_engine(database_url)
        if engine.dialect.name == "postgresql":
            take_roles(engine, lock_wait_seconds=5)

        with pytest.raises(Defect) as caught:
            assert_in_force(engine)
        engine.dispose()

        assert "The guard is not in force" in caught.value.detail

    @pytest.mark.postgresql
    @pytest.mark.parametrize(
        ("harm", "said"),
        [
            ("alter table person disable row level security", "not in force on person"),
            ("alter table person no force row level security", "not in force on person"),
            ("comment on function private.my_org(text[]) is 'older'", "not those of this version"),
        ],
    )
    def test_is_not_given_while_a_wall_is_down(self, postgresql_url, harm, said):
        """Whatever was done to the database by hand is noticed before it matters."""
        with in_database(postgresql_url) as connection:
            connection.execute(text(harm))

        with opened(postgresql_url) as engine, pytest.raises(Defect) as caught:
            assert_in_force(engine)

        assert said in caught.value.detail

    @pytest.mark.postgresql
    def test_is_not_given_by_a_database_before_its_migrations(self, postgresql_url):
        """The sentence says what to do."""
        downgrade(postgresql_url, "base")

        with opened(postgresql_url) as engine, pytest.raises(Defect) as caught:
            assert_in_force(engine)

        assert "Run the migrations" in caught.value.detail

    @pytest.mark.postgresql
    def test_stops_the_product_with_a_sentence(self, postgresql_url):
        """The server does not start, and says why."""
        with in_database(postgresql_url) as connection:
            connection.execute(text("alter table person disable row level security"))

        with pytest.raises(SystemExit) as caught:
            build(Settings(database_url=postgresql_url))

        assert str(caught.value) == (
            "Nobody is served over this database. Row-level security is not in force on person. Run the migrations."
        )

    def test_says_why_when_the_database_does_not_answer(self):
        """A wrong address is a sentence, not a page of our own lines."""
        with pytest.raises(SystemExit) as caught:
            build(Settings(database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"))

        assert str(caught.value).startswith("Nobody is served over this database. connection failed")


@pytest.mark.postgresql
class TestTheLoginOfTheServer:
    def test_is_enough_to_give_the_proof(self, postgresql_url):
        """It may nothing by itself, so it can be shown that it is bound."""
        with login(postgresql_url, "anon", "authenticated") as address, opened(address) as engine:
            assert_in_force(engine)
