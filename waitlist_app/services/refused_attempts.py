"""Attempts that a rule refused: nothing of them is stored, but that there was one."""

from contextlib import suppress
from typing import Final

from waitlist_app.engine.refusals import SeatGone
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.services.actors import Actor
from waitlist_app.services.client_keys import KeyUsed
from waitlist_app.services.happenings import RequestRefused
from waitlist_app.services.ports import PersonDetails, Transaction, Work

_NO_RULES: Final = (SeatGone, KeyUsed)
"""The one asks before anything is decided, the other is about the form."""


def note_attempt(work: Work, actor: Actor, session_id: str, person: PersonDetails, refusal: Refused) -> None:
    """Put on record that a rule of the session was against a request whose transaction is rolled back by now.

    It has a transaction of its own, which locks no session. Where that one cannot be had, the person is told what the
    rule says all the same. Somebody who was not known stays so.
    """
    if isinstance(refusal, _NO_RULES):
        return

    def unit(tx: Transaction) -> None:
        tx.note(RequestRefused(session_id=session_id, person_id=tx.find_person(person), refusal=refusal.code))

    with suppress(TryAgain):
        work.transact(actor, unit)
