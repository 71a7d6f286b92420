"""Icons: Lucide, drawn by the style sheet."""

from typing import Final, Literal

import reflex as rx

from waitlist_app.components.vars import matched

Size = Literal[12, 14, 16, 20, 24]

_USUAL: Final = 16
_HEAVIER_UP_TO: Final = 12  # thin lines vanish in the smallest icons


def icon(name: str, size: Size = 16) -> rx.Component:
    """Return a Lucide icon that says nothing to a screen reader; words stand beside it."""
    return rx.icon(
        name, size=size, stroke_width=2 if size <= _HEAVIER_UP_TO else 1.75, class_name=_class(size), aria_hidden="true"
    )


def named_icon(name: str, choices: tuple[str, ...], size: Size = 16) -> rx.Component:
    """Return the one of `choices` that a var names; only these travel to the browser."""
    *others, last = choices
    return matched(name, *((choice, icon(choice, size)) for choice in others), icon(last, size))


def _class(size: Size) -> str:
    return "ic" if size == _USUAL else f"ic ic-{size}"
