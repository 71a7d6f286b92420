"""One session: its seats, a window of its line, its offers, its roster and its history."""

from collections.abc import AsyncIterator
from typing import Final, Literal, cast, get_args

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.show_session import show_session
from waitlist_app.services.views import (
    EntryRow,
    HistoryRow,
    OfferRow,
    SeatedRow,
    SeatMeter,
    SessionPage,
)
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.sharing import ask_shared
from waitlist_app.state.shell import show_who
from waitlist_app.state.wire import NO_SEATS, set_changed

WINDOW: Final = 100
Show = Literal["all", "offers", "waiting"]
Tab = Literal["waitlist", "roster", "history"]


class SessionView(rx.State):
    """The page `/sessions/[session_id]`."""

    phase: Phase = "loading"
    trouble: str = ""
    id: str = ""
    code: str = ""
    title: str = ""
    code_beside: str = ""
    name: str = ""
    when: str = ""
    where: str = ""
    facts: tuple[str, ...] = ()
    meter: SeatMeter = NO_SEATS
    waiting: tuple[EntryRow, ...] = ()
    waiting_total: int = 0
    waiting_from: int = 0
    waiting_to: int = 0
    offers: tuple[OfferRow, ...] = ()
    seated: tuple[SeatedRow, ...] = ()
    seated_total: int = 0
    history: tuple[HistoryRow, ...] = ()
    proposals: int = 0
    next_proposal: str = ""
    show: Show = "all"
    tab: Tab = "waitlist"

    entry_ids: list[str] = []
    entry_names: list[str] = []
    version: int = 0
    returns: int = 0
    put_back: str = ""
    after_window: str = ""

    _window_from: int = 1
    _seated: tuple[SeatedRow, ...] = ()

    @rx.event
    @allow(Permission.READ)
    async def open(self) -> AsyncIterator[None]:
        """Show the session of the address and keep it up to date."""
        wanted = self._wanted()
        watch(self, SessionView.reload, session_id=wanted)
        if self.id != wanted:
            self.phase = "loading"
            self.show, self.tab = "all", "waitlist"
            self._window_from = 1
            yield
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def show_only(self, show: str) -> None:
        """Show running offers, the waiting, or both."""
        if show in get_args(Show):
            self.show = cast(Show, show)

    @rx.event
    @allow(Permission.READ)
    async def look_at(self, tab: str) -> None:
        """Show the line, the roster or the history."""
        if tab in get_args(Tab):
            self.tab = cast(Tab, tab)
            self._show_roster()

    @rx.event
    @allow(Permission.READ)
    async def earlier(self) -> None:
        """Show the window of the line before this one."""
        self._window_from = max(1, self._window_from - WINDOW)
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def later(self) -> None:
        """Show the window of the line after this one."""
        self._window_from = min(max(1, self.waiting_total), self._window_from + WINDOW)
        await self._load()

    def _wanted(self) -> str:
        return str(getattr(self, "session_id", ""))

    async def _load(self) -> None:
        await show_who(self)
        try:
            page = await ask_shared(
                show_session, session_id=self._wanted(), waiting_from=self._window_from, waiting_count=WINDOW + 1
            )
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        if page.waiting_total and not page.waiting and self._window_from > 1:
            self._window_from = 1
            await self._load()
            return
        self._take(page)

    def _take(self, page: SessionPage) -> None:
        window = page.waiting[:WINDOW]
        put_back = self.put_back if page.version == self.version else ""
        set_changed(
            self,
            id=page.id,
            code=page.code,
            title=page.title,
            code_beside=page.code_beside,
            name=page.name,
            when=page.when,
            where=page.where,
            facts=page.facts,
            meter=page.meter,
            offers=page.offers,
            seated_total=page.seated_total,
            history=page.history,
            proposals=page.proposals,
            version=page.version,
            phase="ready",
        )
        set_changed(
            self,
            waiting=window,
            waiting_total=page.waiting_total,
            waiting_from=page.waiting_from,
            waiting_to=page.waiting_from + len(window) - 1 if window else 0,
            next_proposal=next((row.proposal_id for row in window if row.proposal_id), ""),
            entry_ids=[row.id for row in window],
            entry_names=[row.name for row in window],
            after_window=page.waiting[WINDOW].id if len(page.waiting) > WINDOW else "",
            put_back=put_back,
        )
        self._seated = page.seated
        self._show_roster()

    def _show_roster(self) -> None:
        # The longest list of the page, and seldom looked at: sent only to those who do.
        set_changed(self, seated=self._seated if self.tab == "roster" else ())


def draw_again(view: SessionView, put_back: str = "") -> None:
    """Draw the line of a session as it is, whatever was dragged, with one entry marked as put back."""
    view.returns += 1
    view.put_back = put_back
