"""The chain under several writers at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.desk import INES, Desk
from tests.repository.raw import in_database
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.services.acting import carry_out
from waitlist_app.services.check_record import RecordCheck, check_record
from waitlist_app.services.export_record import export_record
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.record import canonical
from waitlist_app.services.verify_record import verify_record

WRITERS = 8
ACTS = 25
"""Of each writer; every act is two entries: a new person, and their seat."""

SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")


@pytest.fixture
def desk(database_url):
    """Yield a desk with a session for every writer."""
    desk = Desk(database_url, team=(INES,))
    for writer in range(WRITERS):
        desk.session(f"S{writer}", ("2026-03-18 09:00", "2026-03-18 12:00"), capacity=None)
    yield desk
    desk.engine.dispose()


def write_at_once(desk):
    """Let every writer fill their own session, all at the same time."""
    start = threading.Barrier(WRITERS)

    def ask(tx, name, to):
        details = PersonDetails(employee_id=name, name=name)
        command = RequestSeat(
            session_id=to, registration_id=name, person_id=tx.find_or_add_person(details), requested_at=tx.now
        )
        carry_out(tx, command)

    def write(writer):
        start.wait(timeout=30)
        for number in range(ACTS):
            desk.act(lambda tx, name=f"{writer}-{number}": ask(tx, name, f"s{writer}"))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))


class TestEightWritersInEightSessions:
    @pytest.mark.timeout(300)
    def test_leave_one_chain_without_a_gap(self, desk, database_url):
        """Every entry follows from the one before it, whoever wrote that, and none is missing."""
        before, _ = desk.read(lambda reader: reader.head())

        write_at_once(desk)

        count, head = desk.read(lambda reader: reader.head())
        with in_database(database_url) as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(text("alter table audit_entry disable row level security"))
            rows = connection.execute(text("select seq, body from audit_entry order by seq")).all()
        founder = desk.work.organisations()[0]
        seal = verify_record(export_record(work=desk.work, actor=founder, signer=SIGNER), is_signed=is_signed)
        assert count == before + WRITERS * ACTS * 2
        assert [row.seq for row in rows] == list(range(1, count + 1))
        assert [row.body for row in rows] == [canonical(json.loads(row.body)) for row in rows]
        assert check_record(work=desk.work, actor=INES) == RecordCheck(count=count, head=head, is_whole=True)
        assert (seal.count, seal.head) == (count, head)
