"""Checking the draw of a lottery with nothing but an exported record."""

from collections.abc import Iterator
from dataclasses import dataclass

from waitlist_app.engine.events import EntryRanked, RulesChanged, SeatGiven, WaitlistJoined, WindowClosed
from waitlist_app.engine.model import Draw, Window
from waitlist_app.engine.ordering import commitment_to, lot
from waitlist_app.errors import InvalidInput
from waitlist_app.services.happenings import SessionAdded
from waitlist_app.services.seal import CheckSignature
from waitlist_app.services.verify_record import Entry, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A draw that is right: what was promised, and who drew which lot."""

    commitment: str
    committed_in: int
    """The line of the record in which the commitment stands."""
    seed: str
    published_in: int
    lots: tuple[tuple[str, str], ...]
    """`(person key, lot)` of everybody who took part, in the order drawn."""


def check_lottery(data: bytes, *, is_signed: CheckSignature, session_code: str) -> Drawn:
    """Repeat the draw of a session's sealed window, and give it; raises `InvalidInput` with what is not right.

    The record itself is checked on the way. The lot of a person is SHA-256 of seed, newline, person key; the seed must
    be the one whose SHA-256 stood in the record before the window opened and before anybody asked.
    """
    entries = list(_of_session(read_record(data, is_signed=is_signed), session_code))
    if not entries:
        raise InvalidInput(f"The record holds no session {session_code}.")
    closed = next((e for e in entries if isinstance(e.happening, WindowClosed)), None)
    committed = _commitment(entries)
    if closed is None or committed is None or not isinstance(closed.happening, WindowClosed):
        raise InvalidInput(f"No lottery has been drawn in {session_code}.")
    entry, window = committed
    _check_the_promise(entries, entry, window, closed.happening)
    return Drawn(
        commitment=window.commitment,
        committed_in=entry.seq,
        seed=closed.happening.seed,
        published_in=closed.seq,
        lots=tuple(_lots(entries, closed)),
    )


def _of_session(entries: Iterator[Entry], session_code: str) -> Iterator[Entry]:
    session_id = ""
    for entry in entries:
        if isinstance(entry.happening, SessionAdded) and entry.happening.code == session_code:
            session_id = entry.happening.session_id
        if session_id and getattr(entry.happening, "session_id", "") == session_id:
            yield entry


def _commitment(entries: list[Entry]) -> tuple[Entry, Window] | None:
    """Find where the window that was drawn was last set before it closed."""
    found = None
    for entry in entries:
        if isinstance(entry.happening, WindowClosed):
            return found
        if isinstance(entry.happening, RulesChanged | SessionAdded):
            window = entry.happening.rules.window
            was = found[1] if found else None
            if window and window.draw is Draw.LOTTERY and window != was:
                found = entry, window
    return None


def _check_the_promise(entries: list[Entry], entry: Entry, window: Window, closed: WindowClosed) -> None:
    asked = next((e for e in entries if isinstance(e.happening, WaitlistJoined | SeatGiven)), None)
    if commitment_to(closed.seed) != window.commitment:
        raise InvalidInput("The seed that was published is not the one that was committed to.")
    if entry.at > window.opens_at or (asked and asked.seq < entry.seq):
        raise InvalidInput("The commitment was made after the window had opened.", line=entry.seq)


def _lots(entries: list[Entry], closed: Entry) -> Iterator[tuple[str, str]]:
    """Draw again, and hold every place against the one on record."""
    drawn: list[tuple[str, EntryRanked]] = []
    seed = closed.happening.seed if isinstance(closed.happening, WindowClosed) else ""
    for entry in entries:
        happening = entry.happening
        if entry.seq > closed.seq and isinstance(happening, EntryRanked) and happening.because == "drawn":
            mine = lot(seed, happening.person_id)
            if not happening.base_key.startswith(f"0.{mine}."):
                raise InvalidInput("A place is not the one that was drawn.", line=entry.seq)
            drawn.append((mine, happening))
    by_lot = [event.registration_id for _, event in sorted(drawn, key=lambda pair: pair[0])]
    by_key = [event.registration_id for _, event in sorted(drawn, key=lambda pair: pair[1].base_key)]
    if by_lot != by_key:
        raise InvalidInput("The order is not the one that was drawn.")
    for mine, event in sorted(drawn, key=lambda pair: pair[0]):
        yield event.person_id, mine
