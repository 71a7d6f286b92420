"""One tab, spoken for by hand: Socket.IO over a websocket, so that a test can send what no browser would."""

import http.client
import json
import re
import secrets
import socket
import time
from typing import Any, Final
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Request, TextMessage

ROOT: Final = "reflex___state____state"
LOAD: Final = f"{ROOT}.hydrate_and_load"
ANSWERS_WITHIN: Final = 10.0


class GoneError(Exception):
    """The server has ended the connection."""


def handler(name: str) -> str:
    """Give the name on the wire of a handler of ours, as in `audit.Audit.open`."""
    module, state, method = name.split(".")
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in state).lstrip("_")
    return f"{ROOT}.waitlist_app___state___{module}____{words}.{method}"


def route_to(path: str) -> dict[str, Any]:
    """Give what a page says about where it is."""
    found = re.fullmatch(r"/(sessions|offer|mailbox)/([^/]+)", path)
    names = {"sessions": "session_id", "offer": "offer_token", "mailbox": "message_id"}
    query = {names[found[1]]: found[2]} if found else {}
    return {"pathname": path, "asPath": path, "query": query}


def shake_hands(url: str, *, origin: str, cookie: str) -> int:
    """Ask for a websocket as a page of `origin` would, and give the status of the answer; 101 lets it in."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ANSWERS_WITHIN)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    said = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin, "Cookie": cookie}
    try:
        connection.request("GET", "/_event/?EIO=4&transport=websocket&token=any", headers={**upgrade, **said})
        return connection.getresponse().status
    finally:
        connection.close()


class Tab:
    """A connection to the running app, and everything it has heard."""

    def __init__(self, url: str, *, cookie: str = "", token: str = "") -> None:
        """Connect as a page of the app would."""
        self.token = token or secrets.token_hex(16)
        self.heard: list[str] = []
        self._half = ""
        host = urlsplit(url).netloc
        self._socket = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))
        self._frames = WSConnection(ConnectionType.CLIENT)
        said = [(b"Origin", url.encode()), *([(b"Cookie", cookie.encode("latin-1"))] if cookie else [])]
        target = f"/_event/?EIO=4&transport=websocket&token={self.token}"
        self._write(Request(host=host, target=target, extra_headers=said))
        self.wait_for("0{")
        self.send("40/_event,")
        self.wait_for("40/_event,")

    def send(self, raw: str) -> None:
        """Send a message as it is, or raise `GoneError`."""
        self._write(TextMessage(data=raw))

    def send_again_and_again(self, raw: str) -> None:
        """Send a message more often than anybody could, or raise `GoneError`."""
        for _ in range(50_000):
            self.send(raw)

    def press(self, name: str, payload: Any = None, /, *, path: str = "/", **more: Any) -> None:
        """Send an event; `more` are further members of it."""
        event = {"name": name, "payload": {} if payload is None else payload, "router_data": route_to(path), **more}
        self.send(f'42/_event,["event",{json.dumps(event)}]')

    def open(self, path: str) -> None:
        """Load a page, and wait until it is there."""
        heard = len(self.heard)
        self.press(LOAD, path=path)
        self.wait_for('"is_hydrated_rx_state_":true', after=heard)

    def wait_for(self, words: str, *, after: int = 0) -> str:
        """Give the first message with these words, counted from message `after`; raise `GoneError` at the end."""
        ends = time.monotonic() + ANSWERS_WITHIN
        while not (found := [message for message in self.heard[after:] if words in message]):
            left = ends - time.monotonic()
            assert left > 0, f"{words} was not heard in {[message[:200] for message in self.heard[after:]]}"
            self._listen(left)
        return found[0]

    def is_answered(self) -> bool:
        """Say whether the server answers this connection; what it had sent before is heard by then."""
        heard = len(self.heard)
        try:
            self.send('42/_event,["ping"]')
            self.wait_for('"pong"', after=heard)
        except GoneError:
            return False
        return True

    def leave(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _write(self, event: Event) -> None:
        try:
            self._socket.sendall(self._frames.send(event))
        except OSError as error:
            raise GoneError from error

    def _listen(self, seconds: float) -> None:
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(65_536)
        except TimeoutError:
            return
        except OSError as error:
            raise GoneError from error
        finally:
            self._socket.settimeout(None)
        self._frames.receive_data(data or None)
        for event in self._frames.events():
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case TextMessage():
                self._half += event.data
                if event.message_finished:
                    message, self._half = self._half, ""
                    self.send("3") if message == "2" else self.heard.append(message)
            case AcceptConnection():
                pass
            case CloseConnection():
                raise GoneError
            case _:
                raise AssertionError(event)
