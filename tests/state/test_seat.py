"""The question whether somebody keeps a seat: opening it changes nothing, answering it is a button."""

import pytest

from tests.state.conftest import NOBODY, Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.errors import NotAllowed, Refused
from waitlist_app.state.seat import Seat


@pytest.fixture
async def link(tab: Browser) -> Browser:
    """The link of the mail, opened by somebody who is not signed in."""
    tab.cookie = NOBODY
    await tab.press(Seat.open)
    return tab


class TestTheLink:
    """The link..."""

    async def test_shows_the_question_and_changes_nothing(self, link: Browser, world: ExampleProduct):
        """Mail scanners open every link they find."""
        await link.press(Seat.open)

        assert (await link.value(Seat, "seat")).state == "open"
        assert set(world.asked) == {"show_seat"}

    @pytest.mark.parametrize(("handler", "state"), [(Seat.keep, "kept"), (Seat.give_up, "closed")])
    async def test_is_answered_by_a_button(self, link: Browser, world: ExampleProduct, handler, state: str):
        """Afterwards the page says what is true now."""
        await link.press(handler)

        assert (await link.value(Seat, "seat")).state == state

    async def test_that_is_busy_says_so_and_shows_the_seat_as_it_is(self, link: Browser, world: ExampleProduct):
        """A failure leaves the question where it was."""
        world.troubles["answer_seat"] = Refused("This is busy right now.")

        scripts = await link.press(Seat.keep)

        assert "This is busy right now." in scripts[0]
        assert (await link.value(Seat, "seat")).state == "open"

    async def test_that_leads_nowhere_has_a_face_of_its_own(self, tab: Browser, world: ExampleProduct):
        """Missing and forbidden look alike."""
        tab.cookie = NOBODY
        world.troubles["show_seat"] = NotAllowed()

        await tab.press(Seat.open)

        assert await tab.value(Seat, "phase") == "missing"
