"""The frame of the pages that need nobody signed in: one column, 440 px at most, buttons at the thumb."""

import reflex as rx

from waitlist_app.components.icons import icon
from waitlist_app.components.mark import mark
from waitlist_app.components.vars import Words


def public_page(organisation: Words, end: Words, *body: Words, dock: rx.Component | None = None) -> rx.Component:
    """Return a page for a phone."""
    return rx.el.div(
        rx.el.header(mark(), rx.el.span(organisation), rx.el.span(end, class_name="end")),
        rx.el.main(*body, id="main"),
        dock or rx.fragment(),
        class_name="phone",
    )


def stamp(icon_name: str, kind: str) -> rx.Component:
    """Return the round sign of something that is done or has ended."""
    return rx.el.div(icon(icon_name, 24), class_name=f"stamp {kind}")
