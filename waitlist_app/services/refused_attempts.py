"""Attempts that a rule refused: nothing of them is stored, but that there was one."""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Final

from waitlist_app.engine.refusals import ReasonMissing, SeatGone
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.services.actors import Actor
from waitlist_app.services.client_keys import KeyUsed
from waitlist_app.services.happenings import RequestRefused
from waitlist_app.services.ports import PersonDetails, Transaction, Work

_NO_RULES: Final = (SeatGone, KeyUsed, ReasonMissing)
"""The one asks before anything is decided, the others are about the form."""


@contextmanager
def noted(work: Work, actor: Actor, session_id: Callable[[], str], person: PersonDetails) -> Generator[None]:
    """Carry a request out, and put on record that a rule of the session was against it, once it is rolled back.

    The note has a transaction of its own, which locks no session. Where that one cannot be had, the person is told what
    the rule says all the same. Somebody who was not known stays so. `session_id` is asked for then.
    """
    try:
        yield
    except _NO_RULES:
        raise
    except Refused as refusal:
        code = refusal.code

        def unit(tx: Transaction) -> None:
            tx.note(RequestRefused(session_id=session_id(), person_id=tx.find_person(person), refusal=code))

        with suppress(TryAgain):
            work.transact(actor, unit)
        raise
