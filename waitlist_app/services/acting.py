"""What every act begins with: offers that have ended are ended first, whether or not a job ran."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from waitlist_app.engine.act import Book, act
from waitlist_app.engine.commands import (
    AcceptOffer,
    Command,
    DeclineOffer,
    ExpireOffer,
    ExtendOffer,
    LapseDue,
    RefreshOffer,
    RevokeOffer,
    TakeBackApproval,
)
from waitlist_app.engine.events import EntryRequeued, Event
from waitlist_app.engine.refusals import OfferEnded

_ABOUT_AN_OFFER: Final = (
    AcceptOffer,
    DeclineOffer,
    RevokeOffer,
    ExpireOffer,
    ExtendOffer,
    RefreshOffer,
    TakeBackApproval,
)


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
    """Do the same with several commands as one act: what they touch is settled once, after the last of them.

    Raises `OfferEnded` where a command is about an offer that has just ended, whatever its person is offered since.
    """
    forbid_newer(lapse_due(tx), commands)
    return act(tx, commands, tx.now)


def lapse_due(tx: Dated) -> tuple[Event, ...]:
    """End every offer whose deadline has come: instant by instant, all of one instant together, by session code."""
    events: tuple[Event, ...] = ()
    for instant, sessions in tx.due(tx.now).items():
        commands = [LapseDue(session_id=session_id, until=instant) for _, session_id in sessions]
        events += act(tx, commands, tx.now)
    return events


def forbid_newer(ended: Iterable[Event], commands: Iterable[Command]) -> None:
    """Pass, or raise `OfferEnded` for a command about an offer after which its person was sent to the end.

    They may have been offered the seat again at once, and what was said of the one offer is not said of the other.
    """
    again = {event.registration_id for event in ended if isinstance(event, EntryRequeued)}
    if any(isinstance(command, _ABOUT_AN_OFFER) and command.registration_id in again for command in commands):
        raise OfferEnded
