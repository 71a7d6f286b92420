"""A form that the browser posts by itself: Reflex's own stays on the page, and only an answer can set a cookie."""

import reflex as rx
from reflex_components_core.el.element import Element


class PlainForm(Element):
    """`<form>` as HTML has it."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def plain_form(action: str, *body: rx.Component, class_name: str = "") -> rx.Component:
    """Return a form that posts to an address of this origin and goes where its answer leads."""
    return PlainForm.create(*body, action=action, method="post", class_name=class_name)
