"""Fields of forms, each with its label, its hint, and what is wrong with it."""

from typing import Any

import reflex as rx


def field(name: str, label: str, *, hint: str = "", trouble: Any = "", **props: Any) -> rx.Component:
    """Return a text field; `trouble` is a sentence that is empty while nothing is wrong."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="label"),
        rx.el.div(
            rx.el.input(
                id=name,
                name=name,
                aria_describedby=f"{name}-hint",
                aria_invalid=rx.cond(trouble != "", "true", "false"),
                data_testid=f"field-{name}",
                **props,
            ),
            class_name=rx.cond(trouble != "", "field bad", "field"),
        ),
        _hint(name, hint, trouble),
    )


def reason_field(hint: str, *, trouble: Any = "") -> rx.Component:
    """Return the field for a reason, which every change of somebody's place needs."""
    return rx.fragment(
        rx.el.textarea(
            id="reason",
            name="reason",
            class_name="area",
            rows="2",
            required=True,
            max_length=500,
            auto_focus=True,
            aria_describedby="reason-hint",
            data_testid="reason",
        ),
        _hint("reason", hint, trouble),
    )


def _hint(name: str, hint: str, trouble: Any) -> rx.Component:
    return rx.el.p(
        rx.cond(trouble != "", trouble, hint),
        id=f"{name}-hint",
        class_name=rx.cond(trouble != "", "hint bad", "hint"),
        style={"marginTop": "var(--space-1)"},
    )
