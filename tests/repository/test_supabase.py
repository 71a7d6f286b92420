"""Migrating a database that is laid out as Supabase lays it out."""

import pytest
from sqlalchemy import select, text

from tests.repository.raw import in_database
from tests.repository.two_organisations import fill_both, names_of, opened, somebody
from waitlist_app.repository.migrations import check, downgrade, target, upgrade
from waitlist_app.repository.proof import assert_in_force
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import Role

pytestmark = pytest.mark.postgresql

PERSON = target().tables["person"]

# What a new project has before anything is added, as far as it concerns us.
LAYOUT = """
    create schema extensions;
    grant usage on schema extensions to public;
    alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
    create function auth.jwt() returns jsonb language sql stable as $$
        select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                        nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
    create function auth.uid() returns uuid language sql stable as $$
        select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
"""


@pytest.fixture
def project(postgresql_url):
    """Return a database like a new Supabase project with our migrations run over it."""
    downgrade(postgresql_url, "base")
    with in_database(postgresql_url) as connection:
        connection.execute(text("drop extension btree_gist"))
        connection.exec_driver_sql(LAYOUT)
    upgrade(postgresql_url)
    return postgresql_url


class TestASupabaseProject:
    def test_is_migrated_as_it_is(self, project):
        """Nothing has to be done by hand before or after."""
        check(project)
        with opened(project) as engine:
            assert_in_force(engine)

    def test_keeps_extensions_where_it_wants_them(self, project):
        """Out of the schema that its data API serves."""
        query = """
            select nspname from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
            where extname = 'btree_gist'
        """
        with in_database(project) as connection:
            found = names_of(connection, query)

        assert found == ["extensions"]

    def test_opens_none_of_our_tables_to_its_data_api(self, project):
        """It grants everything on every new table to everybody, and that is taken back."""
        query = """
            select table_name || ' ' || privilege_type from information_schema.role_table_grants
            where grantee = 'anon' and table_schema = 'public'
        """
        with in_database(project) as connection:
            found = names_of(connection, query)

        assert found == ["alembic_version SELECT"]

    def test_shows_nothing_to_a_token_of_its_own(self, project):
        """Whoever asks its data API past this product names no organisation, and so meets no row and writes none."""
        fill_both(project)
        claims = 'set local role authenticated; set local request.jwt.claims = \'{"sub": "hill-owner"}\''
        with in_database(project) as connection:
            connection.exec_driver_sql(claims)

            met = connection.execute(text("select count(*) from person")).scalar_one()
            changed = connection.execute(text("update person set name = ''")).rowcount

        assert (met, changed) == (0, 0)

    def test_knows_a_member_by_a_number_as_it_writes_them(self, project):
        """Its own numbers have hyphens and ours have none; both name the same person."""
        fill_both(project)
        number = "0123456789abcdef0123456789abcdef"
        written = "01234567-89ab-cdef-0123-456789abcdef"
        claims = f'{{"sub": "{written}", "org_id": "hill"}}'
        with in_database(project) as connection:
            connection.execute(
                text("update member set id = :id where org_id = 'hill' and id = 'hill-owner'"), {"id": number}
            )
            connection.exec_driver_sql(f"set local role authenticated; set local request.jwt.claims = '{claims}'")

            met = names_of(connection, "select distinct org_id from person")

        assert met == ["hill"]

    def test_serves_members_under_the_policies(self, project):
        """A member meets the rows of their organisation, in the role that the policies bind."""
        fill_both(project)
        with opened(project) as engine, acting_for(engine, somebody(Role.COORDINATOR)) as connection:
            own = connection.execute(select(PERSON.c.id).where(PERSON.c.org_id == "hill")).scalars().all()
            role = connection.exec_driver_sql("select current_user").scalar_one()

        assert (own, role) == (["hill-person"], "authenticated")

    def test_keeps_its_own_functions_when_we_leave(self, project):
        """Taking our migrations back takes nothing of its along."""
        downgrade(project, "base")

        query = """
            select proname from pg_proc join pg_namespace on pg_namespace.oid = pronamespace where nspname = 'auth'
        """
        with in_database(project) as connection:
            found = names_of(connection, query)

        assert found == ["jwt", "uid"]
