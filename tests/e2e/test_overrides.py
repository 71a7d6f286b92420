"""An override that needs a second person: asked for in one browser, decided in the inbox of another."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, violations
from tests.e2e.conftest import SitDown
from tests.e2e.office import Office
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.set_approval_rules import set_approval_rules

LUCIA_SECOND = ["Priya Nair", "Lucia Romero", "Jonas Weber", "Amara Osei"]


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with two seats and four people waiting, in an organisation that demands a second person."""
    set_approval_rules(
        work=office.product.work,
        actor=office.helena,
        rules=ApprovalRules(needs_second_person=True),
        reason="Audit finding",
    )
    return office.open_full_session()


def _rows(page: Page):
    return page.locator("tr[data-testid^=inbox-]")


class TestAnOverride:
    """An override..."""

    def test_is_asked_for_by_one_and_approved_by_another(self, office: Office, sit_down: SitDown, path: str):
        """It appears in the inbox of Rafe, who reads whom it passes and approves it by key; Lucia stands second."""
        ines, rafe = sit_down(office.ines), sit_down(office.rafe)
        arrive(rafe, "/inbox")
        expect(rafe.get_by_text("Nothing needs you")).to_be_visible()
        arrive(ines, path)
        ines.get_by_test_id(f"menu-{office.registrations['Lucia Romero']}").click()
        ines.get_by_role("menuitem", name="Move to…").click()
        ines.get_by_test_id("field-position").fill("2")
        ines.get_by_role("button", name="Continue").click()
        ines.get_by_test_id("reason").fill("Certificate ends this month")
        ines.get_by_test_id("move").click()
        expect(ines.get_by_test_id("toast")).to_contain_text("somebody else of the team has to approve moving Lucia")

        expect(_rows(rafe)).to_contain_text(["Move Lucia Romero from 4 to 2"])
        expect(_rows(rafe)).to_contain_text("Asked by Ines Calder")
        expect(_rows(rafe)).to_contain_text("Passes over 2 people")
        expect(rafe.get_by_test_id("inbox-count")).to_have_text("1")
        rafe.keyboard.press("Enter")
        dialog = rafe.get_by_test_id("evidence-dialog")
        expect(dialog).to_contain_text("Certificate ends this month")
        expect(dialog.get_by_role("group", name="Order now and after")).to_contain_text("passed 1×")
        rafe.keyboard.press("a")

        expect(rafe.get_by_test_id("toast")).to_have_text("Approved, as Ines Calder asked.")
        expect(rafe.get_by_text("Nothing needs you")).to_be_visible()
        expect(rafe.get_by_test_id("inbox-count")).to_have_count(0)
        expect(ines.locator("tr.entry .name")).to_have_text(LUCIA_SECOND)

    def test_is_not_approved_by_whoever_asked_and_is_taken_back(self, office: Office, sit_down: SitDown, path: str):
        """Rafe reads that somebody else has to decide; what cannot be carried out any more is taken back."""
        office.move("Lucia Romero", before="Jonas Weber")
        rafe, helena = sit_down(office.rafe), sit_down(office.helena)
        arrive(helena, "/inbox")
        arrive(rafe, "/inbox")
        expect(_rows(rafe)).to_contain_text("Somebody else has to decide")
        expect(rafe.get_by_test_id("inbox-count")).to_have_count(0)
        expect(helena.get_by_test_id("inbox-count")).to_have_text("1")
        office.drop("Jonas Weber")
        expect(_rows(rafe)).to_contain_text("Cannot be carried out any more")

        rafe.get_by_role("button", name=re.compile("^Review")).click()
        expect(rafe.get_by_test_id("override-trouble")).to_be_visible()
        expect(rafe.get_by_test_id("evidence-dialog")).to_contain_text("You asked for this.")
        expect(rafe.get_by_test_id("approve-override")).to_have_count(0)
        rafe.keyboard.press("d")
        expect(rafe.get_by_test_id("reason")).to_be_focused()
        rafe.keyboard.type("Jonas left")
        rafe.get_by_test_id("confirm-decline").click()

        expect(rafe.get_by_test_id("evidence-dialog")).to_be_hidden()
        for page in (rafe, helena):
            expect(page.get_by_text("Nothing needs you")).to_be_visible()

    @SCHEMES
    def test_is_read_by_everybody_and_decided_by_no_auditor(
        self, office: Office, sit_down: SitDown, path: str, scheme: Scheme
    ):
        """Olu sees the evidence, and nothing to press but Close; nothing in it is hard to perceive."""
        office.move("Lucia Romero", before="Jonas Weber")
        olu, ines = (sit_down(who, color_scheme=scheme) for who in (office.olu, office.ines))
        for page in (olu, ines):
            arrive(page, "/inbox")
            page.get_by_role("button", name=re.compile("^Review")).click()
            expect(page.get_by_test_id("evidence-dialog")).to_contain_text("Audit finding")
            assert violations(page) == []

        expect(olu.get_by_test_id("decline-override")).to_have_count(0)
        expect(olu.get_by_test_id("approve-override")).to_have_count(0)
        ines.get_by_test_id("decline-override").click()
        expect(ines.get_by_test_id("reason")).to_be_focused()
        assert violations(ines) == []
