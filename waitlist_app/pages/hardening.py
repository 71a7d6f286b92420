"""What every answer of the server carries, and what is asked of an upload before a byte of it is kept."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waitlist_app.bootstrap import product
from waitlist_app.services.actors import Permission
from waitlist_app.services.files import LARGEST_UPLOAD
from waitlist_app.state.connections import CONNECTIONS

# The pages begin with a script in the page, and Reflex runs what the server sends with `eval`; both come from here.
_CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",  # addresses of offers and sign-in links are secrets
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ENVELOPE: Final = 64_000
"""Bytes that a form needs around the file."""


class Hardening:
    """Adds headers to every answer and stands before Reflex's upload address, which has no limit of its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse an upload."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith("/_upload") and (refusal := await _upload_refused(scope)):
            await refusal(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def _upload_refused(scope: Scope) -> PlainTextResponse | None:
    if scope["method"] != "POST" or scope["path"].rstrip("/") != "/_upload":
        return PlainTextResponse("Not found.", status_code=404)  # what was uploaded is never served
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("The length of the file is needed.", status_code=411)
    if int(length) > LARGEST_UPLOAD + _ENVELOPE:
        return PlainTextResponse("The file is larger than 10 MB.", status_code=413)
    actor = await run_in_threadpool(product().actor_for, headers.get("cookie", ""))
    if actor is None or not actor.may(Permission.EDIT):
        return PlainTextResponse("We could not find that.", status_code=404)
    # The file is read as whoever the tab belongs to, so nobody may name another's.
    tab = CONNECTIONS.cookie_of(headers.get("reflex-client-token", ""))
    holder = await run_in_threadpool(product().actor_for, tab)
    if holder is None or (holder.org_id, holder.id) != (actor.org_id, actor.id):
        return PlainTextResponse("We could not find that.", status_code=404)
    return None
