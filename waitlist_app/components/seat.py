"""What somebody sees behind the link that asks whether they keep a seat: the question, then what, when, where."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.icons import icon
from waitlist_app.components.public import public_page, stamp
from waitlist_app.components.vars import matched
from waitlist_app.state.seat import Seat

_seat = Seat.seat


def seat_view() -> rx.Component:
    """Return the page for the state of the seat."""
    return matched(
        Seat.phase,
        ("ready", matched(_seat.state, ("open", _open()), ("kept", _standing("check", "done")), _ended())),
        ("missing", _not_there("We could not find this seat", "Please open the link from the mail again.")),
        ("failed", _not_there("This did not work", Seat.trouble)),
        _loading(),
    )


def _open() -> rx.Component:
    return public_page(
        _seat.organisation,
        _for_whom(),
        rx.el.h1(_seat.heading),
        rx.el.p(_seat.say, class_name="muted say"),
        _session(),
        dock=rx.el.footer(
            button("Keep my seat", kind="solid", height=48, on_click=Seat.keep, data_testid="seat-keep"),
            button("Give the seat up", height=48, on_click=Seat.give_up, data_testid="seat-give-up"),
            rx.el.p("Nothing changes until you press a button.", class_name="hint"),
            class_name="dock",
        ),
    )


def _ended() -> rx.Component:
    return rx.cond(_seat.state == "unknown", _standing("link-2-off", "ended"), _standing("x", "ended"))


def _standing(icon_name: str, kind: str) -> rx.Component:
    return public_page(
        _seat.organisation,
        _for_whom(),
        stamp(icon_name, kind),
        rx.el.h1(_seat.heading, data_testid="seat-state"),
        rx.el.p(_seat.say, class_name="muted say"),
        rx.cond(_seat.title != "", _session()),
    )


def _not_there(heading: str, words: str) -> rx.Component:
    return public_page(
        "", rx.fragment(), stamp("link-2-off", "ended"), rx.el.h1(heading), rx.el.p(words, class_name="muted say")
    )


def _loading() -> rx.Component:
    return public_page(
        "",
        rx.fragment(),
        rx.el.span("Loading", class_name="sr"),
        *(rx.el.span(class_name="skel", style={"height": height}) for height in ("32px", "60px", "120px")),
    )


def _for_whom() -> rx.Component:
    return rx.cond(_seat.name != "", rx.fragment(f"For {_seat.name}"))


def _session() -> rx.Component:
    return rx.el.section(
        rx.el.p(_seat.title, class_name="t"),
        rx.el.ul(
            rx.el.li(icon("calendar-days"), rx.el.span(_seat.when)),
            rx.cond(_seat.where != "", rx.el.li(icon("map-pin"), rx.el.span(_seat.where))),
        ),
        class_name="card what",
        aria_label="The session",
    )
