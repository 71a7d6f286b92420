"""One answer for many tabs, and never one that is older than the last change."""

import asyncio
from dataclasses import replace

import pytest

from tests.state.example_product import INES, ExampleProduct
from waitlist_app.bootstrap import Changes
from waitlist_app.errors import Refused
from waitlist_app.services.actors import Role
from waitlist_app.services.views import InboxPage
from waitlist_app.state import sharing
from waitlist_app.state.access import _present
from waitlist_app.state.sharing import Sharing


@pytest.fixture
def shared(world: ExampleProduct) -> Sharing:
    """A sharing of its own, with Ines calling."""
    _present.set(INES)
    return Sharing()


def _question(world: ExampleProduct):
    def show_inbox(**wanted):
        return world.answer("show_inbox", **wanted)

    return show_inbox


class TestAnAnswer:
    """An answer..."""

    async def test_is_found_once_for_all_who_ask_at_the_same_moment(self, shared: Sharing, world: ExampleProduct):
        """Fifty tabs, one read."""
        answers = await asyncio.gather(*(shared.ask(_question(world)) for _ in range(50)))

        assert world.asked == ["show_inbox"]
        assert len(set(map(id, answers))) == 1

    async def test_is_found_again_after_a_change(self, shared: Sharing, world: ExampleProduct):
        """Nobody is shown what was true before."""
        await shared.ask(_question(world))
        world.inbox.pop()
        world.changed()

        assert (await shared.ask(_question(world))).total == 3

    async def test_is_old_before_anybody_hears_of_the_change(self, shared: Sharing, world: ExampleProduct, monkeypatch):
        """A tab that reloads at the first word of a change is not shown what was true before it."""
        changes = Changes()
        monkeypatch.setattr(ExampleProduct, "changes", changes)
        await shared.ask(_question(world))
        world.inbox.pop()
        heard: list[asyncio.Task[InboxPage]] = []
        changes.listen(lambda _org, _ids: heard.append(asyncio.ensure_future(shared.ask(_question(world)))))

        changes.tell("tarnwick", frozenset({"faw-0318"}))

        assert (await heard[0]).total == 3

    async def test_is_found_again_when_it_grew_old(self, shared: Sharing, world: ExampleProduct, monkeypatch):
        """It says how long something has taken."""
        monkeypatch.setattr(sharing, "FRESH_FOR", -1.0)
        await shared.ask(_question(world))

        await shared.ask(_question(world))

        assert world.asked == ["show_inbox", "show_inbox"]

    @pytest.mark.parametrize("other", [replace(INES, role=Role.AUDITOR), replace(INES, org_id="elsewhere")])
    async def test_is_not_shared_with_another_role_or_organisation(self, shared, world: ExampleProduct, other):
        """Who may see something else asks for themselves."""
        await shared.ask(_question(world))
        _present.set(other)

        await shared.ask(_question(world))

        assert world.asked == ["show_inbox", "show_inbox"]

    async def test_that_failed_fails_for_all_and_is_asked_again(
        self, shared: Sharing, world: ExampleProduct, monkeypatch
    ):
        """A failure is an answer like any other, for as long as one."""
        monkeypatch.setattr(sharing, "FRESH_FOR", -1.0)

        def show_inbox(**_wanted):
            raise Refused("Closed today.")

        with pytest.raises(Refused):
            await shared.ask(show_inbox)

        assert (await shared.ask(_question(world))).total == 4

    async def test_survives_a_tab_that_is_closed(self, shared: Sharing, world: ExampleProduct):
        """One tab gives up waiting; the others still get theirs."""
        first = asyncio.create_task(shared.ask(_question(world)))
        second = asyncio.create_task(shared.ask(_question(world)))
        await asyncio.sleep(0)
        first.cancel()

        assert (await second).total == 4
