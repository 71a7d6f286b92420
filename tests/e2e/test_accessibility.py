"""Every page for everybody: no violation that axe calls serious or critical, all of it by keyboard, on any width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, settle, violations
from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import SEATED, WAITING, Office

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with an offer, a proposal, a move and a line."""
    path = office.open_full_session()
    office.offer(path)
    office.move("Lucia Romero", before="Amara Osei")
    office.drop("Tomas Lindqvist")
    return path


def _team_pages(page: Page, path: str) -> Iterator[str]:
    for address in ("/", "/inbox", "/audit", "/mailbox", path):
        arrive(page, address)
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect(page.get_by_role("main").get_by_role("row").first).to_be_visible()
        yield address
    for tab in ("roster", "history"):
        page.get_by_test_id(f"tab-{tab}").click()
        expect(page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-selected", "true")
        yield tab
    page.goto("/mailbox")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_test_id("letter")).to_be_visible()
    yield "letter"


def _dialogs(page: Page, path: str, office: Office) -> Iterator[str]:
    lucia = office.registrations["Lucia Romero"]
    page.goto(path)
    for opener, dialog in (
        ("review-next", "evidence-dialog"),
        ("add-request", "request-dialog"),
        (f"revoke-{office.registrations['Priya Nair']}", "leaving-dialog"),
    ):
        page.get_by_test_id(opener).click()
        expect(page.get_by_test_id(dialog)).to_be_visible()
        yield dialog
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(dialog)).to_be_hidden()
    page.get_by_test_id(f"menu-{lucia}").click()
    expect(page.get_by_role("menu")).to_be_visible()
    yield "menu"
    page.get_by_role("menuitem", name="Move up").click()
    expect(page.get_by_test_id("override-dialog")).to_be_visible()
    yield "override-dialog"
    page.get_by_test_id("put-back").click()
    expect(page.get_by_test_id("override-dialog")).to_be_hidden()


def _import_steps(page: Page, office: Office) -> Iterator[str]:
    page.goto("/import")
    expect(page.get_by_test_id("upload-sessions")).to_be_visible()
    yield "choose a file"
    data = b"session_code,capacity,starts_at,ends_at\nFA-2,9,2040-03-14T09:00Z,2040-03-14T12:00Z\nFA-3,-1,soon,\n"
    file = FilePayload(name="sessions.csv", mimeType="text/csv", buffer=data)
    page.get_by_test_id("upload-sessions").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("problems")).to_be_visible()
    yield "dry run"


def _width(page: Page) -> int:
    settle(page)
    return page.evaluate("() => document.documentElement.scrollWidth")


class TestEveryPage:
    """Every page..."""

    @SCHEMES
    def test_of_the_team_passes_axe(self, office: Office, sit_down: SitDown, path: str, scheme: Scheme):
        """Names, roles, order and contrast: what a machine can check, it finds in order."""
        ines = sit_down(office.ines, color_scheme=scheme)

        found = {place: violations(ines) for place in _team_pages(ines, path)}

        assert found == {place: [] for place in found}

    @SCHEMES
    def test_with_a_dialog_or_a_form_passes_axe(self, office: Office, sit_down: SitDown, path: str, scheme: Scheme):
        """Dialogs are pages of their own for whoever hears them."""
        ines = sit_down(office.ines, color_scheme=scheme)

        found = {place: violations(ines) for place in _dialogs(ines, path, office)}
        found |= {place: violations(ines) for place in _import_steps(ines, office)}

        assert found == {place: [] for place in found}

    @SCHEMES
    def test_that_needs_nobody_signed_in_passes_axe(self, office: Office, open_browser: OpenBrowser, scheme: Scheme):
        """An offer is read on any phone by anybody."""
        offer = office.offer(office.open_full_session())
        priya = open_browser(expects={404}, color_scheme=scheme, viewport=PHONE)
        found: dict[str, list[str]] = {}
        for address in ("/welcome", office.link(office.ines), "/no/such/page", "/offer/nobody-was-sent-this", offer):
            priya.goto(address)
            expect(priya.get_by_role("heading", level=1)).to_be_visible()
            found[address] = violations(priya)
        priya.get_by_test_id("offer-accept").click()
        expect(priya.get_by_test_id("offer-state")).to_be_visible()
        found["accepted"] = violations(priya)

        assert found == {place: [] for place in found}

    def test_of_the_inbox_tells_a_phone_how_long_a_proposal_waits(self, office: Office, sit_down: SitDown, path: str):
        """Columns go where there is no room for them, the age of what waits does not."""
        ines = sit_down(office.ines, viewport=PHONE)

        ines.goto("/inbox")

        expect(ines.get_by_role("main").get_by_text("Waiting for ")).to_be_visible()

    def test_fits_a_phone(self, office: Office, sit_down: SitDown, path: str):
        """Nothing is wider than the screen, so that nobody scrolls sideways to read a line."""
        ines = sit_down(office.ines, viewport=PHONE)

        widths = {place: _width(ines) for place in _team_pages(ines, path)}
        widths |= {place: _width(ines) for place in _import_steps(ines, office)}

        assert widths == dict.fromkeys(widths, PHONE["width"])


class TestTheKeyboardAlone:
    """The keyboard alone..."""

    def test_is_enough_to_approve_from_the_inbox(self, office: Office, sit_down: SitDown):
        """Skip to the page, choose a row, read the evidence, leave it, come back, approve."""
        path = office.open_full_session()
        for name in SEATED:
            office.drop(name)
        ines = sit_down(office.ines)
        ines.goto("/inbox")
        expect(ines.get_by_role("button", name="Review")).to_have_count(2)

        ines.keyboard.press("Tab")
        expect(ines.get_by_role("link", name="Skip to the page")).to_be_focused()
        ines.keyboard.press("Enter")
        expect(ines.get_by_role("main")).to_be_focused()
        ines.keyboard.press("Tab")
        expect(ines.get_by_role("button", name="Review").first).to_be_focused()
        ines.keyboard.press("Enter")
        expect(ines.get_by_test_id("approve")).to_be_focused()
        ines.keyboard.press("Escape")
        expect(ines.get_by_test_id("evidence-dialog")).to_be_hidden()
        expect(ines.get_by_role("button", name="Review").first).to_be_focused()
        ines.keyboard.press("Enter")
        expect(ines.get_by_test_id("approve")).to_be_focused()
        ines.keyboard.press("a")

        expect(ines.get_by_test_id("toast")).to_have_text("Offer sent to Priya Nair.")
        expect(ines.get_by_role("button", name="Review")).to_have_count(1)
        assert office.line(path) == list(WAITING[1:])
