"""Checking the record: the button, how far it is, and what it came to."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import Words, either, grouped, matched
from waitlist_app.state.verifying import Verification


def verify_button() -> rx.Component:
    """Return what begins the check."""
    return button(
        icon("shield-check"),
        "Verify now",
        kind="solid",
        on_click=Verification.verify,
        disabled=Verification.step == "running",
        data_testid="verify",
    )


def verification() -> rx.Component:
    """Return how far the check is, or its result; nothing before the first one."""
    return rx.el.div(
        matched(
            Verification.step,
            ("running", _running()),
            ("whole", _whole()),
            ("broken", _broken()),
            ("failed", _result("bad", "circle-alert", "The record could not be checked.", Verification.trouble)),
            rx.fragment(),
        ),
        class_name="verification",
        aria_live="polite",
    )


def _running() -> rx.Component:
    return rx.el.div(
        rx.el.label(
            rx.cond(
                Verification.total == 0,
                "Checking the record",
                f"Checked {grouped(Verification.done)} of {grouped(Verification.total)} entries",
            ),
            html_for="verified-so-far",
        ),
        rx.el.progress(
            id="verified-so-far",
            value=Verification.done,
            max=rx.cond(Verification.total == 0, 1, Verification.total),
        ),
        class_name="note",
        data_testid="verifying",
    )


def _whole() -> rx.Component:
    return _result(
        "good",
        "shield-check",
        either(
            Verification.total == 1,
            "The record is whole: 1 entry was checked.",
            f"The record is whole: {grouped(Verification.total)} entries were checked, "
            "and each follows from the one before it.",
        ),
        "Compare the hash of the last entry with one that you kept, as the daily mail has it.",
    )


def _broken() -> rx.Component:
    return _result(
        "bad",
        "shield-alert",
        f"The record was changed. The first entry that is wrong is number {Verification.first_bad}.",
        rx.fragment(
            Verification.trouble,
            " What stands before it is whole. Export the record, keep the file, and ask whoever runs the database.",
        ),
    )


def _result(look: str, icon_name: str, sentence: Words, more: Words) -> rx.Component:
    return rx.el.div(
        icon(icon_name),
        rx.el.div(
            rx.el.b(sentence, class_name="medium"),
            rx.el.p(more),
            rx.cond(
                Verification.head != "",
                rx.el.p("Hash of the last entry ", rx.el.code(Verification.head, data_testid="verified-head")),
            ),
        ),
        button(icon("x", 14), kind="ghost", height=24, is_icon=True, aria_label="Close", on_click=Verification.dismiss),
        class_name=f"note {look}",
        data_testid="verified",
    )
