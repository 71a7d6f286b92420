"""The addresses that are plain web requests, and what every answer carries."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.state.example_product import INES, ExampleProduct
from waitlist_app.pages import hardening, routes
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.files import LARGEST_UPLOAD

SOMEBODY = {"cookie": "waitlist_session=somebody"}
NOBODY = {"cookie": "waitlist_session=nobody"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ExampleProduct:
    """An invented organisation behind the addresses."""
    example = ExampleProduct()
    monkeypatch.setattr(routes, "product", lambda: example)
    monkeypatch.setattr(hardening, "product", lambda: example)
    monkeypatch.setattr(routes, "export_roster", lambda **wanted: example.answer("export_roster", **wanted))
    return example


def _client(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=hardening.Hardening(app))
    return httpx.AsyncClient(transport=transport, base_url="http://waitlist.example")


@pytest.fixture
def client(world: ExampleProduct) -> httpx.AsyncClient:
    """A browser without the app in it."""
    return _client(routes.plain_routes())


class TestADownload:
    """A download..."""

    @pytest.mark.parametrize("path", ["/export/roster.csv?session=faw-0318", "/export/rosters.csv"])
    async def test_is_a_file_that_nobody_keeps_on_the_way(
        self, client: httpx.AsyncClient, world: ExampleProduct, path: str
    ):
        """It names people; no proxy and no browser may keep it."""
        answer = await client.get(path, headers=SOMEBODY)

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["cache-control"] == "no-store"

    async def test_of_the_record_is_the_sealed_file(
        self, client: httpx.AsyncClient, world: ExampleProduct, monkeypatch: pytest.MonkeyPatch
    ):
        """An owner or an auditor keeps it; whoever asks is who the cookie says."""
        asked: list[Actor] = []
        monkeypatch.setattr(world, "signer", None, raising=False)
        monkeypatch.setattr(routes, "export_record", lambda *, work, actor, signer: asked.append(actor) or b"{}\n")

        answer = await client.get("/export/record.jsonl", headers=SOMEBODY)
        refused = await client.get("/export/record.jsonl", headers=NOBODY)

        assert (answer.status_code, answer.content, asked) == (200, b"{}\n", [INES])
        assert answer.headers["content-type"] == "application/jsonl; charset=utf-8"
        assert refused.status_code == 404

    async def test_is_not_for_strangers(self, client: httpx.AsyncClient, world: ExampleProduct):
        """Missing and forbidden look alike."""
        answer = await client.get("/export/rosters.csv", headers=NOBODY)

        assert answer.status_code == 404
        assert "We could not find that." in answer.text
        assert world.asked == []


async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, world: ExampleProduct):
    """No frame, no guessing of types, no address passed on."""
    headers = (await client.get("/sign-in")).headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


async def _stream():
    yield b"x"


class TestAnUpload:
    """An upload..."""

    @pytest.fixture
    def upload(self, world: ExampleProduct) -> httpx.AsyncClient:
        """The upload address of Reflex, behind the hardening."""

        async def take(_request):
            return PlainTextResponse("taken")

        return _client(Starlette(routes=[Route("/_upload", take, methods=["POST"])]))

    async def test_of_a_coordinator_is_taken(self, upload: httpx.AsyncClient):
        """They import files."""
        assert (await upload.post("/_upload", content=b"x", headers=SOMEBODY)).text == "taken"

    async def test_of_a_stranger_is_not(self, upload: httpx.AsyncClient):
        """Not even looked at."""
        assert (await upload.post("/_upload", content=b"x", headers=NOBODY)).status_code == 404

    async def test_of_somebody_who_may_not_edit_is_not(self, upload: httpx.AsyncClient, world: ExampleProduct):
        """An auditor changes nothing."""
        world.who = Actor(id="a", name="Audrey Finch", role=Role.AUDITOR, org_id=INES.org_id)

        assert (await upload.post("/_upload", content=b"x", headers=SOMEBODY)).status_code == 404

    async def test_that_is_too_large_is_refused_before_it_is_read(self, upload: httpx.AsyncClient):
        """Ten megabytes, and the form around them."""
        headers = {**SOMEBODY, "content-length": str(LARGEST_UPLOAD + 100_000)}

        assert (await upload.post("/_upload", content=b"x", headers=headers)).status_code == 413

    async def test_that_hides_its_length_is_refused(self, upload: httpx.AsyncClient):
        """A stream without a length has no end that one could check."""
        assert (await upload.post("/_upload", content=_stream(), headers=SOMEBODY)).status_code == 411

    async def test_is_never_served_again(self, upload: httpx.AsyncClient):
        """Files that people bring are not a web site."""
        assert (await upload.get("/_upload/march.csv", headers=SOMEBODY)).status_code == 404
