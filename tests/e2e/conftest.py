"""Browsers of several people over one running app. Whatever a browser complains about fails its test."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from tests.conftest import AppServer
from tests.e2e.office import Office
from waitlist_app.bootstrap import Product, build
from waitlist_app.services.actors import Actor
from waitlist_app.settings import Settings

SEEN_WITHIN = 30_000
"""Milliseconds; far more than a change needs on a small, busy machine. Only what never comes is waited for so long."""

expect.set_options(timeout=SEEN_WITHIN)

OpenBrowser = Callable[..., Page]
SitDown = Callable[..., Page]


@pytest.fixture(scope="session")
def product(app_server: AppServer) -> Iterator[Product]:
    """Yield the product over the database of the running app, to make what a test begins with."""
    settings = Settings(database_url=app_server.database_url, app_url=app_server.url)
    made = build(settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def office(product: Product) -> Office:
    """Found an organisation for one test."""
    return Office(product)


@pytest.fixture
def open_browser(browser: Browser, app_server: AppServer) -> Iterator[OpenBrowser]:
    """Yield what opens the browser of somebody who is not signed in.

    `expects` are statuses that the test is about; `options` are those of a Playwright context.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(*, expects: Collection[int] = (), **options: Any) -> Page:
        context = browser.new_context(base_url=app_server.url, locale="en-GB", timezone_id="Europe/London", **options)
        context.set_default_timeout(SEEN_WITHIN)
        note_complaints(context, complaints, expects)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sit_down(open_browser: OpenBrowser, office: Office) -> SitDown:
    """Return what opens the browser of a member of the team, signed in."""

    def signed_in(member: Actor, **options: Any) -> Page:
        page = open_browser(**options)
        answer = page.request.post(office.link(member), max_redirects=0)
        assert answer.status == 303
        return page

    return signed_in


def note_complaints(context: BrowserContext, complaints: list[str], expects: Collection[int] = ()) -> None:
    """Write down what goes wrong in a browser: on its console, in its scripts, and between it and the server."""
    expected = tuple(f"Failed to load resource: the server responded with a status of {status}" for status in expects)

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(expected):
            complaints.append(f"console: {message.text}")

    def on_failure(request: Request) -> None:
        # Leaving a page gives up what it still loads, which is no failure.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def on_response(response: Response) -> None:
        if response.status >= 400 and response.status not in expects:
            complaints.append(f"status {response.status}: {response.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(f"exception: {error.error}"))
    context.on("requestfailed", on_failure)
    context.on("response", on_response)
