"""Accounts with passwords in the database, for installations without another identity provider."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from waitlist_app.repository import tables_identities
from waitlist_app.repository.failures import translated
from waitlist_app.repository.rows import table_of
from waitlist_app.services.identities import AccountRecord

ACCOUNT: Final = table_of(tables_identities.Account)


class Accounts:
    """An `AccountStore` over a database."""

    def __init__(self, engine: Engine) -> None:
        """Use a connection of `engine` for each call."""
        self._engine = engine
        self._reading = engine.execution_options(reads_only=True)

    def account(self, email: str) -> AccountRecord | None:
        """Give an account by its normalised address."""
        with translated(self._reading.begin()) as connection:
            return _find(connection, email)

    def ensure_account(self, email: str, *, now: datetime) -> AccountRecord:
        """Give an account, made without a password when there was none."""
        row = {"email": email, "password_hash": "", "code_secret": "", "code_counter": 0, "changed_at": now}
        with translated(self._engine.begin()) as connection:
            found = _find(connection, email)
            if found:
                return found
            try:
                with connection.begin_nested():
                    connection.execute(insert(ACCOUNT), row)
            except IntegrityError:  # two clicks at once: the other one made it
                return _find(connection, email) or AccountRecord(email=email)
            return AccountRecord(email=email)

    def set_password_hash(self, email: str, password_hash: str, *, now: datetime) -> None:
        """Keep the hash of a new password."""
        self._set(email, password_hash=password_hash, changed_at=now)

    def set_code_secret(self, email: str, sealed: str, *, now: datetime) -> None:
        """Keep the sealed secret of an authenticator app; empty takes it away."""
        self._set(email, code_secret=sealed, code_counter=0, changed_at=now)

    def use_code(self, email: str, counter: int) -> bool:
        """Use up the code of one half minute; False when it, or a later one, was used before."""
        # One statement compares and writes: of two browsers that send the same code at once, one is signed in.
        use = update(ACCOUNT).where(ACCOUNT.c.email == email, ACCOUNT.c.code_counter < counter)
        with translated(self._engine.begin()) as connection:
            return connection.execute(use.values(code_counter=counter)).rowcount == 1

    def _set(self, email: str, **values: Any) -> None:
        with translated(self._engine.begin()) as connection:
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.email == email).values(values))


def _find(connection: Connection, email: str) -> AccountRecord | None:
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.email == email)).one_or_none()
    if row is None:
        return None
    return AccountRecord(
        email=row.email,
        password_hash=row.password_hash,
        code_secret=row.code_secret,
        code_counter=row.code_counter,
    )
