"""`/welcome`: for whoever is not signed in. Its forms are plain ones: only a plain answer can set the cookie."""

import reflex as rx

from waitlist_app.components.buttons import looks
from waitlist_app.components.fields import field
from waitlist_app.components.plain_form import plain_form
from waitlist_app.components.public import public_page
from waitlist_app.components.shell import theme_switch


def welcome_page() -> rx.Component:
    """Return both ways to sign in: with a password, and with a link from one's mailbox."""
    return public_page(
        "Waitlist",
        theme_switch(),
        rx.el.h1("You are not signed in"),
        plain_form(
            "/sign-in",
            field("email", "E-mail address", type="email", auto_complete="username", required=True, auto_focus=True),
            field("password", "Password", type="password", auto_complete="current-password", required=True),
            rx.el.button("Sign in", type="submit", class_name=looks("solid", 48), data_testid="sign-in"),
            class_name="sign-in",
        ),
        rx.el.section(
            rx.el.p("No password, or forgotten?", class_name="medium"),
            plain_form(
                "/sign-in/link",
                field("mail-to", "E-mail address", type="email", auto_complete="username", required=True),
                rx.el.button(
                    "Mail me a sign-in link", type="submit", class_name=looks("outline", 40), data_testid="mail-link"
                ),
                rx.el.button(
                    "Mail me a link to set a new password",
                    type="submit",
                    form_action="/sign-in/reset",
                    class_name=looks("ghost", 40),
                    data_testid="mail-reset",
                ),
                class_name="sign-in",
            ),
            rx.el.p(
                "Nobody in yet? Whoever runs the app prints a link with ",
                rx.el.code("python -m waitlist_app link"),
                class_name="muted say",
            ),
            class_name="card what",
        ),
    )
