"""`/inbox`: everything that awaits a decision, across sessions."""

import reflex as rx

from waitlist_app.components.evidence import evidence_dialog
from waitlist_app.components.faces import phased
from waitlist_app.components.inbox import inbox_table
from waitlist_app.components.shell import page, top_bar
from waitlist_app.state.inbox import Inbox


def inbox_page() -> rx.Component:
    """Return the decisions, the most urgent first."""
    return page(
        "inbox",
        top_bar(rx.el.h1("Inbox"), note=_note()),
        rx.el.div(phased(Inbox.phase, ready=inbox_table(), trouble=Inbox.trouble, again=Inbox.open), class_name="page"),
        evidence_dialog(),
    )


def _note() -> rx.Component:
    return rx.cond(
        Inbox.total > 0,
        rx.el.span(
            rx.cond(Inbox.total == 1, "1 decision", f"{Inbox.total} decisions"),
            f", oldest {Inbox.oldest}",
            class_name="hide-s",
        ),
    )
