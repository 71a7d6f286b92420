"""From an invitation to a password, in the browsers of two people."""

import re

from playwright.sync_api import expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, expect_live, violations
from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import Office

PASSWORD = "correct horse battery"


class TestAnOwner:
    """An owner..."""

    def test_invites_somebody_who_joins_and_signs_in_with_a_password(
        self, office: Office, sit_down: SitDown, open_browser: OpenBrowser
    ):
        """The whole way with no mail service: the link stands beside the invitation."""
        address = f"carol@{office.org_id}.example"
        helena = sit_down(office.helena)
        helena.goto("/team")
        helena.get_by_test_id("invite").click()
        helena.get_by_label("Name").fill("Carol Cane")
        helena.get_by_label("E-mail").fill(address)
        helena.get_by_test_id("field-role").select_option("auditor")
        helena.get_by_test_id("send-invitation").click()
        link = helena.locator("a.letter-link").get_attribute("href")

        carol = open_browser()
        carol.goto(str(link))
        carol.get_by_label("Choose a password").fill(PASSWORD)
        carol.get_by_role("button", name="Join").click()
        expect_live(carol)
        carol.get_by_test_id("sign-out").click()
        carol.get_by_label("E-mail address").first.fill(address)
        carol.get_by_label("Password", exact=True).fill(PASSWORD)
        carol.get_by_test_id("sign-in").click()

        expect_live(carol)
        expect(carol.get_by_role("heading", level=1)).to_have_text("Sessions")
        expect(carol.get_by_role("link", name="Team")).to_have_count(0)

    def test_changes_a_role_with_a_reason(self, office: Office, sit_down: SitDown):
        """Rafe is signed out by it, and the record says why."""
        rafe, helena = sit_down(office.rafe), sit_down(office.helena)
        arrive(rafe, "/")
        helena.goto("/team")
        helena.get_by_test_id("change-rafe").click()
        helena.get_by_test_id("field-role").select_option("auditor")
        helena.get_by_label("Reason").fill("Another job")
        helena.get_by_test_id("confirm-member").click()
        expect(helena.get_by_test_id("member-rafe")).to_contain_text("auditor")

        rafe.goto("/inbox")
        helena.goto("/audit")

        expect(rafe).to_have_url(re.compile("/welcome/?$"))
        expect(helena.get_by_text("changed the role of Rafe Ostrander from coordinator to auditor.")).to_be_visible()


class TestAWrongPassword:
    """A wrong password..."""

    def test_is_answered_with_a_sentence_and_the_form_again(self, office: Office, open_browser: OpenBrowser):
        """The address stays, the password does not."""
        stranger = open_browser(expects=(409,))
        stranger.goto("/welcome")
        stranger.get_by_label("E-mail address").first.fill(f"helena@{office.org_id}.example")
        stranger.get_by_label("Password", exact=True).fill("wrong")
        stranger.get_by_test_id("sign-in").click()

        expect(stranger.get_by_role("alert")).to_contain_text("do not fit together")
        expect(stranger.get_by_label("E-mail address").first).to_have_value(f"helena@{office.org_id}.example")
        expect(stranger.get_by_label("Password", exact=True)).to_have_value("")


class TestThePagesOfMembers:
    """The pages of members and accounts..."""

    @SCHEMES
    def test_pass_axe(self, office: Office, sit_down: SitDown, scheme: Scheme):
        """Everybody can look after their team and their account, with whatever they read a page by."""
        helena = sit_down(office.helena, color_scheme=scheme)
        found: dict[str, list[str]] = {}
        for address in ("/account", "/account/app", "/sign-in", "/sign-in/code", "/team"):
            helena.goto(address)
            expect(helena.get_by_role("heading", level=1)).to_be_visible()
            found[address] = violations(helena)
        expect(helena.get_by_test_id("member-ines")).to_be_visible()
        found["members"] = violations(helena)
        for opener, dialog in (("invite", "invite-dialog"), ("change-ines", "member-dialog")):
            helena.get_by_test_id(opener).click()
            expect(helena.get_by_test_id(dialog)).to_be_visible()
            found[dialog] = violations(helena)
            helena.keyboard.press("Escape")
            expect(helena.get_by_test_id(dialog)).to_have_count(0)

        assert found == {place: [] for place in found}
