"""Light or dark: what somebody chose, or what their machine is set to, at every moment of a page."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import SCHEMES, Scheme, arrive, settle
from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import Office

WORDS = {"light": "rgb(28, 32, 36)", "dark": "rgb(237, 238, 240)"}
"""The colour of words in each."""

_WATCH = """
  const seen = window.seenColours = new Set();
  const look = () => {
    const page = document.querySelector(".radix-themes");
    if (page) seen.add(getComputedStyle(page).color);
  };
  const frame = () => { look(); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new MutationObserver(look).observe(document, { subtree: true, attributeFilter: ["class", "style"] });
"""


def _colours_of_loading(page: Page, address: str) -> list[str]:
    """Open a page, and give every colour that its words had until it stood still."""
    page.add_init_script(_WATCH)
    page.goto(address)
    settle(page)
    return page.evaluate("() => [...window.seenColours]")


class TestTheTheme:
    """The theme..."""

    @SCHEMES
    def test_is_that_of_the_machine_from_the_first_moment_on(self, open_browser: OpenBrowser, scheme: Scheme):
        """Nobody who uses dark sees a flash of light while a page loads."""
        stranger = open_browser(color_scheme=scheme)

        colours = _colours_of_loading(stranger, "/welcome")

        assert colours == [WORDS[scheme]]

    @pytest.mark.parametrize(("machine", "chosen"), [("light", "dark"), ("dark", "light")])
    def test_stays_as_somebody_chose_it(self, office: Office, sit_down: SitDown, machine: Scheme, chosen: Scheme):
        """The switch is remembered, and then what the machine is set to is never seen."""
        ines = sit_down(office.ines, color_scheme=machine)
        arrive(ines, "/")
        ines.get_by_test_id("theme").click()
        expect(ines.locator("html")).to_have_class(chosen)

        ines.add_init_script(_WATCH)
        arrive(ines, "/inbox")

        assert ines.evaluate("() => [...window.seenColours]") == [WORDS[chosen]]
