"""The record of everything that was done, newest first, searched and paged."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.show_audit import show_audit
from waitlist_app.services.views import AuditRow
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, ask, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.shell import show_who


class Audit(rx.State):
    """The page `/audit`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[AuditRow, ...] = ()
    total: int = 0
    head: str = ""
    search: str = ""
    page: int = 1
    is_last: bool = True

    _page_size: int = 1

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def open(self) -> None:
        """Show the record and keep it up to date."""
        watch(self, Audit.reload)
        await self._load()

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def look_for(self, search: str) -> None:
        """Show only entries with these words."""
        self.search, self.page = search[:200], 1
        await self._load()

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def newer(self) -> None:
        """Show the entries after these."""
        self.page = max(1, self.page - 1)
        await self._load()

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def older(self) -> None:
        """Show the entries before these."""
        self.page += not self.is_last
        await self._load()

    async def _load(self) -> None:
        await show_who(self)
        try:
            found = await ask(show_audit, search=self.search, page=self.page)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.rows, self.total, self.head = found.rows, found.total, found.head
        if self.page == 1:
            self._page_size = max(1, len(found.rows))
        self.is_last = self.page * self._page_size >= found.total
        self.phase = "ready"
