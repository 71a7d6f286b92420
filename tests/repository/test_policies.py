"""Row-level security on PostgreSQL: who sees and changes which rows, whatever a query asks for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg import errors
from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.repository.raw import in_database
from tests.repository.rows import AT, row
from tests.repository.two_organisations import PEOPLE, fill_both, names_of, somebody, unguarded
from waitlist_app.errors import Defect
from waitlist_app.repository import policies
from waitlist_app.repository.migrations import is_current, target, upgrade
from waitlist_app.repository.table_rules import RULES, VERBS, roles_that_may
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import PERMISSIONS, Actor, Permission, Role

pytestmark = pytest.mark.postgresql

TABLES = target().tables
READS_OWN = {role for role, has in PERMISSIONS.items() if Permission.READ_OWN in has}
"""Of these organisations' rows only that of the member is their own; what else can be is in `test_own_rows.py`."""


@pytest.fixture(scope="module")
def url(postgresql_server) -> Iterator[str]:
    """Yield a database with Hill and Vale, which these tests leave as they found it."""
    with postgresql_server.fresh_database() as address:
        fill_both(address)
        yield address


@pytest.fixture(scope="module")
def web(url) -> Iterator[Engine]:
    """Yield the connections of the web server, which may act for members and for nobody else."""
    with unguarded(url, "anon", "authenticated") as engine:
        yield engine


@pytest.fixture(scope="module")
def worker(url) -> Iterator[Engine]:
    """Yield the connections of the worker."""
    with unguarded(url, "anon", "service_role") as engine:
        yield engine


def _tried(connection: Connection, statement) -> int | None:
    """Try a statement and take it back; give how many rows it met, and None when it was refused.

    A row that only its key or a guard keeps out has passed the policies, so it counts as met.
    """
    attempt = connection.begin_nested()
    try:
        result = connection.execute(statement)
        return len(result.all()) if result.returns_rows else result.rowcount
    except IntegrityError:
        return 1
    except ProgrammingError as error:
        if not isinstance(error.orig, errors.InsufficientPrivilege):
            raise
        return None
    finally:
        attempt.rollback()


def _statement(verb: str, table: Table, org: str):
    """Make the statement that tries `verb` on the rows of `org`, or on all rows of a table that belongs to nobody."""
    tenant = RULES[table.name].tenant
    if verb == "insert":
        return insert(table).values(row(table, org))
    made = {"select": select(table), "update": update(table).values(_step(table)), "delete": delete(table)}[verb]
    return made.where(table.c[tenant] == org) if tenant else made


def _step(table: Table):
    """Change a row into itself, or where a guard minds, by the smallest step."""
    if table.name == "audit_head":
        return {"seq": table.c.seq + 1}
    last = table.columns.values()[-1]
    return {last: last}


TENANT_TABLES = sorted(name for name, rules in RULES.items() if rules.tenant)


class TestSomebodySignedIn:
    @pytest.mark.parametrize("role", PEOPLE)
    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_may_what_the_table_of_permissions_says(self, web, name, role):
        """In their own organisation everybody may what their role may, and nothing else."""
        with acting_for(web, somebody(role)) as connection:
            may = {verb for verb in VERBS if _tried(connection, _statement(verb, TABLES[name], "hill"))}

        allowed = {verb for verb in VERBS if role in roles_that_may(verb, name)}
        assert may == allowed | ({"select"} if name == "member" and role in READS_OWN else set())

    @pytest.mark.parametrize("role", PEOPLE)
    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_scenario_075_meets_no_row_of_another_organisation(self, web, name, role):
        """Another organisation's rows are not there, and none are put there."""
        with acting_for(web, somebody(role)) as connection:
            met = [verb for verb in VERBS if _tried(connection, _statement(verb, TABLES[name], "vale"))]

        assert met == []

    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_sees_only_their_own_rows_when_nothing_limits_the_query(self, web, name):
        """A query that forgets the organisation still shows nobody else's rows."""
        table = TABLES[name]
        tenant = table.c[RULES[name].tenant]
        may = "select" in {verb for verb in VERBS if Role.OWNER in roles_that_may(verb, name)}

        with acting_for(web, somebody(Role.OWNER)) as connection:
            met = set(connection.execute(select(tenant)).scalars()) if may else {"hill"}

        assert met == {"hill"}

    # Approvals, the text and the head of the record have guards of their own against it.
    @pytest.mark.parametrize(
        "name", sorted(set(TENANT_TABLES) - {"organisation", "approval", "audit_text", "audit_head"})
    )
    def test_gives_no_row_away(self, web, name):
        """Nobody moves a row of theirs into another organisation."""
        with acting_for(web, somebody(Role.OWNER)) as connection:
            given = _tried(connection, update(TABLES[name]).values(org_id="vale"))

        assert not given

    @pytest.mark.parametrize("name", sorted(set(RULES) - set(TENANT_TABLES)))
    def test_knows_nothing_of_how_others_sign_in(self, web, name):
        """Accounts, attempts and tokens are nobody's to read, not even an owner's."""
        table = TABLES[name]
        tries = [select(table), insert(table).values(row(table, "new")), delete(table)]

        with acting_for(web, somebody(Role.OWNER)) as connection:
            met = [_tried(connection, one) for one in tries]

        assert met == [None, None, None]


class TestSomebodyWithoutRights:
    @pytest.mark.parametrize(
        "actor",
        [
            Actor(id="vale-owner", name="Vale's owner", role=Role.OWNER, org_id="hill"),
            Actor(id="nobody", name="", role=Role.OWNER, org_id="hill"),
            Actor(id="hill-platform_admin", name="Administrator", role=Role.OWNER, org_id="hill"),
            Actor(id="home-member", name="Visitor", role=Role.VISITOR, org_id="vale"),
            Actor(id="hill-member", name="Removed", role=Role.COORDINATOR, org_id="hill"),
            Actor(id="it's \\ 100 % \" {me}", name="", role=Role.OWNER, org_id="'; reset role; --"),
        ],
        ids=["of another organisation", "unknown", "with another role", "visiting elsewhere", "removed", "malicious"],
    )
    def test_meets_no_row(self, web, actor):
        """The right comes from the member's row as it is now, not from what a browser or a token says."""
        with acting_for(web, actor) as connection:
            met = {name: _tried(connection, select(TABLES[name])) or 0 for name in TENANT_TABLES}

        assert met == dict.fromkeys(TENANT_TABLES, 0)

    def test_is_refused_when_nobody_said_who_acts(self, web):
        """Code that forgets to say who acts gets nothing, and hears about it."""
        with web.begin() as connection:
            met = {_tried(connection, select(TABLES[name])) for name in RULES}

        assert met == {None}

    @pytest.mark.parametrize("statement", ["set role service_role", "set local role app_worker"])
    def test_does_not_become_the_worker(self, web, statement):
        """The login of the web server is not trusted with what the worker may."""
        with acting_for(web, somebody(Role.OWNER)) as connection:
            become = _tried(connection, text(statement))

        assert become is None

    def test_is_nobody_without_a_role(self, web):
        """Going back to the login itself leads to nothing."""
        with acting_for(web, somebody(Role.OWNER)) as connection:
            connection.execute(text("reset role"))

            met = _tried(connection, select(TABLES["person"]))

        assert met is None


class TestTheWorker:
    @pytest.mark.parametrize("name", sorted(RULES))
    def test_may_what_is_named_and_no_more(self, worker, name):
        """It serves every organisation, and yet cannot rewrite the record."""
        with worker.begin() as connection:
            may = [verb for verb in VERBS if _tried(connection, _statement(verb, TABLES[name], "hill"))]

        assert may == list(RULES[name].worker)

    def test_may_not_act_as_a_member(self, worker):
        """Whoever takes the worker over does not take people's names with it."""
        with pytest.raises(ProgrammingError) as caught, acting_for(worker, somebody(Role.OWNER)):
            pass

        assert isinstance(caught.value.orig, errors.InsufficientPrivilege)


class TestTheGuardsOfTheRecord:
    @pytest.mark.parametrize("name", ["audit_entry", "audit_text", "audit_head"])
    @pytest.mark.parametrize("role", PEOPLE)
    def test_let_nobody_truncate_it(self, web, name, role):
        """Emptying a table at once is nobody's right."""
        with acting_for(web, somebody(role)) as connection:
            done = _tried(connection, text(f"truncate {name} cascade"))

        assert done is None

    @pytest.mark.parametrize("name", ["audit_entry", "audit_text", "audit_head"])
    def test_let_the_worker_truncate_none_of_it(self, worker, name):
        """Who serves every organisation empties no record either."""
        with worker.begin() as connection:
            done = _tried(connection, text(f"truncate {name} cascade"))

        assert done is None

    @pytest.mark.parametrize(
        ("statement", "guard"),
        [
            ("update audit_head set seq = 0", "audit_head_moves_only_forward"),
            ("update audit_head set hash = 'another'", "audit_head_moves_only_forward"),
            ("update audit_text set text = 'Somebody else'", "audit_text_is_only_erased"),
            ("update seat_time set person_id = 'hill-person', is_waived = false", "ex_seat_time_overlap"),
        ],
    )
    @pytest.mark.parametrize("who", ["an owner", "the worker"])
    def test_hold_for_whoever_may_write(self, web, worker, statement, guard, who):
        """The right to change rows is no right to change them into anything."""
        begun = acting_for(web, somebody(Role.OWNER)) if who == "an owner" else worker.begin()
        with begun as connection:
            seat_time = TABLES["seat_time"]
            at = {
                "starts_at": AT + timedelta(minutes=30),
                "ends_at": AT + timedelta(minutes=90),
                "person_id": "ben",
                "exchange_for": "",
            }
            connection.execute(insert(seat_time).values(row(seat_time, "hill", **at)))

            attempt = connection.begin_nested()
            with pytest.raises(IntegrityError, match=guard):
                connection.execute(text(f"{statement} where org_id = 'hill'"))
            attempt.rollback()
            connection.execute(delete(seat_time).where(seat_time.c.person_id == "ben"))


class TestAConnection:
    def test_keeps_nothing_of_whom_it_acted_for(self, web):
        """The next transaction on it, or on the pooler's, starts as nobody."""
        query = text("select current_user, coalesce(current_setting('request.jwt.claims', true), '')")

        def now():
            with web.connect() as connection:
                return tuple(connection.execute(query).one())

        before = now()
        with acting_for(web, somebody(Role.OWNER)) as connection:
            during = connection.execute(query).one()
        after_commit = now()
        with pytest.raises(ZeroDivisionError), acting_for(web, somebody(Role.OWNER)):
            raise ZeroDivisionError
        after_error = now()

        assert before == after_commit == after_error == ("anon", "")
        assert (during.current_user, "hill-owner" in during[1]) == ("authenticated", True)

    def test_keeps_who_acts_through_a_savepoint(self, web):
        """Taking back a part of an act does not take back who acts."""
        with acting_for(web, somebody(Role.OWNER)) as connection:
            connection.begin_nested().rollback()

            met = connection.execute(select(TABLES["person"].c.org_id)).scalars().all()

        assert met == ["hill"]


class TestTheNextUpgrade:
    def test_mends_policies_that_are_not_what_the_rules_say(self, postgresql_url):
        """Policies follow from the table of permissions, so that a changed permission reaches the database."""
        with in_database(postgresql_url) as connection:
            connection.execute(text("drop policy may_select on person"))
            connection.execute(text("comment on function private.my_org(text[]) is 'older'"))
        was_current = is_current(postgresql_url)

        upgrade(postgresql_url)

        with in_database(postgresql_url) as connection:
            found = names_of(connection, "select policyname from pg_policies where tablename = 'person'")
        assert (was_current, is_current(postgresql_url)) == (False, True)
        assert found == ["may_insert", "may_select", "may_select_own", "may_update", "who_asks", "worker"]

    def test_stops_at_a_table_without_rules(self, postgresql_url, monkeypatch):
        """A new table is nobody's before somebody has said whose it is."""
        monkeypatch.delitem(RULES, "link")
        policies.statements.cache_clear()

        with pytest.raises(Defect) as caught:
            upgrade(postgresql_url)

        policies.statements.cache_clear()
        assert "link" in caught.value.detail
