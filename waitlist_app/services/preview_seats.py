"""What other seats of a session would change for people, decided as always and kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from waitlist_app.engine.events import Event
from waitlist_app.services.actors import Actor
from waitlist_app.services.change_seats import LongLine, Seats, SeatsChange, carry_out_change, require_change
from waitlist_app.services.difference_in_words import DifferenceInWords, in_words
from waitlist_app.services.moves import Move
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.what_if import tell_difference


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsPreview:
    """What would follow, before anything is saved."""

    says: str
    """What `change_seats` would answer."""
    told: DifferenceInWords
    """Who would gain, who would lose, and which messages would go."""


def preview_seats(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    wanted: Seats,
    reason: str,
    moves: Sequence[Move] = (),
    long_line: LongLine = "ask",
) -> SeatsPreview:
    """Set the seats as `change_seats` would and keep nothing of it; raises what that raises."""
    change = SeatsChange(session_id=session_id, wanted=wanted, reason=reason, moves=moves, long_line=long_line)
    require_change(actor, change)
    said = ""

    def acts(tx: Transaction) -> Sequence[Event]:
        nonlocal said
        events, said = carry_out_change(tx, change)
        return events

    told = tell_difference(work=work, actor=actor, acts=acts, tell=in_words)
    return SeatsPreview(says=said, told=told)
