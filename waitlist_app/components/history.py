"""The record of a session: who did what, when and why, newest first."""

import reflex as rx

from waitlist_app.components.icons import named_icon
from waitlist_app.components.vars import length
from waitlist_app.services.views import HistoryRow
from waitlist_app.state.session import SessionView

ICONS = (
    "armchair",
    "arrow-up-down",
    "calendar-range",
    "circle-check",
    "circle-x",
    "hourglass",
    "list-ordered",
    "log-out",
    "mail",
    "mail-x",
    "send",
    "sliders-horizontal",
    "undo-2",
    "user-plus",
    "user-round-check",
    "user-round-minus",
    "info",
)
"""What `HistoryRow.icon` may name; anything else is drawn as the last."""


def history() -> rx.Component:
    """Return the acts, grouped by day."""
    return rx.cond(
        length(SessionView.history) > 0,
        rx.el.ol(rx.foreach(SessionView.history, _act), class_name="history"),
        rx.el.p("Nothing has happened here yet.", class_name="hint"),
    )


def history_aside() -> rx.Component:
    """Return the history beside the list, on wide screens."""
    return rx.el.aside(rx.el.h2("History"), history(), class_name="side", aria_label="History")


def _act(row: HistoryRow, at: int) -> rx.Component:
    return rx.fragment(
        rx.cond(
            (at == 0) | (SessionView.history[at - 1].day != row.day),
            rx.el.li(row.day, class_name="day"),
        ),
        rx.el.li(
            rx.el.span(named_icon(row.icon, ICONS, 12), class_name="mk"),
            rx.el.span(
                rx.el.b(row.who, class_name="medium"), " ", row.what, rx.cond(row.reason != "", rx.el.q(row.reason))
            ),
            rx.el.time(row.time),
            class_name="act",
        ),
        key=row.id,
    )
