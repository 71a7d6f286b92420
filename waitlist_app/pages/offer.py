"""`/offer/[offer_token]`: an employee's offer. Opening it changes nothing."""

import reflex as rx

from waitlist_app.components.offer import offer_view


def offer_page() -> rx.Component:
    """Return the offer as it stands now."""
    return offer_view()
