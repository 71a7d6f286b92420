"""The look: the theme of Radix Themes and the style sheets of the product."""

# pyright: reportUnknownMemberType=false
# Reflex leaves the arguments of its own functions partly untyped.

from typing import Final

import reflex as rx
from reflex_components_radix.themes.base import Theme

STYLESHEETS: Final = ["tokens.css", "ui.css", "pages.css", "radix.css"]
"""Values, components, pages, and what Radix Themes and the toasts need to look like them, in this order."""

SECOND_SWITCH: Final = (45, "RadixThemesColorModeProvider")
"""The wrap of the app that must stay empty, so that nobody who uses dark sees a flash of light at every load.

A script in the head gives `<html>` light or dark before the first paint. With this wrap Reflex gives it to an element
inside once more, and there it is light until the scripts of the page have found out.
"""


class _Theme(Theme):
    """A theme that does not ask for the wrap."""

    @staticmethod
    def _get_app_wrap_components() -> dict[tuple[int, str], rx.Component]:
        return {}


def theme() -> rx.Component:
    """Return the theme that carries the colour scales the tokens are made of."""
    return _Theme.create(
        accent_color="indigo", gray_color="slate", radius="medium", scaling="100%", panel_background="solid"
    )
