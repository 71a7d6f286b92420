"""A manager's word on an entry."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.commands import AnswerSignOff
from waitlist_app.engine.decisions.conflicts import settled
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import SIGN_OFF, Roster, Status
from waitlist_app.engine.refusals import SignOffAnswered


def answer(roster: Roster, command: AnswerSignOff, now: datetime) -> Iterator[Event]:
    """Let the entry be served from now on, or close it; raises `SignOffAnswered` when nothing is asked any more."""
    registration = roster.registrations.get(command.registration_id)
    if registration is None or SIGN_OFF not in registration.outstanding:
        raise SignOffAnswered
    if command.is_given:
        yield from settled(roster, registration, SIGN_OFF, approval=command.approval)
    else:
        yield from closed(roster, registration, status=Status.REFUSED, reason=command.reason, approval=command.approval)
