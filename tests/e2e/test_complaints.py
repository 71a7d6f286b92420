"""What a browser complains about is heard; without this, silence on the console would prove nothing."""

from playwright.sync_api import Browser

from tests.conftest import AppServer
from tests.e2e.conftest import note_complaints


def test_whatever_a_browser_complains_about_is_heard(browser: Browser, app_server: AppServer):
    """Words on the console, an error in a script, an answer that says no, and an address that does not answer."""
    complaints: list[str] = []
    context = browser.new_context(base_url=app_server.url)
    note_complaints(context, complaints)
    page = context.new_page()
    page.goto("/welcome")

    with context.expect_event("console", lambda message: message.text == "This is odd."):
        page.evaluate("console.error('This is odd.')")
    with context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('This broke.') })")
    with context.expect_event("response", lambda answer: answer.url.endswith("/_upload/nothing")):
        page.evaluate("fetch('/_upload/nothing').then(answer => answer.text())")
    page.route("**/away", lambda route: route.abort("connectionrefused"))
    with context.expect_event("requestfailed"):
        page.evaluate("fetch('/away').catch(() => 0)")
    context.close()

    heard = "\n".join(complaints)
    for wanted in ("console: This is odd.", "This broke.", "status 404: ", "/away net::ERR_CONNECTION_REFUSED"):
        assert wanted in heard
