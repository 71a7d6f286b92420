"""Raw SQL for tests, past everything that the product would do about it."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection

from waitlist_app.repository.database import open_database
from waitlist_app.repository.tenancy import OWN_ROLE


@contextmanager
def in_database(url: str) -> Generator[Connection]:
    """Open one transaction at `url` as the role that the address names, and commit it."""
    engine = open_database(url)
    try:
        with engine.execution_options(**{OWN_ROLE: True}).begin() as connection:
            yield connection
    finally:
        engine.dispose()
