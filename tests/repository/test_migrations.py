"""Bringing a database to the newest schema, and back."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from tests.repository.raw import in_database
from waitlist_app.repository import migrations


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


class TestAMigratedDatabase:
    def test_is_what_the_tables_say(self, database_url):
        """No table differs from what the code believes, so no query meets a column that is not there."""
        assert migrations.is_current(database_url)

        migrations.check(database_url)

    def test_goes_back_to_nothing_and_comes_again(self, database_url):
        """Every step can be taken back, so a bad upgrade is never the end."""
        with in_database(database_url) as connection:
            before = _tables(connection)

        migrations.downgrade(database_url, "base")
        with in_database(database_url) as connection:
            between = _tables(connection)
        is_current_between = migrations.is_current(database_url)
        migrations.upgrade(database_url)

        with in_database(database_url) as connection:
            after = _tables(connection)
        assert (between, is_current_between) == (set(), False)
        assert after == before
        assert migrations.is_current(database_url)
        migrations.check(database_url)


class TestAnUpgrade:
    def test_changes_nothing_the_second_time(self, database_url):
        """A server that starts again finds its data as it left it."""
        with in_database(database_url) as connection:
            connection.exec_driver_sql(
                "insert into organisation (id, name, zone, created_at) values ('hill', 'Hill', 'UTC', '2026-01-05')"
            )

        migrations.upgrade(database_url)

        with in_database(database_url) as connection:
            names = connection.exec_driver_sql("select name from organisation").scalars().all()
        assert names == ["Hill"]

    def test_runs_once_when_three_start_together(self, database_url):
        """Servers that start at the same moment do not trip over each other."""
        migrations.downgrade(database_url, "base")
        problems: list[subprocess.CompletedProcess[str]] = []
        program = f"from waitlist_app.repository.migrations import upgrade; upgrade({database_url!r})"

        def start() -> None:
            command = [sys.executable, "-c", program]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            if done.returncode:
                problems.append(done)

        threads = [threading.Thread(target=start) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=90)

        assert problems == []
        assert migrations.is_current(database_url)

    def test_works_from_any_folder(self, tmp_path):
        """Nobody has to stand in the right place for it, and no file tells it where the database is."""
        url = f"sqlite:///{tmp_path / 'waitlist.db'}"
        root = Path(migrations.__file__).resolve().parents[2]
        program = f"from waitlist_app.repository.migrations import upgrade; upgrade({url!r})"

        subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root)},
            check=True,
            timeout=60,
        )

        assert migrations.is_current(url)


class TestAnEmptyDatabase:
    @pytest.mark.sqlite
    def test_is_not_current(self, tmp_path):
        """A server that finds it can say that it has to be migrated first."""
        assert not migrations.is_current(f"sqlite:///{tmp_path / 'waitlist.db'}")
