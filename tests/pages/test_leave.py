"""The page behind the link for leaving a line, as a browser and as a mail gateway meet it."""

from typing import Any

import httpx
import pytest

from tests.state.example_product import INES, ExampleProduct
from waitlist_app.errors import NotAllowed
from waitlist_app.pages import hardening, leave, routes
from waitlist_app.services.leave_by_link import UNKNOWN, LeavePage

WAITS = LeavePage(
    state="open",
    organisation="Tarnwick Group",
    title="First Aid at Work",
    when="Wednesday 18 March 2026",
    heading="You are number 8 in line",
    say="Leave, and your place goes to the next person.",
    button="Leave the waitlist",
)
NOBODY = {"cookie": "waitlist_session=nobody"}
HERE = {"sec-fetch-site": "same-origin", **NOBODY}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Note what was shown and what was done, to whom; `gone` is the secret of nothing."""
    noted: list[tuple[str, str, Any]] = []

    def show(*, work: Any, token: str, signed_in: Any) -> LeavePage:
        noted.append(("show", token, signed_in))
        return UNKNOWN if token == "gone" else WAITS

    def act(*, work: Any, token: str, signed_in: Any) -> LeavePage:
        noted.append(("leave", token, signed_in))
        if token == "gone":
            raise NotAllowed
        return LeavePage(state="left", heading="You left the line", say="Your place goes to the next person.")

    example = ExampleProduct()
    for module in (hardening, leave):
        monkeypatch.setattr(module, "product", lambda: example)
    monkeypatch.setattr(leave, "show_leave", show)
    monkeypatch.setattr(leave, "leave_by_link", act)
    return noted


@pytest.fixture
def client(calls: list[tuple[str, str, Any]]) -> httpx.AsyncClient:
    """A browser without the app in it."""
    transport = httpx.ASGITransport(app=hardening.Hardening(routes.plain_routes()))
    return httpx.AsyncClient(transport=transport, base_url="http://waitlist.example")


class TestTheLink:
    async def test_shows_the_place_with_a_button(self, client: httpx.AsyncClient, calls: list[tuple[str, str, Any]]):
        """Opening or asking for its head, however often, only shows."""
        answer = await client.get("/leave/secret", headers=NOBODY)
        await client.head("/leave/secret", headers=NOBODY)

        assert answer.status_code == 200
        assert "<h1>You are number 8 in line</h1>" in answer.text
        assert "First Aid at Work, Wednesday 18 March 2026" in answer.text
        assert '<button type="submit" class="quiet">Leave the waitlist</button>' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert calls == [("show", "secret", None), ("show", "secret", None)]

    async def test_acts_on_the_button(self, client: httpx.AsyncClient, calls: list[tuple[str, str, Any]]):
        """And then has none any more."""
        answer = await client.post("/leave/secret", headers=HERE)

        assert "<h1>You left the line</h1>" in answer.text
        assert "<button" not in answer.text
        assert calls == [("leave", "secret", None)]

    async def test_does_not_act_for_a_page_of_somebody_else(
        self, client: httpx.AsyncClient, calls: list[tuple[str, str, Any]]
    ):
        """Another site can post, but not in the name of this one."""
        answer = await client.post("/leave/secret", headers={"sec-fetch-site": "cross-site"})

        assert answer.status_code == 403
        assert calls == []

    async def test_tells_who_is_signed_in(self, client: httpx.AsyncClient, calls: list[tuple[str, str, Any]]):
        """So that somebody of another organisation is shown nothing."""
        await client.get("/leave/secret", headers={"cookie": "waitlist_session=somebody"})

        assert calls == [("show", "secret", INES)]

    async def test_that_is_unknown_says_so_and_nothing_else(self, client: httpx.AsyncClient):
        """A wrong secret looks like one that was never sent."""
        shown, pressed = await client.get("/leave/gone"), await client.post("/leave/gone", headers=HERE)

        assert (shown.status_code, pressed.status_code) == (404, 404)
        assert "We could not find this" in shown.text
        assert "We could not find that." in pressed.text
