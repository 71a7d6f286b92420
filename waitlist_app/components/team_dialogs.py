"""The dialogs of the team page: inviting, changing a role, removing."""

from typing import Any

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import foot, form_dialog
from waitlist_app.components.fields import field, reason_field
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import either
from waitlist_app.services.team import ROLE_WORDS
from waitlist_app.state.team import InviteDialog, MemberDialog


def invite_dialog() -> rx.Component:
    """Return the form of an invitation."""
    return form_dialog(
        is_open=InviteDialog.is_open,
        on_open_change=InviteDialog.opened,
        title="Invite somebody",
        words="They get a mail with a link that works once, for seven days. By it they join, and choose a password.",
        on_close=InviteDialog.close,
        width="narrow",
        test_id="invite-dialog",
        body=rx.el.form(
            rx.el.div(
                _trouble(InviteDialog.trouble, InviteDialog.field),
                _field("name", "Name", required=True, auto_focus=True, auto_complete="off", max_length=120),
                _field("email", "E-mail", type="email", required=True, auto_complete="off", max_length=254),
                _role("coordinator"),
                class_name="body stack",
            ),
            foot(
                button("Cancel", on_click=InviteDialog.close),
                button("Send the invitation", kind="solid", type="submit", data_testid="send-invitation"),
            ),
            on_submit=InviteDialog.submit,
        ),
    )


def member_dialog() -> rx.Component:
    """Return the dialog that changes a role or removes somebody, with a reason."""
    is_change = MemberDialog.act == "change"
    return form_dialog(
        is_open=MemberDialog.is_open,
        on_open_change=MemberDialog.opened,
        title=either(is_change, f"Change the role of {MemberDialog.name}?", f"Remove {MemberDialog.name}?"),
        words=either(
            is_change,
            "They are signed out everywhere here, and sign in again to act in the new role.",
            "They are signed out at once, and links that they were mailed no longer work.",
        ),
        on_close=MemberDialog.close,
        width="narrow",
        test_id="member-dialog",
        body=rx.el.form(
            rx.el.div(
                _trouble(MemberDialog.trouble, MemberDialog.field),
                rx.cond(is_change, _role(MemberDialog.role)),
                rx.el.div(
                    rx.el.label("Reason", html_for="reason", class_name="label"),
                    reason_field(
                        "Required. Kept on the record.",
                        trouble=rx.cond(MemberDialog.field == "reason", MemberDialog.trouble, ""),
                    ),
                ),
                class_name="body stack",
            ),
            foot(
                button("Cancel", on_click=MemberDialog.close),
                button(
                    either(is_change, "Change the role", "Remove"),
                    kind="solid",
                    type="submit",
                    data_testid="confirm-member",
                ),
            ),
            on_submit=MemberDialog.confirm,
        ),
    )


def _trouble(sentence: str, where: str) -> rx.Component:
    return rx.cond(
        (sentence != "") & (where == ""),
        rx.el.p(icon("circle-alert"), rx.el.span(sentence), class_name="note bad", role="alert"),
    )


def _field(name: str, label: str, **props: Any) -> rx.Component:
    return field(name, label, trouble=rx.cond(InviteDialog.field == name, InviteDialog.trouble, ""), **props)


def _role(chosen: str) -> rx.Component:
    return rx.el.div(
        rx.el.label("Role", html_for="role", class_name="label"),
        rx.el.div(
            rx.el.select(
                *(rx.el.option(words.capitalize(), value=role.value) for role, words in ROLE_WORDS.items()),
                id="role",
                name="role",
                default_value=chosen,
                data_testid="field-role",
            ),
            class_name="field",
        ),
    )
