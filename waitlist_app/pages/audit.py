"""`/audit`: the record of everything that was done."""

import reflex as rx

from waitlist_app.components.audit_table import audit_search, audit_table
from waitlist_app.components.buttons import download
from waitlist_app.components.faces import phased
from waitlist_app.components.icons import icon
from waitlist_app.components.shell import page, top_bar
from waitlist_app.components.verifying import verification, verify_button
from waitlist_app.state.audit import Audit
from waitlist_app.state.shell import Shell


def audit_page() -> rx.Component:
    """Return the record, newest first."""
    return page(
        "audit",
        top_bar(
            rx.el.h1("Audit"),
            rx.cond(
                Shell.may_export_record,
                download(
                    icon("download"),
                    "Export",
                    href="/export/record.jsonl",
                    name="record.jsonl",
                    title="Every entry and a signed seal, to be verified by anybody without this app",
                    data_testid="export-record",
                ),
            ),
            verify_button(),
        ),
        rx.el.div(
            phased(
                Audit.phase,
                ready=rx.fragment(verification(), audit_search(), audit_table()),
                trouble=Audit.trouble,
                again=Audit.open,
            ),
            class_name="page",
        ),
    )
