"""The dialog that says why somebody stands where they do: what decides, what would have to happen, who came before."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import fact, foot, form_dialog
from waitlist_app.components.vars import either, length
from waitlist_app.services.explaining import PassedBy
from waitlist_app.state.why import WhyDialog

_told = WhyDialog.told


def why_dialog() -> rx.Component:
    """Return the dialog."""
    return form_dialog(
        is_open=WhyDialog.is_open,
        on_open_change=WhyDialog.opened,
        title=either(_told.name == "", "Why you are here in line", f"Why {_told.name} is here in line"),
        words=_told.session,
        body=rx.fragment(
            rx.el.div(rx.el.dl(*_facts(), class_name="facts"), class_name="body"),
            foot(button("Close", on_click=WhyDialog.close, auto_focus=True, data_testid="why-close")),
        ),
        on_close=WhyDialog.close,
        width="narrow",
        test_id="why-dialog",
    )


def _facts() -> list[rx.Component]:
    return [
        rx.cond(_told.position > 0, rx.fragment(*fact("Place", f"{_told.position} of {_told.waiting}"))),
        *fact("Why", rx.foreach(_told.says, _sentence)),
        rx.cond(length(_told.takes) > 0, rx.fragment(*fact("For a seat", rx.foreach(_told.takes, _sentence)))),
        rx.cond(length(_told.passed) > 0, rx.fragment(*fact("Came before", rx.foreach(_told.passed, _passed)))),
    ]


def _sentence(words: str) -> rx.Component:
    return rx.el.p(words)


def _passed(one: PassedBy) -> rx.Component:
    return rx.el.p(
        one.sentence,
        " ",
        rx.cond(one.reason != "", rx.el.q(one.reason)),
        rx.cond(one.approved_by != "", rx.el.span(f"Approved by {one.approved_by}.", class_name="meta")),
    )
