"""Putting somebody back who was dropped by mistake, or whose offer was taken back."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import AskEarlier
from waitlist_app.engine.events import WaitlistJoined
from waitlist_app.engine.model import SIGN_OFF, Registration, Status, Terms
from waitlist_app.engine.ordering import is_drawn
from waitlist_app.errors import Refused
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.overriding import asked, override
from waitlist_app.services.ports import Entry, Transaction, Work
from waitlist_app.services.wording import counted

BY_MISTAKE: Final = frozenset({Status.DROPPED, Status.LEFT, Status.REMOVED, Status.REVOKED})
"""Ends that somebody can have brought about by mistake. Who let an offer lapse, or declined it, asks again."""


class NotReinstated(Refused):
    """The registration has not ended, or not in a way that can be undone."""

    code = "not_reinstated"

    def __init__(self) -> None:
        """Say it."""
        super().__init__(
            "Only a drop, a removal, leaving the line and an offer taken back can be undone. Nothing was saved."
        )


def reinstate_registration(*, work: Work, actor: Actor, registration_id: str, reason: str) -> str:
    """Undo the end of a registration, as an override, and say what came of it.

    The person has the seat again where that passes nobody over; else the place in the line that the time of the first
    request gives them, and everybody passed over is counted. It is a new registration that names the old one.
    """
    actor.require(Permission.ASK_OVERRIDE)

    def unit(tx: Transaction) -> str:
        session_id = tx.session_of(registration_id=registration_id)
        tx.lock([session_id])
        ended = tx.read.registration(registration_id)
        if ended.registration.status not in BY_MISTAKE:
            raise NotReinstated
        command = _command(ended, session_id, reason)
        events = override(tx, command, person=ended.person, subject_id=command.registration_id)
        if events is None:
            return asked(f"putting {ended.person.name} back")
        joined = [event for event in events if isinstance(event, WaitlistJoined)]
        return place_told(tx, session_id, ended.person.name, joined)

    return work.transact(actor, unit)


def _command(ended: Entry, session_id: str, reason: str) -> AskEarlier:
    old = ended.registration
    return AskEarlier(
        session_id=session_id,
        registration_id=new_id(),
        person_id=old.person_id,
        requested_at=old.requested_at,
        reason=reason,
        approval="",
        seat_units=old.seat_units,
        facts=ended.facts,
        waiver=old.waiver,
        terms=_terms(old),
        requeued_at=old.requeued_at,
        is_signed_off=SIGN_OFF not in old.outstanding,
    )


def _terms(old: Registration) -> Terms:
    # At the end of the line its number is the one that it was given there.
    first = old.arrival if old.requeued_at else old.terms.first_arrival or old.arrival
    drawn = old.base_key if is_drawn(old.base_key) else old.terms.drawn_key
    return replace(old.terms, reinstates=old.id, first_arrival=first, drawn_key=drawn)


def place_told(tx: Transaction, session_id: str, name: str, joined: Sequence[WaitlistJoined]) -> str:
    """Say in a sentence what came of a request: the place in the line that it `joined`, or else a seat."""
    if not joined:
        return f"{name} has a seat."
    [place] = joined
    position = tx.read.ahead(session_id, place.line_key) + 1
    passed = f" {counted(place.passed, 'person', 'people')} passed over." if place.passed else ""
    return f"{name} waits, number {position} in line.{passed}"
