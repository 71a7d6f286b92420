"""What employees and managers who are signed in see and do, and what somebody sees of a page for other roles."""

import re

from playwright.sync_api import expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, violations
from tests.e2e.conftest import SitDown
from tests.e2e.office import Office, session_id
from waitlist_app.engine.model import SignOff
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.request_seat import request_seat

PHONE = {"width": 390, "height": 844}


def _asks_with_a_manager(office: Office, name: str, manager: Actor) -> None:
    path = office.open_session("FW-2", "Forklift Basics", capacity=4, sign_off=SignOff())
    address = f"{manager.name.lower().replace(' ', '.')}@tarnwick.example"
    request_seat(
        work=office.product.work,
        actor=office.ines,
        session_id=session_id(path),
        employee_id="",
        name=name,
        email=f"{name.lower().replace(' ', '.')}@tarnwick.example",
        manager=PersonDetails(name=manager.name, email=address),
    )
    entries = office.product.work.read(office.ines, lambda reader: reader.registrations(session_id(path)))
    office.registrations |= {f"{entry.person.name} 2": entry.registration.id for entry in entries}


class TestAnEmployee:
    """An employee..."""

    def test_takes_the_seat_and_gives_it_up_again(self, office: Office, sit_down: SitDown):
        """They begin with their own page, are told what is theirs, and are asked before they give it up."""
        path = office.open_full_session()
        priya = office.joins("Priya Nair", Role.EMPLOYEE)
        office.offer(path)
        mine = office.registrations["Priya Nair"]
        page = sit_down(priya)
        page.goto("/")
        expect(page).to_have_url(re.compile("/my-sessions/?$"))
        expect(page.get_by_role("main").get_by_role("row")).to_have_count(2)
        expect(page.get_by_test_id(f"mine-{mine}")).to_contain_text("left to answer")

        page.get_by_test_id(f"accept-{mine}").dblclick()
        expect(page.get_by_test_id(f"mine-{mine}")).to_contain_text("Confirmed")
        expect(page.get_by_test_id("toast")).to_have_text(["You have a seat."])
        page.get_by_test_id(f"leave-{mine}").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("not-now")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("sure-dialog")).to_be_hidden()
        expect(page.get_by_test_id(f"leave-{mine}")).to_be_focused()
        assert "Priya Nair" in office.seated(path)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("sure-dialog")).to_contain_text("The seat goes to the next person in line.")
        page.get_by_test_id("sure").click()
        expect(page.get_by_test_id(f"mine-{mine}")).to_contain_text("The seat was given back.")

        assert "Priya Nair" not in office.seated(path)

    def test_sees_of_other_pages_that_they_are_for_others(self, office: Office, sit_down: SitDown):
        """No grey rows that never fill, and no menu that leads to them."""
        page = sit_down(office.joins("Priya Nair", Role.EMPLOYEE))

        for address in ("/inbox", "/audit", "/mailbox", "/team", "/import", office.open_full_session()):
            arrive(page, address)
            expect(page.get_by_test_id("shut")).to_contain_text("Not for your role")
            expect(page.get_by_test_id("loading")).to_have_count(0)
            expect(page.get_by_role("link", name="Inbox")).to_have_count(0)
        page.get_by_role("link", name="To your own page").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("My sessions")


class TestAManager:
    """A manager..."""

    def test_signs_off_and_declines(self, office: Office, sit_down: SitDown):
        """What waits for their word stands there, and what they say is on record in their name."""
        maya = office.joins("Maya Lindgren", Role.MANAGER)
        _asks_with_a_manager(office, "Priya Nair", maya)
        hers = office.registrations["Priya Nair 2"]
        page = sit_down(maya)
        page.goto("/")
        expect(page).to_have_url(re.compile("/my-team/?$"))

        expect(page.get_by_test_id(f"team-{hers}")).to_contain_text("You have still to sign it off.")
        page.get_by_test_id(f"refuse-{hers}").click()
        page.get_by_label("Why?").fill("Peak season")
        page.get_by_test_id("refuse-sure").click()

        expect(page.get_by_test_id(f"team-{hers}")).to_contain_text("A manager did not sign it off.")
        entry = office.product.work.read(office.ines, lambda reader: reader.registration(hers))
        assert (entry.registration.status.value, entry.reason) == ("refused", "Peak season")


class TestTheirPages:
    """Their pages..."""

    @SCHEMES
    def test_pass_axe_on_every_width(self, office: Office, sit_down: SitDown, scheme: Scheme):
        """With rows, with none, and while they ask whether somebody means it."""
        path = office.open_full_session()
        maya = office.joins("Maya Lindgren", Role.MANAGER)
        priya = office.joins("Priya Nair", Role.EMPLOYEE)
        office.offer(path)
        _asks_with_a_manager(office, "Priya Nair", maya)
        found: dict[str, list[str]] = {}
        for name, options in (("desk", {}), ("phone", {"viewport": PHONE})):
            hers = sit_down(priya, color_scheme=scheme, **options)
            arrive(hers, "/my-sessions")
            expect(hers.get_by_role("main").get_by_role("row")).not_to_have_count(0)
            found[f"sessions, {name}"] = violations(hers)
            hers.get_by_test_id(f"decline-{office.registrations['Priya Nair']}").click()
            expect(hers.get_by_test_id("sure-dialog")).to_be_visible()
            found[f"asking, {name}"] = violations(hers)
            arrive(hers, "/team")
            expect(hers.get_by_test_id("shut")).to_be_visible()
            found[f"shut, {name}"] = violations(hers)
            theirs = sit_down(maya, color_scheme=scheme, **options)
            arrive(theirs, "/my-team")
            theirs.get_by_test_id(f"refuse-{office.registrations['Priya Nair 2']}").click()
            expect(theirs.get_by_label("Why?")).to_be_visible()
            found[f"team, {name}"] = violations(theirs)
            arrive(theirs, "/my-sessions")
            expect(theirs.get_by_text("Nothing yet")).to_be_visible()
            found[f"nothing, {name}"] = violations(theirs)
            assert theirs.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0

        assert found == {place: [] for place in found}
