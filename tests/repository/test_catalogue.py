"""What PostgreSQL's own catalogue says about every table, so that a new one cannot be forgotten."""

import pytest
from sqlalchemy import text

from tests.repository.raw import in_database
from tests.repository.two_organisations import names_of
from waitlist_app.repository.migrations import target
from waitlist_app.repository.table_rules import RULES

pytestmark = pytest.mark.postgresql

# A token is found by its hash before anybody is known, and each is one in the whole world, as is a browser's number.
UNIQUE_EVERYWHERE = {
    ("link", "token_hash"),
    ("sign_in_link", "token_hash"),
    ("web_session", "token_hash"),
    ("web_session", "id"),
}

BARE = """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'f') and relname <> 'alembic_version'
    and not (relrowsecurity and relforcerowsecurity)
"""

ORG_LEADS = """
    select distinct relname from pg_index
    join pg_class on pg_class.oid = indrelid
    join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where relnamespace = 'public'::regnamespace and attname = 'org_id'
"""

UNIQUE = """
    select relname, array_agg(attname::text order by attname) as columns from pg_index
    join pg_class on pg_class.oid = indrelid
    join pg_attribute on attrelid = indrelid and attnum = any(indkey)
    where relnamespace = 'public'::regnamespace and indisunique
    group by indexrelid, relname order by relname
"""

REFERENCES = """
    select conname, conrelid::regclass::text as here, confrelid::regclass::text as there,
        array(select attname::text from unnest(conkey) with ordinality as one (number, place)
            join pg_attribute on attrelid = conrelid and attnum = number order by place) as ours,
        array(select attname::text from unnest(confkey) with ordinality as one (number, place)
            join pg_attribute on attrelid = confrelid and attnum = number order by place) as theirs
    from pg_constraint where contype = 'f' order by conname
"""


def _tenant_tables() -> set[str]:
    return {table.name for table in target().tables.values() if "org_id" in table.c}


class TestEveryTable:
    def test_has_row_level_security_forced(self, postgresql_url):
        """Not even the owner of a table passes its policies."""
        with in_database(postgresql_url) as connection:
            bare = names_of(connection, BARE)

        assert bare == []

    def test_has_policies_for_somebody(self, postgresql_url):
        """Without any policy a table would be nobody's, which nobody meant."""
        with in_database(postgresql_url) as connection:
            having = names_of(connection, "select distinct tablename from pg_policies where schemaname = 'public'")

        assert having == sorted([*RULES, "alembic_version"])

    def test_is_closed_to_whoever_is_not_signed_in(self, postgresql_url):
        """Supabase opens each new table to its data API; here that is taken back, but for the number of the schema."""
        granted = """
            select table_name || ' ' || privilege_type from information_schema.role_table_grants
            where table_schema = 'public' and grantee in ('anon', 'PUBLIC')
        """
        with in_database(postgresql_url) as connection:
            found = names_of(connection, granted)

        assert found == ["alembic_version SELECT"]

    def test_is_not_emptied_or_tied_to_by_anybody_who_is_let_in(self, postgresql_url):
        """Reading and changing rows is all that anybody needs."""
        granted = """
            select distinct privilege_type from information_schema.role_table_grants
            where table_schema = 'public' and grantee in ('authenticated', 'service_role')
        """
        with in_database(postgresql_url) as connection:
            found = names_of(connection, granted)

        assert found == ["DELETE", "INSERT", "SELECT", "UPDATE"]


class TestATableOfAnOrganisation:
    def test_is_found_by_its_organisation(self, postgresql_url):
        """Policies ask for it with every row, so an index begins with it."""
        with in_database(postgresql_url) as connection:
            indexed = set(names_of(connection, ORG_LEADS))

        assert _tenant_tables() - indexed == set()

    def test_is_unique_only_within_it(self, postgresql_url):
        """What one organisation calls something never stands in another's way, nor tells it that it is there."""
        with in_database(postgresql_url) as connection:
            unique = connection.execute(text(UNIQUE)).all()

        everywhere = {
            (name, *columns) for name, columns in unique if name in _tenant_tables() and "org_id" not in columns
        }
        assert everywhere == UNIQUE_EVERYWHERE

    def test_refers_only_to_rows_of_its_own(self, postgresql_url):
        """References are checked past all policies, so the organisation is part of each of them."""
        with in_database(postgresql_url) as connection:
            references = connection.execute(text(REFERENCES)).all()

        within = [
            one for one in references if one.here in _tenant_tables() and one.there.strip('"') in _tenant_tables()
        ]
        astray = [one.conname for one in within if ("org_id", "org_id") not in zip(one.ours, one.theirs, strict=True)]
        assert (len(within) > 5, astray) == (True, [])


class TestEveryViewAndFunction:
    def test_sees_what_whoever_asks_may_see(self, postgresql_url):
        """A plain view would show everything that its owner may see."""
        plain = """
            select relname from pg_class where relnamespace = 'public'::regnamespace
            and (relkind = 'm' or (relkind = 'v' and not coalesce(reloptions @> array['security_invoker=true'], false)))
        """
        with in_database(postgresql_url) as connection:
            found = names_of(connection, plain)

        assert found == []

    def test_that_acts_for_its_owner_trusts_no_search_path(self, postgresql_url):
        """Nobody slips a table of theirs under such a function."""
        acting = """
            select proname || ' ' || coalesce(array_to_string(proconfig, ' '), '') from pg_proc
            where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        """
        with in_database(postgresql_url) as connection:
            found = names_of(connection, acting)

        assert found == ['my_org search_path=""', 'my_people search_path=""']


class TestTheLogins:
    def test_of_server_and_worker_have_only_the_role_they_need(self, postgresql_url):
        """Each may become what it is for, inherits nothing, and passes no policy."""
        logins = """
            select member.rolname || ' may become ' || string_agg(granted.rolname, ' and ' order by granted.rolname)
                || case when member.rolinherit or member.rolsuper or member.rolbypassrls then ', and more' else '' end
            from pg_auth_members
            join pg_roles as member on member.oid = pg_auth_members.member
            join pg_roles as granted on granted.oid = pg_auth_members.roleid
            where member.rolname in ('app_login', 'app_worker')
            group by member.rolname, member.rolinherit, member.rolsuper, member.rolbypassrls
        """
        with in_database(postgresql_url) as connection:
            found = names_of(connection, logins)

        assert found == [
            "app_login may become anon and authenticated",
            "app_worker may become anon and service_role",
        ]
