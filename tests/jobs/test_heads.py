"""The heads of the records, sent out once a day, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from tests.desk import INES, Desk, at, member
from waitlist_app.bootstrap import build
from waitlist_app.jobs.heads import EVERY, SendHeads
from waitlist_app.repository.browsers import MEMBER
from waitlist_app.repository.member_outbox import MAIL
from waitlist_app.services.actors import Role
from waitlist_app.settings import Settings

ALICE = member("Alice Marchmont", Role.OWNER)
OTTO = member("Otto Lindqvist", Role.OWNER)
ALIX = member("Alix Draper", Role.AUDITOR)
WORKERS = 4


class Office(Desk):
    """A desk whose owner Alice has joined, with several workers; Otto is invited and has not come yet."""

    def __init__(self, url):
        super().__init__(url, at("2026-03-12 10:42"), team=(INES, ALICE, OTTO, ALIX))
        with self.engine.begin() as connection:
            joined = update(MEMBER).where(MEMBER.c.id.in_(["alice", "ines", "alix"]))
            connection.execute(joined.values(joined_at=self.clock.now()))
        settings = Settings(database_url=url, secret_key=SecretStr("k" * 48))
        self.workers = [build(settings, clock=self.clock) for _ in range(WORKERS)]

    def close(self):
        """Close every connection."""
        for product in self.workers:
            product.engine.dispose()
        self.engine.dispose()

    def mails(self):
        """Give who was written to, at what hour, and what became of it."""
        query = select(MAIL.c.member_id, MAIL.c.created_at, MAIL.c.status).order_by(MAIL.c.created_at)
        with self.engine.begin() as connection:
            return [(row.member_id, f"{row.created_at:%d %H:%M}", row.status) for row in connection.execute(query)]


@pytest.fixture
def office(database_url):
    """Yield an office on Thursday 12 March, 10:42 in London."""
    office = Office(database_url)
    yield office
    office.close()


class TestTheHeadOfTheRecord:
    def test_is_mailed_once_a_day_to_owners_who_have_joined(self, office):
        """However often a worker looks, an owner gets one mail between one midnight and the next."""
        [product, *_] = office.workers
        turn = SendHeads(product.send_heads)

        waits = [turn(), turn()]
        product.deliver()
        office.at("2026-03-12 23:59")
        turn()
        office.at("2026-03-13 00:00")
        turn()

        assert waits == [EVERY, EVERY]
        assert office.mails() == [("alice", "12 10:42", "sent"), ("alice", "13 00:00", "waiting")]

    def test_is_mailed_once_when_several_workers_look_at_the_same_time(self, office):
        """Workers who find no mail of today together write one."""
        with ThreadPoolExecutor(WORKERS) as pool:
            written = list(pool.map(lambda product: product.send_heads(), office.workers))

        assert sorted(written) == [0] * (WORKERS - 1) + [1]
        assert [who for who, *_ in office.mails()] == ["alice"]

    def test_says_how_many_entries_there_are_and_how_to_check_an_export(self, office):
        """The mail has the count, the hash and the key, as of the moment it was written."""
        [product, *_] = office.workers
        count, head = office.read(lambda reader: reader.head())
        key = product.signer.public_key

        product.send_heads()
        product.deliver()

        with office.engine.begin() as connection:
            row = connection.execute(select(MAIL)).one()
        assert (row.recipient, row.subject) == ("alice@x.example", f"The record of Tarnwick Group: {count} entries")
        assert f"Entries: {count}\nHead:    {head}\nKey:     {key}\n" in row.text
        assert f"--head {head} --key {key}" in " ".join(row.text.split())
        assert "The record as of Thursday 12 March 2026, 10:42" in row.text

    def test_is_not_mailed_to_somebody_who_is_no_owner_any_more(self, office):
        """Who was demoted before the mail went out does not get it."""
        [product, *_] = office.workers
        product.send_heads()
        with office.engine.begin() as connection:
            connection.execute(update(MEMBER).where(MEMBER.c.id == "alice").values(role="auditor"))

        product.deliver()

        assert office.mails() == [("alice", "12 10:42", "obsolete")]
