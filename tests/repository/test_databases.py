"""The test databases themselves."""

from sqlalchemy import create_engine, text


class TestAFreshDatabase:
    def test_answers(self, database_url):
        """Every test gets a database of its own, of each kind."""
        engine = create_engine(database_url)

        with engine.begin() as connection:
            connection.execute(text("create table only_in_this_test (id integer primary key)"))
            answer = connection.execute(text("select count(*) from only_in_this_test")).scalar_one()
        engine.dispose()

        assert answer == 0

    def test_is_not_the_one_of_another_test(self, database_url):
        """What one test writes, no other sees."""
        engine = create_engine(database_url)

        with engine.begin() as connection:
            connection.execute(text("create table only_in_this_test (id integer primary key)"))
        engine.dispose()


class TestTheRoleOnPostgreSQL:
    def test_is_bound_by_row_level_security(self, postgresql_url):
        """A superuser would pass every policy, and the tests would prove nothing."""
        engine = create_engine(postgresql_url)

        with engine.begin() as connection:
            passes = connection.execute(
                text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            ).scalar_one()
        engine.dispose()

        assert not passes
