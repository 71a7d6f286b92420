"""Checking the record from the page: how far it is, what it came to, and for whom."""

import asyncio
import threading
from dataclasses import replace

import pytest

from tests.state.conftest import Browser
from tests.state.example_product import INES, ExampleProduct
from waitlist_app.errors import TryAgain
from waitlist_app.services.check_record import Progress, RecordCheck
from waitlist_app.state import verifying
from waitlist_app.state.audit import Audit
from waitlist_app.state.verifying import Verification

HEAD = "9a1f00c2" * 8
WHOLE = RecordCheck(count=412, head=HEAD, is_whole=True)
BROKEN = RecordCheck(count=412, head=HEAD, is_whole=False, first_bad=37, why="Entry 37 does not follow.")


class Checker:
    """Checks the record when it is told to go on."""

    def __init__(self, answer: RecordCheck) -> None:
        self.answer = answer
        self.asked = 0
        self.goes_on = threading.Event()

    def __call__(self, *, work: object, actor: object, progress: Progress) -> RecordCheck:
        """Say that 250 were checked, then wait."""
        self.asked += 1
        progress(250, 412)
        assert self.goes_on.wait(timeout=5)
        return self.answer


@pytest.fixture
def checker(world: ExampleProduct, monkeypatch: pytest.MonkeyPatch) -> Checker:
    """Check a record that is whole."""
    checker = Checker(WHOLE)
    monkeypatch.setattr(verifying, "check_record", checker)
    return checker


async def _until_shown(tab: Browser, done: int) -> None:
    async with asyncio.timeout(5):
        while not any(values.get("done_rx_state_") == done for values in tab.deltas().values()):  # noqa: ASYNC110 - as it is sent
            await asyncio.sleep(0)


class TestAVerification:
    """A verification..."""

    async def test_says_that_the_record_is_whole(self, tab: Browser, checker: Checker):
        """With its count, and the hash in full, so that it can be compared."""
        checker.goes_on.set()

        await tab.press(Verification.verify)

        assert await tab.value(Verification, "step") == "whole"
        assert (await tab.value(Verification, "total"), await tab.value(Verification, "head")) == (412, HEAD)

    async def test_names_the_first_entry_that_is_wrong(self, tab: Browser, checker: Checker):
        """And why it is wrong."""
        checker.answer = BROKEN
        checker.goes_on.set()

        await tab.press(Verification.verify)

        assert await tab.value(Verification, "step") == "broken"
        assert await tab.value(Verification, "first_bad") == 37
        assert await tab.value(Verification, "trouble") == "Entry 37 does not follow."

    async def test_shows_how_far_it_is_and_leaves_the_page_free(self, tab: Browser, checker: Checker):
        """A long record takes a while; meanwhile one searches it."""
        pressed = asyncio.create_task(tab.press(Verification.verify))
        await _until_shown(tab, 250)

        await tab.press(Audit.look_for, search="offer")

        assert await tab.value(Audit, "search") == "offer"
        assert await tab.value(Verification, "step") == "running"
        checker.goes_on.set()
        await pressed
        assert await tab.value(Verification, "step") == "whole"

    async def test_runs_once_however_often_it_is_pressed(self, tab: Browser, checker: Checker):
        """A second press finds it running."""
        pressed = asyncio.create_task(tab.press(Verification.verify))
        await _until_shown(tab, 250)

        await tab.press(Verification.verify)

        checker.goes_on.set()
        await pressed
        assert checker.asked == 1

    async def test_is_not_shown_to_somebody_else_in_the_tab(
        self, tab: Browser, world: ExampleProduct, checker: Checker
    ):
        """The count and the head are the organisation's own."""
        pressed = asyncio.create_task(tab.press(Verification.verify))
        await _until_shown(tab, 250)
        world.who = replace(INES, id="ben", org_id="elsewhere")
        await tab.press(Audit.reload)

        checker.goes_on.set()
        await pressed

        assert await tab.value(Verification, "step") == ""
        assert HEAD not in str(tab.deltas())

    async def test_that_could_not_be_made_says_so(
        self, tab: Browser, world: ExampleProduct, monkeypatch: pytest.MonkeyPatch
    ):
        """It is not the record that is wrong then."""

        def busy(**_: object) -> RecordCheck:
            raise TryAgain

        monkeypatch.setattr(verifying, "check_record", busy)

        await tab.press(Verification.verify)

        assert await tab.value(Verification, "step") == "failed"
        assert await tab.value(Verification, "trouble") == str(TryAgain())

    async def test_is_put_away(self, tab: Browser, checker: Checker):
        """The table is what one came for."""
        checker.goes_on.set()
        await tab.press(Verification.verify)

        await tab.press(Verification.dismiss)

        assert await tab.value(Verification, "step") == ""
