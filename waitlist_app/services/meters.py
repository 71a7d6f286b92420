"""The seat meter: the sum of one session in figures, cells and words. The engine adds up; nothing is counted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat
from typing import Final

from waitlist_app.engine.model import Limit, Session, Tally
from waitlist_app.engine.seats import Sum, add_up, allowance, ruling_limit
from waitlist_app.services.ports import LiveOffer, SessionFacts
from waitlist_app.services.views import SeatCell, SeatMeter
from waitlist_app.services.wording import counted

MOST_CELLS: Final = 60
"""The most seats that are drawn one by one; more are drawn as one block for each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an offer that runs holds: its units, for whom, and its clock."""

    name: str
    units: int
    made_at: datetime
    ends_at: datetime


def running(offers: Sequence[LiveOffer], now: datetime) -> tuple[Held, ...]:
    """Give what the offers that can still be accepted hold, the nearest to its end first."""
    open_ones = [offer for offer in offers if offer.entry.registration.is_open(now)]
    held = [
        Held(
            name=offer.entry.person.name,
            units=offer.entry.registration.seat_units,
            made_at=offer.made_at,
            ends_at=offer.expires_at,
        )
        for offer in open_ones
    ]
    return tuple(sorted(held, key=lambda one: one.ends_at))


def sum_of(facts: SessionFacts) -> Sum:
    """Add a session up as it is at the instant of the read."""
    return add_up(
        facts.rules,
        facts.tally,
        ended=facts.overdue_units,
        unpaid=facts.unpaid_units,
        reserved=facts.reserved_units,
    )


def meter(facts: SessionFacts, held: Sequence[Held] = ()) -> SeatMeter:
    """Draw a session's seats; `held` are its running offers, the nearest to its end first."""
    return draw(facts.rules, facts.tally, sum_of(facts), held)


def draw(rules: Session, tally: Tally, total: Sum, held: Sequence[Held]) -> SeatMeter:
    """Draw a sum: one cell for each unit, in the order confirmed, pending, held, free, over."""
    nearest = held[0] if held else None
    is_room = ruling_limit(rules) is Limit.ROOM
    return SeatMeter(
        # Where the room rules, the allowance of the trainer's limit is not there to be used.
        capacity=(total.limit or 0) if is_room else (rules.capacity or 0),
        allowance=0 if is_room else allowance(rules),
        limit=total.limit or 0,
        is_unlimited=total.limit is None,
        confirmed=total.confirmed,
        pending=total.pending,
        held=total.held,
        reserved=total.reserved,
        free=total.free or 0,
        overbooked_by=total.overbooked_by,
        waiting=tally.waiting,
        waiting_limit=rules.waitlist_limit or 0,
        next_ends_at=nearest.ends_at.timestamp() if nearest else 0.0,
        next_of_seconds=_seconds(nearest) if nearest else 1.0,
        cells=_cells(total, held),
        sentence=_sentence(rules, tally, total),
    )


def terms(total: Sum) -> str:
    """Say a sum with its signs, as in `8 + 1 pending + 2 held + 2 free = 13`; what is 0 is left out."""
    parts = [f"{total.confirmed}"] if total.confirmed else []
    for units, word in (
        (total.pending, "pending"),
        (total.held, "held"),
        (total.reserved, "reserved"),
        (total.free or 0, "free"),
    ):
        if units:
            parts.append(f"{units} {word}")
    said = " + ".join(parts) or "0"
    if total.limit is None:
        return f"{said}, no limit"
    over = f" + {total.overbooked_by} over the limit" if total.overbooked_by else ""
    return f"{said} = {total.limit}{over}"


def _cells(total: Sum, held: Sequence[Held]) -> tuple[SeatCell, ...]:
    if total.limit is None:
        return ()
    kinds = _drawn_inside(total)
    if total.limit + total.overbooked_by > MOST_CELLS:
        return tuple(_block(kind, units, held) for kind, units in kinds if units)
    return tuple(chain.from_iterable(_singles(kind, units, held) for kind, units in kinds))


def _drawn_inside(total: Sum) -> tuple[tuple[str, int], ...]:
    """Give units by kind, those over the limit taken out of the settled ones first and drawn behind the limit line."""
    over = total.overbooked_by
    confirmed = max(total.confirmed - over, 0)
    pending = max(total.pending - max(over - total.confirmed, 0), 0)
    held = max(total.held - max(over - total.confirmed - total.pending, 0), 0)
    return (
        ("confirmed", confirmed),
        ("pending", pending),
        ("held", held),
        ("reserved", max(total.reserved - max(over - total.confirmed - total.pending - total.held, 0), 0)),
        ("free", total.free or 0),
        ("over", over),
    )


def _singles(kind: str, units: int, held: Sequence[Held]) -> list[SeatCell]:
    if kind != "held" or not held:
        return list(repeat(SeatCell(kind=kind, units=1), units))
    cells: list[SeatCell] = []
    left = units
    for one in held:
        wide = min(one.units, left)
        if wide:
            cells.append(_held_cell(one, wide))
        left -= wide
    return cells + list(repeat(SeatCell(kind=kind, units=1), left))


def _block(kind: str, units: int, held: Sequence[Held]) -> SeatCell:
    if kind != "held" or not held:
        return SeatCell(kind=kind, units=units)
    return SeatCell(kind=kind, units=units, ends_at=held[0].ends_at.timestamp(), of_seconds=_seconds(held[0]))


def _held_cell(one: Held, units: int) -> SeatCell:
    return SeatCell(kind="held", units=units, label=one.name, ends_at=one.ends_at.timestamp(), of_seconds=_seconds(one))


def _seconds(one: Held) -> float:
    return max((one.ends_at - one.made_at).total_seconds(), 1.0)


def _sentence(rules: Session, tally: Tally, total: Sum) -> str:
    words = [f"{total.confirmed} confirmed"]
    for units, word in (
        (total.pending, "pending payment"),
        (total.held, "held"),
        (total.reserved, "reserved"),
        (total.free, "free"),
    ):
        if units or (word == "free" and units is not None):
            words.append(f"plus {units} {word}")
    said = f"Seats: {', '.join(words)}"
    if total.limit is None:
        return f"{said}, no limit."
    over = f" and {total.overbooked_by} over it" if total.overbooked_by else ""
    most = f", limit {rules.waitlist_limit}" if rules.waitlist_limit is not None else ""
    people = counted(tally.waiting, "person is waiting", "people are waiting")
    return f"{said}, equals the limit of {total.limit}{over}. {people}{most}."
