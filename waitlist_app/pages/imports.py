"""`/import`: sessions and requests from a file."""

import reflex as rx

from waitlist_app.components.faces import loading, unless_shut
from waitlist_app.components.import_file import choose_file, foot, report, steps
from waitlist_app.components.shell import page, top_bar
from waitlist_app.components.vars import matched
from waitlist_app.state.imports import Imports
from waitlist_app.state.shell import Shell


def import_page() -> rx.Component:
    """Return the step of the import one is at."""
    return page(
        "import",
        top_bar(rx.el.h1("Import")),
        rx.el.div(
            unless_shut(rx.fragment(steps(), rx.cond(Imports.is_open, _step(), loading(4)))),
            class_name="page imp",
        ),
        footer=rx.cond(Shell.is_shut, rx.fragment(), foot()),
    )


def _step() -> rx.Component:
    return matched(
        Imports.step,
        ("choose", choose_file()),
        ("checking", rx.el.p("Reading the file. Nothing is saved.", class_name="hint", role="status")),
        report(),
    )
