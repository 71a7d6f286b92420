"""Hill and Vale, each with one row of everything and one member in every role; somebody from Home visits Hill."""

from collections.abc import Generator
from contextlib import contextmanager
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, Engine, create_engine, insert, text
from sqlalchemy.engine import make_url

from tests.repository.raw import in_database
from tests.repository.rows import fill, row
from waitlist_app.repository.database import open_database
from waitlist_app.repository.migrations import target
from waitlist_app.repository.tenancy import take_roles
from waitlist_app.services.actors import Actor, Role

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)


def fill_both(url: str) -> None:
    """Fill both organisations, past policies and guard."""
    with in_database(url) as connection:
        fill(connection, "hill", "vale", "home")
        member = target().tables["member"]
        for org in ("hill", "vale"):
            for role in PEOPLE:
                said = {"id": f"{org}-{role}", "email": f"{role}@{org}.example", "role": role, "removed_at": None}
                connection.execute(insert(member), row(member, org, **said))
        connection.execute(text("update member set role = 'platform_admin', removed_at = null where org_id = 'home'"))
        connection.execute(text("update web_session set visits_org_id = 'hill', ended_at = null where org_id = 'home'"))


def somebody(role: Role) -> Actor:
    """Give the one of Hill's people with this role; the visitor comes from Home."""
    member_id = "home-member" if role is Role.VISITOR else f"hill-{role}"
    return Actor(id=member_id, name=role.title(), role=role, org_id="hill")


@contextmanager
def login(url: str, *groups: str) -> Generator[str]:
    """Yield the address for a login that inherits nothing and may become `groups`, as the product's own logins may."""
    name, password = f"waitlist_login_{token_hex(6)}", token_urlsafe(24)
    with in_database(url) as connection:
        connection.execute(text(f"create role {name} login noinherit password '{password}'"))
        for group in groups:
            connection.execute(text(f"grant {group} to {name}"))
    try:
        yield make_url(url).set(username=name, password=password).render_as_string(hide_password=False)
    finally:
        with in_database(url) as connection:
            connection.execute(text(f"drop role {name}"))


@contextmanager
def unguarded(url: str, *groups: str) -> Generator[Engine]:
    """Log in with one connection that takes roles, but whose statements nobody reads: the policies stand alone."""
    with login(url, *groups) as address:
        engine = create_engine(address, pool_size=1, max_overflow=0)
        take_roles(engine, lock_wait_seconds=5)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def opened(url: str) -> Generator[Engine]:
    """Open a database the way the product does."""
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def names_of(connection: Connection, query: str) -> list[str]:
    """Run a query of one column and give its values in order."""
    return sorted(str(value) for value in connection.execute(text(query)).scalars())
