"""Letting the clocks of offers run once their mails were handed over.

An offer whose session waits for its mail begins with a clock that stands, so nothing depends on how soon this runs:
nobody's offer ends before it did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from waitlist_app.engine.commands import StartClock, StopClock
from waitlist_app.engine.windows import PUNCTUAL
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What became of the mail of an offer whose clock stands."""

    org_id: str
    session_id: str
    registration_id: str
    offer_number: int
    written_at: datetime | None
    """When it got its words; it prints the deadline that it had then."""
    sent_at: datetime | None
    """None when it could not be sent."""
    error: str = ""


class HandOvers(Protocol):
    """Looks at mails of offers whose clocks stand, without locking anything."""

    def done(self) -> Sequence[HandOver]:
        """List those that were handed over or given up, and that no act has taken note of."""
        ...


def run_clocks(*, work: Work, hand_overs: HandOvers) -> int:
    """Start the clock of every offer whose mail was handed over, and note those that cannot reach their person.

    Gives how many there were. Handed over more than a minute late, the mail moves the deadline by the delay.
    """
    done = hand_overs.done()
    if not done:
        return 0
    actors = {actor.org_id: actor for actor in work.organisations()}
    for hand_over in done:
        _note(work, actors[hand_over.org_id], hand_over)
    return len(done)


def _note(work: Work, actor: Actor, hand_over: HandOver) -> None:
    command = _stop(hand_over) if hand_over.sent_at is None else _start(hand_over, hand_over.sent_at)
    work.transact(actor, lambda tx: carry_out(tx, command))


def _start(hand_over: HandOver, sent_at: datetime) -> StartClock:
    written_at = hand_over.written_at or sent_at
    is_printed = sent_at - written_at <= PUNCTUAL
    return StartClock(
        session_id=hand_over.session_id,
        registration_id=hand_over.registration_id,
        offer_number=hand_over.offer_number,
        # What the mail says counts. Only when it went out long after it was written, another mail says more.
        handed_over_at=written_at if is_printed else sent_at,
        is_printed=is_printed,
    )


def _stop(hand_over: HandOver) -> StopClock:
    return StopClock(
        session_id=hand_over.session_id,
        registration_id=hand_over.registration_id,
        offer_number=hand_over.offer_number,
        reason=hand_over.error,
    )
