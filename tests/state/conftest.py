"""The whole way of an event, from the guard to what the browser is sent, without a browser."""

import inspect
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import State
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext

from tests.state.example_product import ExampleProduct
from waitlist_app.errors import WaitlistError
from waitlist_app.state.connections import CONNECTIONS
from waitlist_app.waitlist_app import app

SOMEBODY = "waitlist_session=somebody"
NOBODY = "waitlist_session=nobody"

_WHO_ASK_FOR_THE_PRODUCT = (
    "state.access",
    "state.doorway",
    "state.asking",
    "state.live",
    "state.imports",
    "state.sharing",
    "pages.routes",
    "pages.hardening",
)


@dataclass
class Browser:
    """What one tab is sent, and the way to press its buttons."""

    processor: BaseStateEventProcessor
    manager: StateManagerMemory
    cookie: str = SOMEBODY
    token: str = "a-tab"
    updates: list[Any] = field(default_factory=list)

    async def emit_update(self, update: Any, token: str) -> None:
        """Take what the server sends."""
        self.updates.append((token, update))

    async def press(self, handler: Any, *, path: str = "/welcome", payload: Any = None, **more: Any) -> list[str]:
        """Send the event of a handler and give the scripts that came back."""
        name = handler if isinstance(handler, str) else _name_of(handler)
        self.updates.clear()
        CONNECTIONS.open(self.token, self.cookie)
        router_data = {
            "pathname": path,
            "asPath": path,
            "headers": {},
            "query": {},
            "token": self.token,
        }
        event = Event(name=name, payload={**(payload or {}), **more}, router_data=router_data)
        await (await self.processor.enqueue(self.token, event)).wait_all()
        return self.scripts()

    def scripts(self) -> list[str]:
        """Give what the browser was told to run, toasts and redirects among it."""
        return [str(event) for _, update in self.updates for event in update.events]

    def deltas(self) -> dict[str, dict[str, Any]]:
        """Give the values that the browser was sent."""
        merged: dict[str, dict[str, Any]] = {}
        for _, update in self.updates:
            for state, values in (update.delta or {}).items():
                merged.setdefault(state, {}).update(values)
        return merged

    async def value(self, state: type[State], name: str) -> Any:
        """Give a value of the tab's state."""
        root = next(iter(self.manager.states.values()))
        return getattr(await root.get_state(state), name)


def _name_of(handler: Any) -> str:
    found = [name for name, entry in RegistrationContext.get().event_handlers.items() if entry.handler == handler]
    return found[0]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ExampleProduct:
    """An invented organisation behind the states, and no database."""
    example = ExampleProduct()
    for module in _WHO_ASK_FOR_THE_PRODUCT:
        monkeypatch.setattr(sys.modules[f"waitlist_app.{module}"], "product", lambda: example)
    for module in [module for name, module in sys.modules.items() if name.startswith("waitlist_app.state")]:
        for name, value in list(vars(module).items()):
            if _is_use_case(value):
                monkeypatch.setattr(module, name, _answering(example, name))
    return example


def _is_use_case(value: Any) -> bool:
    is_of_services = inspect.isfunction(value) and value.__module__.startswith("waitlist_app.services.")
    return is_of_services and "work" in inspect.signature(value).parameters


def _answering(example: ExampleProduct, name: str) -> Callable[..., Any]:
    def use_case(**wanted: Any) -> Any:
        example.told.append((name, wanted))
        if isinstance(trouble := example.troubles.get(name), Exception):
            raise trouble
        return example.answer(name, **wanted)

    use_case.__name__ = name
    return use_case


@pytest.fixture
async def tab(world: ExampleProduct) -> AsyncIterator[Browser]:
    """One tab of a signed-in coordinator."""
    manager = StateManagerMemory()
    processor = BaseStateEventProcessor(middleware=app, backend_exception_handler=_raise)
    opened = Browser(processor=processor, manager=manager)
    with app.set_contexts():
        processor.configure(state_manager=manager, event_namespace=opened)  # type: ignore[arg-type]
        async with processor:
            yield opened
    await manager.close()


def _raise(error: Exception) -> None:
    raise error


__all__ = ["NOBODY", "SOMEBODY", "Browser", "WaitlistError"]
