"""The jobs as they run, on both databases: several workers at once, over the whole product."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from tests.repository.world import INES, Tarnwick
from waitlist_app.bootstrap import Product, build
from waitlist_app.engine.commands import Close, RequestSeat
from waitlist_app.engine.model import Session, Status
from waitlist_app.jobs.check import Check
from waitlist_app.jobs.run import run
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.ports import SessionDetails
from waitlist_app.settings import Settings

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 4, 9, tzinfo=UTC)
CODES = ("FAW", "FWT", "LAD", "MHC")
PEOPLE = ("Rosa", "Imani", "Oona")
WORKERS = 6


def _session(number: int, code: str) -> SessionDetails:
    starts_at = datetime(2026, 4, 1 + number, 9, tzinfo=UTC)
    return SessionDetails(
        rules=Session(id=code.lower(), code=code, capacity=1),
        title=code,
        location="Leeds",
        zone="Europe/London",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=7),
    )


@contextmanager
def _products(database_url: str, count: int):
    """Give products over one database, each with its own connections, and the world in which their clocks stand.

    In each session Rosa has dropped, Imani is offered her seat until the deadline, and Oona waits.
    """
    world = Tarnwick(database_url, OPENED)
    people = world.open([_session(number, code) for number, code in enumerate(CODES)], PEOPLE)
    for session_id in map(str.lower, CODES):
        for name in PEOPLE:
            world.act(
                RequestSeat(
                    session_id=session_id,
                    registration_id=f"{name}-{session_id}",
                    person_id=people[name],
                    requested_at=OPENED,
                )
            )
        world.act(Close(session_id=session_id, registration_id=f"Rosa-{session_id}", status=Status.DROPPED))
    for proposal in world.work.read(INES, lambda reader: reader.proposals()):
        approve_promotion(work=world.work, actor=INES, proposal_id=proposal.id)
    settings = Settings(database_url=database_url, secret_key=SecretStr("k" * 48))
    products = [build(settings, clock=world.clock) for _ in range(count)]
    try:
        yield world, products
    finally:
        for product in products:
            product.engine.dispose()
        world.close()


async def _run_until(products: list[Product], is_done: Callable[[], bool]) -> None:
    """Run the jobs of every product at once until `is_done`, for twenty seconds at most."""
    stop = asyncio.Event()
    workers = [asyncio.create_task(run(product, stop)) for product in products]
    await asyncio.to_thread(_wait_until, is_done)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*workers), timeout=20)


def _wait_until(is_done: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at and not is_done():
        time.sleep(0.05)


def _waiting_messages(world: Tarnwick) -> int:
    return sum(message.status == "waiting" for message in world.work.read(INES, lambda reader: reader.messages()))


class TestSixWorkers:
    async def test_end_each_offer_and_send_each_message_exactly_once(self, database_url, caplog):
        """However many processes run, each offer lapses once, the next person is proposed once and all get one mail."""
        with _products(database_url, WORKERS) as (world, products):
            world.clock.set(DEADLINE)

            await _run_until(
                products,
                lambda: (
                    len(world.work.read(INES, lambda reader: reader.proposals())) == len(CODES)
                    and not _waiting_messages(world)
                ),
            )

            proposals = world.work.read(INES, lambda reader: reader.proposals())
            messages = world.work.read(INES, lambda reader: reader.messages())
            _, entries = world.work.read(INES, lambda reader: reader.record(count=500))
        assert [proposal.entry.person.name for proposal in proposals] == ["Oona"] * len(CODES)
        assert Counter(entry.act for entry in entries)["OfferLapsed"] == len(CODES)
        assert Counter((message.kind, message.status) for message in messages) == {
            ("confirmed", "obsolete"): len(CODES),  # Rosa's: dropped before any worker ran
            ("dropped", "sent"): len(CODES),
            ("joined", "sent"): len(CODES),  # Oona's
            ("joined", "obsolete"): len(CODES),  # Imani's
            ("offer", "obsolete"): len(CODES),
            ("lapsed", "sent"): len(CODES),
        }
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


class TestTheJobs:
    async def test_leave_an_offer_alone_before_its_deadline(self, database_url):
        """A moment before the deadline the seat is still kept, and the mail goes out."""
        with _products(database_url, 1) as (world, products):
            world.clock.set(DEADLINE - timedelta(seconds=1))

            await _run_until(products, lambda: not _waiting_messages(world))

            offers = world.work.read(INES, lambda reader: reader.offers())
        assert [(offer.entry.person.name, offer.mail_status) for offer in offers] == [("Imani", "sent")] * len(CODES)

    async def test_tell_listeners_which_sessions_changed(self, database_url):
        """Every open browser shows the next proposal without anybody loading the page again."""
        with _products(database_url, 1) as (world, products):
            world.clock.set(DEADLINE)
            told: set[str] = set()
            products[0].changes.listen(lambda org_id, session_ids: told.update(session_ids))

            await _run_until(products, lambda: len(told) == len(CODES))

        assert told == {code.lower() for code in CODES}


class TestTheCheck:
    def test_says_nothing_when_all_is_well(self, database_url, caplog):
        """No news is good news."""
        with _products(database_url, 1) as (_, (product,)):
            Check(work=product.work)()

        assert caplog.records == []

    def test_logs_what_does_not_hold_with_a_reference(self, database_url, caplog):
        """A number that was changed behind the product's back is found within ten minutes, not by a visitor."""
        with _products(database_url, 1) as (_, (product,)):
            with product.engine.begin() as connection:
                connection.exec_driver_sql("update session set waiting = waiting + 1 where code = 'LAD'")
            Check(work=product.work)()

        (record,) = caplog.records
        assert record.getMessage().startswith("In session LAD of tarnwick does not hold: ")
        assert "the_tally_equals_a_recount" in record.getMessage()
        assert "Reference " in record.getMessage()
