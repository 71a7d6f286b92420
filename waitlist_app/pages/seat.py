"""`/seat/[seat_token]`: whether somebody keeps a seat in a session that was moved. Opening it changes nothing."""

import reflex as rx

from waitlist_app.components.seat import seat_view


def seat_page() -> rx.Component:
    """Return the question, or how the seat stands."""
    return seat_view()
