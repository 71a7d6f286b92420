"""Empty, loading, missing and failed: one true sentence, one thing to do, in the height of what comes."""

from typing import Any

import reflex as rx

from waitlist_app.components.buttons import button, link, looks
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import Words, matched
from waitlist_app.state.shell import Shell


def empty(*seats: str, title: Words, words: Words, act: rx.Component | None = None) -> rx.Component:
    """Return a face with a few seats as its picture."""
    return rx.el.div(
        rx.el.div(*(rx.el.i(class_name=f"seat {seat}") for seat in seats), class_name="pic", aria_hidden="true"),
        rx.el.b(title, class_name="medium"),
        rx.el.p(words),
        act or rx.fragment(),
        class_name="face",
    )


def loading(rows: int = 6) -> rx.Component:
    """Return grey rows where rows will be."""
    return rx.el.div(
        rx.el.span("Loading", class_name="sr"),
        *(_skeleton(width) for width in ("62%", "48%", "70%", "55%", "66%", "44%", "58%", "50%")[:rows]),
        class_name="loading",
        role="status",
        aria_busy="true",
        data_testid="loading",
    )


def missing(words: str, act: rx.Component | None = None) -> rx.Component:
    """Return the face of something that is not there, or not for this person."""
    return empty("free", "free", "free", "free", title="Not found", words=words, act=act)


def failed(words: str, *, again: Any) -> rx.Component:
    """Return the face of a page that could not be loaded."""
    return rx.el.div(
        icon("circle-alert", 20),
        rx.el.b("This page could not be loaded", class_name="medium"),
        rx.el.p(words),
        button("Try again", on_click=again),
        class_name="face bad",
        role="alert",
    )


def phased(
    phase: str, *, ready: rx.Component, trouble: str, again: Any, home: rx.Component | None = None
) -> rx.Component:
    """Return the face of a page for its phase, or that it is for other roles."""
    return unless_shut(
        matched(
            phase,
            ("ready", ready),
            ("missing", missing(trouble, home)),
            ("failed", failed(trouble, again=again)),
            loading(),
        )
    )


def unless_shut(body: rx.Component) -> rx.Component:
    """Return a page, or in its place that it is for other roles."""
    return rx.cond(
        Shell.is_shut,
        rx.el.div(
            empty(
                "free",
                "free",
                "free",
                "free",
                title="Not for your role",
                words="Other roles work on this page. An owner of your organisation can give you another role.",
                act=link("To your own page", href=Shell.home, class_name=looks()),
            ),
            role="status",
            data_testid="shut",
        ),
        body,
    )


def _skeleton(width: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="skel", style={"width": "20px"}),
        rx.el.span(class_name="skel", style={"width": width}),
        rx.el.span(class_name="skel", style={"width": "72px", "marginLeft": "auto"}),
        class_name="skel-row",
    )
