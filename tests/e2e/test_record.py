"""The record on the screen: verified, found out when it was changed, taken away, and freed of a person."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import AppServer
from tests.e2e.browsing import SCHEMES, Scheme, violations
from tests.e2e.conftest import SitDown
from tests.e2e.office import Office
from tests.e2e.test_accessibility import PHONE
from waitlist_app.auth.signing import is_signed
from waitlist_app.services.verify_record import verify_record


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with people in it."""
    return office.open_full_session()


@contextmanager
def _tampered(server: AppServer, office: Office) -> Generator[int]:
    """Change an entry as whoever owns the database could, and give its number; put back afterwards."""
    with closing(sqlite3.connect(server.database_url.removeprefix("sqlite:///"), timeout=10)) as database:
        guards = database.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        seq, body = database.execute(
            "select seq, body from audit_entry where org_id = ? order by seq desc", (office.org_id,)
        ).fetchone()
        _rewrite(database, guards, office, seq, body.replace('"seq":', '"seq" :'))
        try:
            yield seq
        finally:
            _rewrite(database, guards, office, seq, body)


def _rewrite(database: sqlite3.Connection, guards: list[tuple[str, str]], office: Office, seq: int, body: str) -> None:
    with database:
        for name, _ in guards:
            database.execute(f"drop trigger {name}")
        database.execute("update audit_entry set body = ? where org_id = ? and seq = ?", (body, office.org_id, seq))
        for _, sql in guards:
            database.execute(sql)


class TestTheRecord:
    """The record..."""

    def test_is_verified_by_the_press_of_a_button(self, office: Office, path: str, sit_down: SitDown):
        """The count and the whole hash of the last entry, to compare with one that was kept; by keyboard alone."""
        olu = sit_down(office.olu)
        olu.goto("/audit")
        olu.get_by_test_id("verify").focus()
        olu.keyboard.press("Enter")

        count, head = office.product.work.read(office.olu, lambda reader: reader.head())
        expect(olu.get_by_test_id("verified")).to_contain_text(f"The record is whole: {count} entries were checked")
        expect(olu.get_by_test_id("verified-head")).to_have_text(head)

    def test_that_was_changed_in_the_database_is_found_out(
        self, office: Office, path: str, sit_down: SitDown, app_server: AppServer
    ):
        """Whoever owns the database can switch its guards off; the chain still tells."""
        olu = sit_down(office.olu)
        olu.goto("/audit")

        with _tampered(app_server, office) as seq:
            olu.get_by_test_id("verify").click()
            found = olu.get_by_test_id("verified")
            expect(found).to_contain_text(f"The first entry that is wrong is number {seq}")
            expect(found).to_contain_text(f"Entry {seq} does not follow from the entry before it.")

    def test_is_taken_away_as_a_file_that_verifies(self, office: Office, path: str, sit_down: SitDown, tmp_path: Path):
        """An auditor needs neither the app nor the database for it."""
        olu = sit_down(office.olu)
        olu.goto("/audit")

        with olu.expect_download() as begun:
            olu.get_by_test_id("export-record").click()
        begun.value.save_as(tmp_path / "record.jsonl")

        seal = verify_record((tmp_path / "record.jsonl").read_bytes(), is_signed=is_signed)
        assert begun.value.suggested_filename == "record.jsonl"
        assert (seal.org, seal.count) == (office.org_id, office.recorded())

    def test_is_not_for_a_coordinator_to_take_away(self, office: Office, path: str, sit_down: SitDown):
        """They read and verify it; exporting is for owners and auditors."""
        ines = sit_down(office.ines)
        ines.goto("/audit")

        expect(ines.get_by_test_id("verify")).to_be_visible()
        expect(ines.get_by_test_id("export-record")).to_have_count(0)
        assert ines.request.get("/export/record.jsonl").status == 404

    @SCHEMES
    def test_passes_axe_with_its_results(
        self, office: Office, path: str, sit_down: SitDown, app_server: AppServer, scheme: Scheme
    ):
        """Good news and bad are read out, and fit a phone."""
        olu = sit_down(office.olu, color_scheme=scheme, viewport=PHONE)
        olu.goto("/audit")
        found: dict[str, list[str]] = {}
        olu.get_by_test_id("verify").click()
        expect(olu.get_by_test_id("verified")).to_contain_text("whole")
        found["whole"] = violations(olu)
        with _tampered(app_server, office):
            olu.get_by_test_id("verify").click()
            expect(olu.get_by_test_id("verified")).to_contain_text("was changed")
            found["broken"] = violations(olu)

        assert found == {"whole": [], "broken": []}
        assert olu.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]


class TestAPersonWhoAsksToBeForgotten:
    """A person who asks to be forgotten..."""

    def test_is_erased_by_an_owner_who_typed_who_it_is(self, office: Office, path: str, sit_down: SitDown):
        """The name is gone from every page, and the record says that somebody was erased, and why."""
        office.drop("Nadia Petrov")
        helena = sit_down(office.helena)
        helena.goto("/team")
        helena.get_by_test_id("erase-person").click()
        helena.get_by_test_id("field-who").fill("nadia.petrov@tarnwick.example")
        helena.get_by_test_id("find-person").click()
        dialog = helena.get_by_test_id("erase-dialog")
        expect(dialog.get_by_role("heading")).to_have_text("Erase Nadia Petrov for good?")
        expect(dialog).to_contain_text("1 registration, under a random key")
        helena.get_by_test_id("field-typed").fill("nadia")
        helena.get_by_test_id("reason").fill("A request of 12 March")
        helena.get_by_test_id("erase-for-good").click()
        expect(dialog).to_contain_text("This is not their e-mail address or employee id. Nothing was erased.")

        helena.get_by_test_id("field-typed").fill("nadia.petrov@tarnwick.example")
        helena.get_by_test_id("erase-for-good").click()

        expect(helena.get_by_test_id("toast")).to_contain_text("Everything that named this person is erased")
        helena.goto("/audit")
        expect(helena.get_by_text("A request of 12 March")).to_be_visible()
        expect(helena.get_by_text("Nadia")).to_have_count(0)
        helena.get_by_test_id("verify").click()
        expect(helena.get_by_test_id("verified")).to_contain_text("The record is whole")

    def test_gives_back_first_what_they_still_have(self, office: Office, path: str, sit_down: SitDown):
        """It is said by the name of the session before anything is written, and done in the same act."""
        helena = sit_down(office.helena)
        helena.goto("/team")
        helena.get_by_test_id("erase-person").click()
        helena.get_by_test_id("field-who").fill("priya.nair@tarnwick.example")

        helena.keyboard.press("Enter")

        expect(helena.get_by_test_id("given-back")).to_have_text(
            "They still have a place in the line of Fire Warden Refresher, FW-1. It is given back first."
        )
        helena.get_by_test_id("field-typed").fill("priya.nair@tarnwick.example")
        helena.get_by_test_id("reason").fill("A request of 12 March")
        helena.get_by_test_id("erase-for-good").click()
        expect(helena.get_by_test_id("toast")).to_contain_text("Everything that named this person is erased")

    @SCHEMES
    def test_is_erased_in_a_dialog_that_passes_axe(self, office: Office, path: str, sit_down: SitDown, scheme: Scheme):
        """Both steps, on a phone."""
        office.drop("Nadia Petrov")
        helena = sit_down(office.helena, color_scheme=scheme, viewport=PHONE)
        helena.goto("/team")
        found: dict[str, list[str]] = {}
        for who in ("nobody@tarnwick.example", "priya.nair@tarnwick.example", "nadia.petrov@tarnwick.example"):
            helena.get_by_test_id("erase-person").click()
            helena.get_by_test_id("field-who").fill(who)
            helena.get_by_test_id("find-person").click()
            expect(helena.get_by_test_id("erase-dialog")).to_contain_text(
                "There is nobody" if who.startswith("nobody") else "for good?"
            )
            found[who] = violations(helena)
            helena.keyboard.press("Escape")
            expect(helena.get_by_test_id("erase-dialog")).to_have_count(0)

        assert found == {who: [] for who in found}
        assert helena.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
