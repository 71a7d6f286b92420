"""The mark of the product: six seats."""

import reflex as rx


def mark() -> rx.Component:
    """Return the mark, 20 px."""
    return rx.image(src="/favicon.svg", class_name="mark", width="20px", height="20px", alt="")
