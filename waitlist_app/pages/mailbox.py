"""`/mailbox` and `/mailbox/[message_id]`: the messages that the app wrote."""

import reflex as rx

from waitlist_app.components.buttons import link, looks
from waitlist_app.components.faces import phased
from waitlist_app.components.mailbox import letter, message_list
from waitlist_app.components.shell import crumbs, page, top_bar
from waitlist_app.state.mailbox import Letter, Mailbox


def mailbox_page() -> rx.Component:
    """Return the list of messages."""
    return page(
        "mailbox",
        top_bar(rx.el.h1("Mailbox")),
        rx.el.div(
            phased(Mailbox.phase, ready=message_list(), trouble=Mailbox.trouble, again=Mailbox.open), class_name="page"
        ),
    )


def letter_page() -> rx.Component:
    """Return one message."""
    return page(
        "mailbox",
        top_bar(crumbs("Mailbox", "/mailbox", Letter.letter.subject)),
        rx.el.div(
            phased(
                Letter.phase,
                ready=letter(),
                trouble=Letter.trouble,
                again=Letter.open,
                home=link("All messages", href="/mailbox", class_name=looks()),
            ),
            class_name="page",
        ),
    )
