"""The list of all sessions: what needs a human first, then by date; searched, filtered, shown a window at a time."""

from typing import Final, Literal, cast, get_args

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.list_sessions import list_sessions
from waitlist_app.services.views import SessionRow, SessionsPage
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.sharing import ask_shared
from waitlist_app.state.shell import show_who
from waitlist_app.state.wire import set_changed

Show = Literal["all", "needs_you", "free", "over"]
WINDOW: Final = 60


class Sessions(rx.State):
    """The page `/`."""

    phase: Phase = "loading"
    trouble: str = ""
    urgent: tuple[SessionRow, ...] = ()
    calm: tuple[SessionRow, ...] = ()
    total: int = 0
    found: int = 0
    shown: int = 0
    count_urgent: int = 0
    count_free: int = 0
    count_over: int = 0
    decisions: int = 0
    oldest_decision: str = ""
    offers: int = 0
    next_offer_ends_at: float = 0.0
    next_offer_of_seconds: float = 1.0
    free_seats: int = 0
    sessions_with_free: int = 0
    waiting: int = 0
    sessions_with_waiting: int = 0
    search: str = ""
    show: Show = "all"

    _rows: tuple[SessionRow, ...] = ()
    _window: int = WINDOW

    @rx.event
    @allow(Permission.READ)
    async def open(self) -> None:
        """Show the page and keep it up to date."""
        watch(self, Sessions.reload)
        self._window = WINDOW
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def look_for(self, search: str) -> None:
        """Show only the sessions that the words of a search are about."""
        self.search = search[:200]
        self._narrow()

    @rx.event
    @allow(Permission.READ)
    async def show_only(self, show: str) -> None:
        """Show one kind of session, or all."""
        if show in get_args(Show):
            self.show = cast(Show, show)
            self._narrow()

    @rx.event
    @allow(Permission.READ)
    async def clear(self) -> rx.event.EventSpec:
        """Show all sessions again."""
        self.search = ""
        self.show = "all"
        self._narrow()
        return rx.set_value("search", "")

    @rx.event
    @allow(Permission.READ)
    async def show_more(self) -> None:
        """Show more of a long list."""
        self._window += WINDOW
        self._narrow()

    async def _load(self) -> None:
        try:
            page = await ask_shared(list_sessions)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self._take(page)
        await show_who(self)

    def _take(self, page: SessionsPage) -> None:
        self._rows = page.rows
        set_changed(
            self,
            total=len(page.rows),
            count_urgent=sum(row.needs_you for row in page.rows),
            count_free=sum(_has_free(row) for row in page.rows),
            count_over=sum(_is_over(row) for row in page.rows),
            decisions=page.decisions,
            oldest_decision=page.oldest_decision,
            offers=page.offers,
            next_offer_ends_at=page.next_offer_ends_at,
            next_offer_of_seconds=page.next_offer_of_seconds,
            free_seats=page.free_seats,
            sessions_with_free=page.sessions_with_free,
            waiting=page.waiting,
            sessions_with_waiting=page.sessions_with_waiting,
            phase="ready",
        )
        self._narrow()

    def _narrow(self) -> None:
        found = [row for row in self._rows if self._is_wanted(row)]
        window = found[: self._window]
        set_changed(
            self,
            found=len(found),
            shown=len(window),
            urgent=tuple(row for row in window if row.needs_you),
            calm=tuple(row for row in window if not row.needs_you),
        )

    def _is_wanted(self, row: SessionRow) -> bool:
        is_kind = {"all": True, "needs_you": row.needs_you, "free": _has_free(row), "over": _is_over(row)}[self.show]
        return is_kind and all(word in row.search for word in self.search.lower().split())


def _has_free(row: SessionRow) -> bool:
    return row.meter.free > 0


def _is_over(row: SessionRow) -> bool:
    return row.meter.overbooked_by > 0
