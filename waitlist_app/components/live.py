"""What moves by itself in the browser: countdowns, rings and the seats that drain. Drawn by `live.jsx`."""

from typing import Any

import reflex as rx

_LIBRARY = rx.asset("live.jsx", shared=True).importable_path


class TimeLeft(rx.Component):
    """What is left, in words; `before` and `after` are said while the clock runs."""

    library = _LIBRARY
    tag = "TimeLeft"

    ends_at: rx.Var[float]
    before: rx.Var[str]
    after: rx.Var[str]


class Ring(rx.Component):
    """What is left, as a ring. Words must stand beside it."""

    library = _LIBRARY
    tag = "Ring"

    ends_at: rx.Var[float]
    of_seconds: rx.Var[float]
    size: rx.Var[int]


class Countdown(rx.Component):
    """Ring and words, with a second line `detail`."""

    library = _LIBRARY
    tag = "Countdown"

    ends_at: rx.Var[float]
    of_seconds: rx.Var[float]
    size: rx.Var[int]
    before: rx.Var[str]
    after: rx.Var[str]
    detail: rx.Var[str]


class Dial(rx.Component):
    """The large clock of an employee's offer."""

    library = _LIBRARY
    tag = "Dial"

    ends_at: rx.Var[float]
    of_seconds: rx.Var[float]


class RowSeats(rx.Component):
    """The seats of a meter, 10 px high, with a mark after `mark` units."""

    library = _LIBRARY
    tag = "RowSeats"

    runs: rx.Var[Any]
    mark: rx.Var[int]


class LargeSeats(rx.Component):
    """The seats of a meter, 28 px high, with the dimension line under them."""

    library = _LIBRARY
    tag = "LargeSeats"

    runs: rx.Var[Any]
    capacity: rx.Var[int]
    allowance: rx.Var[int]
    limit: rx.Var[int]
    overbooked_by: rx.Var[int]


time_left = TimeLeft.create
ring = Ring.create
countdown = Countdown.create
dial = Dial.create
row_seats = RowSeats.create
large_seats = LargeSeats.create
