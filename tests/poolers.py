"""A real pooler in transaction mode in front of a test database: PgBouncer, stopped afterwards."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.databases import free_port, unprivileged_account

STARTS_WITHIN = 20.0  # seconds


class NoPoolerError(Exception):
    """There is no pooler to test with; the message says how to get one."""


@contextlib.contextmanager
def pooled(*urls: str, size: int) -> Generator[tuple[str, ...]]:
    """Yield the addresses of `urls`, which differ in their logins only, behind a pooler with `size` connections each.

    Raises:
        NoPoolerError: If PgBouncer is not installed.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise NoPoolerError("PgBouncer was not found. Run scripts/install-test-tools.")
    addresses = [make_url(url) for url in urls]
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="waitlist-pooler-"))
    logins = {address.username: address.password for address in addresses}
    (folder / "users.txt").write_text("".join(f'"{name}" "{said}"\n' for name, said in logins.items()), "ascii")
    server = addresses[0]
    lines = (
        "[databases]",
        f"{server.database} = host={server.host} port={server.port} dbname={server.database}",
        "[pgbouncer]",
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =",
        f"auth_type = plain\nauth_file = {folder / 'users.txt'}",
        f"pool_mode = transaction\ndefault_pool_size = {size}\nmax_client_conn = 100",
        f"logfile = {folder / 'pooler.log'}\npidfile = {folder / 'pooler.pid'}",
    )
    (folder / "pooler.ini").write_text("\n".join(lines), "ascii")
    as_account: dict[str, Any] = {}
    if account := unprivileged_account():
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    process = subprocess.Popen[bytes](
        [program, "-q", folder / "pooler.ini"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        **as_account,
    )
    try:
        there = tuple(address.set(host="127.0.0.1", port=port) for address in addresses)
        _wait_until_it_answers(there[0], process)
        yield tuple(_written(address.update_query_dict({"pgbouncer": "true"})) for address in there)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _written(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _wait_until_it_answers(address: URL, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    plain = _written(address.set(drivername="postgresql"))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(plain, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoPoolerError("PgBouncer did not start.")
