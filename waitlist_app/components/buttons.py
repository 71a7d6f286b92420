"""Buttons and links that look like them. One solid button in a view; the verb says what will have happened."""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as router_link

from waitlist_app.components.vars import Words

Kind = Literal["solid", "soft", "outline", "ghost"]
Height = Literal[24, 32, 40, 48]

_SIZES = {24: "btn-1", 32: "", 40: "btn-3", 48: "btn-4"}


def looks(kind: Kind = "outline", height: Height = 32, *, is_icon: bool = False) -> str:
    """Return the class names of a button."""
    kinds = "" if kind == "outline" else kind
    return " ".join(part for part in ("btn", _SIZES[height], kinds, "icon" if is_icon else "") if part)


def button(
    *children: Words, kind: Kind = "outline", height: Height = 32, is_icon: bool = False, **props: Any
) -> rx.Component:
    """Return a button; `aria_label` is needed when it shows only an icon."""
    props.setdefault("type", "button")
    return rx.el.button(*children, class_name=looks(kind, height, is_icon=is_icon), **props)


def link(*children: Words, href: str, class_name: str = "", **props: Any) -> rx.Component:
    """Return a link to another page of the app."""
    return router_link(*children, to=href, class_name=class_name, **props)


def download(*children: Words, href: str, name: str, **props: Any) -> rx.Component:
    """Return a link that the browser keeps as the file `name`, outside of the pages."""
    # Without `reload_document` the router would look for a page of this name, and ask the server for nothing.
    return router_link(*children, to=href, reload_document=True, download=name, class_name=looks(), **props)
