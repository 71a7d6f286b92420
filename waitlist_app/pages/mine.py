"""`/my-sessions` and `/my-team`: what employees and managers who are signed in begin with."""

import reflex as rx

from waitlist_app.components.faces import phased
from waitlist_app.components.mine import my_sessions, my_team
from waitlist_app.components.shell import page, top_bar
from waitlist_app.components.why import why_dialog
from waitlist_app.state.dialogs import Dialogs
from waitlist_app.state.mine import MySessions, MyTeam


def my_sessions_page() -> rx.Component:
    """Return a person's own registrations."""
    return page(
        "my sessions",
        top_bar(rx.el.h1("My sessions")),
        rx.el.div(
            phased(
                MySessions.phase,
                ready=rx.fragment(my_sessions(), why_dialog()),
                trouble=MySessions.trouble,
                again=MySessions.open,
            ),
            class_name="page",
            on_unmount=Dialogs.leave,
        ),
    )


def my_team_page() -> rx.Component:
    """Return the registrations of a manager's team."""
    return page(
        "my team",
        top_bar(rx.el.h1("My team")),
        rx.el.div(phased(MyTeam.phase, ready=my_team(), trouble=MyTeam.trouble, again=MyTeam.open), class_name="page"),
    )
