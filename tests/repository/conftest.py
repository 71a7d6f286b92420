"""Fixtures for tests over a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.repository.world import Tarnwick


@pytest.fixture
def tarnwick(database_url: str) -> Iterator[Tarnwick]:
    """Give an organisation that is not open yet, on each database."""
    world = Tarnwick(database_url, datetime(2026, 3, 2, 9, tzinfo=UTC))
    yield world
    world.close()
