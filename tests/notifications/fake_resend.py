"""A small Resend on this machine: checks what it gets as the real one does, remembers keys, fails when told to."""

import json
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

API_KEY = "re_test"


@dataclass
class Answer:
    """What the next request is answered with instead of being looked at."""

    status: int
    name: str = ""
    message: str = "No."
    headers: dict[str, str] = field(default_factory=dict[str, str])
    html: str = ""
    accepts_first: bool = False
    """Take the mail, and then answer so: the answer was lost on the way."""


class FakeResend:
    """What the service has taken, and the answers it is told to give."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[dict[str, Any]] = []
        self.answers = deque[Answer]()
        self._known: dict[str, tuple[str, str]] = {}

    def take(self, key: str, authorisation: str, body: str) -> Answer | str:
        """Give the id of the mail, or what is wrong."""
        if self.answers:
            answer = self.answers.popleft()
            if answer.accepts_first:
                self._accept(key, body)
            return answer
        if authorisation != f"Bearer {API_KEY}":
            return Answer(403, "invalid_api_key", "API key is invalid")
        return self._accept(key, body)

    def _accept(self, key: str, body: str) -> Answer | str:
        mail = json.loads(body)
        for name in ("from", "to", "subject"):
            if not mail.get(name):
                return Answer(422, "missing_required_field", f"Missing `{name}` field.")
        if not all(address.partition("@")[2] for address in mail["to"]):
            return Answer(422, "validation_error", "Invalid `to` field.")
        if key in self._known:
            known_id, known_body = self._known[key]
            return (
                known_id if known_body == body else Answer(409, "invalid_idempotent_request", "Same key, other mail.")
            )
        self.mails.append({**mail, "key": key})
        self._known[key] = (f"mail-{len(self.mails)}", body)
        return self._known[key][0]


@contextmanager
def running_resend() -> Generator[FakeResend]:
    """Run the service on a free port of this machine."""
    fake = FakeResend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = fake.take(self.headers.get("Idempotency-Key", ""), self.headers["Authorization"], body)
            if isinstance(answer, str):
                self._say(200, "application/json", json.dumps({"id": answer}), {})
            elif answer.html:
                self._say(answer.status, "text/html", answer.html, answer.headers)
            else:
                said = {"statusCode": answer.status, "name": answer.name, "message": answer.message}
                self._say(answer.status, "application/json", json.dumps(said), answer.headers)

        def _say(self, status: int, kind: str, body: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
