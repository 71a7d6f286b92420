"""Whom to call when a seat comes back too late for a mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waitlist_app.engine.explain import why_each
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Reader, Work

CALLS: Final = 5
"""How many people a call sheet names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to call, and why them."""

    registration_id: str
    position: int
    """In the line, from 1; those who cannot take a seat now are left out, and keep their place."""
    name: str
    phone: str
    email: str
    seat_units: int
    asked_at: datetime
    reason: str


def call_sheet(*, work: Work, actor: Actor, session_id: str) -> tuple[Call, ...]:
    """Give the next five who could take a seat now, in the order of the line, each with the engine's reason."""
    actor.require(Permission.READ)
    return work.read(actor, lambda reader: _calls(reader, session_id))


def _calls(reader: Reader, session_id: str) -> tuple[Call, ...]:
    roster = reader.roster(session_id)
    reasons = [one for one in why_each(roster, reader.now) if roster.registrations[one.registration_id].is_ready]
    calls: list[Call] = []
    for why in reasons[:CALLS]:
        entry = reader.registration(why.registration_id)
        calls.append(
            Call(
                registration_id=why.registration_id,
                position=why.position,
                name=entry.person.name,
                phone=entry.person.phone,
                email=entry.person.email,
                seat_units=entry.registration.seat_units,
                asked_at=entry.registration.requested_at,
                reason=why.sentence,
            )
        )
    return tuple(calls)
