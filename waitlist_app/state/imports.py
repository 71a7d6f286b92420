"""Import of a file: checked first, nothing saved; then applied as a whole, leaving out the lines with problems."""

from collections.abc import AsyncIterator
from typing import Final, Literal, cast, get_args

import reflex as rx

from waitlist_app.bootstrap import product
from waitlist_app.errors import InvalidInput, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.files import LARGEST_UPLOAD
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask
from waitlist_app.state.shell import show_who

Kind = Literal["sessions", "requests"]
Step = Literal["choose", "checking", "checked", "applying", "applied"]

SHOWN: Final = 200
"""How many problems, and how many lines of the preview, a page shows."""


class Imports(rx.State):
    """The page `/import`."""

    is_open: bool = False
    kind: Kind = "sessions"
    step: Step = "choose"
    trouble: str = ""
    file_name: str = ""
    meetings_name: str = ""
    lines: int = 0
    ready: int = 0
    seated: int = 0
    waiting: int = 0
    duplicates: int = 0
    faulty: int = 0
    count_problems: int = 0
    problems: tuple[ImportProblem, ...] = ()
    preview: tuple[ImportLine, ...] = ()
    sentence: str = ""

    all_or_nothing: bool = False
    zero_is_unlimited: bool = False

    _data: bytes = b""
    _meetings: bytes | None = None

    @rx.event
    @allow(Permission.EDIT)
    async def open(self) -> None:
        """Show the page."""
        await show_who(self)
        self.is_open = True

    @rx.event
    @allow(Permission.EDIT)
    async def choose(self, kind: str) -> None:
        """Choose what the file holds."""
        if kind in get_args(Kind):
            self._begin_again()
            self.kind = cast(Kind, kind)

    @rx.event
    @allow(Permission.EDIT)
    async def begin_again(self) -> None:
        """Forget the file."""
        self._begin_again()

    @rx.event
    @allow(Permission.EDIT)
    async def check(self, files: list[rx.UploadFile]) -> AsyncIterator[None]:
        """Read a file and say what applying it would do; nothing is saved."""
        if not files:
            return
        self.step, self.trouble = "checking", ""
        yield
        self._data = await files[0].read()
        self.file_name = files[0].name or "file.csv"
        await self._run(dry_run=True)

    @rx.event
    @allow(Permission.EDIT)
    async def check_meetings(self, files: list[rx.UploadFile]) -> AsyncIterator[None]:
        """Read the meetings that belong to the file of sessions, and check again."""
        if not files:
            return
        self._meetings = await files[0].read()
        self.meetings_name = files[0].name or "meetings.csv"
        if self._data:
            self.step = "checking"
            yield
            await self._run(dry_run=True)

    @rx.event
    @allow(Permission.EDIT)
    async def leave_out(self, which: str) -> None:
        """Choose what happens to lines with problems: only they stay out, or everything does."""
        self.all_or_nothing = which == "all"
        await self._run(dry_run=True)

    @rx.event
    @allow(Permission.EDIT)
    async def read_zero(self, is_unlimited: bool) -> None:
        """Choose what capacity 0 means in this file: that everybody waits, or that there is no limit."""
        self.zero_is_unlimited = is_unlimited
        if self._data:
            await self._run(dry_run=True)

    @rx.event
    @allow(Permission.EDIT)
    async def apply(self) -> AsyncIterator[rx.event.EventSpec | None]:
        """Add what the file holds, all in one."""
        if self.step != "checked" or not self._data:
            return
        self.step = "applying"
        yield None
        if await self._run(dry_run=False):
            yield notices.done(self.sentence)

    async def _run(self, *, dry_run: bool) -> bool:
        self.trouble = ""
        try:
            report = await self._report(dry_run=dry_run)
        except WaitlistError as error:
            self.trouble = _said(error)
            self.step = "choose" if dry_run else "checked"
            return False
        self._take(report)
        return report.is_applied

    async def _report(self, *, dry_run: bool) -> ImportReport:
        if max(len(self._data), len(self._meetings or b"")) > LARGEST_UPLOAD:
            raise InvalidInput("The file is larger than 10 MB. Please split it.")
        wanted = {
            "files": product().files,
            "data": self._data,
            "file_name": self.file_name,
            "dry_run": dry_run,
            "all_or_nothing": self.all_or_nothing,
        }
        if self.kind == "requests":
            return await ask(import_requests, **wanted)
        return await ask(import_sessions, meetings=self._meetings, zero_is_unlimited=self.zero_is_unlimited, **wanted)

    def _take(self, report: ImportReport) -> None:
        self.lines, self.ready = report.lines, report.ready
        self.seated, self.waiting, self.duplicates = report.seated, report.waiting, report.duplicates
        # One line may have several problems, and a problem may stand in the file of meetings.
        self.faulty = report.lines - report.ready - report.duplicates
        self.count_problems = len(report.problems)
        self.problems, self.preview = report.problems[:SHOWN], report.preview[:SHOWN]
        self.sentence = report.sentence
        self.step = "applied" if report.is_applied else "checked"
        if report.is_applied:
            self._data, self._meetings = b"", None

    def _begin_again(self) -> None:
        self._data, self._meetings = b"", None
        self.step, self.trouble, self.file_name, self.meetings_name, self.sentence = "choose", "", "", "", ""
        self.problems, self.preview = (), ()


def _said(error: WaitlistError) -> str:
    return f"Line {error.line}: {error}" if isinstance(error, InvalidInput) and error.line else str(error)
