"""Adding a request for somebody."""

import secrets
from datetime import date
from typing import Any, Final

import reflex as rx

from waitlist_app.errors import InvalidInput, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.request_seat import request_seat
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import ask
from waitlist_app.state.session import SessionView

MOST_UNITS: Final = 1_000


class RequestDialog(rx.State):
    """The form of one request."""

    is_open: bool = False
    trouble: str = ""
    field: str = ""
    _key: str = ""
    """Made with the form: pressed again after no answer came, it is the same request."""

    @rx.event
    @allow(Permission.EDIT)
    async def add(self) -> None:
        """Open an empty form."""
        self.trouble = self.field = ""
        self._key = secrets.token_urlsafe(32)
        self.is_open = True

    @rx.event
    @allow(Permission.EDIT)
    async def submit(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Ask for the seat; what is wrong is said beside its field."""
        view = await self.get_state(SessionView)
        try:
            said = await ask(request_seat, session_id=view.id, client_key=self._key, **_parsed(form))
        except InvalidInput as error:
            self.trouble, self.field = str(error), error.field
            return None
        except WaitlistError as error:
            self.trouble, self.field = str(error), ""
            return None
        self.is_open = False
        return notices.done(said)

    @rx.event
    @allow(Permission.READ)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key or button."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow(Permission.READ)
    async def close(self) -> None:
        """Close the form; nothing was asked for."""
        self.is_open = False


def _parsed(form: dict[str, str]) -> dict[str, Any]:
    texts = {name: str(form.get(name, "")).strip() for name in ("employee_id", "name", "email", "department", "role")}
    return texts | {
        "compliance_deadline": _day(str(form.get("compliance_deadline", "")).strip()),
        "seat_units": _units(str(form.get("seat_units", "")).strip()),
    }


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise InvalidInput("This is not a day.", field="compliance_deadline") from error


def _units(typed: str) -> int:
    if not typed:
        return 1
    if not typed.isdecimal() or not 1 <= int(typed) <= MOST_UNITS:
        raise InvalidInput("A request needs 1 seat or more.", field="seat_units")
    return int(typed)
