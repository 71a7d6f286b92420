"""What the database says no to, in the product's own errors: a lost race is `TryAgain`, anything else our mistake."""

import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from waitlist_app.errors import Defect, TryAgain

C = TypeVar("C")

RACES: Final = (
    "uq_registration_active",
    "uq_proposal_open",
    "uq_offer_live",
    "ex_seat_time_overlap",
    "pk_audit_entry",
    "pk_audit_head",
    "pk_proposal",
    "pk_offer",
    "pk_payment",
    "payment.org_id, payment.reference",
    "uq_person_org_id_identity",
    "person.org_id, person.identity",
    "registration.org_id, registration.person_id",
    "registration_of_merged_person",
)
"""Guards that only a race can reach, since the engine has decided the same before: decide again."""

_LOST: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""

_BUSY: Final = ("database is locked", "database table is locked", "database schema is locked")


@contextmanager
def translated(context: AbstractContextManager[C]) -> Generator[C]:
    """Enter `context`, and turn what its database raises into `TryAgain` or `Defect`."""
    try:
        with context as value:
            yield value
    except DBAPIError as error:
        raise _in_our_words(error.orig or error) from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise _in_our_words(error) from error


def _in_our_words(error: BaseException) -> TryAgain | Defect:
    said = str(error)
    is_race = isinstance(error, sqlite3.IntegrityError | psycopg.IntegrityError) and any(n in said for n in RACES)
    is_busy = getattr(error, "sqlstate", "") in _LOST or any(words in said for words in _BUSY)
    return TryAgain(detail=said) if is_race or is_busy else Defect(said)
