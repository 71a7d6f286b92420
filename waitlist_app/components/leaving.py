"""The dialog in which a seat, a place or an offer is given up, with a reason."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import foot, form_dialog
from waitlist_app.components.fields import reason_field
from waitlist_app.components.vars import matched
from waitlist_app.state.leaving import LeavingDialog


def leaving_dialog() -> rx.Component:
    """Return the dialog; its words follow what is given up."""
    return form_dialog(
        is_open=LeavingDialog.is_open,
        on_open_change=LeavingDialog.opened,
        title=_for_act(
            drop=f"Drop {LeavingDialog.name}?",
            leave=f"Take {LeavingDialog.name} off the waitlist?",
            revoke=f"Revoke the offer to {LeavingDialog.name}?",
        ),
        words=_for_act(
            drop="The seat becomes free. The next person is proposed; nobody moves before you approve.",
            leave="The entry is closed, and everybody below moves up. Whoever asks again gets a new time.",
            revoke="The held seat becomes free and the next person is proposed. The entry is closed.",
        ),
        on_close=LeavingDialog.close,
        width="narrow",
        test_id="leaving-dialog",
        body=rx.el.form(
            rx.el.div(
                rx.el.label("Reason", html_for="reason", class_name="label"),
                reason_field("Required. Kept in the history.", trouble=LeavingDialog.trouble),
                class_name="body",
            ),
            foot(
                button("Cancel", on_click=LeavingDialog.close),
                button(
                    _for_act(drop="Drop", leave="Take off the waitlist", revoke="Revoke the offer"),
                    kind="solid",
                    type="submit",
                    data_testid="confirm-leaving",
                ),
            ),
            on_submit=LeavingDialog.confirm,
        ),
    )


def _for_act(*, drop: str, leave: str, revoke: str) -> rx.Component:
    return matched(LeavingDialog.act, ("leave", leave), ("revoke", revoke), drop)
