"""The production app in a real browser."""

import re
import urllib.request

import pytest
from playwright.sync_api import WebSocket, expect

from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import Office


class TestTheRunningApp:
    def test_answers_on_one_port(self, app_server):
        """Pages and health check come from the same address."""
        statuses = [urllib.request.urlopen(f"{app_server.url}{path}").status for path in ("/", "/ping", "/_health")]

        assert statuses == [200, 200, 200]

    def test_connects_the_page_to_the_server_it_came_from(self, app_server, page):
        """The pages carry no fixed address, so any host and port works without a new build."""
        sockets: list[WebSocket] = []

        def note(socket: WebSocket) -> None:
            sockets.append(socket)

        page.on("websocket", note)

        page.goto("/")

        # Nobody is signed in, and only the server can have said so.
        expect(page).to_have_url(f"{app_server.url}/welcome")
        assert {socket.url.partition("/_event")[0] for socket in sockets} == {app_server.url.replace("http", "ws")}


class TestAnAddressWithoutAPage:
    """An address without a page..."""

    @pytest.mark.parametrize("address", ["/no-such-page", "/sessions/one/two/three", "/404"])
    def test_says_so_and_leads_back(self, office: Office, sit_down: SitDown, address: str):
        """The answer is a 404 for machines and a sentence for people, with one thing to do."""
        ines = sit_down(office.ines, expects={404})

        answer = ines.goto(address)
        expect(ines.get_by_role("heading", level=1)).to_have_text("There is no page here")
        expect(ines).to_have_title("Page not found")
        ines.get_by_test_id("way-back").click()

        assert answer
        assert answer.status == 404
        expect(ines.get_by_role("heading", level=1)).to_have_text("Sessions")
        expect(ines.get_by_test_id("live")).to_be_attached()

    def test_leads_whoever_is_not_signed_in_to_the_welcome_page(self, open_browser: OpenBrowser):
        """Nothing is told on the way."""
        stranger = open_browser(expects={404})
        stranger.goto("/no-such-page")

        stranger.get_by_test_id("way-back").click()

        expect(stranger).to_have_url(re.compile("/welcome/?$"))
