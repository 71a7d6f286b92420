"""Import: checked first, applied on demand, never by itself."""

from dataclasses import dataclass

import pytest

from tests.state.conftest import Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.errors import InvalidInput
from waitlist_app.state.imports import Imports


@dataclass(repr=False)
class _File:
    name: str
    content: bytes

    async def read(self) -> bytes:
        return self.content


@pytest.fixture
async def desk(tab: Browser) -> Browser:
    """The page of the import, for requests."""
    await tab.press(Imports.open)
    await tab.press(Imports.choose, kind="requests")
    return tab


class TestAFile:
    """A file..."""

    async def test_is_checked_and_nothing_is_saved(self, desk: Browser, world: ExampleProduct):
        """Problems by line, and what would happen to the rest."""
        await desk.press(Imports.check, files=[_File("march.csv", b"a,b\n")])

        assert await desk.value(Imports, "step") == "checked"
        assert (await desk.value(Imports, "problems"))[0].line == 18
        assert world.dry_runs == [True]

    async def test_is_applied_when_the_button_is_pressed(self, desk: Browser, world: ExampleProduct):
        """The same file, for real."""
        await desk.press(Imports.check, files=[_File("march.csv", b"a,b\n")])

        await desk.press(Imports.apply)

        assert await desk.value(Imports, "step") == "applied"
        assert world.dry_runs == [True, False]

    async def test_cannot_be_applied_unchecked_or_twice(self, desk: Browser, world: ExampleProduct):
        """What was not shown is not done."""
        await desk.press(Imports.apply)
        await desk.press(Imports.check, files=[_File("march.csv", b"a,b\n")])
        await desk.press(Imports.apply)

        await desk.press(Imports.apply)

        assert world.dry_runs == [True, False]

    async def test_that_cannot_be_read_says_why(self, desk: Browser, world: ExampleProduct):
        """The person chooses another one."""
        world.troubles["import_requests"] = InvalidInput("The file has no column session_code.")

        await desk.press(Imports.check, files=[_File("march.csv", b"a\n")])

        assert await desk.value(Imports, "trouble") == "The file has no column session_code."
        assert await desk.value(Imports, "step") == "choose"

    async def test_larger_than_ten_megabytes_is_not_read(self, desk: Browser, world: ExampleProduct):
        """The limit stands here too, whatever the browser checked."""
        await desk.press(Imports.check, files=[_File("march.csv", b"x" * (10 * 1024 * 1024 + 1))])

        assert "larger than 10 MB" in await desk.value(Imports, "trouble")
        assert world.dry_runs == []
