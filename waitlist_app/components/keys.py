"""Keys that do what a button does. Listened to by `keys.jsx`."""

import reflex as rx
from reflex_base.event import no_args_event_spec

_LIBRARY = rx.asset("keys.jsx", shared=True).importable_path


class Hotkey(rx.Component):
    """One key: focuses what the selector `focus` names, or runs `on_press`; for dialogs say `in_dialog`."""

    library = _LIBRARY
    tag = "Hotkey"

    hotkey: rx.Var[str]
    focus: rx.Var[str]
    in_dialog: rx.Var[bool]

    on_press: rx.EventHandler[no_args_event_spec]


class ReturnFocus(rx.Component):
    """Inside a dialog: keeps the focus there, and gives it back where it came from when the dialog closes."""

    library = _LIBRARY
    tag = "ReturnFocus"


hotkey = Hotkey.create
return_focus = ReturnFocus.create
