"""The guard: what it lets through, and what a tab keeps of the person who used it before."""

from dataclasses import replace
from typing import Any

import pytest
from reflex.state import State
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from tests.state.conftest import NOBODY, SOMEBODY, Browser
from tests.state.example_product import INES, ExampleProduct
from waitlist_app.state.audit import Audit
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.request import RequestDialog
from waitlist_app.state.sessions import Sessions


class TestAnEvent:
    """An event..."""

    async def test_of_somebody_who_may_is_done(self, tab: Browser, world: ExampleProduct):
        """A coordinator opens the list of sessions."""
        await tab.press(Sessions.open)

        assert world.asked == ["list_sessions", "show_inbox"]
        assert await tab.value(Sessions, "phase") == "ready"

    async def test_with_an_argument_of_another_type_is_refused(self, tab: Browser, world: ExampleProduct):
        """Reflex would hand a list to a handler that wants a text."""
        scripts = await tab.press(EvidenceDialog.review, proposal_id=["p-imani"])

        assert world.asked == []
        assert "We could not find that." in scripts[0]

    async def test_larger_than_any_form_is_refused(self, tab: Browser, world: ExampleProduct):
        """64 kB hold every form of the app; more is somebody trying something."""
        scripts = await tab.press(Sessions.look_for, search="x" * 70_000)

        assert "We could not find that." in scripts[0]
        assert await tab.value(Sessions, "search") == ""

    async def test_with_a_form_as_a_browser_sends_it_is_done(self, tab: Browser, world: ExampleProduct):
        """Its fields come as one list; one that is not shown now has no value."""
        sent = [["name", "Uma Fairweather"], ["seat_units", "1"], ["role", None]]

        await tab.press(RequestDialog.submit, form={FORM_DATA_ENTRIES_KEY: sent})

        assert world.asked == ["request_seat"]

    @pytest.mark.parametrize(
        "form",
        [
            {"name": ["Uma Fairweather"]},
            {FORM_DATA_ENTRIES_KEY: "name"},
            {FORM_DATA_ENTRIES_KEY: [["name"]]},
            {FORM_DATA_ENTRIES_KEY: [["name", {"first": "Uma"}]]},
            {FORM_DATA_ENTRIES_KEY: [["name", "Uma"]], "name": "Uma"},
        ],
    )
    async def test_with_a_form_that_no_browser_sends_is_refused(
        self, tab: Browser, world: ExampleProduct, form: dict[str, Any]
    ):
        """Names and words, and nothing else."""
        scripts = await tab.press(RequestDialog.submit, form=form)

        assert world.asked == []
        assert "We could not find that." in scripts[0]

    async def test_of_a_handler_that_does_not_exist_does_nothing(self, tab: Browser, world: ExampleProduct):
        """Names come from the browser and may be anything."""
        scripts = await tab.press("reflex___state____state.setvar", var_name="x", value=1)

        assert world.asked == []
        assert "We could not find that." in scripts[0]


class TestATab:
    """A tab..."""

    async def test_forgets_what_was_shown_to_another_person(self, tab: Browser, world: ExampleProduct):
        """Ines signs out and an auditor of another organisation signs in, in the same tab."""
        await tab.press(Sessions.open)
        world.who = replace(INES, id="ben", org_id="elsewhere")

        await tab.press(Audit.open)

        assert await tab.value(Sessions, "urgent") == ()

    async def test_that_opens_again_signed_out_is_sent_nothing_of_before(self, tab: Browser, world: ExampleProduct):
        """The first thing a page gets is all that its tab holds; by then it must be empty."""
        await tab.press(Sessions.open)
        tab.cookie = NOBODY

        await tab.press(State.hydrate)

        sent = tab.deltas()
        rows = [values["urgent_rx_state_"] for name, values in sent.items() if name.endswith("sessions____sessions")]
        assert rows == [()]

    async def test_keeps_what_it_shows_over_a_new_connection(self, tab: Browser, world: ExampleProduct):
        """A lost connection is not a reason to begin again."""
        await tab.press(Sessions.open)
        tab.cookie = SOMEBODY

        await tab.press(State.hydrate)

        assert len(await tab.value(Sessions, "urgent")) == 3
