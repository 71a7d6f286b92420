"""The seat meter: confirmed + pending + held + reserved + free = limit, written as a sum and drawn in that order."""

import reflex as rx

from waitlist_app.components.live import large_seats, ring, row_seats, time_left
from waitlist_app.components.vars import negated, text
from waitlist_app.services.views import SeatMeter


def sum_of(meter: SeatMeter, *, next_act: rx.Component) -> rx.Component:
    """Return the sum in large figures with the waiting apart, and `next_act` at its end."""
    return rx.el.div(
        _term(meter.confirmed, "Confirmed", "confirmed"),
        _op("+"),
        _term(meter.pending, "Pending payment", "pending"),
        _op("+"),
        _held(meter),
        rx.cond(meter.reserved > 0, rx.fragment(_op("+"), _term(meter.reserved, "Reserved", "reserved"))),
        rx.cond(meter.is_unlimited, rx.fragment(_no_limit()), rx.fragment(*_limited(meter))),
        _waiting(meter),
        next_act,
        class_name="sum",
        role="group",
        aria_label=meter.sentence,
        data_testid="seat-sum",
    )


def large_bar(meter: SeatMeter) -> rx.Component:
    """Return the large bar of a session."""
    return rx.cond(
        meter.is_unlimited,
        _line("nolimit"),
        rx.cond(
            meter.limit + meter.overbooked_by > 0,
            large_seats(
                runs=meter.cells,
                capacity=meter.capacity,
                allowance=meter.allowance,
                limit=meter.limit,
                overbooked_by=meter.overbooked_by,
            ),
            _line("noseats"),
        ),
    )


def _line(kind: str) -> rx.Component:
    return rx.el.div(rx.el.div(class_name=kind), class_name="meter-row large", aria_hidden="true")


def row_meter(meter: SeatMeter) -> rx.Component:
    """Return the meter of a row: bar, limit, and the terms that are not zero in words."""
    return rx.el.div(
        rx.el.div(_row_bar(meter), _row_total(meter), class_name="bar"),
        _row_words(meter),
        class_name="meter-row",
        role="img",
        aria_label=meter.sentence,
    )


def bar_only(meter: SeatMeter) -> rx.Component:
    """Return the bar of a meter without words, for before and after."""
    return rx.el.div(rx.el.div(_row_bar(meter), class_name="bar"), class_name="meter-row", aria_hidden="true")


def key(kind: str) -> rx.Component:
    """Return the little square that stands for a kind of seat."""
    return rx.el.i(class_name="key wait" if kind == "wait" else f"key seat {kind}", aria_hidden="true")


def _limited(meter: SeatMeter) -> list[rx.Component]:
    return [
        _op("+"),
        _term(meter.free, "Free", "free"),
        _op("=", "op eq"),
        rx.el.div(
            rx.el.span(meter.limit, class_name="n"),
            rx.el.span("Limit", class_name="w"),
            rx.el.span(
                rx.cond(meter.allowance > 0, f"{meter.capacity} and {meter.allowance} overbook", " "), class_name="s"
            ),
            class_name="term",
        ),
        rx.cond(
            meter.overbooked_by > 0,
            rx.fragment(_op("+"), _term(meter.overbooked_by, "Over the limit", "over")),
        ),
    ]


def _no_limit() -> rx.Component:
    return rx.el.div(
        rx.el.span("∞", class_name="n", aria_hidden="true"),
        rx.el.span("No limit", class_name="w"),
        class_name="term apart",
    )


def _term(number: int, words: str, kind: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(number, class_name="n"),
        rx.el.span(key(kind), words, class_name="w"),
        rx.el.span(" ", class_name="s"),
        class_name="term",
    )


def _held(meter: SeatMeter) -> rx.Component:
    return rx.el.div(
        rx.el.span(meter.held, class_name="n"),
        rx.el.span(key("held"), "Held by offers", class_name="w"),
        rx.cond(
            meter.next_ends_at > 0,
            rx.el.span(
                ring(ends_at=meter.next_ends_at, of_seconds=meter.next_of_seconds, size=14),
                time_left(ends_at=meter.next_ends_at, before="next ends in "),
                class_name="s held",
            ),
            rx.el.span(" ", class_name="s"),
        ),
        class_name="term",
    )


def _waiting(meter: SeatMeter) -> rx.Component:
    return rx.el.div(
        rx.el.span(meter.waiting, class_name="n"),
        rx.el.span(key("wait"), "Waiting", class_name="w"),
        rx.el.span(rx.cond(meter.waiting_limit > 0, f"of {meter.waiting_limit} at most", " "), class_name="s"),
        class_name="term apart",
    )


def _op(sign: str, class_name: str = "op") -> rx.Component:
    return rx.el.span(sign, class_name=class_name, aria_hidden="true")


def _row_bar(meter: SeatMeter) -> rx.Component:
    mark = rx.cond(meter.overbooked_by > 0, meter.limit, rx.cond(meter.allowance > 0, meter.capacity, 0))
    return rx.cond(
        meter.is_unlimited,
        rx.el.div(class_name="nolimit"),
        rx.cond(
            meter.limit + meter.overbooked_by > 0,
            row_seats(runs=meter.cells, mark=mark),
            rx.el.div(class_name="noseats"),
        ),
    )


def _row_total(meter: SeatMeter) -> rx.Component:
    words = rx.cond(
        meter.is_unlimited,
        "no limit",
        rx.cond(meter.allowance > 0, f"{meter.capacity} + {meter.allowance}", text(meter.limit)),
    )
    return rx.el.span(words, class_name="total")


def _row_words(meter: SeatMeter) -> rx.Component:
    is_full = (meter.free == 0) & negated(meter.is_unlimited) & (meter.held == 0) & (meter.pending == 0)
    return rx.el.div(
        rx.cond(
            meter.is_unlimited | (meter.limit + meter.overbooked_by > 0),
            rx.fragment(
                _words("confirmed", meter.confirmed, "confirmed"),
                rx.cond(meter.pending > 0, _words("pending", meter.pending, "pending")),
                rx.cond(meter.held > 0, _held_words(meter)),
                rx.cond(meter.reserved > 0, _words("reserved", meter.reserved, "reserved")),
                rx.cond((meter.free > 0) & negated(meter.is_unlimited), _words("free", meter.free, "free")),
                rx.cond(is_full & (meter.overbooked_by == 0), rx.el.span("full")),
                rx.cond(
                    meter.overbooked_by > 0,
                    rx.el.span(key("over"), f"{meter.overbooked_by} over the limit", class_name="over"),
                ),
            ),
            rx.el.span("waitlist only, no seats yet"),
        ),
        class_name="words",
    )


def _words(kind: str, number: int, words: str) -> rx.Component:
    return rx.el.span(key(kind), rx.el.b(number), f" {words}")


def _held_words(meter: SeatMeter) -> rx.Component:
    return rx.el.span(
        key("held"),
        rx.el.b(meter.held),
        " held",
        rx.cond(meter.next_ends_at > 0, rx.el.span(time_left(ends_at=meter.next_ends_at), class_name="held-time")),
    )
