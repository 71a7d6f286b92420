"""The guard in the program: the same acts as under the policies, tried on SQLite, where it stands alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.repository.rows import row
from tests.repository.two_organisations import PEOPLE, fill_both, opened, somebody
from waitlist_app.errors import Defect, NotAllowed
from waitlist_app.repository.migrations import target
from waitlist_app.repository.prepared import Prepared
from waitlist_app.repository.table_rules import RULES, VERBS, roles_that_may
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import Actor, Role

TABLES = target().tables
PERSON = TABLES["person"]
TENANT_TABLES = sorted(name for name, rules in RULES.items() if rules.tenant)
SYSTEM = Actor(id="system", name="System", role=Role.SYSTEM, org_id="hill")
BY_LINK = Actor(id="link:hill-registration", name="", role=Role.EMPLOYEE, org_id="hill", is_by_link=True)


@pytest.fixture(scope="module")
def engine(sqlite_template, tmp_path_factory) -> Iterator[Engine]:
    """Yield a database with Hill and Vale, which these tests leave as they found it."""
    path = tmp_path_factory.mktemp("guard") / "waitlist.db"
    path.write_bytes(sqlite_template.read_bytes())
    fill_both(f"sqlite:///{path}")
    with opened(f"sqlite:///{path}") as found:
        yield found


def _statement(verb: str, table: Table, org: str):
    if verb == "insert":
        return insert(table).values(row(table, org))
    tenant = table.c[RULES[table.name].tenant]
    last = table.columns.values()[-1]
    step = {"seq": table.c.seq + 1} if table.name == "audit_head" else {last: last}
    made = {"select": select(table), "update": update(table).values(step), "delete": delete(table)}[verb]
    return made.where(tenant == org)


def _passes(connection: Connection, statement) -> bool:
    """Try a statement and take it back; say whether the guard let it through to the database."""
    attempt = connection.begin_nested()
    try:
        connection.execute(statement)
    except IntegrityError:
        return True
    except NotAllowed:
        return False
    finally:
        attempt.rollback()
    return True


@pytest.mark.sqlite
class TestSomebodySignedIn:
    @pytest.mark.parametrize("role", PEOPLE)
    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_may_what_the_table_of_permissions_says(self, engine, name, role):
        """In their own organisation everybody may what their role may, and nothing else."""
        with acting_for(engine, somebody(role)) as connection:
            may = {verb for verb in VERBS if _passes(connection, _statement(verb, TABLES[name], "hill"))}

        assert may == {verb for verb in VERBS if role in roles_that_may(verb, name)}

    @pytest.mark.parametrize("role", PEOPLE)
    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_meets_no_row_of_another_organisation(self, engine, name, role):
        """Another organisation's rows are not to be reached, and none are put there."""
        with acting_for(engine, somebody(role)) as connection:
            met = [verb for verb in VERBS if _passes(connection, _statement(verb, TABLES[name], "vale"))]

        assert met == []

    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_is_stopped_by_a_query_that_forgets_the_organisation(self, engine, name):
        """It shows nothing at all, and the mistake is found the first time it runs."""
        with acting_for(engine, somebody(Role.OWNER)) as connection, pytest.raises(Defect, match=r"not work"):
            connection.execute(select(TABLES[name]))

    @pytest.mark.parametrize("name", sorted(set(TENANT_TABLES) - {"organisation"}))
    def test_gives_no_row_away(self, engine, name):
        """Nobody moves a row of theirs into another organisation."""
        away = update(TABLES[name]).where(TABLES[name].c.org_id == "hill").values(org_id="vale")

        with acting_for(engine, somebody(Role.OWNER)) as connection:
            given = _passes(connection, away)

        assert not given

    @pytest.mark.parametrize("name", sorted(set(RULES) - set(TENANT_TABLES)))
    def test_knows_nothing_of_how_others_sign_in(self, engine, name):
        """Accounts, attempts and tokens are nobody's to read, not even an owner's."""
        tries = [select(TABLES[name]), insert(TABLES[name]).values(row(TABLES[name], "new")), delete(TABLES[name])]

        with acting_for(engine, somebody(Role.OWNER)) as connection:
            passed = [_passes(connection, one) for one in tries]

        assert passed == [False, False, False]

    @pytest.mark.parametrize("statement", ["select * from person", "delete from person where org_id = 'hill'"])
    def test_is_stopped_by_a_statement_written_as_text(self, engine, statement):
        """What cannot be read is not run for anybody."""
        with acting_for(engine, somebody(Role.OWNER)) as connection:
            with pytest.raises(Defect):
                connection.execute(text(statement))
            with pytest.raises(Defect):
                connection.exec_driver_sql(statement)

    def test_adds_no_row_among_many_for_another_organisation(self, engine):
        """Every row of an addition is looked at, not only the first."""
        rows = [row(PERSON, org, id=f"new-{org}", identity=f"new-{org}") for org in ("hill", "hill", "vale")]

        with acting_for(engine, somebody(Role.OWNER)) as connection, pytest.raises(NotAllowed):
            connection.execute(insert(PERSON), rows)

    def test_is_compared_at_every_run_of_the_same_statement(self, engine):
        """A statement that was let through with one value is not let through with another."""
        query = select(PERSON.c.id).where(PERSON.c.org_id == bindparam("org"))

        with acting_for(engine, somebody(Role.OWNER)) as connection:
            met = connection.execute(query, {"org": "hill"}).scalars().all()
            with pytest.raises(NotAllowed):
                connection.execute(query, {"org": "vale"})

        assert met == ["hill-person"]


class TestAPreparedStatement:
    @pytest.fixture
    def both(self, database_url) -> Iterator[Engine]:
        """Yield a database with Hill and Vale, of each kind."""
        fill_both(database_url)
        with opened(database_url) as found:
            yield found

    def test_is_looked_at_like_any_other(self, both):
        """The short way to the driver does not lead around the guard."""
        find = Prepared(select(PERSON.c.id).where(PERSON.c.org_id == bindparam("org")))
        remove = Prepared(delete(PERSON).where(PERSON.c.org_id == bindparam("org")))
        add = Prepared(insert(PERSON), names=PERSON.c.keys())
        everything = Prepared(select(PERSON.c.id))

        with acting_for(both, somebody(Role.AUDITOR)) as connection:
            met = [found.id for found in find.all(connection, {"org": "hill"})]
            with pytest.raises(NotAllowed):
                find.first(connection, {"org": "vale"})
            with pytest.raises(NotAllowed):
                remove.run(connection, {"org": "hill"})
            with pytest.raises(NotAllowed):
                add.run_many(connection, [row(PERSON, "hill"), row(PERSON, "vale")])
            with pytest.raises(Defect):
                everything.all(connection, {})

        assert met == ["hill-person"]


@pytest.mark.sqlite
class TestTheWorker:
    @pytest.mark.parametrize("actor", [SYSTEM, BY_LINK], ids=["the clock", "a link"])
    @pytest.mark.parametrize("name", TENANT_TABLES)
    def test_may_what_is_named_in_the_organisation_it_acts_in(self, engine, name, actor):
        """A job that was begun for one organisation keeps to it, and cannot rewrite the record."""
        with acting_for(engine, actor) as connection:
            own = [verb for verb in VERBS if _passes(connection, _statement(verb, TABLES[name], "hill"))]
            others = [verb for verb in VERBS if _passes(connection, _statement(verb, TABLES[name], "vale"))]

        assert (own, others) == (list(RULES[name].worker), [])

    def test_sees_everything_where_it_acts_for_nobody(self, engine):
        """Mails and sign-ins are looked for over all organisations, before it is known whose they are."""
        with engine.connect() as connection:
            met = set(connection.execute(select(PERSON.c.org_id)).scalars())

        assert met == {"hill", "home", "vale"}

    def test_is_told_apart_from_somebody_without_a_right(self, engine):
        """Being allowed through a link gives nothing to a member of the same role."""
        with acting_for(engine, BY_LINK) as connection:
            by_link = _passes(connection, _statement("select", PERSON, "hill"))
        with acting_for(engine, somebody(Role.EMPLOYEE)) as connection:
            signed_in = _passes(connection, _statement("select", PERSON, "hill"))

        assert (by_link, signed_in) == (True, False)

    def test_is_not_whoever_is_called_like_a_link(self, engine):
        """What somebody's id looks like opens nothing."""
        with acting_for(engine, replace(BY_LINK, is_by_link=False)) as connection:
            passes = _passes(connection, _statement("select", PERSON, "hill"))

        assert not passes
