"""The dialog in which staff add a request for somebody."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import foot, form_dialog
from waitlist_app.components.fields import field
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import Words
from waitlist_app.state.request import RequestDialog
from waitlist_app.state.session import SessionView


def request_dialog() -> rx.Component:
    """Return the form; it says first what asking leads to."""
    return form_dialog(
        is_open=RequestDialog.is_open,
        on_open_change=RequestDialog.opened,
        title="Add a request",
        words=_outlook(),
        on_close=RequestDialog.close,
        test_id="request-dialog",
        body=rx.el.form(
            rx.el.div(
                rx.cond(
                    (RequestDialog.trouble != "") & (RequestDialog.field == ""),
                    rx.el.p(
                        icon("circle-alert"),
                        rx.el.span(RequestDialog.trouble),
                        class_name="note bad",
                        role="alert",
                        style={"marginBottom": "var(--space-4)"},
                    ),
                ),
                _fields(),
                class_name="body",
            ),
            foot(
                button("Cancel", on_click=RequestDialog.close),
                button("Add request", kind="solid", type="submit", data_testid="submit-request"),
            ),
            on_submit=RequestDialog.submit,
        ),
    )


def _fields() -> rx.Component:
    return rx.el.div(
        _field("name", "Name", required=True, auto_focus=True, auto_complete="off", max_length=200),
        _field("employee_id", "Employee id", auto_complete="off", max_length=100),
        _field("email", "E-mail", type="email", auto_complete="off", hint="Offers go here.", max_length=254),
        _field("department", "Department", max_length=200),
        _field("role", "Role", max_length=200),
        _field("compliance_deadline", "Compliance deadline", type="date"),
        _field("seat_units", "Seats", type="number", min="1", default_value="1"),
        class_name="form",
    )


def _field(name: str, label: str, hint: str = "", **props: object) -> rx.Component:
    return field(
        name, label, hint=hint, trouble=rx.cond(RequestDialog.field == name, RequestDialog.trouble, ""), **props
    )


def _outlook() -> Words:
    meter = SessionView.meter
    return rx.cond(
        meter.waiting > 0,
        f"{SessionView.name}. {meter.waiting} wait already; a newcomer never overtakes them.",
        rx.cond(
            meter.is_unlimited | (meter.free > 0),
            f"{SessionView.name}. A seat is free.",
            f"{SessionView.name}. No seat is free; the request joins the line.",
        ),
    )
