"""The production app in a real browser."""

import urllib.request

from playwright.sync_api import WebSocket, expect


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
