"""Every open browser kept up to date: who looks at what, and a reload for just those whom a change concerns.

The database is the truth and a state is one tab's view of it. After every commit the product names the organisation
and the sessions that changed; changes that come close together are gathered, then the `reload` handler of each tab
that shows one of them runs as if the tab had asked for it, through the guard and with the cookie it connected with.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import reflex as rx
from reflex_base.event import Event

from waitlist_app.bootstrap import product
from waitlist_app.state.access import present_actor

GATHER_FOR: Final = 0.03  # seconds; short enough to be felt as at once, long enough for a burst to be one reload

Reload = rx.event.EventCallback[*tuple[()]]
"""A handler without arguments, as its class names it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one tab shows: a session, or with no `session_id` something about the whole organisation."""

    org_id: str
    session_id: str
    reload: Reload
    router_data: dict[str, Any]


@dataclass(slots=True)
class Changes:
    """What changed since the tabs were told last: sessions by organisation."""

    by_org: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, org_id: str, session_ids: Iterable[str]) -> None:
        """Note that something of an organisation changed."""
        self.by_org.setdefault(org_id, set()).update(session_ids)

    def concern(self, watch: Watch) -> bool:
        """Say whether a tab shows something that changed."""
        changed = self.by_org.get(watch.org_id)
        return changed is not None and (not watch.session_id or watch.session_id in changed)


@dataclass(slots=True)
class Watchers:
    """Which tab shows what."""

    by_token: dict[str, Watch] = field(default_factory=dict[str, Watch])

    def note(self, token: str, watch: Watch) -> None:
        """Remember what a tab shows now; it shows one page at a time."""
        self.by_token[token] = watch

    def forget_all_but(self, connected: Iterable[str]) -> None:
        """Drop the tabs that are gone."""
        for token in self.by_token.keys() - set(connected):
            del self.by_token[token]

    def concerned(self, changes: Changes) -> Iterator[tuple[str, Watch]]:
        """List the tabs that must reload."""
        return ((token, watch) for token, watch in list(self.by_token.items()) if changes.concern(watch))


WATCHERS: Final = Watchers()


def watch(state: rx.State, reload: Reload, *, session_id: str = "") -> None:
    """Keep the tab of `state` up to date: `reload` runs in it when the session, or anything at all, changes."""
    WATCHERS.note(
        state.router.session.client_token,
        Watch(
            org_id=present_actor().org_id,
            session_id=session_id,
            reload=reload,
            router_data=dict(state.router_data),
        ),
    )


async def push_changes(app: rx.App) -> None:
    """Reload the tabs that a change concerns, as long as the app runs."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[tuple[str, frozenset[str]]] = asyncio.Queue()

    def hear(org_id: str, session_ids: frozenset[str]) -> None:
        # A commit happens in any thread; the queue belongs to this loop.
        loop.call_soon_threadsafe(heard.put_nowait, (org_id, session_ids))

    stop = product().changes.listen(hear)
    try:
        while True:
            await _reload_concerned(app, await _gathered(heard))
            # The first change after a rest is shown at once; those right behind it go together.
            await asyncio.sleep(GATHER_FOR)
    finally:
        stop()


async def _gathered(heard: asyncio.Queue[tuple[str, frozenset[str]]]) -> Changes:
    changes = Changes()
    changes.add(*await heard.get())
    while not heard.empty():
        changes.add(*heard.get_nowait())
    return changes


async def _reload_concerned(app: rx.App, changes: Changes) -> None:
    # A task of the app that raises is not started again, so no failure of one tab may end this one.
    try:
        if app.event_namespace is not None:
            WATCHERS.forget_all_but(app.event_namespace.token_to_sid)
        for token, watched in WATCHERS.concerned(changes):
            for event in Event.from_event_type(watched.reload):
                await app.event_processor.enqueue(token, replace(event, router_data=dict(watched.router_data)))
    except Exception:  # noqa: BLE001 - see above; the log has it whole
        _log.exception("Not every open page could be reloaded.")
