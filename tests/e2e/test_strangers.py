"""What somebody sees who is not signed in: nothing."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, Response, WebSocket, expect

from tests.e2e.conftest import OpenBrowser, SitDown
from tests.e2e.office import SEATED, WAITING, Office

WELCOME = re.compile("/welcome/?$")
PERSONAL = (*SEATED, *WAITING, "tarnwick.example", "Fire Warden", "Tarnwick", "Ines Calder", "Rafe Ostrander")


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with people in it, an offer and messages."""
    path = office.open_full_session()
    office.offer(path)
    return path


def _listen(page: Page) -> list[str]:
    """Collect everything that the server sends to a page."""
    heard: list[str] = []

    def on_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page.on("websocket", on_socket)
    page.on("response", lambda answer: heard.append(answer.text()) if _is_page(answer) else None)
    return heard


def _is_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() and answer.ok


def _personal(texts: list[str]) -> list[str]:
    return [word for word in PERSONAL if any(word in text for text in texts)]


class TestAStranger:
    """A stranger..."""

    @pytest.mark.parametrize("address", ["/", "{session}", "/inbox", "/import", "/audit", "/mailbox"])
    def test_is_sent_to_the_welcome_page_and_told_nothing(self, open_browser: OpenBrowser, path: str, address: str):
        """Neither in the page nor over the socket, where the values of every page could travel."""
        stranger = open_browser()
        heard = _listen(stranger)

        stranger.goto(address.format(session=path))

        expect(stranger).to_have_url(WELCOME)
        expect(stranger.get_by_role("heading", level=1)).to_have_text("You are not signed in")
        assert len(heard) > 1
        assert _personal([*heard, stranger.content()]) == []

    def test_would_be_heard_if_something_were_told(self, office: Office, sit_down: SitDown, path: str):
        """The test above listens in the right place: to Ines the same page tells the names."""
        ines = sit_down(office.ines)
        heard = _listen(ines)

        ines.goto(path)
        expect(ines.get_by_text("Priya Nair").first).to_be_visible()

        assert {"Priya Nair", "Tomas Lindqvist", "Fire Warden", "Tarnwick"} <= set(_personal(heard))

    @pytest.mark.parametrize("address", ["/export/rosters.csv", "/export/roster.csv?session={id}"])
    def test_downloads_nothing(self, open_browser: OpenBrowser, path: str, address: str):
        """Missing and forbidden look alike."""
        stranger = open_browser()

        answer = stranger.request.get(address.format(id=path.rpartition("/")[2]))

        assert (answer.status, _personal([answer.text()])) == (404, [])

    def test_uploads_nothing(self, open_browser: OpenBrowser):
        """The file is not even read."""
        stranger = open_browser()
        file = FilePayload(name="sessions.csv", mimeType="text/csv", buffer=b"session_code\n")

        answer = stranger.request.post("/_upload", multipart={"files": file})

        assert answer.status == 404

    def test_of_another_organisation_finds_no_session_here(self, office: Office, path: str, sit_down: SitDown):
        """Being signed in somewhere opens nothing elsewhere."""
        other = sit_down(Office(office.product).ines)
        heard = _listen(other)

        other.goto(path)

        expect(other.get_by_role("main")).to_contain_text("Not found")
        assert [word for word in (*SEATED, *WAITING, "Fire Warden") if any(word in text for text in heard)] == []


class TestASignInLink:
    """A sign-in link..."""

    def test_signs_in_once(self, office: Office, open_browser: OpenBrowser):
        """Opening it uses nothing up; the button does; a second browser with the same link stays outside."""
        link = office.link(office.ines)
        ines, thief = open_browser(), open_browser(expects={410})
        ines.goto(link)
        thief.goto(link)
        ines.get_by_role("button", name="Sign in").click()
        expect(ines.get_by_text("Ines Calder")).to_be_visible()

        thief.get_by_role("button", name="Sign in").click()

        expect(thief.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
        thief.goto("/")
        expect(thief).to_have_url(WELCOME)

    def test_ends_with_signing_out(self, office: Office, sit_down: SitDown, path: str):
        """Afterwards neither the page nor the way back shows anything."""
        ines = sit_down(office.ines)
        ines.goto(path)
        expect(ines.get_by_text("Priya Nair").first).to_be_visible()

        ines.get_by_role("button", name="Sign out").click()
        expect(ines).to_have_url(WELCOME)
        ines.goto(path)

        expect(ines).to_have_url(WELCOME)
        assert _personal([ines.content()]) == []
