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

    page.evaluate("console.error('This is odd.')")
    page.evaluate("setTimeout(() => { throw new Error('This broke.') })")
    page.evaluate("fetch('/_upload/nothing').then(answer => answer.text())")
    page.evaluate("fetch('http://127.0.0.1:9').catch(() => 0)")
    context.close()

    heard = "\n".join(complaints)
    for wanted in ("console: This is odd.", "This broke.", "status 404: ", "127.0.0.1:9"):
        assert wanted in heard
