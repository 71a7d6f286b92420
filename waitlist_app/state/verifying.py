"""Checking the whole record while the page stays free for everything else."""

import asyncio
from typing import Final, Literal

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.check_record import RecordCheck, check_record
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask

Step = Literal["", "running", "whole", "broken", "failed"]

SHOWN_EVERY: Final = 0.25
"""Seconds between two states of the progress bar."""


class Verification(rx.State):
    """What checking the record came to, or how far it is."""

    step: Step = ""
    done: int = 0
    total: int = 0
    head: str = ""
    first_bad: int = 0
    trouble: str = ""

    _run: int = 0

    @rx.event(background=True)
    @allow(Permission.READ_AUDIT)
    async def verify(self) -> None:
        """Check every entry, showing how far it is; a second press while it runs does nothing."""
        async with self:
            if self.step == "running":
                return
            self._begin()
            run = self._run
        progress = [0, 0]

        def note(checked: int, of: int) -> None:
            progress[:] = checked, of

        checking = asyncio.ensure_future(ask(check_record, progress=note))
        while not (await asyncio.wait({checking}, timeout=SHOWN_EVERY))[0]:
            async with self:
                if not self._is(run):
                    return
                self.done, self.total = progress
        async with self:
            # A tab that was emptied meanwhile may belong to somebody else by now.
            if self._is(run):
                self._show(checking)

    @rx.event
    @allow(Permission.READ_AUDIT)
    async def dismiss(self) -> None:
        """Put the result away."""
        if self.step != "running":
            self.step = ""

    def _begin(self) -> None:
        self.step, self.done, self.total = "running", 0, 0
        self.head, self.first_bad, self.trouble = "", 0, ""
        self._run += 1

    def _is(self, run: int) -> bool:
        return self._run == run and self.step == "running"

    def _show(self, checking: asyncio.Future[RecordCheck]) -> None:
        try:
            found = checking.result()
        except WaitlistError as error:
            self.step, self.trouble = "failed", str(error)
            return
        self.step = "whole" if found.is_whole else "broken"
        self.done = self.total = found.count
        self.head, self.first_bad, self.trouble = found.head, found.first_bad, found.why
