"""What somebody sees behind the link that asks whether they keep a seat: the question, then what, when, where."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.public import (
    failed_page,
    link_page,
    loading_page,
    session_card,
    stamp,
    standing_page,
)
from waitlist_app.components.vars import matched
from waitlist_app.state.seat import Seat

_seat = Seat.seat


def seat_view() -> rx.Component:
    """Return the page for the state of the seat."""
    return matched(
        Seat.phase,
        ("ready", rx.cond(_seat.state == "open", _open(), _ended())),
        ("missing", failed_page("We could not find this seat", "Please open the link from the mail again.")),
        ("failed", failed_page("This did not work", Seat.trouble)),
        loading_page("32px", "60px", "120px"),
    )


def _open() -> rx.Component:
    return link_page(
        _seat,
        rx.el.h1(_seat.heading),
        rx.el.p(_seat.say, class_name="say"),
        session_card(_seat),
        dock=rx.el.footer(
            button("Keep my seat", kind="solid", height=48, on_click=Seat.keep, data_testid="seat-keep"),
            button("Give the seat up", height=48, on_click=Seat.give_up, data_testid="seat-give-up"),
            rx.el.p("Nothing changes until you press a button.", class_name="hint"),
            class_name="dock",
        ),
    )


def _ended() -> rx.Component:
    sign = matched(
        _seat.state,
        ("kept", stamp("check", "done")),
        ("unknown", stamp("link-2-off", "ended")),
        stamp("x", "ended"),
    )
    return standing_page(_seat, sign, test_id="seat-state")
