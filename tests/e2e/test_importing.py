"""Sessions and requests come from a file, checked before anything is saved; the roster goes into one."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SitDown
from tests.e2e.office import SEATED, WAITING, Office

SESSIONS = """\
session_code,title,capacity,starts_at,ends_at,location
FW-1,Fire Warden Refresher,2,2040-03-14T09:00+00:00,2040-03-14T12:00+00:00,Leeds
FA-2,First Aid at Work,0,2040-03-15T09:00+00:00,2040-03-15T12:00+00:00,Leeds
"""
REQUESTS = """\
requested_at,session_code,employee_id,employee_name
2020-03-02T09:16+00:00,FW-1,E3,Priya Nair
2020-03-02T09:14+00:00,FW-1,E1,Nadia Petrov
2020-03-02T09:15+00:00,FW-1,E2,Tomas Lindqvist
"""
NO_END = "session_code,title,capacity,starts_at\nFW-1,Fire Warden Refresher,2,2040-03-14T09:00Z\n"
BAD_DATE = REQUESTS.replace("2020-03-02T09:15+00:00", "31.02.2020 9 o'clock")
UNKNOWN_SESSION = REQUESTS.replace("FW-1,E2", "FW-11,E2")

UNUSABLE = {
    "wrong columns": (
        NO_END.encode(),
        "Line 1: The column ends_at is missing. A file of sessions needs session_code, capacity, starts_at, ends_at.",
    ),
    "the other kind of file": (
        REQUESTS.encode(),
        (
            "Line 1: This looks like a file of requests. "
            "A file of sessions needs session_code, capacity, starts_at, ends_at."
        ),
    ),
    "an empty file": (b"", "This file is empty. Choose a CSV file whose first line names the columns."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is a picture. Choose a CSV file."),
    "a program": (
        b"\x7fELF" + bytes(range(256)),
        "This is not a text file. Save the table as CSV UTF-8 and choose that file.",
    ),
}

FAULTY = {
    "a time nobody can read": (
        BAD_DATE,
        [
            "4",
            "requested_at",
            "31.02.2020 9 o'clock",
            "This time could not be read. Write it as 2026-03-14T09:00+00:00.",
        ],
    ),
    "a session nobody knows": (
        UNKNOWN_SESSION,
        ["4", "session_code", "FW-11", "No session has this code. FW-1 is the closest."],
    ),
}


@pytest.fixture
def ines(office: Office, sit_down: SitDown) -> Page:
    """Let Ines open the import."""
    page = sit_down(office.ines)
    page.goto("/import")
    return page


def _choose(page: Page, kind: str, data: bytes | str) -> None:
    page.get_by_test_id(f"show-{kind}").click()
    data = data.encode() if isinstance(data, str) else data
    field = page.get_by_test_id(f"upload-{kind}").locator("input[type=file]")
    field.set_input_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": data})


class TestAFile:
    """A file..."""

    @pytest.mark.parametrize(("data", "sentence"), UNUSABLE.values(), ids=UNUSABLE.keys())
    def test_that_cannot_be_used_is_refused_with_one_sentence(
        self, office: Office, ines: Page, data: bytes, sentence: str
    ):
        """It says what is wrong and what to do, and nothing is kept of it."""
        before = office.recorded()

        _choose(ines, "sessions", data)

        expect(ines.get_by_role("alert")).to_have_text(sentence)
        expect(ines.get_by_test_id("apply-import")).to_have_count(0)
        assert office.recorded() == before

    @pytest.mark.parametrize(("data", "problem"), FAULTY.values(), ids=FAULTY.keys())
    def test_with_a_faulty_line_names_the_line_and_keeps_nothing_before_it_is_told_to(
        self, office: Office, ines: Page, data: str, problem: list[str]
    ):
        """The dry run is only a dry run; with all or nothing even the good lines stay out."""
        path = office.open_session()
        before = office.recorded()

        _choose(ines, "requests", data)
        expect(ines.get_by_test_id("problems").get_by_role("row").last.get_by_role("cell")).to_have_text(problem)
        expect(ines.get_by_role("button", name="Add 2 requests")).to_be_enabled()
        ines.get_by_test_id("show-all").click()
        expect(ines.get_by_test_id("show-all")).to_be_checked()
        ines.get_by_test_id("apply-import").click()

        expect(ines.get_by_test_id("import-sentence")).to_have_text("3 lines read, nothing saved yet")
        expect(ines.get_by_role("button", name="Add 2 requests")).to_be_enabled()
        assert (office.recorded(), office.line(path)) == (before, [])

    def test_with_several_problems_in_one_line_counts_the_line_once(self, ines: Page):
        """Ready, known and faulty lines add up to all lines; every problem is listed."""
        _choose(ines, "sessions", SESSIONS + "FW-3,,-1,soon,,Leeds\n")

        expect(ines.get_by_role("heading", name="1 line needs you")).to_be_visible()
        expect(ines.get_by_role("main")).to_contain_text("2 + 0 + 1 = 3")
        expect(ines.get_by_test_id("problems").get_by_role("row")).to_have_count(1 + 3)

    def test_of_sessions_is_tried_and_then_added(self, office: Office, ines: Page):
        """Blank, zero and a number are different capacities; the list shows what the dry run said."""
        before = office.recorded()
        _choose(ines, "sessions", SESSIONS)
        expect(ines.get_by_test_id("import-sentence")).to_have_text("2 lines read, nothing saved yet")
        assert office.recorded() == before

        ines.get_by_test_id("apply-import").click()
        expect(ines.get_by_test_id("toast")).to_contain_text("2 sessions were added")
        ines.get_by_role("link", name="See the sessions").click()

        expect(ines.get_by_test_id("session-FW-1")).to_have_text("Fire Warden Refresher")
        expect(ines.get_by_test_id("session-FA-2")).to_have_text("First Aid at Work")

    def test_of_requests_fills_the_session_in_the_order_in_which_people_asked(self, office: Office, ines: Page):
        """The order of the lines does not matter, and importing the file again changes nothing."""
        path = office.open_session()
        _choose(ines, "requests", REQUESTS)
        expect(ines.get_by_role("main")).to_contain_text("3 ready: 2 get a seat, 1 wait")

        ines.get_by_test_id("apply-import").click()
        expect(ines.get_by_test_id("toast")).to_contain_text("3 requests were added: 2 with a seat, 1 waiting.")
        recorded = office.recorded()
        ines.get_by_role("button", name="Import another file").click()
        _choose(ines, "requests", REQUESTS)

        expect(ines.get_by_role("main")).to_contain_text("3 already there")
        expect(ines.get_by_test_id("apply-import")).to_be_disabled()
        ines.goto(path)
        expect(ines.locator("tr.entry .name")).to_have_text(["Priya Nair"])
        assert office.recorded() == recorded


class TestTheDownload:
    """The download..."""

    def test_scenario_088_says_what_the_screen_says(self, office: Office, sit_down: SitDown):
        """Seats, offers and the line, with everybody at the position that the screen shows."""
        path = office.open_full_session()
        office.offer(path)
        ines = sit_down(office.ines)
        ines.goto(path)
        shown = ines.locator("tr.entry")
        expect(shown).to_have_count(len(WAITING))
        names, places = shown.locator(".name").all_inner_texts(), shown.locator("td.pos").all_inner_texts()
        ines.get_by_test_id("tab-roster").click()
        seated = ines.locator("tr[data-testid^=seated-] .name")
        expect(seated).to_have_count(1)

        with ines.expect_download() as downloaded:
            ines.get_by_test_id("export").click()
        text = downloaded.value.path().read_text(encoding="utf-8-sig")

        assert downloaded.value.suggested_filename == "roster-FW-1.csv"
        rows = [(row["status"], row["position"], row["employee_name"]) for row in csv.DictReader(io.StringIO(text))]
        assert rows == [
            ("confirmed", "", SEATED[1]),
            ("offered", places[0], names[0]),
            *(("waitlisted", place, name) for place, name in zip(places[1:], names[1:], strict=True)),
        ]
        assert seated.all_inner_texts() == [SEATED[1]]
        assert names == list(WAITING)
