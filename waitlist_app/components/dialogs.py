"""The frame of every dialog: head, body, foot. Approvals and moves are alert dialogs, forms are dialogs."""

from typing import Any, Literal

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.icons import icon
from waitlist_app.components.keys import hotkey, return_focus
from waitlist_app.components.vars import Words

Width = Literal["wide", "", "narrow"]


def alert_dialog(
    *,
    is_open: bool,
    on_open_change: Any,
    title: str,
    words: str,
    body: rx.Component,
    on_close: Any,
    width: Width = "",
    end: rx.Component | None = None,
    test_id: str,
    close_label: str = "Close",
) -> rx.Component:
    """Return a dialog that asks for a decision: clicking beside it does not close it."""
    kind = rx.alert_dialog
    return kind.root(
        kind.content(
            _head(kind.title(title), kind.description(words), on_close, end, close_label),
            body,
            return_focus(),
            class_name=f"dialog {width}".strip(),
            data_testid=test_id,
        ),
        open=is_open,
        on_open_change=on_open_change,
    )


def form_dialog(
    *,
    is_open: bool,
    on_open_change: Any,
    title: Words,
    words: Words,
    body: rx.Component,
    on_close: Any,
    width: Width = "",
    test_id: str,
) -> rx.Component:
    """Return a dialog with a form."""
    kind = rx.dialog
    return kind.root(
        kind.content(
            _head(kind.title(title), kind.description(words), on_close, None, "Close"),
            body,
            return_focus(),
            class_name=f"dialog {width}".strip(),
            data_testid=test_id,
        ),
        open=is_open,
        on_open_change=on_open_change,
    )


def foot(*acts: rx.Component, keys: rx.Component | None = None) -> rx.Component:
    """Return the foot of a dialog: hints about keys, then the acts, the solid one last."""
    return rx.el.div(rx.el.div(keys or rx.fragment(), class_name="keys"), *acts, class_name="dfoot")


def keyed(words: Words, key: str, *, on_press: Any, test_id: str, **props: Any) -> rx.Component:
    """Return an act of a dialog with the key that does it too, which the button shows."""
    return rx.fragment(
        button(words, rx.el.kbd(key, aria_hidden="true"), on_click=on_press, data_testid=test_id, **props),
        hotkey(hotkey=key.lower(), in_dialog=True, on_press=on_press),
    )


def key_hint(words: str, *keys: str) -> rx.Component:
    """Return keys and what they do."""
    return rx.el.span(*(rx.el.kbd(key) for key in keys), words)


def fact(term: Words, *said: Words) -> list[rx.Component]:
    """Return one question of a dialog and its answer."""
    return [rx.el.dt(term), rx.el.dd(*said)]


def _head(
    title: rx.Component, words: rx.Component, on_close: Any, end: rx.Component | None, label: str
) -> rx.Component:
    return rx.el.div(
        rx.el.div(title, words),
        rx.el.div(
            end or rx.fragment(),
            button(icon("x", 14), kind="ghost", height=24, is_icon=True, aria_label=label, on_click=on_close),
            class_name="end",
        ),
        class_name="dhead",
    )
