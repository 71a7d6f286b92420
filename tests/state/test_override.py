"""Moving somebody in the line: what is asked, what is made, what is put back."""

from dataclasses import replace

import pytest

from tests.state.conftest import Browser
from tests.state.example_product import LINE, ExampleProduct
from waitlist_app.errors import Refused
from waitlist_app.state import session as session_module
from waitlist_app.state.override import OverrideDialog
from waitlist_app.state.session import SessionView


@pytest.fixture
async def first_aid(tab: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The page of First Aid at Work, seven people waiting."""
    monkeypatch.setattr(SessionView, "_wanted", lambda self: "faw-0318")
    await tab.press(SessionView.open)
    return tab


class TestADrag:
    """A drag..."""

    async def test_asks_for_a_reason_before_anything_moves(self, first_aid: Browser, world: ExampleProduct):
        """The dialog shows the order after; the order itself is as it was."""
        await first_aid.press(OverrideDialog.dropped, moved="oona-birchwood", before="imani-vestergrove")

        assert await first_aid.value(OverrideDialog, "is_open")
        assert (await first_aid.value(OverrideDialog, "move")).title == "Move Oona Birchwood from 7 to 3?"
        assert "move_entry" not in world.asked

    async def test_with_a_reason_is_made(self, first_aid: Browser, world: ExampleProduct):
        """One act, one reason, one toast."""
        await first_aid.press(OverrideDialog.dropped, moved="oona-birchwood", before="imani-vestergrove")

        scripts = await first_aid.press(OverrideDialog.confirm, form={"reason": "Finance has no first-aider"})

        assert "Oona Birchwood moved to 3" in scripts[0]

    async def test_without_a_reason_is_not_made(self, first_aid: Browser, world: ExampleProduct):
        """An override is never silent."""
        await first_aid.press(OverrideDialog.dropped, moved="oona-birchwood", before="imani-vestergrove")

        await first_aid.press(OverrideDialog.confirm, form={"reason": ""})

        assert "move_entry" not in world.asked
        assert await first_aid.value(OverrideDialog, "is_open")

    async def test_that_is_refused_is_put_back_visibly(self, first_aid: Browser, world: ExampleProduct):
        """Somebody moved first: the rows are drawn as they are, the entry is marked, the toast says why."""
        await first_aid.press(OverrideDialog.dropped, moved="oona-birchwood", before="imani-vestergrove")
        world.troubles["move_entry"] = Refused("Rafe Ostrander moved somebody first.")

        scripts = await first_aid.press(OverrideDialog.confirm, form={"reason": "Finance has no first-aider"})

        assert "Rafe Ostrander moved somebody first." in scripts[0]
        assert await first_aid.value(SessionView, "put_back") == "oona-birchwood"
        assert await first_aid.value(SessionView, "returns") == 1

    async def test_that_is_given_up_is_drawn_back(self, first_aid: Browser, world: ExampleProduct):
        """Escape and Put back do the same."""
        await first_aid.press(OverrideDialog.dropped, moved="oona-birchwood", before="imani-vestergrove")

        await first_aid.press(OverrideDialog.opened, is_open=False)

        assert not await first_aid.value(OverrideDialog, "is_open")
        assert await first_aid.value(SessionView, "returns") == 1

    async def test_scenario_073_to_the_end_of_a_window_is_not_to_the_end_of_the_line(
        self, first_aid: Browser, world: ExampleProduct, monkeypatch: pytest.MonkeyPatch
    ):
        """Of 250 people 100 are shown; dropped last among them means before the 101st."""
        monkeypatch.setattr(session_module, "WINDOW", 3)
        await first_aid.press(SessionView.reload)

        await first_aid.press(OverrideDialog.dropped, moved="pavel-drummondsen", before="")

        assert (await first_aid.value(OverrideDialog, "move")).before_id == "keiko-harrowgate"


class TestTheMenu:
    """The menu of a row..."""

    @pytest.mark.parametrize(
        ("handler", "before"),
        [(OverrideDialog.move_up, "imani-vestergrove"), (OverrideDialog.move_down, "sanjay-merriweather")],
    )
    async def test_moves_by_one(self, first_aid: Browser, world: ExampleProduct, handler, before):
        """Keiko stands at 4; up means before 3, down means before 6."""
        await first_aid.press(handler, registration_id="keiko-harrowgate")

        assert (await first_aid.value(OverrideDialog, "move")).before_id == before

    @pytest.mark.parametrize(("position", "before"), [("1", "pavel-drummondsen"), ("6", "oona-birchwood"), ("7", "")])
    async def test_moves_to_a_position(self, first_aid: Browser, world: ExampleProduct, position: str, before: str):
        """The position is the one that the person has afterwards."""
        await first_aid.press(OverrideDialog.choose, registration_id="keiko-harrowgate")

        await first_aid.press(OverrideDialog.move_to, form={"position": position})

        assert (await first_aid.value(OverrideDialog, "move")).before_id == before

    @pytest.mark.parametrize("typed", ["0", "8", "three", "", "-1"])
    async def test_takes_only_positions_of_the_line(self, first_aid: Browser, world: ExampleProduct, typed: str):
        """Seven people wait."""
        await first_aid.press(OverrideDialog.choose, registration_id="keiko-harrowgate")

        await first_aid.press(OverrideDialog.move_to, form={"position": typed})

        assert await first_aid.value(OverrideDialog, "trouble") == "A position from 1 to 7."
        assert "preview_move" not in world.asked

    async def test_undoes_a_move(self, first_aid: Browser, world: ExampleProduct):
        """An override is reversible."""
        scripts = await first_aid.press(OverrideDialog.undo, override_id="o-jonas")

        assert "The move was undone." in scripts[0]


class TestALongLine:
    """A long line..."""

    async def test_scenario_073_is_shown_a_window_at_a_time_with_true_positions(
        self, first_aid: Browser, world: ExampleProduct
    ):
        """Of 250, positions 101 to 200."""
        world.size = 250
        world.changed()
        await first_aid.press(SessionView.reload)

        await first_aid.press(SessionView.later)

        rows = await first_aid.value(SessionView, "waiting")
        assert (rows[0].position, rows[-1].position) == (101, 200)

    async def test_that_became_short_shows_its_beginning(self, first_aid: Browser, world: ExampleProduct):
        """Nobody looks at an empty page of a line in which people wait."""
        world.size = 250
        world.changed()
        await first_aid.press(SessionView.reload)
        await first_aid.press(SessionView.later)
        world.size = 0
        world.changed()

        await first_aid.press(SessionView.reload)

        assert len(await first_aid.value(SessionView, "waiting")) == len(LINE)

    async def test_is_sent_only_when_it_changed(self, first_aid: Browser, world: ExampleProduct):
        """A change of the meter does not send a hundred rows again."""
        world.offers = [replace(world.offers[0], mail="Not sent yet"), *world.offers[1:]]
        world.changed()

        await first_aid.press(SessionView.reload)

        sent = {name for values in first_aid.deltas().values() for name in values}
        assert "offers_rx_state_" in sent
        assert "waiting_rx_state_" not in sent
