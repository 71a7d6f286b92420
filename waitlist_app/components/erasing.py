"""The dialog that erases a person: whom, what happens to what, and the two things it needs."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import fact, foot, form_dialog
from waitlist_app.components.fields import field, reason_field
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import either, length
from waitlist_app.state.erasing import EraseDialog

_PERSON = EraseDialog.person


def erase_button() -> rx.Component:
    """Return what opens the dialog."""
    return button(icon("user-x"), "Erase a person", on_click=EraseDialog.start, data_testid="erase-person")


def erase_dialog() -> rx.Component:
    """Return the dialog."""
    is_find = EraseDialog.step == "find"
    return form_dialog(
        is_open=EraseDialog.is_open,
        on_open_change=EraseDialog.opened,
        title=either(is_find, "Erase a person", f"Erase {_PERSON.name} for good?"),
        words=either(
            is_find,
            "For somebody who asks to be forgotten. You see what will happen before anything does.",
            "This cannot be undone, by nobody.",
        ),
        on_close=EraseDialog.close,
        test_id="erase-dialog",
        body=rx.cond(is_find, _find(), _confirm()),
    )


def _find() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            _trouble(),
            field(
                "who",
                "E-mail address or employee id",
                trouble=rx.cond(EraseDialog.field == "who", EraseDialog.trouble, ""),
                required=True,
                auto_focus=True,
                auto_complete="off",
                max_length=254,
            ),
            class_name="body stack",
        ),
        foot(
            button("Cancel", on_click=EraseDialog.close),
            button("Find", kind="solid", type="submit", data_testid="find-person"),
        ),
        on_submit=EraseDialog.find,
        key="find",
    )


def _confirm() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            _trouble(),
            rx.el.dl(
                *fact("Person", rx.el.b(_PERSON.name), " ", rx.el.span(_PERSON.known_by, class_name="muted")),
                *fact(
                    "Erased",
                    "Name, address, employee id, department, role and deadlines; every reason and every mail that was "
                    "written about them; their links.",
                ),
                *fact(
                    "Kept",
                    rx.cond(
                        _PERSON.registrations == 1,
                        "1 registration, ",
                        f"{_PERSON.registrations} registrations, ",
                    ),
                    "under a random key that leads to nobody, so that seats and positions still add up.",
                ),
                *fact(
                    "On the record",
                    "That you erased somebody, when, and your reason. The record can still be verified.",
                ),
                *fact("Not reached", "Files that were downloaded and backups that were made before."),
                class_name="facts",
            ),
            rx.cond(length(_PERSON.places) > 0, _given_back()),
            _two_fields(),
            class_name="body stack",
        ),
        foot(
            button("Cancel", on_click=EraseDialog.close),
            button("Erase for good", kind="solid", type="submit", data_testid="erase-for-good"),
        ),
        on_submit=EraseDialog.erase,
        key="confirm",
    )


def _two_fields() -> rx.Component:
    return rx.fragment(
        field(
            "typed",
            "Type their e-mail address or employee id once more",
            trouble=rx.cond(EraseDialog.field == "typed", EraseDialog.trouble, ""),
            required=True,
            auto_complete="off",
            max_length=254,
        ),
        rx.el.div(
            rx.el.label("Reason", html_for="reason", class_name="label"),
            reason_field(
                "Required. It stays on the record, so it may not name them.",
                trouble=rx.cond(EraseDialog.field == "reason", EraseDialog.trouble, ""),
            ),
        ),
    )


def _given_back() -> rx.Component:
    it = either(length(_PERSON.places) == 1, "It", "All of it")
    return rx.el.p(
        icon("circle-alert"),
        rx.el.span(f"They still have {_PERSON.has}. {it} is given back first."),
        class_name="note warn",
        data_testid="given-back",
    )


def _trouble() -> rx.Component:
    return rx.cond(
        (EraseDialog.trouble != "") & (EraseDialog.field == ""),
        rx.el.p(icon("circle-alert"), rx.el.span(EraseDialog.trouble), class_name="note bad", role="alert"),
    )
