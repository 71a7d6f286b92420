"""The app without its pages, served to connections that no browser would make."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests import databases
from tests.conftest import ROOT, AppServer
from tests.e2e.office import SEATED, WAITING, Office
from tests.websocket.tab import Tab
from waitlist_app.auth.web_sessions import COOKIE_NAME
from waitlist_app.bootstrap import Product, build
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import MailboxMessage
from waitlist_app.settings import Settings

STARTS_WITHIN = 60.0
PERSONAL = (*SEATED, *WAITING, "tarnwick.example", "Fire Warden", "Tarnwick", "Calder", "Ostrander")

_SERVE = """
import rxconfig
from reflex.utils import exec as server
from reflex_base.constants import Env
from reflex_base.environment import environment
environment.REFLEX_ENV_MODE.set(Env.PROD)
environment.REFLEX_SKIP_COMPILE.set(True)
server.run_backend_prod("127.0.0.1", {port}, rxconfig.config.loglevel.subprocess_level())
"""

OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Yield the app on a free port of this machine, without pages, so that nothing has to be built."""
    folder = tmp_path_factory.mktemp("websocket")
    shutil.copyfile(sqlite_template, folder / "waitlist.db")
    port = databases.free_port()
    url, database_url = f"http://127.0.0.1:{port}", f"sqlite:///{folder / 'waitlist.db'}"
    said = {"APP_URL": url, "DATABASE_URL": database_url, "HOST": "127.0.0.1", "PORT": str(port)}
    running = AppServer(
        url=url, database_url=database_url, environment={**os.environ, **said}, log=folder / "server.log"
    )
    with running.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(port=port)],
            cwd=ROOT,
            env=running.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_it_answers(running, process)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _wait_until_it_answers(server: AppServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/ping", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{server.log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def product(server: AppServer) -> Iterator[Product]:
    """Yield the product over the database of the running app."""
    made = build(Settings(database_url=server.database_url, app_url=server.url))
    yield made
    made.engine.dispose()


@pytest.fixture
def office(product: Product) -> Office:
    """Found an organisation for one test."""
    return Office(product)


@pytest.fixture
def path(office: Office) -> str:
    """Open a session with people in it, whose messages are all delivered, so that nothing moves by itself."""
    path = office.open_full_session()
    while any(message.status not in {"sent", "obsolete"} for message in _messages(office)):
        office.product.deliver()
    return path


def _messages(office: Office) -> Sequence[MailboxMessage]:
    return office.product.work.read(office.ines, lambda reader: reader.messages())


@pytest.fixture
def sign_in(server: AppServer, office: Office) -> Callable[[Actor], str]:
    """Return what signs a member in and gives their `Cookie` header."""

    def signed_in(member: Actor) -> str:
        answer = httpx.post(f"{server.url}{office.link(member)}")
        assert answer.status_code == 303
        return f"{COOKIE_NAME}={answer.cookies[COOKIE_NAME]}"

    return signed_in


@pytest.fixture
def open_tab(server: AppServer) -> Iterator[OpenTab]:
    """Yield what connects to the app."""
    tabs: list[Tab] = []

    def opened(**options: str | None) -> Tab:
        tabs.append(Tab(server.url, **options))  # pyright: ignore[reportArgumentType] - the names are those of a tab
        return tabs[-1]

    yield opened
    for tab in tabs:
        tab.leave()


@pytest.fixture
def log(server: AppServer) -> Callable[[], str]:
    """Return what gives the log of the server since the beginning of the test."""
    begins = server.log.stat().st_size
    return lambda: str(server.log.read_bytes()[begins:], "utf-8")


@pytest.fixture
def stored(server: AppServer) -> Callable[[], str]:
    """Return what gives a digest of everything in the database but when browsers were last seen."""
    return lambda: digest_of(server.database_url.removeprefix("sqlite:///"))


WRITTEN_BY_THE_CLOCK = {"web_session", "member_mail", "message", "link"}


def digest_of(path: str) -> str:
    """Digest every row of every table, but for what the clock writes: the last use of browsers, and mail on its way.

    An act that an event caused would be among the entries of the record.
    """
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
        for (name,) in names:
            if name not in WRITTEN_BY_THE_CLOCK:
                rows = database.execute(f'select * from "{name}"').fetchall()  # noqa: S608 - the name is the schema's
                digest.update(f"{name} {sorted(map(repr, rows))}".encode())
    return digest.hexdigest()


def personal(texts: list[str]) -> list[str]:
    """List the names that are told in some texts."""
    return [word for word in PERSONAL if any(word in text for text in texts)]
