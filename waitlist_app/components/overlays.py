"""What stands over or instead of every page: the note that the connection is lost, and the face of a crash."""

import reflex as rx
from reflex_components_core.base.error_boundary import error_boundary
from reflex_components_core.core.banner import connection_pulser, has_connection_errors

from waitlist_app.components.icons import icon


def connection_note() -> rx.Component:
    """Return the note for as long as there is no connection, and what tries to get it back."""
    return rx.fragment(_connection_note())


def crash_boundary() -> rx.Component:
    """Return what catches a failure of the page itself and shows a face with a way on."""
    return error_boundary(fallback_render=rx.Var.create(_crash()))


@rx.memo
def _connection_note() -> rx.Component:
    return rx.fragment(
        connection_pulser(),
        rx.cond(
            has_connection_errors,
            rx.el.div(
                icon("wifi-off"),
                rx.el.span(
                    rx.el.b("Not connected", class_name="medium"),
                    rx.el.small("What you see may be old. Decisions wait until the connection is back."),
                ),
                class_name="offline",
                role="status",
                data_testid="offline",
            ),
        ),
    )


def _crash() -> rx.Component:
    return rx.el.main(
        icon("circle-alert", 20),
        rx.el.h1("This did not work", class_name="medium"),
        rx.el.p("The mistake is ours, and nothing was saved by it. Loading the page again usually helps."),
        rx.el.a("Load the page again", href="", class_name="btn"),
        class_name="face bad",
        role="alert",
    )
