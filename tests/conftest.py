"""Fixtures for databases, the browser and the running app, and the count of what ran where."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

# Settings of the person who runs the tests stay out of them. This comes before anything loads the app.
os.environ["WAITLIST_ENV_FILE"] = os.devnull
os.environ["SECRET_KEY"] = "a-key-for-tests-only-a-key-for-tests-only"
_SET = "DATABASE_URL WORKER_DATABASE_URL MIGRATE_DATABASE_URL APP_URL HOST PORT ENVIRONMENT MAIL_FROM RESEND_API_KEY"
for _name in _SET.split():
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.startswith("SUPABASE_") and "_TEST_" not in name]:
    os.environ.pop(_name)

import pytest  # noqa: E402 - see above

from tests import databases  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("sqlite", "postgresql", "browser")
BROWSER_FIXTURES = {"app_server", "browser", "chromium_path", "page"}
CLOSED_FOLDERS = {"csv_io", "engine", "services"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SERVER_START_WITHIN = 240.0  # seconds; the first build of the pages fetches the npm packages

is_ci = os.environ.get("CI") == "true"


# --- Where a test runs ---------------------------------------------------------------------------------------


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test with the places it runs in, and close its sockets as far as its folder demands."""
    for place in _places_of(item):
        item.add_marker(place)
        item.user_properties.append(("ran_in", place))
        if place == "browser" and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SERVER_START_WITHIN + 60))
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    if folder in CLOSED_FOLDERS and item.get_closest_marker("loopback") is None:
        item.add_marker(pytest.mark.disable_socket)
    else:
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


def _places_of(item: pytest.Item) -> Iterator[str]:
    parameters = item.callspec.id.split("-") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else []
    fixtures = set(item.fixturenames) if isinstance(item, pytest.Function) else set[str]()
    if "sqlite" in parameters or item.get_closest_marker("sqlite"):
        yield "sqlite"
    if "postgresql" in parameters or "postgresql_server" in fixtures or item.get_closest_marker("postgresql"):
        yield "postgresql"
    if fixtures & BROWSER_FIXTURES or item.get_closest_marker("browser"):
        yield "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put browser tests last: they are the slowest, and Playwright keeps an event loop which asyncio tests mind."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


# --- The count of what ran where -----------------------------------------------------------------------------


class WhatRanWhere:
    """Counts the tests which really ran in each place, and fails a full run in CI which left one out."""

    def __init__(self, config: pytest.Config) -> None:
        self._ran = Counter[str]()
        is_everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        self._is_whole_suite = is_everything and not config.option.keyword and not config.option.markexpr

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test when its body was run."""
        if report.when == "call" and not report.skipped:
            self._ran.update(str(value) for name, value in report.user_properties if name == "ran_in")

    def _missing(self) -> list[str]:
        return [place for place in PLACES if not self._ran[place]] if self._is_whole_suite and is_ci else []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run if a place was left out."""
        if self._missing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the counts."""
        counts = ", ".join(f"{self._ran[place]} {label}" for place, label in _LABELS.items())
        terminalreporter.write_line(f"Tests run: {counts}.")
        for place in self._missing():
            terminalreporter.write_line(f"No test ran {_LABELS[place]}, which a full run in CI must do.", red=True)


_LABELS = {"sqlite": "on SQLite", "postgresql": "on PostgreSQL", "browser": "in the browser"}


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(WhatRanWhere(config), "what-ran-where")


def unavailable(reason: str) -> None:
    """Fail in CI, where everything must be there; elsewhere skip and say why."""
    if is_ci:
        pytest.fail(reason)
    pytest.skip(reason)


# --- Databases -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[databases.PostgreSQL]:
    """Yield a PostgreSQL server with an empty, migrated template database."""
    try:
        with databases.running_postgresql() as server:
            yield server
    except databases.NoPostgreSQLError as error:
        unavailable(str(error))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "waitlist.db"
    databases.migrate(f"sqlite:///{path}")
    path.touch()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a fresh, migrated SQLite database."""
    path = tmp_path / "waitlist.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: databases.PostgreSQL) -> Iterator[str]:
    """Yield the address of a fresh, migrated PostgreSQL database."""
    with postgresql_server.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, migrated database: the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


# --- The app and the browser ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AppServer:
    """The production app, running for the browser tests."""

    url: str
    database_url: str
    environment: dict[str, str]
    log: Path

    def run(self, *arguments: str) -> str:
        """Run `python -m waitlist_app` with the settings of this server and return what it printed."""
        command = [sys.executable, "-m", "waitlist_app", *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def app_server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Yield the production app on a free port of this machine, with a migrated, empty SQLite database of its own."""
    folder = tmp_path_factory.mktemp("app")
    shutil.copyfile(sqlite_template, folder / "waitlist.db")
    port = databases.free_port()
    server = AppServer(
        url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite:///{folder / 'waitlist.db'}",
        environment={
            **os.environ,
            "APP_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{folder / 'waitlist.db'}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        },
        log=folder / "server.log",
    )
    command = [sys.executable, "-c", f"from waitlist_app.serving import serve; serve('127.0.0.1', {port})"]
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=server.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _wait_until_it_answers(server: AppServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SERVER_START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/ping", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The app did not start:\n{server.log.read_text(errors='replace')[-8000:]}")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return where Chromium is: CHROMIUM_PATH, or the first of the usual names on the PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        unavailable("Chromium was not found. Run scripts/install-test-tools, or set CHROMIUM_PATH.")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> "Iterator[Browser]":
    """Yield Chromium. Each `browser.new_context()` is a person of their own."""
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", app_server: AppServer) -> "Iterator[Page]":
    """Yield a page in a fresh context, with the address of the app as its base."""
    context = browser.new_context(base_url=app_server.url)
    yield context.new_page()
    context.close()
