"""Who may call a handler: every handler of every state is a public endpoint, and denied unless it is marked.

`@allow(Permission.READ)`, `@allow_signed_in` or `@allow_public` stands below `@rx.event`. `Guard` reads the mark before
anything of the handler runs: it finds out who calls from the cookie of the connection, never from an argument, asks
the one table of permissions, and checks that the arguments have the types that the handler declares.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

import reflex as rx
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from waitlist_app.bootstrap import product
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.state import notices
from waitlist_app.state.connections import CONNECTIONS

Handler = TypeVar("Handler", bound=Callable[..., Any])

WELCOME: Final = "/welcome"
LARGEST_PAYLOAD: Final = 64_000
LONGEST_NAME: Final = 200
_MARK: Final = "_waitlist_admission"
_OPENS_A_PAGE: Final = "open"

_HYDRATION: Final = frozenset({"hydrate", "hydrate_and_load"})
_NEEDED_BY_REFLEX: Final = _HYDRATION | {"on_load_internal", "set_is_hydrated", "handle_frontend_exception"}
"""Handlers of Reflex itself without which no page appears; all its others, `setvar` first, stay closed."""

_present: ContextVar[Actor | None] = ContextVar("present_actor", default=None)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may call one handler: those who have `permission`; without one, every member, or everybody."""

    permission: Permission | None
    is_public: bool = False


def allow(permission: Permission) -> Callable[[Handler], Handler]:
    """Open a handler to those whose role has `permission`."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, _MARK, Admission(permission))
        return handler

    return mark


def allow_signed_in(handler: Handler) -> Handler:
    """Open a handler to everybody who is signed in, whatever their role."""
    setattr(handler, _MARK, Admission(None))
    return handler


def allow_public(handler: Handler) -> Handler:
    """Open a handler to everybody, signed in or not."""
    setattr(handler, _MARK, Admission(None, is_public=True))
    return handler


def admission_of(handler: Callable[..., Any]) -> Admission | None:
    """Return the mark of a handler, or None when it has none."""
    mark = getattr(handler, _MARK, None)
    return mark if isinstance(mark, Admission) else None


def present_actor() -> Actor:
    """Return who calls the handler that runs now.

    Raises:
        NotAllowed: If nobody is signed in.
    """
    actor = _present.get()
    if actor is None:
        raise NotAllowed("nobody is signed in")
    return actor


def whoever_is_signed_in() -> Actor | None:
    """Return who calls the handler that runs now, None when nobody is signed in; for handlers open to everybody."""
    return _present.get()


class Holder(rx.State):
    """Whose values this tab holds, as a digest; another person in the same tab begins with empty ones."""

    held_for: str = ""


class Guard(rx.Middleware):
    """Denies every event whose handler is not marked for the person who sends it."""

    def __init__(self, *, turned_away: rx.event.EventCallback[*tuple[()]]) -> None:
        """Run `turned_away` where a page is opened that is for other roles."""
        self._turned_away = turned_away

    async def preprocess(
        self,
        app: rx.App,  # noqa: ARG002 - the signature is Reflex's
        state: BaseState,
        event: Event,
    ) -> StateUpdate | None:
        """Return None to let the event through, or what the person sees instead."""
        found = RegistrationContext.get().event_handlers.get(event.name)
        handler = found.handler.fn if found else None
        if handler is None or not _fits(handler, event.payload):
            return _refused(event)
        if _is_needed_by_reflex(handler):
            return await self._begin(state, event) if handler.__name__ in _HYDRATION else None
        admission = admission_of(handler)
        return _refused(event) if admission is None else await self._admit(state, admission, handler.__name__)

    async def _admit(self, state: BaseState, admission: Admission, name: str) -> StateUpdate | None:
        actor = await _caller(state)
        if admission.is_public:
            await _hold(state, actor)
            _present.set(actor)
            return None
        if actor is None:
            return _shown(rx.redirect(WELCOME))
        await _hold(state, actor)
        if admission.permission and not actor.may(admission.permission):
            # A page says itself that it is for others; in the place of an act there is nothing to say it in.
            return _shown(self._turned_away if name == _OPENS_A_PAGE else notices.failed(NotAllowed()))
        _present.set(actor)
        return None

    @staticmethod
    async def _begin(state: BaseState, event: Event) -> None:
        # A page that opens is sent all the tab holds: what somebody else looked at here must be gone before.
        await _hold(state, await _caller(state))
        if event.payload.get("hashes"):
            # Only a page that was just loaded tells what it was built with; after a lost connection all stays.
            await _begin_empty(state)


async def _caller(state: BaseState) -> Actor | None:
    # The cookie of the tab, not of the event: one that comes from elsewhere, as a file does, brings none of its own.
    cookie = CONNECTIONS.cookie_of(state.router.session.client_token)
    return await asyncio.to_thread(product().actor_for, cookie)


async def _hold(state: BaseState, actor: Actor | None) -> None:
    holder = await state.get_state(Holder)
    wanted = sha256(f"{actor.org_id}/{actor.id}/{actor.role}".encode()).hexdigest() if actor else ""
    if holder.held_for == wanted:
        return
    if holder.held_for:
        await _begin_empty(state)
    holder.held_for = wanted


async def _begin_empty(state: BaseState) -> None:
    holder = await state.get_state(Holder)
    held_for = holder.held_for
    (await state.get_state(rx.State)).reset()
    holder.held_for = held_for


def _shown(*events: rx.event.EventSpec | rx.event.EventCallback[*tuple[()]]) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type(list(events)))


def _refused(event: Event) -> StateUpdate:
    _log.warning("Refused the event %s.", ascii(event.name)[:LONGEST_NAME])
    return _shown(notices.failed(NotAllowed()))


def _is_needed_by_reflex(handler: Callable[..., Any]) -> bool:
    return handler.__name__ in _NEEDED_BY_REFLEX and handler.__module__.startswith("reflex.")


def _fits(handler: Callable[..., Any], payload: dict[str, Any]) -> bool:
    # Reflex passes an argument that it cannot convert as it came; here such an event goes no further.
    if len(repr(payload)) > LARGEST_PAYLOAD:
        return False
    try:
        inspect.signature(handler).bind(None, **payload)
    except TypeError:
        return False
    hints = get_type_hints(handler)
    return all(_is_of_type(value, hints.get(name)) for name, value in payload.items())


def _is_of_type(value: object, wanted: object) -> bool:
    if wanted is float:
        return isinstance(value, int | float)
    if get_origin(wanted) is dict and get_args(wanted) == (str, str):
        return isinstance(value, dict) and _is_form(cast("dict[object, object]", value))
    return type(value) is wanted if wanted is str or wanted is int or wanted is bool else True


def _is_form(value: dict[object, object]) -> bool:
    # A browser sends a form as one list of its fields, which Reflex makes a dictionary of after this.
    fields = value[FORM_DATA_ENTRIES_KEY] if value.keys() == {FORM_DATA_ENTRIES_KEY} else [*value.items()]
    return isinstance(fields, list) and all(map(_is_field, cast("list[object]", fields)))


def _is_field(value: object) -> bool:
    match value:
        case [str(), str() | None]:  # a field that is not shown now comes as nothing
            return True
        case _:
            return False
