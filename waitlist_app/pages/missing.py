"""Every address that is no page."""

import reflex as rx

from waitlist_app.components.buttons import link, looks
from waitlist_app.components.public import public_page
from waitlist_app.components.shell import theme_switch


def missing_page() -> rx.Component:
    """Return a page that says so, and the way back; it names nobody, for anybody may see it."""
    return public_page(
        "Waitlist",
        theme_switch(),
        rx.el.h1("There is no page here"),
        rx.el.p(
            "The address may have a slip in it, or the page is gone. If it came from a mail, please open the link in "
            "the mail once more.",
            class_name="muted",
        ),
        link("Go to the sessions", href="/", class_name=looks("solid", 48), data_testid="way-back"),
    )
