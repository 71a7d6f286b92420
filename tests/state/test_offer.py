"""The employee's offer: opening it changes nothing, answering it is a button."""

from dataclasses import replace

import pytest

from tests.state.conftest import NOBODY, Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.errors import Refused
from waitlist_app.services.views import OtherSeat
from waitlist_app.state.offer import Offer


@pytest.fixture
async def link(tab: Browser) -> Browser:
    """The link of the mail, opened by somebody who is not signed in."""
    tab.cookie = NOBODY
    await tab.press(Offer.open)
    return tab


class TestTheLink:
    """The link..."""

    async def test_shows_the_offer_and_changes_nothing(self, link: Browser, world: ExampleProduct):
        """Mail scanners open every link they find."""
        await link.press(Offer.open)

        assert (await link.value(Offer, "offer")).state == "open"
        assert set(world.asked) == {"show_offer"}

    async def test_shows_which_seat_is_kept(self, link: Browser, world: ExampleProduct):
        """The eleventh of thirteen."""
        seats = await link.value(Offer, "seats")

        assert len(seats) == 13
        assert seats.index(True) == 10

    @pytest.mark.parametrize(("handler", "state"), [(Offer.accept, "seated"), (Offer.decline, "declined")])
    async def test_is_answered_by_a_button(self, link: Browser, world: ExampleProduct, handler, state: str):
        """Afterwards the page says what is true now."""
        await link.press(handler)

        assert (await link.value(Offer, "offer")).state == state

    async def test_that_ended_meanwhile_says_so(self, link: Browser, world: ExampleProduct):
        """At the deadline the answer is no, whatever the clock in the browser says."""
        world.troubles["answer_offer"] = Refused("This offer has ended.")

        scripts = await link.press(Offer.accept)

        assert "This offer has ended." in scripts[0]


class TestTwoAtOnce:
    """Of two sessions at the same time..."""

    @pytest.fixture
    async def clash(self, tab: Browser, world: ExampleProduct) -> Browser:
        """The link, opened by somebody who has a seat in Abrasive Wheels at that time."""
        other = OtherSeat(registration_id="imani-abw", title="Abrasive Wheels", when="Wed 18 March 2026, 13:00 GMT")
        world.offer = replace(world.offer, other_seats=(other,), other_titles="Abrasive Wheels")
        tab.cookie = NOBODY
        await tab.press(Offer.open)
        return tab

    async def test_one_is_taken_and_the_other_given_up(self, clash: Browser, world: ExampleProduct):
        """Both happen together, on the press of the button."""
        await clash.press(Offer.exchange)

        assert (await clash.value(Offer, "offer")).state == "seated"
        assert world.gave_up == ("imani-abw",)

    async def test_a_second_press_leaves_what_is_said(self, clash: Browser, world: ExampleProduct):
        """What was given up is said once, right after the answer; a double click does not wipe it away."""
        await clash.press(Offer.exchange)
        said = await clash.value(Offer, "offer")

        await clash.press(Offer.exchange)

        assert await clash.value(Offer, "offer") == said
        assert world.asked.count("answer_offer") == 1

    async def test_the_other_is_kept_when_that_is_chosen(self, clash: Browser, world: ExampleProduct):
        """Choosing does nothing by itself; the button then declines."""
        await clash.press(Offer.choose, takes_it=False)
        before = await clash.value(Offer, "offer")

        await clash.press(Offer.exchange)

        assert (before.state, (await clash.value(Offer, "offer")).state) == ("open", "declined")
        assert world.gave_up == ()
