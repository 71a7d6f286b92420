"""Where the websocket comes in: what a browser sends is looked at here before Reflex does anything with it.

Reflex trusts the shape of a message and the token of a tab, and logs what it cannot make sense of, whole. Here a
message has to be plain, small and about a handler that exists; whoever keeps sending others is disconnected; and the
token of a tab of somebody who is signed in is of no use with anybody else's cookie.
"""

import asyncio
import logging
import math
from collections import Counter
from typing import Any, Final, cast

import reflex as rx
from reflex.app import EventNamespace
from reflex_base.config import get_config
from reflex_base.registry import RegistrationContext
from socketio.packet import Packet

from waitlist_app.bootstrap import product
from waitlist_app.clock import new_key
from waitlist_app.state.connections import CONNECTIONS

LARGEST_MESSAGE: Final = 96_000
"""Characters: a payload of 64 kB, and around it the route."""
DEEPEST: Final = 12
MOST_REFUSED: Final = 50
"""Messages of one connection that are refused before it is ended."""
MOST_UNREADABLE: Final = 20
"""Lines of the log in a minute about what could not be read at all."""
LONGEST_TOKEN: Final = 64
_LONGEST_WHOLE_NUMBER: Final = 2**53
_REPORT: Final = ".handle_frontend_exception"

_log = logging.getLogger(__name__)


class Doorway(EventNamespace):
    """Reflex's end of the websocket, behind a check of what comes in."""

    def __init__(self, namespace: str, app: rx.App) -> None:
        """Stand before `app`."""
        super().__init__(namespace, app)
        self._cookies: dict[str, str] = {}
        self._refused = Counter[str]()

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Let a tab in; its cookie is kept apart from whatever Reflex keeps of the connection."""
        self._cookies[sid] = _cookie_in(environ)
        await super().on_connect(sid, environ, auth if is_plain(auth) else None)

    async def link_token_to_sid(self, sid: str, token: str, *, update_state: bool = True) -> None:
        """Give a tab the token that it asks for, unless that is somebody else's or none; then a fresh one."""
        cookie = self._cookies.get(sid, "")
        if len(token) > LONGEST_TOKEN or not token.isascii() or await _is_of_somebody_else(token, cookie):
            token = new_key()
            await self.emit("new_token", token, to=sid)
        await super().link_token_to_sid(sid, token, update_state=update_state)
        # Reflex gives a fresh one as well, to a second tab with the token of one that is open.
        CONNECTIONS.open(self.sid_to_token[sid], cookie)

    def on_disconnect(self, sid: str) -> Any:
        """Let a tab go."""
        self._cookies.pop(sid, None)
        del self._refused[sid]
        if token := self.sid_to_token.get(sid):
            CONNECTIONS.close(token)
        return cast("Any", super()).on_disconnect(sid)

    async def on_event(self, sid: str, data: Any = None, *others: Any) -> None:
        """Hand an event on, or refuse a message that is none of ours."""
        if sid not in self.sid_to_token or others or not is_event(data):
            await self._refuse(sid)
            return
        if data["name"].endswith(_REPORT) and not self._has_patience(sid):
            return
        await super().on_event(sid, data)

    async def on_client_error(self, sid: str, data: Any = None, *others: Any) -> None:
        """Take what a page says went wrong in it."""
        if others or not is_plain(data):
            await self._refuse(sid)
            return
        await super().on_client_error(sid, data)

    async def emit_update(self, update: Any, token: str) -> None:
        """Send a tab what changed; one that is gone is not named in the log, as its token is a secret."""
        if token in self.token_to_sid:
            await super().emit_update(update, token)

    async def _refuse(self, sid: str) -> None:
        if self._has_patience(sid):
            _log.warning("Refused a websocket message that is not an event of the app.")
            return
        # Leaving the namespace alone would let them join it again over the same connection, and Engine.IO itself asks
        # the other side to hang up. Nothing behind the end of the queue of what is to be sent hangs up here.
        server: Any = self.app.sio
        connection = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, self.namespace))
        if connection is not None:
            await connection.close(wait=False)
            await connection.queue.put(None)

    def _has_patience(self, sid: str) -> bool:
        self._refused[sid] += 1
        return self._refused[sid] <= MOST_REFUSED

    def _build_static_router_data(self, sid: str, environ: dict[str, Any]) -> dict[str, Any]:
        built = super()._build_static_router_data(sid, environ)
        built["headers"] = {name: value for name, value in built["headers"].items() if name not in _SECRET_HEADERS}
        return built


_SECRET_HEADERS: Final = frozenset({"cookie", "authorization"})


class TextPacket(Packet):
    """A message without attachments: no page sends any, and Socket.IO would keep all that come for one."""

    def decode(self, encoded_packet: str) -> int:
        """Read a message, or raise `ValueError`."""
        if super().decode(encoded_packet):
            message = "It has attachments."
            raise ValueError(message)
        return 0


def stand_before(app: rx.App) -> None:
    """Put a doorway in the place of Reflex's own end of the websocket."""
    server: Any = app.sio
    server.packet_class = TextPacket
    doorway = Doorway(get_config().get_event_namespace(), app)
    app._event_namespace = doorway  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no other way
    server.register_namespace(doorway)
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).addFilter(Unreadable())


def is_event(data: Any) -> bool:
    """Say whether a message has the shape of an event, about a handler that exists."""
    if not isinstance(data, dict) or not is_plain(data):
        return False
    event = cast("dict[str, Any]", data)
    name, payload, route = event.get("name"), event.get("payload", {}), event.get("router_data", {})
    if not (isinstance(name, str) and isinstance(payload, dict) and isinstance(route, dict)):
        return False
    route = cast("dict[str, Any]", route)
    is_route = all(isinstance(route.get(part, ""), str) for part in ("pathname", "asPath")) and isinstance(
        route.get("query", {}), dict
    )
    return is_route and name in RegistrationContext.get().event_handlers


def is_plain(value: Any) -> bool:
    """Say whether a value is small, shallow, and of nothing but what a page sends: no NaN and no half characters."""
    left = LARGEST_MESSAGE
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        left -= sum(map(_size_of, level))
        if left < 0:
            return False
        level = [part for whole in level for part in _parts_of(whole)]
        if not level:
            return True
    return False


def _size_of(value: Any) -> int:
    match value:
        case str():
            return len(value) + 1 if value.isascii() or _is_text(value) else LARGEST_MESSAGE + 1
        case float():
            return 1 if math.isfinite(value) else LARGEST_MESSAGE + 1
        case int():
            return 1 if abs(value) <= _LONGEST_WHOLE_NUMBER else LARGEST_MESSAGE + 1
        case None | dict() | list():
            return 1
        case _:
            return LARGEST_MESSAGE + 1


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parts_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for pair in cast("dict[Any, Any]", value).items() for part in pair]
    return cast("list[Any]", value) if isinstance(value, list) else []


async def _is_of_somebody_else(token: str, cookie: str) -> bool:
    held_with = CONNECTIONS.cookie_of(token)
    if held_with == cookie:
        return False
    find = product().actor_for
    holder = await asyncio.to_thread(find, held_with)
    if holder is None:
        return False
    comer = await asyncio.to_thread(find, cookie)
    return comer is None or (comer.org_id, comer.id) != (holder.org_id, holder.id)


def _cookie_in(environ: dict[str, Any]) -> str:
    headers = environ.get("asgi.scope", {}).get("headers", [])
    return "; ".join(value.decode("latin-1") for name, value in headers if name.lower() == b"cookie")


class Unreadable(logging.Filter):
    """Writes one line of what is no message at all, and not too many: a page of log for each would fill the disk."""

    def __init__(self) -> None:
        """Begin to count."""
        super().__init__()
        self._minute = 0
        self._count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through, shortened when it is about a message."""
        if not record.exc_info or not isinstance(record.exc_info[1], ValueError | RecursionError):
            return True
        record.msg, record.args, record.exc_info = "A websocket message could not be read.", (), None
        minute = int(record.created // 60)
        self._count = 1 if minute != self._minute else self._count + 1
        self._minute = minute
        return self._count <= MOST_UNREADABLE
