"""The two databases with their processes, which live for all the races of a run."""

import shutil
from collections.abc import Iterator

import pytest

from tests.races.rounds import Arena

PROCESSES = 50


@pytest.fixture(scope="package")
def sqlite_arena(sqlite_template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Yield an arena over SQLite."""
    path = tmp_path_factory.mktemp("races") / "waitlist.db"
    shutil.copyfile(sqlite_template, path)
    arena = Arena(f"sqlite:///{path}", PROCESSES)
    yield arena
    arena.close()


@pytest.fixture(scope="package")
def postgresql_arena(postgresql_server) -> Iterator[Arena]:
    """Yield an arena over PostgreSQL."""
    with postgresql_server.fresh_database() as url:
        arena = Arena(url, PROCESSES)
        yield arena
        arena.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request: pytest.FixtureRequest) -> Arena:
    """Give the arena of each database."""
    return request.getfixturevalue(f"{request.param}_arena")
