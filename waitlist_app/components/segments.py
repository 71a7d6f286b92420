"""A row of choices of which one is on: filters of a list."""

from typing import Any

import reflex as rx


def segments(label: str, *choices: rx.Component) -> rx.Component:
    """Return the choices as one control."""
    return rx.el.div(*choices, class_name="seg", role="radiogroup", aria_label=label)


def segment(words: str, value: str, *, chosen: Any, on_choose: Any, count: int | None = None) -> rx.Component:
    """Return one choice, with a count where there is one."""
    return rx.el.button(
        words,
        rx.el.span(count, class_name="n seg-n") if count is not None else rx.fragment(),
        type="button",
        role="radio",
        aria_checked=rx.cond(chosen == value, "true", "false"),
        on_click=on_choose(value),
        data_testid=f"show-{value}",
    )
