"""`/team`: the members, for owners."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.erasing import erase_button, erase_dialog
from waitlist_app.components.faces import phased
from waitlist_app.components.icons import icon
from waitlist_app.components.shell import page, top_bar
from waitlist_app.components.team import mails, members
from waitlist_app.components.team_dialogs import invite_dialog, member_dialog
from waitlist_app.state.team import InviteDialog, Team


def team_page() -> rx.Component:
    """Return who is in the team, and the way to invite somebody."""
    return page(
        "team",
        top_bar(
            rx.el.h1("Team"),
            rx.cond(
                Team.phase == "ready",
                rx.fragment(
                    erase_button(),
                    button(
                        icon("user-plus"), "Invite", kind="solid", on_click=InviteDialog.invite, data_testid="invite"
                    ),
                ),
            ),
        ),
        rx.el.div(
            phased(
                Team.phase,
                ready=rx.fragment(members(), mails()),
                trouble=Team.trouble,
                again=Team.open,
            ),
            class_name="page",
        ),
        invite_dialog(),
        member_dialog(),
        erase_dialog(),
    )
