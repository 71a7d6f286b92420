"""What a person is told after an act: a toast that names the person and the act, below it what follows."""

import json
from typing import Final, Literal

import reflex as rx

from waitlist_app.errors import WaitlistError

_GOOD_FOR: Final = 8_000  # milliseconds; a failure stays until it is closed

Look = Literal["", "bad", "back"]


def done(sentence: str) -> rx.event.EventSpec:
    """Show that something was done, for eight seconds, longer under the pointer."""
    return _toast(sentence, level="success", look="", stays_for=_GOOD_FOR)


def put_back(sentence: str) -> rx.event.EventSpec:
    """Show that an entry went back where it was, and why."""
    return _toast(sentence, level="info", look="back", stays_for=None)


def failed(error: WaitlistError) -> rx.event.EventSpec:
    """Show the sentence of an error until the person closes it."""
    return _toast(str(error), level="error", look="bad", stays_for=None)


def _toast(sentence: str, *, level: str, look: Look, stays_for: int | None) -> rx.event.EventSpec:
    first, stop, rest = sentence.partition(". ")
    options: dict[str, object] = {
        "testId": "toast",
        "className": f"toast {look}".strip(),
        "closeButton": True,
        "description": rest or None,
        "duration": stays_for,
    }
    # Reflex's own toasts know no test id. JSON cannot end the string it stands in, so no text becomes script.
    shown = json.dumps(first + stop.strip() if not rest else first)
    script = f"refs['__toast']?.{level}({shown}, {{duration: Infinity, ...{json.dumps(_given(options))}}})"
    return rx.run_script(script)


def _given(options: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}
