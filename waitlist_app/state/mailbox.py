"""The built-in mailbox: every message that was written, and what became of it."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.list_messages import list_messages
from waitlist_app.services.show_message import show_message
from waitlist_app.services.views import MessagePage, MessageRow
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, ask, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.shell import show_who

NO_LETTER = MessagePage(id="", to="", sender="", subject="", sent="", status="", html="", text="")


class Mailbox(rx.State):
    """The page `/mailbox`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[MessageRow, ...] = ()

    @rx.event
    @allow(Permission.READ)
    async def open(self) -> None:
        """Show the messages and keep them up to date."""
        watch(self, Mailbox.reload)
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    async def _load(self) -> None:
        await show_who(self)
        try:
            self.rows = await ask(list_messages)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.phase = "ready"


class Letter(rx.State):
    """The page `/mailbox/[message_id]`."""

    phase: Phase = "loading"
    trouble: str = ""
    letter: MessagePage = NO_LETTER
    links: list[str] = []

    @rx.event
    @allow(Permission.READ)
    async def open(self) -> None:
        """Show one message, and its words and its link as soon as it is sent."""
        watch(self, Letter.reload)
        await self._load()

    @rx.event
    @allow(Permission.READ)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    async def _load(self) -> None:
        await show_who(self)
        try:
            self.letter = await ask(show_message, message_id=str(getattr(self, "message_id", "")))
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        words = () if self.letter.hides_link else self.letter.text.split()
        self.links = [word for word in words if word.startswith(("http://", "https://"))]
        self.phase = "ready"
