"""The list of sessions: searched, filtered, shown a window at a time."""

from dataclasses import replace

from tests.state import example_product
from tests.state.conftest import Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.state.sessions import Sessions


async def _codes(tab: Browser):
    rows = [*await tab.value(Sessions, "urgent"), *await tab.value(Sessions, "calm")]
    return [row.code for row in rows]


class TestTheList:
    """The list..."""

    async def test_shows_what_needs_a_human_first(self, tab: Browser, world: ExampleProduct):
        """Three sessions have somebody to approve."""
        await tab.press(Sessions.open)

        assert (await _codes(tab))[:3] == ["FAW-0318", "FWT-0313", "PWC-0409"]
        assert len(await tab.value(Sessions, "urgent")) == 3

    async def test_is_searched_by_all_words_in_any_order(self, tab: Browser, world: ExampleProduct):
        """`leeds first` finds First Aid at Work in Leeds."""
        await tab.press(Sessions.open)

        await tab.press(Sessions.look_for, search="LEEDS first")

        assert await _codes(tab) == ["FAW-0318"]

    async def test_is_filtered_and_counts_each_filter(self, tab: Browser, world: ExampleProduct):
        """Over the limit: Manual Handling, with eleven people on ten seats."""
        await tab.press(Sessions.open)

        await tab.press(Sessions.show_only, show="over")

        assert await _codes(tab) == ["MHW-0317"]
        assert await tab.value(Sessions, "count_over") == 1

    async def test_knows_no_other_filter(self, tab: Browser, world: ExampleProduct):
        """The value comes from the browser."""
        await tab.press(Sessions.open)

        await tab.press(Sessions.show_only, show="everything else")

        assert await tab.value(Sessions, "show") == "all"

    async def test_shows_the_whole_again(self, tab: Browser, world: ExampleProduct):
        """One button clears search and filter, and the field with them."""
        await tab.press(Sessions.open)
        await tab.press(Sessions.look_for, search="nothing has these words")

        await tab.press(Sessions.clear)

        assert await tab.value(Sessions, "found") == len(example_product.SESSIONS)

    async def test_of_hundreds_is_sent_a_window_at_a_time(self, tab: Browser, world, monkeypatch):
        """Sixty at first, sixty more on demand."""
        many = tuple(replace(example_product.SESSIONS[5], id=str(n), code=f"GDM-{n}") for n in range(150))
        monkeypatch.setattr(example_product, "SESSIONS", many)
        await tab.press(Sessions.open)

        assert await tab.value(Sessions, "shown") == 60
        await tab.press(Sessions.show_more)

        assert await tab.value(Sessions, "shown") == 120
