"""The built-in mailbox: what was written to whom, and one letter as its reader sees it."""

import reflex as rx

from waitlist_app.components.buttons import link
from waitlist_app.components.chips import mark
from waitlist_app.components.faces import empty
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import length, part
from waitlist_app.services.views import MessageRow
from waitlist_app.state.mailbox import Letter, Mailbox

# A letter is foreign ground: no scripts, no forms, no way to the page around it. Its links open a tab of their own.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_LINKS_OPEN_TABS = '<base target="_blank">'


def message_list() -> rx.Component:
    """Return the messages, newest first."""
    return rx.cond(
        length(Mailbox.rows) > 0,
        rx.el.table(
            rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("auto", "28%", "16%", "14%"))),
            rx.el.thead(
                rx.el.tr(*(rx.el.th(words) for words in ("Subject", "To", "Written", "State"))), class_name="hide-s"
            ),
            rx.el.tbody(rx.foreach(Mailbox.rows, _row)),
            class_name="table plain-list mailrow",
        ),
        empty(
            "free",
            "free",
            "free",
            "free",
            title="No messages yet",
            words="Messages that the app writes appear here, also when no mail service is set up.",
        ),
    )


def letter() -> rx.Component:
    """Return one message: head, page and text."""
    shown = Letter.letter
    return rx.el.article(
        rx.el.h1(shown.subject, class_name="letter-title"),
        rx.el.dl(
            rx.el.dt("From"),
            rx.el.dd(shown.sender),
            rx.el.dt("To"),
            rx.el.dd(part(shown, "to")),
            rx.el.dt("Written"),
            rx.el.dd(shown.sent),
            rx.el.dt("State"),
            rx.el.dd(shown.status),
            rx.cond(length(Letter.links) > 0, rx.fragment(rx.el.dt("Link"), rx.el.dd(rx.foreach(Letter.links, _link)))),
        ),
        rx.cond(
            shown.hides_link,
            rx.el.p(
                icon("lock"),
                rx.el.span("The link is left out here: whoever has it can answer in this person's name."),
                class_name="note",
                data_testid="hidden-link",
            ),
        ),
        rx.cond(
            shown.html != "",
            rx.el.iframe(
                src_doc=f"{_LINKS_OPEN_TABS}{shown.html}",
                title="The letter as its reader sees it",
                sandbox=_SANDBOX,
                data_testid="letter",
            ),
        ),
        rx.el.details(rx.el.summary("The same as text", class_name="hint"), rx.el.pre(shown.text)),
        class_name="letter",
    )


def _row(row: MessageRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            link(row.subject, href=f"/mailbox/{row.id}", class_name="name", data_testid=f"mail-{row.id}"),
            rx.el.span(row.kind, class_name="meta"),
        ),
        rx.el.td(rx.el.span(part(row, "to"), class_name="meta")),
        rx.el.td(row.sent, class_name="tab"),
        rx.el.td(
            rx.match(
                row.status,
                ("Sent", rx.el.span("Sent", class_name="muted")),
                mark(row.status, icon_name="mail"),
            )
        ),
        key=row.id,
    )


def _link(address: str) -> rx.Component:
    return rx.el.a(
        address,
        icon("external-link", 12),
        href=address,
        target="_blank",
        rel="noopener noreferrer",
        class_name="letter-link",
        data_testid="letter-link",
    )
