"""The look: the theme of Radix Themes and the style sheets of the product."""

# pyright: reportUnknownMemberType=false
# Reflex leaves the arguments of its own functions partly untyped.

from typing import Final

import reflex as rx

STYLESHEETS: Final = ["tokens.css", "ui.css", "pages.css", "radix.css"]
"""Values, components, pages, and what Radix Themes and the toasts need to look like them, in this order."""


def theme() -> rx.Component:
    """Return the theme that carries the colour scales the tokens are made of."""
    return rx.theme(
        accent_color="indigo", gray_color="slate", radius="medium", scaling="100%", panel_background="solid"
    )
