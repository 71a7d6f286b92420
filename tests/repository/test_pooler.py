"""The whole product behind a pooler in transaction mode, with fewer server connections than people who act."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from tests.conftest import unavailable
from tests.desk import at, member
from tests.poolers import NoPoolerError, pooled
from tests.repository.raw import in_database
from tests.repository.two_organisations import login
from waitlist_app.bootstrap import Product, build, migrate
from waitlist_app.clock import SetClock
from waitlist_app.engine.model import Session
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.repository.database import is_pooled
from waitlist_app.repository.migrations import is_current
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.check_record import check_record
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.ports import SessionDetails, Transaction
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.settings import Settings

pytestmark = pytest.mark.postgresql

PEOPLE = 8
ROUNDS = 6
CONNECTIONS = 2
NOW = at("2026-03-12 10:42")
WHO = "select current_user, coalesce(current_setting('request.jwt.claims', true), ''), pg_backend_pid()"


def _team(org: str) -> tuple[Actor, Actor]:
    named = {"org_id": org, "organisation": org.title()}
    return member(f"Olive-{org} Marsh", Role.OWNER, **named), member(f"Ines-{org} Calder", Role.COORDINATOR, **named)


TEAMS = {org: _team(org) for org in ("hill", "vale")}


@pytest.fixture
def product(postgresql_url) -> Iterator[Product]:
    """Yield the product with its two logins, each behind two server connections, and two organisations."""
    with (
        login(postgresql_url, "anon", "authenticated") as people,
        login(postgresql_url, "anon", "service_role") as worker,
    ):
        try:
            with pooled(people, worker, size=CONNECTIONS) as (people_there, worker_there):
                settings = Settings(database_url=people_there, worker_database_url=worker_there)
                built = build(settings, clock=SetClock(NOW))
                for owner, ines in TEAMS.values():
                    founder = replace(owner, id="system", role=Role.SYSTEM)
                    built.work.transact(founder, lambda tx, team=(owner, ines): _found(tx, team))
                    built.work.transact(ines, _open)
                yield built
                built.engine.dispose()
        except NoPoolerError as error:
            unavailable(str(error))


def _found(tx: Transaction, team: tuple[Actor, ...]) -> None:
    tx.add_organisation(name=team[0].organisation, zone="Europe/London")
    for one in team:
        tx.add_member(member_id=one.id, name=one.name, email=f"{one.id}@x.example", role=one.role)


def _open(tx: Transaction) -> None:
    starts_at, ends_at = at("2026-04-01 09:00"), at("2026-04-01 12:00")
    rules = Session(id="pm", code="PM", capacity=3, starts_at=starts_at)
    details = SessionDetails(
        rules=rules, title="PM", location="", zone="Europe/London", starts_at=starts_at, ends_at=ends_at
    )
    tx.add_session(details)


def _all_at_once(acts: list[Callable[[], int]]) -> list[int]:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        gate.wait(timeout=60)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result(timeout=120) for done in [threads.submit(run, act) for act in acts]]


def _busy_desk(product: Product, org: str, number: int) -> int:
    """Ask, approve and drop by turns, as a desk of its own, and count the requests; a lost race is a lost race."""
    asked = 0
    _, ines = TEAMS[org]
    for turn in range(ROUNDS):
        name = f"Person {number}-{turn}"
        with suppress(Refused, TryAgain):
            request_seat(
                work=product.work,
                actor=ines,
                session_id="pm",
                employee_id=name,
                name=name,
                email=f"{number}.{turn}@{org}.example",
            )
            asked += 1
        for row in show_inbox(work=product.work, actor=ines).rows[:1]:
            with suppress(Refused, TryAgain):
                approve_promotion(work=product.work, actor=ines, proposal_id=row.id)
        entries = product.work.read(ines, lambda reader: reader.seated("pm"))
        assert {entry.person.email.rpartition("@")[2] for entry in entries} <= {f"{org}.example"}
        for entry in entries[:1] if turn % 2 else ():
            with suppress(Refused, TryAgain):
                drop_registration(
                    work=product.work, actor=ines, registration_id=entry.registration.id, reason="Shift swap"
                )
    return asked


class TestBehindATransactionModePooler:
    """Behind a pooler in transaction mode..."""

    def test_eight_desks_act_over_two_connections(self, product):
        """Nobody meets a row of the other organisation, and seats and record add up."""
        acts = [lambda n=number: _busy_desk(product, ("hill", "vale")[n % 2], n) for number in range(PEOPLE)]

        asked = _all_at_once(acts)

        for first, (owner, ines) in enumerate(TEAMS.values()):
            [session] = product.work.read(ines, lambda reader: reader.sessions())
            rows = product.work.read(ines, lambda reader: reader.registrations("pm"))
            assert len(rows) == sum(asked[first::2]) > ROUNDS
            assert session.tally.confirmed + session.tally.held <= 3
            assert check_record(work=product.work, actor=owner).is_whole

    def test_nothing_of_whom_a_connection_acted_for_is_left(self, product):
        """Both server connections, asked afterwards by the login itself, are nobody's."""
        _all_at_once([lambda n=number: _busy_desk(product, "hill", n) for number in range(4)])

        met: set[tuple[str, str]] = set()
        backends: set[int] = set()
        gate = threading.Barrier(CONNECTIONS)
        engine = create_engine(_without_option(product.work.people))

        def look() -> int:
            # Both hold a server connection at the same time, so both of them are looked at.
            with engine.connect() as connection:
                found = connection.execute(text(WHO)).one()
                gate.wait(timeout=30)
                met.add((found[0], found[1]))
                backends.add(found[2])
            return 1

        _all_at_once([look] * CONNECTIONS)
        engine.dispose()

        assert (len(backends), {claims for _, claims in met}) == (CONNECTIONS, {""})
        assert all(user.startswith("waitlist_login") for user, _ in met)

    def test_no_lock_outlives_its_act(self, product, postgresql_url):
        """Locks of persons end with the transaction; one of a session would stay with a server connection."""
        _all_at_once([lambda n=number: _busy_desk(product, "hill", n) for number in range(4)])

        with in_database(postgresql_url) as connection:
            held = connection.execute(
                text(
                    "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from"
                    " pg_database where datname = current_database())"
                )
            ).scalar_one()
        assert held == 0

    def test_no_statement_is_prepared(self, product):
        """A statement that is prepared on one server connection is unknown on the next."""
        _all_at_once([lambda n=number: _busy_desk(product, "hill", n) for number in range(4)])

        with product.work.people.connect() as connection:
            prepared = connection.execute(text("select count(*) from pg_prepared_statements")).scalar_one()

        assert prepared == 0

    def test_jobs_sweep_and_deliver(self, product):
        """The worker's login goes the same way."""
        _, ines = TEAMS["hill"]
        for number in range(5):
            _busy_desk(product, "hill", number)
        product.clock.set(at("2026-03-15 10:42"))

        for system in product.work.organisations():
            sweep_offers(work=product.work, actor=system)
        product.deliver()

        assert not product.work.read(ines, lambda reader: reader.offers())

    def test_migrations_run_through_it(self, postgresql_url):
        """Somebody who knows only the address of the pooler can upgrade through it."""
        try:
            with pooled(postgresql_url, size=CONNECTIONS) as [there]:
                migrate(there)
                assert is_current(there)
        except NoPoolerError as error:
            unavailable(str(error))


def _without_option(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


class TestAnAddress:
    """An address..."""

    @pytest.mark.parametrize(
        ("end", "is_behind_one"),
        [
            (":6543/db", True),
            (":6432/db", True),
            (":5432/db", False),
            ("/db", False),
            (":7000/db?pgbouncer=true", True),
            (":6543/db?pgbouncer=false", False),
            ("/db:6543", False),
        ],
    )
    def test_says_whether_a_pooler_is_there(self, end, is_behind_one):
        """By its port, or by a word at its end where the port is another."""
        assert is_pooled(make_url(f"postgresql+psycopg://me:secret@db.example{end}")) is is_behind_one
