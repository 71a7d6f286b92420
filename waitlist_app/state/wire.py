"""How views travel to the browser where their plain form would be long.

Importing this module registers the serializers.
"""

from dataclasses import fields
from itertools import groupby
from typing import Any, Final

import reflex as rx

from waitlist_app.services.views import MovePreview, SeatCell, SeatMeter

NO_SEATS: Final = SeatMeter(
    capacity=0,
    allowance=0,
    limit=0,
    is_unlimited=False,
    confirmed=0,
    pending=0,
    held=0,
    reserved=0,
    free=0,
    overbooked_by=0,
    waiting=0,
    waiting_limit=0,
    next_ends_at=0.0,
    next_of_seconds=1.0,
    cells=(),
    sentence="",
)
"""The meter of a page that has not been loaded yet."""

NO_MOVE: Final = MovePreview(
    registration_id="",
    before_id="",
    title="",
    session="",
    before=(),
    after=(),
    passed=0,
    passed_words="",
    seats_words="",
    seats_detail="",
    approver="",
)
"""The move of a dialog that shows none."""

Run = list[str | int | float]
"""Equal neighbouring cells: kind, units, how many; for a held seat also its end, its length and its label."""


def runs_of(cells: tuple[SeatCell, ...]) -> list[Run]:
    """Return the cells of a meter as runs of equal ones, in their order."""
    return [_run(cell, len(list(same))) for cell, same in groupby(cells)]


def _run(cell: SeatCell, count: int) -> Run:
    if not (cell.ends_at or cell.label):
        return [cell.kind, cell.units, count]
    return [cell.kind, cell.units, count, cell.ends_at, cell.of_seconds, cell.label]


@rx.serializer
def send_meter(meter: SeatMeter) -> dict[str, Any]:
    """Return a meter whose cells are runs: sixty seats in some forty characters instead of five thousand."""
    sent = {field.name: getattr(meter, field.name) for field in fields(meter)}
    return sent | {"cells": runs_of(meter.cells)}


def set_changed(state: rx.State, **values: object) -> None:
    """Set the values of a state that differ: whatever is set is sent, a list as a whole."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)
