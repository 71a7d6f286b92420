"""Somebody is moved in the line: dragged, put back, taken back, and always on the record."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SitDown
from tests.e2e.office import Office

AS_ASKED = ["Priya Nair", "Jonas Weber", "Amara Osei", "Lucia Romero"]
LUCIA_SECOND = ["Priya Nair", "Lucia Romero", "Jonas Weber", "Amara Osei"]


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with two seats and four people waiting."""
    return office.open_full_session()


@pytest.fixture
def ines(office: Office, sit_down: SitDown, path: str) -> Page:
    """Let Ines look at the session."""
    page = sit_down(office.ines)
    page.goto(path)
    expect(_names(page)).to_have_text(AS_ASKED)
    return page


def _names(page: Page) -> Locator:
    return page.locator("tr.entry .name")


def _history(page: Page) -> Locator:
    return page.get_by_role("complementary", name="History")


def _grip(page: Page, office: Office, name: str) -> Locator:
    return page.get_by_test_id(f"grip-{office.registrations[name]}")


def _place(page: Page, office: Office, name: str) -> int:
    return int(page.get_by_test_id(f"entry-{office.registrations[name]}").locator("td.pos").inner_text())


def _expect_said(page: Page, words: str) -> None:
    """Wait until whoever hears the page is told where the lifted entry is: only then it takes what comes next."""
    expect(page.locator("[id^=DndLiveRegion]")).to_contain_text(words)


def _drag_with_pointer(page: Page, office: Office, name: str, *, onto: str) -> None:
    place = _place(page, office, onto)
    start, end = (_grip(page, office, one).bounding_box() for one in (name, onto))
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=12)
    _expect_said(page, f"{name} is now over position {place}.")
    page.mouse.up()


def _let_timers_run(page: Page) -> None:
    """Wait for what is due at once: only then a lifted entry listens to the keyboard, though it says so before."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def _drag_with_keyboard(page: Page, office: Office, name: str, *, up: int) -> None:
    place = _place(page, office, name)
    _grip(page, office, name).focus()
    page.keyboard.press("Space")
    _expect_said(page, f"{name} is now over position {place}.")
    _let_timers_run(page)
    for passed in range(1, up + 1):
        page.keyboard.press("ArrowUp")
        _expect_said(page, f"{name} is now over position {place - passed}.")
    page.keyboard.press("Space")
    _expect_said(page, f"{name} put down at position {place - up}.")


def _confirm(page: Page, reason: str) -> None:
    page.get_by_test_id("reason").fill(reason)
    page.get_by_test_id("move").click()


class TestAnEntry:
    """An entry..."""

    def test_is_dragged_by_pointer_and_the_move_is_on_record_with_its_reason(
        self, office: Office, sit_down: SitDown, ines: Page, path: str
    ):
        """Who is passed over is said before, and who moved whom, where and why is kept for good."""
        rafe = sit_down(office.rafe)
        rafe.goto(path)
        expect(_names(rafe)).to_have_text(AS_ASKED)

        _drag_with_pointer(ines, office, "Lucia Romero", onto="Jonas Weber")
        expect(ines.get_by_test_id("override-dialog")).to_contain_text("Passed over")
        _confirm(ines, "Audit finding: needs it before the inspection")

        expect(ines.get_by_test_id("toast")).to_have_text("Lucia Romero moved from 4 to 2.")
        for page in (ines, rafe):
            expect(_names(page)).to_have_text(LUCIA_SECOND)
        ines.get_by_role("link", name="Audit").click()
        kept = ines.get_by_role("row").filter(has_text="moved Lucia Romero")
        expect(kept).to_contain_text("Ines Calder")
        expect(kept).to_contain_text("Audit finding: needs it before the inspection")

    def test_is_dragged_by_keyboard(self, office: Office, ines: Page, path: str):
        """Space lifts, arrows move, space puts down; then the reason, and Enter is not needed to be found by mouse."""
        _drag_with_keyboard(ines, office, "Lucia Romero", up=2)
        expect(ines.get_by_test_id("reason")).to_be_focused()
        ines.keyboard.type("Certificate ends this month")
        for _ in range(2):
            ines.keyboard.press("Tab")
        expect(ines.get_by_test_id("move")).to_be_focused()
        ines.keyboard.press("Enter")

        expect(_names(ines)).to_have_text(LUCIA_SECOND)
        expect(_history(ines)).to_contain_text("Certificate ends this month")
        assert office.line(path) == LUCIA_SECOND

    def test_is_moved_from_its_menu(self, office: Office, ines: Page, path: str):
        """Whoever cannot drag types the position; the field is ready for it, and so is the one for the reason."""
        ines.get_by_test_id(f"menu-{office.registrations['Lucia Romero']}").click()
        ines.get_by_role("menuitem", name="Move to…").click()
        expect(ines.get_by_test_id("field-position")).to_be_focused()
        ines.get_by_test_id("field-position").fill("2")
        ines.get_by_role("button", name="Continue").click()
        expect(ines.get_by_test_id("reason")).to_be_focused()
        _confirm(ines, "Certificate ends this month")

        expect(_names(ines)).to_have_text(LUCIA_SECOND)

    def test_is_moved_one_place_from_its_menu(self, office: Office, ines: Page, path: str):
        """The focus goes from the menu to the reason; whoever leaves the dialog is back at the menu's button."""
        menu = ines.get_by_test_id(f"menu-{office.registrations['Jonas Weber']}")
        menu.click()
        ines.get_by_role("menuitem", name="Move up").click()
        expect(ines.get_by_test_id("reason")).to_be_focused()
        ines.keyboard.press("Escape")
        expect(menu).to_be_focused()
        ines.keyboard.press("Enter")
        expect(ines.get_by_role("menuitem", name="Move up")).to_be_focused()
        ines.keyboard.press("Enter")
        expect(ines.get_by_test_id("reason")).to_be_focused()
        _confirm(ines, "Certificate ends this month")

        expect(_names(ines)).to_have_text(["Jonas Weber", "Priya Nair", "Amara Osei", "Lucia Romero"])

    def test_goes_back_when_the_move_is_undone(self, office: Office, ines: Page, path: str):
        """Undoing leaves the line exactly as before, and both acts on record."""
        _drag_with_keyboard(ines, office, "Lucia Romero", up=2)
        _confirm(ines, "Certificate ends this month")
        expect(_names(ines)).to_have_text(LUCIA_SECOND)

        ines.get_by_test_id(f"undo-{office.registrations['Lucia Romero']}").click()

        expect(_names(ines)).to_have_text(AS_ASKED)
        expect(_history(ines)).to_contain_text("Certificate ends this month")
        assert office.line(path) == AS_ASKED

    @pytest.mark.parametrize("way_out", ["Escape", "Put back", "Close and put the entry back"])
    def test_goes_back_when_no_reason_is_given(self, office: Office, ines: Page, path: str, way_out: str):
        """The new order is only drawn; leaving the dialog in any way draws the true one again."""
        before = office.recorded()
        _drag_with_keyboard(ines, office, "Lucia Romero", up=2)
        expect(ines.get_by_test_id("override-dialog")).to_be_visible()
        expect(_names(ines)).to_have_text(LUCIA_SECOND)

        if way_out == "Escape":
            ines.keyboard.press(way_out)
        else:
            ines.get_by_role("button", name=way_out, exact=True).click()

        expect(ines.get_by_test_id("override-dialog")).to_be_hidden()
        expect(_names(ines)).to_have_text(AS_ASKED)
        assert office.recorded() == before

    def test_goes_back_when_somebody_else_moved_first(self, office: Office, sit_down: SitDown, ines: Page, path: str):
        """The reason was for an order that is no more: the entry goes back, and the screen says why."""
        rafe = sit_down(office.rafe)
        rafe.goto(path)
        _drag_with_keyboard(ines, office, "Lucia Romero", up=2)
        expect(ines.get_by_test_id("override-dialog")).to_be_visible()
        _drag_with_keyboard(rafe, office, "Amara Osei", up=1)
        _confirm(rafe, "Came back from leave")
        expect(rafe.get_by_test_id("toast")).to_have_text("Amara Osei moved from 3 to 2.")

        _confirm(ines, "Certificate ends this month")

        expect(ines.get_by_test_id("toast")).to_contain_text("The entry was put back")
        expect(ines.get_by_test_id("toast")).to_contain_text("The line changed meanwhile. Please look again.")
        expect(ines.get_by_test_id(f"entry-{office.registrations['Lucia Romero']}")).to_contain_text("Put back")
        expect(_names(ines)).to_have_text(["Priya Nair", "Amara Osei", "Jonas Weber", "Lucia Romero"])
        assert office.line(path) == ["Priya Nair", "Amara Osei", "Jonas Weber", "Lucia Romero"]

    def test_cannot_be_moved_by_whoever_only_reads(self, office: Office, sit_down: SitDown, path: str):
        """An auditor sees the line and has nothing to press in it."""
        olu = sit_down(office.olu)

        olu.goto(path)

        expect(_names(olu)).to_have_text(AS_ASKED)
        expect(olu.locator(".grip")).to_have_count(0)
        expect(olu.get_by_test_id("add-request")).to_have_count(0)
