from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from waitlist_app.clock import SetClock
from waitlist_app.errors import TryAgain
from waitlist_app.jobs import sweep as module
from waitlist_app.jobs.deliver import Deliver
from waitlist_app.jobs.sweep import LONGEST_SLEEP, WHILE_ANOTHER_SWEEPS, Sweep
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import Work

NOW = datetime(2026, 3, 14, 10, 42, tzinfo=UTC)
AT_ONCE = timedelta(0)


class _World:
    """Organisations with deadlines; sweeping one ends its offers, or fails as often as it is told."""

    def __init__(self, **deadlines: datetime) -> None:
        self.deadlines = deadlines
        self.failing: set[str] = set()
        self.swept_elsewhere: set[str] = set()
        self.swept: list[str] = []

    def nearest(self) -> Mapping[str, datetime]:
        return dict(self.deadlines)

    def organisations(self) -> list[Actor]:
        return [Actor(id="system", name="System", role=Role.SYSTEM, org_id=org_id) for org_id in self.deadlines]

    def sweep_offers(self, *, work: Any, actor: Actor) -> int:
        self.swept.append(actor.org_id)
        if actor.org_id in self.failing:
            raise TryAgain("the database is away")
        if actor.org_id in self.swept_elsewhere:
            return 0
        del self.deadlines[actor.org_id]
        return 1


@pytest.fixture
def clock() -> SetClock:
    """Return a clock that stands at the deadline."""
    return SetClock(NOW)


def _sweep(world: _World, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    monkeypatch.setattr(module, "sweep_offers", world.sweep_offers)
    return Sweep(work=cast("Work", world), deadlines=world, clock=clock)


class TestTheSweep:
    def test_sleeps_until_the_next_deadline(self, clock, monkeypatch):
        """The next person's turn comes at the deadline and not at the next full second."""
        world = _World(tarnwick=NOW + timedelta(milliseconds=300), ashby=NOW + timedelta(hours=2))

        wait = _sweep(world, clock, monkeypatch)()

        assert (wait, world.swept) == (timedelta(milliseconds=300), [])

    @pytest.mark.parametrize("deadlines", [{}, {"tarnwick": NOW + timedelta(hours=2)}], ids=["no offers", "a late one"])
    def test_sleeps_a_second_at_most(self, deadlines, clock, monkeypatch):
        """Whatever begins meanwhile is seen in good time."""
        assert _sweep(_World(**deadlines), clock, monkeypatch)() == LONGEST_SLEEP

    def test_sweeps_at_the_deadline_itself_and_looks_again_at_once(self, clock, monkeypatch):
        """At the deadline the offer has ended; another may be due right after."""
        world = _World(tarnwick=NOW, ashby=NOW + timedelta(seconds=1))

        wait = _sweep(world, clock, monkeypatch)()

        assert (wait, world.swept) == (AT_ONCE, ["tarnwick"])

    def test_of_one_organisation_that_fails_holds_up_no_other(self, clock, monkeypatch, caplog):
        """Trouble in one organisation is nobody else's."""
        world = _World(tarnwick=NOW, ashby=NOW)
        world.failing.add("tarnwick")

        wait = _sweep(world, clock, monkeypatch)()

        assert (wait, world.swept) == (AT_ONCE, ["tarnwick", "ashby"])
        assert "The sweep of the organisation tarnwick failed. Reference " in caplog.text

    def test_of_a_failing_organisation_is_tried_again_ever_later(self, clock, monkeypatch):
        """After one second, then after two more, and as soon as it works all is well."""
        world = _World(tarnwick=NOW)
        world.failing.add("tarnwick")
        sweep = _sweep(world, clock, monkeypatch)

        tried: list[int] = []
        for second in range(5):
            clock.set(NOW + timedelta(seconds=second))
            sweep()
            tried.append(len(world.swept))
            if second == 3:
                world.failing.clear()
                clock.set(NOW + timedelta(seconds=7))
        clock.set(NOW + timedelta(seconds=8))
        sweep()

        assert tried == [1, 2, 2, 3, 3]
        assert (len(world.swept), world.deadlines) == (4, {})

    def test_that_comes_second_looks_away_for_a_moment(self, clock, monkeypatch):
        """With several workers one ends the offer; the others see it a moment later."""
        world = _World(tarnwick=NOW)
        world.swept_elsewhere.add("tarnwick")

        assert _sweep(world, clock, monkeypatch)() == WHILE_ANOTHER_SWEEPS


class TestTheDelivery:
    @pytest.mark.parametrize(
        ("handed_over", "wait"), [(10, AT_ONCE), (9, timedelta(seconds=1)), (0, timedelta(seconds=1))]
    )
    def test_goes_on_at_once_after_a_full_batch(self, handed_over, wait):
        """A big import's mails go out without a pause; an empty outbox is looked at every second."""
        assert Deliver(lambda: handed_over)() == wait
