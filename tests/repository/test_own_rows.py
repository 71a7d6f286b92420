"""What managers and employees may read: their team's rows and their own, whatever a query asks for."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, func, insert, select

from tests.repository.raw import in_database
from tests.repository.rows import row
from tests.repository.two_organisations import fill_both, opened, somebody, unguarded
from waitlist_app.errors import NotAllowed
from waitlist_app.repository.migrations import target
from waitlist_app.repository.table_rules import RULES
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import Role

TABLES = target().tables
MEMBER, PERSON, REGISTRATION = (TABLES[name] for name in ("member", "person", "registration"))
ME = PERSON.alias("me")

# In each organisation an employee waits in a workshop, whom the manager signs off and an assistant asked for; a second
# employee was asked for by the manager; and everybody else has nothing to do with them.
THEIRS = {
    Role.EMPLOYEE: {
        "member": {"hill-employee"},
        "person": {"hill-eve"},
        "registration": {"hill-of-eve"},
        "session": {"hill-workshop"},
        "meeting": {"hill-workshop"},
        "offer": {"hill-of-eve"},
        "message": {"hill-to-eve"},
    },
    Role.MANAGER: {
        "member": {"hill-manager"},
        "person": {"hill-max", "hill-eve", "hill-ned"},
        "registration": {"hill-of-eve", "hill-of-ned"},
        "session": {"hill-workshop"},
        "meeting": {"hill-workshop"},
        "offer": {"hill-of-eve", "hill-of-ned"},
        "message": {"hill-to-max"},
    },
}
NAMED_BY = {"meeting": "session_id", "offer": "registration_id"}


def _fill(url: str) -> None:
    fill_both(url)
    with in_database(url) as connection:
        for org in ("hill", "vale"):
            _add(connection, org, "session", id=f"{org}-workshop", code=f"{org}-workshop")
            _add(connection, org, "meeting", session_id=f"{org}-workshop")
            for who, role in (("eve", "Employee"), ("max", "Manager"), ("ned", "someone"), ("amy", "assistant")):
                address = f"{role}@{org}.example"
                _add(connection, org, "person", id=f"{org}-{who}", identity=address, email=address)
                _add(connection, org, "message", id=f"{org}-to-{who}", person_id=f"{org}-{who}", dedupe=who)
            for number, (who, manager, requester) in enumerate((("eve", "max", "amy"), ("ned", "amy", "max"))):
                said = {"session_id": f"{org}-workshop", "person_id": f"{org}-{who}"}
                named = {"manager_id": f"{org}-{manager}", "requester_id": f"{org}-{requester}"}
                _add(connection, org, "registration", id=f"{org}-of-{who}", **said, **named)
                said = {"session_id": f"{org}-workshop", "registration_id": f"{org}-of-{who}"}
                _add(connection, org, "offer", number=10 + number, **said)


def _add(connection: Connection, org: str, table: str, **said: object) -> None:
    connection.execute(insert(TABLES[table]), row(TABLES[table], org, **said))


def _key(table: str):
    return TABLES[table].c[NAMED_BY.get(table, "id")]


@pytest.fixture(scope="module")
def web(postgresql_server) -> Iterator[Engine]:
    """Yield the connections of the web server, whose statements nobody reads: the policies stand alone."""
    with postgresql_server.fresh_database() as url:
        _fill(url)
        with unguarded(url, "anon", "authenticated") as engine:
            yield engine


@pytest.fixture(scope="module")
def guarded(sqlite_template, tmp_path_factory) -> Iterator[Engine]:
    """Yield a database of SQLite, where the guard stands alone."""
    path = tmp_path_factory.mktemp("own") / "waitlist.db"
    path.write_bytes(sqlite_template.read_bytes())
    _fill(f"sqlite:///{path}")
    with opened(f"sqlite:///{path}") as engine:
        yield engine


@pytest.mark.postgresql
@pytest.mark.parametrize("role", THEIRS)
class TestThePolicies:
    @pytest.mark.parametrize("name", sorted(name for name, rules in RULES.items() if rules.own))
    def test_show_rows_of_ones_own_and_no_others(self, web, role, name):
        """A query for everything gives what is theirs."""
        with acting_for(web, somebody(role)) as connection:
            met = set(connection.scalars(select(_key(name))))

        assert met == THEIRS[role][name]

    def test_cover_every_table_that_has_own_rows(self, web, role):
        """A new table of which somebody may read a part is tried here, too."""
        assert set(THEIRS[role]) == {name for name, rules in RULES.items() if rules.own}


def _of(role: Role, table: str, *, me: str = "", by: str = "person_id") -> Select[Any]:
    """Ask for rows of `table` the way the product does: from the member to the person to the registrations."""
    source = MEMBER.join(ME, (ME.c.org_id == MEMBER.c.org_id) & (func.lower(ME.c.email) == MEMBER.c.email))
    source = source.join(REGISTRATION, (REGISTRATION.c.org_id == MEMBER.c.org_id) & (REGISTRATION.c[by] == ME.c.id))
    source = source.join(PERSON, (PERSON.c.org_id == MEMBER.c.org_id) & (PERSON.c.id == REGISTRATION.c.person_id))
    asked = (MEMBER.c.org_id == "hill") & (MEMBER.c.id == (me or f"hill-{role}"))
    return select(TABLES[table].c.id).select_from(source).where(asked)


@pytest.mark.sqlite
class TestTheGuard:
    @pytest.mark.parametrize("table", ["registration", "person"])
    def test_lets_an_employee_read_their_own(self, guarded, table):
        """What leads from them to the row is in the statement."""
        with acting_for(guarded, somebody(Role.EMPLOYEE)) as connection:
            met = set(connection.scalars(_of(Role.EMPLOYEE, table)))

        assert met == THEIRS[Role.EMPLOYEE][table]

    @pytest.mark.parametrize(("by", "met"), [("manager_id", {"hill-of-eve"}), ("requester_id", {"hill-of-ned"})])
    def test_lets_a_manager_read_their_team(self, guarded, by, met):
        """Those whom they sign off, and those whom they asked for."""
        with acting_for(guarded, somebody(Role.MANAGER)) as connection:
            found = set(connection.scalars(_of(Role.MANAGER, "registration", by=by)))

        assert found == met

    @pytest.mark.parametrize(
        "statement",
        [
            select(REGISTRATION.c.id).where(REGISTRATION.c.org_id == "hill"),
            select(REGISTRATION.c.id).where(REGISTRATION.c.org_id == "hill", REGISTRATION.c.person_id == "hill-eve"),
            select(PERSON.c.name).where(PERSON.c.org_id == "hill", PERSON.c.email == "Employee@hill.example"),
            select(MEMBER.c.name).where(MEMBER.c.org_id == "hill"),
            select(MEMBER.c.name).where(MEMBER.c.org_id == "hill", MEMBER.c.id == "hill-owner"),
            _of(Role.EMPLOYEE, "person", me="hill-manager"),
            _of(Role.EMPLOYEE, "person", by="manager_id"),
        ],
        ids=["all", "by a person", "by an address", "the team", "a member", "as somebody else", "a team of theirs"],
    )
    def test_stops_an_employee_who_asks_for_more(self, guarded, statement):
        """Nothing but the chain from the member who asks opens a row."""
        with acting_for(guarded, somebody(Role.EMPLOYEE)) as connection, pytest.raises(NotAllowed):
            connection.execute(statement)

    def test_stops_a_manager_from_going_on_to_the_team_of_their_team(self, guarded):
        """Whose rows one may read is not oneself."""
        theirs = REGISTRATION.alias("theirs")
        of_team = _of(Role.MANAGER, "person", by="manager_id").join_from(
            PERSON, theirs, (theirs.c.org_id == PERSON.c.org_id) & (theirs.c.manager_id == PERSON.c.id)
        )

        with acting_for(guarded, somebody(Role.MANAGER)) as connection, pytest.raises(NotAllowed):
            connection.execute(of_team)

    @pytest.mark.parametrize("way", ["or", "outer join"])
    def test_is_not_led_around_the_chain(self, guarded, way):
        """A condition that not every row has to meet holds nothing."""
        own = _of(Role.EMPLOYEE, "registration")
        if way == "or":
            asked = (REGISTRATION.c.person_id == ME.c.id) | (REGISTRATION.c.seat_units > 0)
            source = MEMBER.join(ME, func.lower(ME.c.email) == MEMBER.c.email).join(REGISTRATION, asked)
        else:
            source = REGISTRATION.outerjoin(ME, REGISTRATION.c.person_id == ME.c.id).outerjoin(
                MEMBER, (func.lower(ME.c.email) == MEMBER.c.email) & (MEMBER.c.id == "hill-employee")
            )
        held = (REGISTRATION.c.org_id == "hill") & (ME.c.org_id == "hill") & (MEMBER.c.org_id == "hill")
        around = select(REGISTRATION.c.id).select_from(source).where(held)

        with acting_for(guarded, somebody(Role.EMPLOYEE)) as connection:
            own_rows = set(connection.scalars(own))
            with pytest.raises(NotAllowed):
                connection.execute(around)

        assert own_rows == {"hill-of-eve"}

    def test_reads_the_same_statement_anew_for_each_who_asks(self, guarded):
        """What one employee was let read opens nothing to the next."""
        statement = _of(Role.EMPLOYEE, "registration")

        with acting_for(guarded, somebody(Role.EMPLOYEE)) as connection:
            connection.execute(statement)
        with acting_for(guarded, somebody(Role.MANAGER)) as connection, pytest.raises(NotAllowed):
            connection.execute(statement)
        with acting_for(guarded, somebody(Role.AUDITOR)) as connection:
            assert set(connection.scalars(statement)) == {"hill-of-eve"}
