"""The desk with its mailroom, on both databases."""

from collections.abc import Iterator

import pytest

from tests.scenarios.mailroom import Mailroom


@pytest.fixture
def desk(database_url: str) -> Iterator[Mailroom]:
    """Yield First Aid with one free seat, Imani proposed for it."""
    desk = Mailroom(database_url)
    desk.open_first_aid()
    yield desk
    desk.engine.dispose()
