"""The override dialog: the order now and after, who is passed over, what it does to seats; then the reason."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import alert_dialog, fact, foot, form_dialog, key_hint
from waitlist_app.components.fields import field, reason_field
from waitlist_app.components.lines import move_lines
from waitlist_app.components.vars import either, text
from waitlist_app.services.views import MovePreview, MoveRow
from waitlist_app.state.override import OverrideDialog

_move = OverrideDialog.move


def override_dialog() -> rx.Component:
    """Return the dialog that asks why somebody is moved."""
    return alert_dialog(
        is_open=OverrideDialog.is_open,
        on_open_change=OverrideDialog.opened,
        title=_move.title,
        words=f"{_move.session}. The order stays as it is until you give a reason.",
        on_close=OverrideDialog.put_back,
        close_label="Close and put the entry back",
        test_id="override-dialog",
        body=rx.el.form(
            rx.el.div(orders(_move), rx.el.dl(*_consequences(), class_name="facts"), class_name="body"),
            foot(
                button("Put back", on_click=OverrideDialog.put_back, data_testid="put-back"),
                button("Move", kind="solid", type="submit", data_testid="move"),
                keys=key_hint("puts the entry back", "Esc"),
            ),
            on_submit=OverrideDialog.confirm,
            class_name="over-dialog",
        ),
    )


def move_to_dialog() -> rx.Component:
    """Return the dialog that asks for a position."""
    return form_dialog(
        is_open=OverrideDialog.is_choosing,
        on_open_change=OverrideDialog.opened,
        title=f"Move {OverrideDialog.chosen_name}",
        words=f"Now at position {OverrideDialog.chosen_position} of {OverrideDialog.last_position}.",
        on_close=OverrideDialog.put_back,
        width="narrow",
        test_id="move-to-dialog",
        body=rx.el.form(
            rx.el.div(
                field(
                    "position",
                    "New position",
                    type="number",
                    min="1",
                    max=text(OverrideDialog.last_position),
                    auto_focus=True,
                    trouble=OverrideDialog.trouble,
                ),
                class_name="body",
            ),
            foot(button("Cancel", on_click=OverrideDialog.put_back), button("Continue", kind="solid", type="submit")),
            on_submit=OverrideDialog.move_to,
        ),
    )


def orders(move: MovePreview) -> rx.Component:
    """Return the order of the line now and after a move."""
    return rx.el.div(
        rx.el.div(rx.el.span("Now"), rx.el.span(), rx.el.span("After"), class_name="cap"),
        rx.el.ol(rx.foreach(move.before, lambda row, at: _row_now(move, row, at))),
        move_lines(before=move.before, after=move.after),
        rx.el.ol(rx.foreach(move.after, lambda row, at: _row_after(move, row, at))),
        class_name="bump",
        role="group",
        aria_label="Order now and after",
    )


def _row_now(move: MovePreview, row: MoveRow, at: int) -> rx.Component:
    return rx.el.li(
        rx.el.b(row.position),
        rx.el.span(row.name),
        class_name=rx.cond(row.is_moved, "me", _jump(move.before, row, at)),
    )


def _row_after(move: MovePreview, row: MoveRow, at: int) -> rx.Component:
    return rx.el.li(
        rx.el.b(row.position),
        rx.el.span(row.name),
        rx.cond(row.note != "", rx.el.small(row.note)),
        class_name=rx.cond(row.is_moved, "me", either(row.note != "", "dn ", "") + _jump(move.after, row, at)),
    )


def _jump(rows: tuple[MoveRow, ...], row: MoveRow, at: int) -> str:
    """Return the class of a row above which others are left out."""
    is_jump = (at > 0) & (rows[at - 1].position != row.position - 1)
    return either(is_jump, "jump", "")


def consequences(move: MovePreview) -> list[rx.Component]:
    """Return what a move does to those whom it passes, and to seats."""
    return [
        *fact(
            "Passed over",
            rx.el.p(move.passed_words, class_name="lead"),
            rx.cond(
                move.passed > 0,
                rx.el.p("They keep their request times and can see this move and its reason.", class_name="muted"),
            ),
        ),
        *fact(
            "Seats",
            rx.el.p(move.seats_words, class_name="lead"),
            rx.cond(move.seats_detail != "", rx.el.p(move.seats_detail, class_name="muted")),
        ),
    ]


def _consequences() -> list[rx.Component]:
    return [
        *consequences(_move),
        *fact(
            rx.el.label("Reason", html_for="reason"),
            reason_field(
                "Required. Kept in the history and shown to the people passed over.", trouble=OverrideDialog.trouble
            ),
        ),
        *fact("Approval", rx.el.p(f"Recorded as approved by you, {_move.approver}.", class_name="muted")),
    ]
