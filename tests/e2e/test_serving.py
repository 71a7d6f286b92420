"""The production app in a real browser."""

import urllib.request


class TestTheRunningApp:
    def test_answers_on_one_port(self, app_server):
        """Pages and health check come from the same address."""
        statuses = [urllib.request.urlopen(f"{app_server.url}{path}").status for path in ("/", "/ping", "/_health")]

        assert statuses == [200, 200, 200]

    def test_connects_the_page_to_the_server_it_came_from(self, app_server, page):
        """The pages carry no fixed address, so any host and port works without a new build."""
        with page.expect_websocket() as opened:
            page.goto("/")
        socket = opened.value

        with socket.expect_event("framereceived"):
            pass

        assert socket.url.startswith(app_server.url.replace("http", "ws"))
