"""Why somebody stands where they do: told to coordinators with names, and to the person themselves without any."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, violations
from tests.e2e.conftest import SitDown
from tests.e2e.office import Office
from waitlist_app.services.actors import Role

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def path(office: Office) -> str:
    """Move Lucia before everybody who waits, and offer her the seat that comes back."""
    path = office.open_full_session()
    office.move("Lucia Romero", before=office.line(path)[0])
    office.offer(path)
    return path


def _told(page: Page, name: str, office: Office) -> None:
    page.get_by_test_id(f"menu-{office.registrations[name]}").click()
    page.get_by_role("menuitem", name="Why here?").click()


class TestWhySomebodyWaits:
    """Why somebody waits..."""

    def test_is_told_to_a_coordinator_with_who_came_before_and_by_whose_word(
        self, office: Office, sit_down: SitDown, path: str
    ):
        """The dialog says what decides the place, what is missing, and names whom the override served."""
        page = sit_down(office.ines)
        arrive(page, path)

        _told(page, "Priya Nair", office)

        dialog = page.get_by_test_id("why-dialog")
        expect(dialog).to_contain_text("Why Priya Nair is here in line")
        expect(dialog).to_contain_text("The line is in the order in which people asked")
        expect(dialog).to_contain_text("Lucia Romero was served before: a coordinator changed the order.")
        expect(dialog).to_contain_text("Audit finding")
        expect(dialog).to_contain_text("Approved by Rafe")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_test_id(f"menu-{office.registrations['Priya Nair']}")).to_be_focused()

    def test_is_told_to_an_auditor_who_may_change_nothing(self, office: Office, sit_down: SitDown, path: str):
        """The menu has nothing else for them."""
        page = sit_down(office.olu)
        arrive(page, path)

        page.get_by_test_id(f"menu-{office.registrations['Priya Nair']}").click()

        expect(page.get_by_role("menuitem")).to_have_text(["Why here?"])

    @SCHEMES
    def test_is_told_to_the_person_without_a_name(self, office: Office, sit_down: SitDown, path: str, scheme: Scheme):
        """The reason of the override is told, and neither whom it served nor who decided."""
        mine = office.registrations["Priya Nair"]
        page = sit_down(office.joins("Priya Nair", Role.EMPLOYEE), color_scheme=scheme, viewport=PHONE)
        arrive(page, "/my-sessions")

        page.get_by_test_id(f"why-{mine}").click()

        dialog = page.get_by_test_id("why-dialog")
        expect(dialog).to_contain_text("Why you are here in line")
        expect(dialog).to_contain_text("Somebody who asked later was served before: a coordinator changed the order.")
        expect(dialog).to_contain_text("Audit finding")
        for name in ("Lucia", "Ines", "Rafe"):
            expect(dialog).not_to_contain_text(name)
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_test_id(f"why-{mine}")).to_be_focused()
