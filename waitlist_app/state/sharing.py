"""One answer for many tabs: fifty coordinators who look at a session when it changes ask one question, not fifty.

An answer is shared by everybody who may see the same of one organisation, until something of it changes. It never
names who asks: use cases whose answer does (the evidence, the preview of a move) are asked with `asking.ask`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from waitlist_app.bootstrap import product
from waitlist_app.services.actors import Actor
from waitlist_app.state.access import present_actor
from waitlist_app.state.asking import ask_as

T = TypeVar("T")

FRESH_FOR: Final = 1.0
"""Seconds after which an answer is asked for again, because it says how long something has taken."""

_MOST_ANSWERS: Final = 500

Key = tuple[Actor, str, tuple[tuple[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class _Answer:
    change: int
    asked_at: float
    coming: asyncio.Future[Any]


@dataclass(slots=True)
class Sharing:
    """The answers that are known, each with how often its organisation had changed when it was asked for."""

    answers: dict[Key, _Answer] = field(default_factory=dict[Key, _Answer])
    asked: object = None
    """Whom they were asked of: another product knows other answers."""

    async def ask(self, use_case: Callable[..., T], **wanted: Any) -> T:
        """Run a use case as the person who calls, or take the answer that another tab has just been given."""
        made = product()
        if self.asked is not made:
            self.asked = made
            self.answers.clear()
        loop = asyncio.get_running_loop()
        actor = replace(present_actor(), id="", name="")
        key = (actor, use_case.__name__, tuple(sorted(wanted.items())))
        known = self.answers.get(key)
        change = made.changes.count(actor.org_id)
        if known is None or known.change != change or loop.time() - known.asked_at > FRESH_FOR:
            if len(self.answers) >= _MOST_ANSWERS:
                self.answers.clear()
            # What changes from here on makes this answer an old one, even if it arrives later.
            known = _Answer(change, loop.time(), asyncio.ensure_future(ask_as(actor, use_case, wanted)))
            self.answers[key] = known
        # A tab that is closed must not take the answer away from the others.
        return await asyncio.shield(known.coming)


SHARING: Final = Sharing()


async def ask_shared(use_case: Callable[..., T], **wanted: Any) -> T:
    """Run a read as the person who calls, shared with everybody who may see the same.

    Raises:
        WaitlistError: As `asking.ask`.
    """
    return await SHARING.ask(use_case, **wanted)
