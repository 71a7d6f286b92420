"""Who has a seat in a session, and how they got it."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import mark
from waitlist_app.components.faces import empty
from waitlist_app.components.vars import length
from waitlist_app.services.views import SeatedRow
from waitlist_app.state.leaving import LeavingDialog
from waitlist_app.state.session import SessionView
from waitlist_app.state.shell import Shell


def roster() -> rx.Component:
    """Return the people with a seat, or the face of an empty room."""
    return rx.cond(
        SessionView.seated_total > 0,
        rx.fragment(
            rx.el.table(
                rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("26%", "24%", "16%", "auto", "96px"))),
                rx.el.thead(
                    rx.el.tr(
                        *(rx.el.th(words) for words in ("Name and team", "E-mail", "Status", "How")),
                        rx.el.th(rx.el.span("Act", class_name="sr")),
                    )
                ),
                rx.el.tbody(rx.foreach(SessionView.seated, _row)),
                class_name="table plain-list",
            ),
            rx.cond(
                SessionView.seated_total > length(SessionView.seated),
                rx.el.p(
                    f"The first {length(SessionView.seated)} of {SessionView.seated_total}. The CSV file has all.",
                    class_name="more",
                ),
            ),
        ),
        empty(
            "free",
            "free",
            "free",
            "free",
            title="Nobody has a seat yet",
            words="Requests and approved offers fill the room.",
        ),
    )


def _row(row: SeatedRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.span(row.name, class_name="name"), rx.el.span(row.team, class_name="meta")),
        rx.el.td(rx.el.span(row.email, class_name="meta"), rx.el.span(row.employee_id, class_name="meta tab")),
        rx.el.td(
            row.status,
            rx.cond(row.seat_units > 1, rx.fragment(" ", mark(f"{row.seat_units} seats", icon_name="users-round"))),
            rx.el.span(row.since, class_name="meta"),
        ),
        rx.el.td(row.how),
        rx.el.td(
            rx.el.div(
                rx.cond(
                    Shell.may_edit,
                    button(
                        "Drop",
                        height=24,
                        on_click=LeavingDialog.drop(row.id, row.name),
                        aria_label=f"Drop {row.name}",
                        data_testid=f"drop-{row.id}",
                    ),
                ),
                class_name="acts-cell",
            )
        ),
        key=row.id,
        data_testid=f"seated-{row.id}",
    )
