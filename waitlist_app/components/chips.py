"""Flag chips: grey tells, blue is a human act, amber waits for somebody, red cannot go on, green is proposed."""

from typing import Any, cast

import reflex as rx

from waitlist_app.components.icons import icon
from waitlist_app.components.vars import Words, matched
from waitlist_app.services.views import Flag


def chip(flag: Flag) -> rx.Component:
    """Return one flag with the icon of its kind."""
    return rx.el.span(
        matched(
            flag.kind,
            ("conflict", icon("calendar-x", 12)),
            ("signoff", icon("signature", 12)),
            ("override", icon("arrow-up-down", 12)),
            ("proposed", icon("user-round-check", 12)),
            _plain_icon(cast(Any, flag.words)),
        ),
        flag.words,
        class_name=f"chip {flag.kind}",
    )


def check(flag: Flag) -> rx.Component:
    """Return one thing that was looked at: a tick only where all is well, else the icon that a row shows for it."""
    return rx.el.li(
        matched(
            flag.kind,
            ("good", icon("check", 14)),
            ("conflict", icon("calendar-x", 14)),
            ("override", icon("arrow-up-down", 14)),
            icon("chevrons-down", 14),
        ),
        flag.words,
        class_name=flag.kind,
    )


def _plain_icon(words: Any) -> rx.Component:
    return rx.cond(
        words.contains("seat"),
        icon("users-round", 12),
        rx.cond(words.startswith("Passed"), icon("chevrons-down", 12), icon("info", 12)),
    )


def chips(flags: tuple[Flag, ...]) -> rx.Component:
    """Return the flags of a row."""
    return rx.el.div(rx.foreach(flags, chip), class_name="chips")


def mark(words: Words, *, kind: str = "", icon_name: str = "") -> rx.Component:
    """Return a chip with words of the screen itself."""
    return rx.el.span(icon(icon_name, 12) if icon_name else "", words, class_name=f"chip {kind}".strip())
