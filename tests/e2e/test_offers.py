"""An employee's offer, behind the link of a mail."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import settle
from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import SEATED, WAITING, Office

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def priya(open_browser: OpenBrowser) -> Page:
    """Give Priya a phone; she is not signed in."""
    return open_browser(**PHONE)


class TestAnOfferLink:
    """An offer link..."""

    def test_scenario_036_changes_nothing_when_it_is_opened(self, office: Office, priya: Page):
        """Mail scanners open every link, twice and with HEAD; only a button answers."""
        path = office.open_full_session()
        offer = office.offer(path)
        before = office.recorded()

        answers = [priya.request.head(offer), priya.request.get(offer)]
        for _ in range(2):
            priya.goto(offer)
            expect(priya.get_by_role("heading", level=1)).to_have_text("A seat is free for you")
            expect(priya.get_by_test_id("offer-accept")).to_be_enabled()

        assert ([answer.status for answer in answers], office.recorded()) == ([200, 200], before)

    def test_gives_the_seat_to_whoever_accepts(self, office: Office, priya: Page):
        """The page says so at once, and says the same whenever the link is opened again."""
        offer = office.offer(office.open_full_session())
        priya.goto(offer)
        priya.get_by_test_id("offer-accept").click()
        expect(priya.get_by_test_id("offer-state")).to_have_text("You have a seat")
        recorded = office.recorded()

        priya.goto(offer)

        expect(priya.get_by_test_id("offer-state")).to_have_text("You have a seat")
        expect(priya.get_by_text("Opening the link again changes nothing.")).to_be_visible()
        expect(priya.get_by_role("button", name="Accept the seat")).to_have_count(0)
        assert office.recorded() == recorded

    def test_passes_the_seat_on_when_somebody_declines(self, office: Office, priya: Page, sit_down: SitDown):
        """The next in line is proposed in that moment, not when the time would have been over."""
        path = office.open_full_session()
        offer = office.offer(path)
        ines = sit_down(office.ines)
        ines.goto(path)
        expect(ines.get_by_test_id(f"offer-{office.registrations['Priya Nair']}")).to_be_visible()
        priya.goto(offer)

        priya.get_by_test_id("offer-decline").click()

        expect(priya.get_by_test_id("offer-state")).to_have_text("You said no to this seat")
        expect(ines.get_by_test_id(f"entry-{office.registrations['Jonas Weber']}")).to_contain_text("Proposed")

    def test_takes_no_answer_after_the_deadline(self, office: Office, priya: Page):
        """Whoever left the page open and comes too late reads that the seat went on, and books nothing."""
        # Without a start there is no cut-off, and so no shortest window: the engine itself gives this deadline.
        path = office.open_full_session(offer_window=timedelta(seconds=8), starts_at=None)
        priya.goto("/welcome")  # so that her browser has all it needs before the clock runs
        settle(priya)
        offer = office.offer(path)
        priya.goto(offer)
        expect(priya.get_by_test_id("offer-accept")).to_be_enabled()
        expect(priya.get_by_role("timer")).to_have_accessible_name(re.compile("^Ended "))

        priya.get_by_test_id("offer-accept").click()

        expect(priya.get_by_test_id("offer-state")).to_have_text("This offer has ended")
        expect(priya.get_by_text("The seat goes to the next person in line.")).to_be_visible()
        assert office.seated(path) == [SEATED[1]]

    @pytest.mark.parametrize("address", ["/offer/nobody-was-sent-this", f"/offer/{'x' * 900}", "/offer/%27%20or%201=1"])
    def test_that_nobody_was_sent_says_nothing_of_anybody(self, office: Office, priya: Page, address: str):
        """Guessing gives no name, no session and no organisation."""
        office.offer(office.open_full_session())

        priya.goto(address)

        expect(priya.get_by_role("heading", level=1)).to_have_text("We could not find this offer")
        said = priya.content()
        assert [word for word in (*SEATED, *WAITING, "Fire Warden", "Tarnwick") if word in said] == []
