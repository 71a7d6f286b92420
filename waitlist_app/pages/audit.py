"""`/audit`: the record of everything that was done."""

import reflex as rx

from waitlist_app.components.audit_table import audit_search, audit_table
from waitlist_app.components.faces import phased
from waitlist_app.components.shell import page, top_bar
from waitlist_app.state.audit import Audit


def audit_page() -> rx.Component:
    """Return the record, newest first."""
    return page(
        "audit",
        top_bar(rx.el.h1("Audit")),
        rx.el.div(
            phased(
                Audit.phase,
                ready=rx.fragment(audit_search(), audit_table()),
                trouble=Audit.trouble,
                again=Audit.open,
            ),
            class_name="page",
        ),
    )
