"""Every way in which a seat comes back ends in exactly one proposal, for the first who can take it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import Event, SeatProposed
from waitlist_app.engine.model import Block, Status

FORKLIFT = "Forklift"
Events = tuple[Event, ...]
NOON = MONDAY + timedelta(hours=2)


def full(**rules) -> Story:
    """Tell a story in which Ana has the one seat, Bo and Cleo wait, and Forklift is on another day."""
    story = Story(session(**rules), session(FORKLIFT, capacity=3))
    story.ask("Ana", "Bo", "Cleo")
    return story


def closed(status: Status) -> Callable[[], Events]:
    """End Ana's registration in a status."""
    return lambda: full().drop("Ana", status=status)


def no_show() -> Events:
    """Ana does not come."""
    story = full()
    return story.act(c.NoteNoShow(session_id=SAFETY, registration_id=story.id_of("Ana")))


def transfer() -> Events:
    """Ana goes to another session."""
    story = full()
    return story.act(*story.moves("Ana", to=FORKLIFT))


def reduced() -> Events:
    """Ana's two become one."""
    story = Story(session(capacity=2))
    story.ask("Ana", units=2)
    story.ask("Bo", "Cleo")
    return story.reduce("Ana", keep=1)


def offered() -> Story:
    """Tell the same with an offer to Zoe in the place of Ana's seat."""
    story = Story(session())
    story.ask("Ana", "Zoe", "Bo", "Cleo")
    story.drop("Ana")
    story.approve("Zoe")
    return story


def lapsed() -> Events:
    """Zoe does not answer."""
    story = offered()
    story.now += timedelta(days=3)
    return story.sweep()


def released_by_the_clock() -> Events:
    """The block's time comes."""
    story = full(capacity=2, blocks=(Block(name="board", units=1, releases_at=NOON),))
    story.now = NOON
    return story.sweep()


def conflict_that_ends() -> Events:
    """Bo gives up the seat elsewhere at the same time, and the free one here is Bo's to have."""
    story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
    story.ask("Ana")
    story.ask("Bo", to=FORKLIFT)
    story.ask("Bo")
    story.drop("Ana")
    return story.drop("Bo", out_of=FORKLIFT)


def grant_that_ends_below_the_limit() -> Events:
    """Ana's seat was beyond the limit until Olga left; Ana leaves too, and one seat of the limit is free."""
    story = Story(session())
    story.ask("Olga", "Ana", "Bo", "Cleo")
    story.grant("Ana")
    story.drop("Olga")
    return story.drop("Ana")


def at_a_price() -> Story:
    """Tell of Ana, who has the one seat and has still to pay for it, and of Bo and Cleo, who wait."""
    return full(price=4900)


def refund() -> Events:
    """Ana gets her money back, and with it goes the seat."""
    story = at_a_price()
    story.pay("Ana")
    return story.give_back("Ana 1", "Ana", 4900)


def failed_payment() -> Events:
    """Ana's card is declined; the seat is kept until its deadline, and then no longer."""
    story = at_a_price()
    assert not any(isinstance(event, SeatProposed) for event in story.fail_to_pay("Ana"))
    story.now += timedelta(minutes=60)
    return story.sweep()


def stale_payment() -> Events:
    """Ana never pays."""
    story = at_a_price()
    story.now += timedelta(minutes=60)
    return story.sweep()


def stale_payment_without_a_sweep() -> Events:
    """No job runs, and the money comes at the deadline: it is too late, and seats nobody."""
    story = at_a_price()
    story.now += timedelta(minutes=60)
    return story.pay("Ana")


def dropped_unpaid() -> Events:
    """Ana gives the seat up before she pays."""
    return at_a_price().drop("Ana")


PATHS: dict[str, Callable[[], Events]] = {
    "drop": closed(Status.DROPPED),
    "removal": closed(Status.REMOVED),
    "leaving": closed(Status.LEFT),
    "transfer": transfer,
    "no-show": no_show,
    "units reduced": reduced,
    "decline": lambda: offered().decline("Zoe"),
    "revocation": lambda: offered().revoke("Zoe"),
    "lapse": lapsed,
    "lapse by hand": lambda: offered().expire("Zoe"),
    "capacity raised": lambda: full().set_capacity(2),
    "allowance raised": lambda: full().set_rules(allowance_units=1),
    "share raised": lambda: full().set_rules(allowance_percent=50),
    "block taken out": lambda: full(capacity=2, blocks=(Block(name="board", units=1),)).set_rules(blocks=()),
    "block released by the clock": released_by_the_clock,
    "refund": refund,
    "failed payment": failed_payment,
    "stale payment": stale_payment,
    "stale payment that nobody swept": stale_payment_without_a_sweep,
    "drop before paying": dropped_unpaid,
    "conflict that ends": conflict_that_ends,
    "grant that ends below the limit": grant_that_ends_below_the_limit,
}


class TestASeatThatComesBack:
    @pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
    def test_is_proposed_once_to_the_next(self, path):
        """Whatever the way: Bo, and nobody else."""
        events = path()

        assert [event.person_id for event in events if isinstance(event, SeatProposed)] == ["Bo"]
