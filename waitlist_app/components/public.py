"""The frame of the pages that need nobody signed in, and what those behind a link share: the session, how it ends."""

import reflex as rx

from waitlist_app.components.icons import icon
from waitlist_app.components.mark import mark
from waitlist_app.components.vars import Words
from waitlist_app.services.views import OfferPage, SeatPage


def public_page(organisation: Words, end: Words, *body: Words, dock: rx.Component | None = None) -> rx.Component:
    """Return a page for a phone: one column, 440 px at most, the buttons of `dock` at the thumb."""
    return rx.el.div(
        rx.el.header(mark(), rx.el.span(organisation), rx.el.span(end, class_name="end")),
        rx.el.main(*body, id="main", tab_index=-1),
        dock or rx.fragment(),
        class_name="phone",
    )


def stamp(icon_name: str, kind: str) -> rx.Component:
    """Return the round sign of something that is done or has ended."""
    return rx.el.div(icon(icon_name, 24), class_name=f"stamp {kind}")


def link_page(shown: OfferPage | SeatPage, *body: Words, dock: rx.Component | None = None) -> rx.Component:
    """Return a page that a link shows to the person it was sent to."""
    return public_page(
        shown.organisation, rx.cond(shown.name != "", rx.fragment(f"For {shown.name}")), *body, dock=dock
    )


def standing_page(shown: OfferPage | SeatPage, sign: rx.Component, *, test_id: str) -> rx.Component:
    """Return how something stands that is answered or has ended, below its `sign`."""
    return link_page(
        shown,
        sign,
        rx.el.h1(shown.heading, data_testid=test_id),
        rx.el.p(shown.say, class_name="muted say"),
        rx.cond(shown.title != "", session_card(shown)),
    )


def failed_page(heading: str, words: str) -> rx.Component:
    """Return what a link shows that leads nowhere, or whose page could not be loaded."""
    sign = stamp("link-2-off", "ended")
    return public_page("", rx.fragment(), sign, rx.el.h1(heading), rx.el.p(words, class_name="muted say"))


def loading_page(*heights: str) -> rx.Component:
    """Return grey blocks of the heights of what comes."""
    blocks = (rx.el.span(class_name="skel", style={"height": height}) for height in heights)
    return public_page("", rx.fragment(), rx.el.span("Loading", class_name="sr"), *blocks)


def session_card(shown: OfferPage | SeatPage) -> rx.Component:
    """Return what, when and where."""
    return rx.el.section(
        rx.el.p(shown.title, class_name="t"),
        rx.el.ul(
            rx.el.li(icon("calendar-days"), rx.el.span(shown.when)),
            rx.cond(shown.where != "", rx.el.li(icon("map-pin"), rx.el.span(shown.where))),
        ),
        class_name="card what",
        aria_label="The session",
    )
