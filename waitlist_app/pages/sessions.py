"""`/`: all sessions."""

import reflex as rx

from waitlist_app.components.buttons import download, link, looks
from waitlist_app.components.faces import phased
from waitlist_app.components.icons import icon
from waitlist_app.components.sessions_table import filters, strip, table
from waitlist_app.components.shell import page, top_bar
from waitlist_app.state.sessions import Sessions
from waitlist_app.state.shell import Shell


def sessions_page() -> rx.Component:
    """Return the list of sessions, what needs a human first."""
    return page(
        "sessions",
        top_bar(
            rx.el.h1("Sessions"),
            rx.cond(Shell.may_edit, link(icon("file-up"), "Import", href="/import", class_name=looks())),
            rx.cond(
                Shell.may_export,
                download(icon("download"), "CSV", href="/export/rosters.csv", name="rosters.csv", data_testid="export"),
            ),
        ),
        rx.el.div(
            phased(
                Sessions.phase,
                ready=rx.fragment(strip(), filters(), table()),
                trouble=Sessions.trouble,
                again=Sessions.open,
            ),
            class_name="page",
        ),
    )
