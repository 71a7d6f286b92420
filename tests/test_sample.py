from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from shutil import copyfile

import pytest

from tests.desk import STRANGER, at
from waitlist_app import bootstrap, csv_io
from waitlist_app.bootstrap import Product
from waitlist_app.clock import SetClock
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.actors import Role
from waitlist_app.services.seed_sample import HELENA, INES, TEAM, SampleFiles, seed_sample
from waitlist_app.settings import Settings

NOW = at("2026-11-20 20:15")
FOLDER = files("waitlist_app.sample")
SAMPLE = SampleFiles(
    sessions=(FOLDER / "sessions.csv").read_bytes(),
    meetings=(FOLDER / "meetings.csv").read_bytes(),
    requests=(FOLDER / "requests.csv").read_bytes(),
)


def _product(folder: Path, template: Path) -> Product:
    copyfile(template, folder / "waitlist.db")
    return bootstrap.build(Settings(database_url=f"sqlite:///{folder / 'waitlist.db'}"), clock=SetClock(NOW))


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[Product]:
    """Give the product over an empty database, at a literal instant."""
    product = _product(tmp_path, sqlite_template)
    yield product
    product.engine.dispose()


@pytest.fixture(scope="module")
def seeded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Give the product over a database with the sample; nobody changes it."""
    product = _product(tmp_path_factory.mktemp("sample"), sqlite_template)
    assert _seed(product) == "Tarnwick Group was added: 64 sessions, 13,461 requests."
    yield product
    product.engine.dispose()


def _seed(product: Product) -> str:
    clock = product.clock
    assert isinstance(clock, SetClock)
    return seed_sample(
        work=product.work,
        quiet_work=SqlWork(product.engine, clock, announce=lambda *_: ()),
        files=csv_io,
        clock=clock,
        sample=SAMPLE,
        deliver=product.deliver,
    )


class TestTheSampleFiles:
    def test_can_be_read_to_the_last_line(self):
        """All 64 courses with their meetings, and every request that stood."""
        contents = (
            csv_io.read_sessions(SAMPLE.sessions),
            csv_io.read_meetings(SAMPLE.meetings),
            csv_io.read_requests(SAMPLE.requests),
        )

        assert [(c.lines, len(c.rows), c.problems) for c in contents] == [
            (64, 64, ()),
            (253, 253, ()),
            (13475, 13475, ()),
        ]

    def test_say_where_they_come_from(self):
        """The source and its licence travel with the data."""
        said = (FOLDER / "README.md").read_text(encoding="utf-8")
        licence = (FOLDER / "LICENSE").read_text(encoding="utf-8")

        assert "UCSD Historical Enrollment Data" in said
        assert "MIT licence, Copyright (c) 2022 Edward Wang" in said
        assert licence.startswith("MIT License\n\nCopyright (c) 2022 Edward Wang\n")


class TestTheSample:
    def test_stops_in_the_middle_of_the_story(self, seeded):
        """Whoever opens it finds full sessions, lines, decisions to take and offers that run."""
        sessions = seeded.work.read(INES, lambda reader: reader.sessions())
        offers = seeded.work.read(INES, lambda reader: reader.offers())
        proposals = seeded.work.read(INES, lambda reader: reader.proposals())
        record = seeded.work.read(INES, lambda reader: reader.record(count=100))[1]

        full = [s for s in sessions if s.rules.capacity == s.tally.confirmed and s.tally.ready_units]
        assert len(full) == 19
        assert min(session.starts_at for session in sessions) - NOW >= timedelta(days=14)
        assert [offer.expires_at - NOW for offer in offers] == [
            timedelta(hours=2, minutes=42),
            timedelta(hours=18, minutes=12),
            timedelta(hours=35, minutes=30),
            timedelta(hours=47, minutes=36),
        ]
        assert {offer.approved_by for offer in offers} <= {member.name for member in TEAM}
        assert [NOW - proposal.proposed_at for proposal in proposals] == [
            timedelta(hours=5, minutes=6),
            timedelta(hours=3, minutes=18),
            timedelta(minutes=42),
        ]
        acts = [(entry.act, entry.actor_id) for entry in record]
        assert [actor for act, actor in acts if act == "EntryMoved"] == ["rafe", "ines"]
        assert [actor for act, actor in acts if act == "OfferLapsed"] == ["system"]
        assert max(entry.at for entry in record) <= NOW

    def test_has_delivered_its_mail_to_the_mailbox_only(self, seeded):
        """Only the last days have messages; nothing is left to send later but reminders of the offers that run."""
        messages = seeded.work.read(HELENA, lambda reader: reader.messages(count=1000))

        others = [message for message in messages if message.kind != "reminder"]
        assert len(others) == 25
        assert {message.status for message in others} == {"sent"}
        reminders = [message for message in messages if message.kind == "reminder"]
        assert {message.status for message in reminders} == {"sent", "obsolete", "waiting"}
        assert all(message.due_at > NOW for message in reminders if message.status == "waiting")

    def test_a_second_time_changes_nothing(self, seeded):
        """Setting up again and again leaves what is there alone."""
        before = seeded.work.read(INES, lambda reader: reader.head())

        said = _seed(seeded)

        assert said == "Tarnwick Group is there already. Nothing was added."
        assert seeded.work.read(INES, lambda reader: reader.head()) == before

    def test_stays_away_from_an_organisation_of_ones_own(self, empty):
        """Real work is never mixed with made-up people."""
        founder = replace(STRANGER, role=Role.SYSTEM)
        empty.work.transact(founder, lambda tx: tx.add_organisation(name="Stoneworks", zone="Europe/London"))

        said = _seed(empty)

        assert said == "Stoneworks is there already. Nothing was added."
        assert [actor.organisation for actor in empty.work.organisations()] == ["Stoneworks"]
