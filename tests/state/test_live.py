"""Every open browser kept up to date: who must reload after which change."""

import asyncio
from types import SimpleNamespace

from tests.state.conftest import Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.state import live
from waitlist_app.state.inbox import Inbox
from waitlist_app.state.live import Changes, Watch, Watchers


def _watch(org_id="tarnwick", session_id=""):
    return Watch(org_id=org_id, session_id=session_id, reload=Inbox.reload, router_data={})


class TestAChange:
    """A change..."""

    def test_of_a_session_concerns_its_page_and_pages_of_the_organisation(self):
        """The inbox and the list show something of every session."""
        changes = Changes()
        changes.add("tarnwick", ["first-aid"])

        assert changes.concern(_watch(session_id="first-aid"))
        assert changes.concern(_watch())
        assert not changes.concern(_watch(session_id="fire-warden"))

    def test_of_another_organisation_concerns_nobody_here(self):
        """Not even by taking time."""
        changes = Changes()
        changes.add("elsewhere", ["first-aid"])

        assert not changes.concern(_watch(session_id="first-aid"))

    async def test_that_comes_with_others_reloads_once(self):
        """A burst of commits is one reload for each tab."""
        heard: asyncio.Queue[tuple[str, frozenset[str]]] = asyncio.Queue()
        for session_id in ("first-aid", "fire-warden", "first-aid"):
            heard.put_nowait(("tarnwick", frozenset({session_id})))

        changes = await live._gathered(heard)

        assert changes.by_org == {"tarnwick": {"first-aid", "fire-warden"}}
        assert heard.empty()


class TestATab:
    """A tab..."""

    def test_is_forgotten_when_it_is_gone(self):
        """Closed tabs cost nothing."""
        watchers = Watchers()
        watchers.note("open", _watch())
        watchers.note("closed", _watch())

        watchers.forget_all_but(["open"])

        assert list(watchers.by_token) == ["open"]

    async def test_reloads_when_somebody_else_changes_what_it_shows(self, tab: Browser, world: ExampleProduct):
        """The commit may happen in any thread; the tab shows it without being asked."""
        await tab.press(Inbox.open)
        namespace = SimpleNamespace(token_to_sid={tab.token: "sid"})
        fake_app = SimpleNamespace(event_namespace=namespace, event_processor=tab.processor)
        pushing = asyncio.create_task(live.push_changes(fake_app))  # pyright: ignore[reportArgumentType]
        await asyncio.sleep(0)
        world.inbox.pop()

        await asyncio.to_thread(world.changed)
        await asyncio.wait_for(_until(lambda: _total(tab), 3), timeout=5)

        pushing.cancel()
        assert await tab.value(Inbox, "total") == 3


async def _total(tab: Browser) -> int:
    return await tab.value(Inbox, "total")


async def _until(read, wanted) -> None:
    while await read() != wanted:  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0.01)
