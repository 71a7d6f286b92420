"""Links of mails that ask: which of two sessions at the same time, and whether somebody keeps a seat that was moved."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.office import AHEAD, Office, session_id
from waitlist_app.services.new_times import NewTimes
from waitlist_app.services.ports import MeetingDetails
from waitlist_app.services.reschedule_session import reschedule_session

PHONE = {"viewport": {"width": 390, "height": 844}}
LONG = "Control of Substances Hazardous to Health: Assessment, Certification and Practice"


@pytest.fixture
def priya(open_browser: OpenBrowser) -> Page:
    """Give Priya a phone; she is not signed in."""
    return open_browser(**PHONE)


def _move(office: Office, path: str, *, days: int) -> None:
    """Let Ines move a session by so many days."""
    starts_at = office.product.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + AHEAD
    starts_at += timedelta(days=days)
    meeting = MeetingDetails(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), location="Leeds, Room 2")
    reschedule_session(
        work=office.product.work,
        actor=office.ines,
        session_id=session_id(path),
        wanted=NewTimes(meetings=(meeting,), location="Leeds, Room 2"),
        reason="The trainer is ill",
    )


def _overlapping(office: Office) -> tuple[str, str]:
    """Give the link of Priya's offer, and the session in which she has a seat and that was moved to the same time."""
    other = office.open_session("COSHH", LONG, capacity=1)
    _move(office, other, days=1)
    office.ask("Priya Nair", other)
    offer = office.offer(office.open_full_session())
    _move(office, other, days=0)
    return offer, other


class TestAnOfferAtTheTimeOfASeat:
    """An offer at the time of a seat..."""

    def test_fits_a_phone_and_shows_what_is_chosen(self, office: Office, priya: Page):
        """However long the titles are, nothing is wider than the screen, and both circles can be seen."""
        offer, _ = _overlapping(office)

        priya.goto(offer)
        expect(priya.get_by_test_id("offer-clash")).to_have_text("These two sessions overlap")

        width = priya.evaluate("() => document.documentElement.scrollWidth")
        drawn = [
            priya.get_by_test_id(choice).evaluate("circle => [circle.offsetWidth, getComputedStyle(circle).boxShadow]")
            for choice in ("choose-this", "choose-other")
        ]
        assert width == PHONE["viewport"]["width"]
        assert [(size, shadow != "none") for size, shadow in drawn] == [(16, True), (16, True)]

    def test_is_answered_by_keyboard_and_says_what_was_given_up(self, office: Office, priya: Page):
        """Arrows choose, and nothing happens before the button."""
        offer, other = _overlapping(office)
        priya.goto(offer)
        expect(priya.get_by_test_id("offer-clash")).to_be_visible()
        priya.keyboard.press("Tab")
        priya.keyboard.press("ArrowDown")
        expect(priya.get_by_test_id("offer-exchange")).to_have_text(f"Keep {LONG}")
        priya.keyboard.press("ArrowUp")
        expect(priya.get_by_test_id("offer-exchange")).to_have_text("Swap to Fire Warden Refresher")
        assert office.seated(other) == ["Priya Nair"]

        priya.keyboard.press("Tab")
        priya.keyboard.press("Enter")

        expect(priya.get_by_test_id("offer-state")).to_have_text("You have a seat")
        expect(priya.get_by_role("main")).to_be_focused()
        expect(priya.get_by_text(f"You gave up {LONG} for it.")).to_be_visible()
        assert office.seated(other) == []


class TestTheLinkOfASeat:
    """The link of a seat..."""

    @pytest.mark.parametrize(
        ("button", "said", "seated"),
        [("seat-keep", "You keep your seat", ["Priya Nair"]), ("seat-give-up", "You gave the seat up", [])],
    )
    def test_is_answered_once(self, office: Office, priya: Page, button: str, said: str, seated: list[str]):
        """The page says what came of it, and the same when it is opened again."""
        path = office.open_session("COSHH", LONG, capacity=1)
        office.ask("Priya Nair", path)
        _move(office, path, days=1)
        priya.goto(_seat_link(office))
        expect(priya.get_by_role("heading", level=1)).to_have_text("Can you come at the new time?")

        priya.get_by_test_id(button).click()
        expect(priya.get_by_test_id("seat-state")).to_have_text(said)
        priya.reload()

        expect(priya.get_by_test_id("seat-state")).to_have_text(said)
        expect(priya.get_by_role("button")).to_have_count(0)
        assert office.seated(path) == seated


def _seat_link(office: Office) -> str:
    # The running app may deliver it as well; each message is claimed by one of them.
    while True:
        office.product.deliver()
        for mail in office.product.work.read(office.ines, lambda reader: reader.messages(count=20)):
            text = office.product.work.read(office.ines, lambda reader, one=mail.id: reader.message(one)).text
            if found := re.search(r"/seat/[\w-]+", text):
                return found[0]
