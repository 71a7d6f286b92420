"""A seat comes back, and somebody gets it, before the eyes of two coordinators."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SitDown
from tests.e2e.office import Office


def _drop(page: Page, office: Office, name: str, reason: str) -> None:
    page.get_by_test_id("tab-roster").click()
    page.get_by_test_id(f"drop-{office.registrations[name]}").click()
    page.get_by_test_id("reason").fill(reason)
    page.get_by_test_id("confirm-leaving").click()
    page.get_by_test_id("tab-waitlist").click()


class TestASeatThatComesBack:
    """A seat that comes back..."""

    def test_goes_to_the_next_in_line_before_the_eyes_of_both_coordinators(self, office: Office, sit_down: SitDown):
        """Drop, proposal, approval, mail, accept: each is seen by whoever has the session open, without reloading."""
        path = office.open_full_session()
        ines, rafe = sit_down(office.ines), sit_down(office.rafe)
        entry, offer, seat = (f"{kind}-{office.registrations['Priya Nair']}" for kind in ("entry", "offer", "seated"))
        ines.goto(path)
        rafe.goto(path)
        expect(rafe.get_by_test_id(entry)).to_be_visible()

        _drop(ines, office, "Nadia Petrov", "On leave until summer")
        expect(ines.get_by_test_id("toast")).to_contain_text("Priya Nair is proposed for the seat.")
        expect(rafe.get_by_test_id(entry)).to_contain_text("Proposed")
        expect(rafe.get_by_role("complementary", name="History")).to_contain_text("On leave until summer")

        rafe.get_by_test_id("review-next").click()
        expect(rafe.get_by_test_id("evidence-dialog")).to_contain_text("Nobody. This is the first in line.")
        rafe.get_by_test_id("approve").click()
        expect(rafe.get_by_test_id("toast")).to_have_text("Offer sent to Priya Nair.")
        expect(ines.get_by_test_id(offer)).to_contain_text("by Rafe Ostrander")
        expect(ines.get_by_test_id("seat-sum")).to_have_accessible_name(
            "Seats: 1 confirmed, plus 1 held, plus 0 free, equals the limit of 2. 3 people are waiting."
        )

        ines.get_by_role("link", name="Mailbox").click()
        ines.get_by_role("row", name="priya.nair@tarnwick.example").get_by_role("link").first.click()
        with ines.expect_popup() as opened:
            ines.get_by_test_id("letter-link").first.click()
        priya = opened.value
        ines.goto(path)
        expect(ines.get_by_test_id(offer)).to_be_visible()
        priya.get_by_test_id("offer-accept").click()

        expect(priya.get_by_test_id("offer-state")).to_have_text("You have a seat")
        for page in (ines, rafe):
            expect(page.get_by_test_id(offer)).to_be_hidden()
            page.get_by_test_id("tab-roster").click()
            expect(page.get_by_test_id(seat)).to_contain_text("Priya Nair")

    def test_goes_on_to_the_next_by_itself_when_nobody_answers(self, office: Office, sit_down: SitDown):
        """The offer ends at its deadline; the next is proposed in every browser, and nobody pressed anything."""
        # Without a start there is no cut-off, and so no shortest window: the engine itself gives this deadline.
        path = office.open_full_session(offer_window=timedelta(seconds=10), starts_at=None)
        ines, rafe = sit_down(office.ines), sit_down(office.rafe)
        priya, jonas = (office.registrations[name] for name in ("Priya Nair", "Jonas Weber"))
        office.drop("Nadia Petrov")
        ines.goto(path)
        rafe.goto(path)
        ines.get_by_test_id("review-next").click()
        ines.get_by_test_id("approve").click()
        expect(rafe.get_by_test_id(f"offer-{priya}")).to_contain_text(re.compile(r"0 m \d\d s"))

        for page in (ines, rafe):
            expect(page.get_by_test_id(f"offer-{priya}")).to_be_hidden()
            expect(page.get_by_test_id(f"entry-{jonas}")).to_contain_text("Proposed")
            expect(page.get_by_role("complementary", name="History")).to_contain_text("Priya Nair let the offer lapse")
