"""What every act begins with: offers that have ended are ended first, whether or not a job ran."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from waitlist_app.engine.act import Book, act
from waitlist_app.engine.commands import Command, LapseDue
from waitlist_app.engine.events import Event


class Dated(Book, Protocol):
    """A book at one instant that knows what falls due."""

    @property
    def now(self) -> datetime:
        """The instant of the act, UTC."""
        ...

    def due(self, until: datetime) -> Mapping[datetime, Sequence[tuple[str, str]]]:
        """Give the deadlines up to `until`, in order, each with `(code, session id)` of its sessions by code."""
        ...


def carry_out(tx: Dated, command: Command) -> tuple[Event, ...]:
    """End what is due, then carry `command` out with everything that follows; give the events of `command`."""
    return carry_out_all(tx, [command])


def carry_out_all(tx: Dated, commands: Sequence[Command]) -> tuple[Event, ...]:
    """Do the same with several commands as one act: what they touch is settled once, after the last of them."""
    lapse_due(tx)
    return act(tx, commands, tx.now)


def lapse_due(tx: Dated) -> tuple[Event, ...]:
    """End every offer whose deadline has come: instant by instant, all of one instant together, by session code."""
    events: tuple[Event, ...] = ()
    for instant, sessions in tx.due(tx.now).items():
        commands = [LapseDue(session_id=session_id, until=instant) for _, session_id in sessions]
        events += act(tx, commands, tx.now)
    return events
