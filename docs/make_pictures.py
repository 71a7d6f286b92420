"""Makes the pictures of the README: `.venv/bin/python docs/make_pictures.py`.

It serves the app over a database of its own with the sample in it, looks at it as a coordinator does, and changes
nothing else. Chromium is found as the tests find it: CHROMIUM_PATH, or by its usual names.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PORT = os.environ.get("PICTURES_PORT", "8137")
URL = f"http://127.0.0.1:{PORT}"
LARGEST = 250_000
"""Bytes of a picture; a README is read on slow lines too."""
STARTS_WITHIN = 240.0
BETWEEN_KEYS = 250


def main() -> None:
    """Make all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _app(Path(folder)) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = _signed_in(browser, link)
        _work_a_little(page)
        _take(page, "session")
        session = page.url
        _override(page)
        _evidence(page)
        _sessions(page)
        _offer(browser, page)
        _in_dark(page, session)
        browser.close()


# ── the pictures ─────────────────────────────────────────────────────────────────────────────────


def _sessions(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("Needs you").first).to_be_visible()
    _take(page, "sessions")


def _work_a_little(page: Page) -> None:
    """Open the session in which somebody was moved, let an offer run there, and let two more seats come back."""
    page.goto("/audit")
    page.get_by_role("searchbox").fill("moved")
    expect(page.get_by_role("row").filter(has_not_text="moved")).to_have_count(1)  # the heads of the columns
    moves = page.get_by_role("row").filter(has_text=re.compile(r" moved .* from \d+ to \d+"))
    code = moves.last.get_by_role("cell").nth(4).inner_text().splitlines()[0]
    page.goto("/")
    page.get_by_role("searchbox").fill(code)
    page.get_by_test_id(f"session-{code}").click()
    page.get_by_test_id("review-next").click()
    page.get_by_test_id("approve").click()
    expect(page.get_by_role("button", name=re.compile("^Revoke "))).to_have_count(1)
    page.get_by_test_id("tab-roster").click()
    for reason in ("Manager withdrew the request", "Clashes with an exam"):
        page.get_by_role("button", name=re.compile("^Drop ")).nth(2).click()
        page.get_by_test_id("reason").fill(reason)
        page.get_by_test_id("confirm-leaving").click()
        expect(page.get_by_test_id("leaving-dialog")).to_be_hidden()
    page.reload()  # without the notices
    expect(page.get_by_test_id("review-next")).to_have_text("Review 2")


def _override(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Move ")).nth(5).focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(BETWEEN_KEYS)
    page.get_by_test_id("reason").fill("Certificate ends this month; agreed with the manager.")
    _take(page, "override")
    page.get_by_test_id("put-back").click()
    expect(page.get_by_test_id("override-dialog")).to_be_hidden()


def _evidence(page: Page) -> None:
    page.get_by_test_id("review-next").click()
    expect(page.get_by_test_id("approve")).to_be_visible()
    _take(page, "evidence")
    page.keyboard.press("Escape")


def _offer(browser: Browser, page: Page) -> None:
    page.goto("/mailbox")
    page.get_by_role("row").filter(has_text="please answer").first.get_by_role("link").click()
    address = page.get_by_test_id("letter-link").first.get_attribute("href")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light", locale="en-GB").new_page()
    phone.goto(f"{address}")
    expect(phone.get_by_test_id("offer-accept")).to_be_visible()
    _take(phone, "offer-phone")


def _in_dark(page: Page, session: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(session)
    expect(page.get_by_test_id("seat-sum")).to_be_visible()
    _take(page, "session-dark")


def _take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("() => document.fonts.ready")
    page.evaluate("() => Promise.all(document.getAnimations().map(animation => animation.finished))")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{path.name} is larger than {LARGEST:,} bytes.")


# ── the app ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _app(folder: Path) -> Iterator[str]:
    """Serve the sample and yield a sign-in link."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'pictures.db'}",
        "APP_URL": URL,
        "HOST": "127.0.0.1",
        "PORT": PORT,
        "WAITLIST_ENV_FILE": os.devnull,
    }
    for command in ("migrate", "seed"):
        _run(command, environment)
    served = subprocess.Popen([sys.executable, "-m", "waitlist_app", "serve"], cwd=ROOT, env=environment)
    try:
        _wait(served)
        yield re.search(r"/sign-in/\S+", _run("link", environment))[0]  # pyright: ignore[reportOptionalSubscript]
    finally:
        served.terminate()
        served.wait(timeout=20)


def _run(command: str, environment: dict[str, str]) -> str:
    arguments = [sys.executable, "-m", "waitlist_app", command]
    return subprocess.run(arguments, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _wait(served: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and served.poll() is None:
        try:
            with urllib.request.urlopen(f"{URL}/ping", timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.5)
    sys.exit("The app did not start.")


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)


def _signed_in(browser: Browser, link: str) -> Page:
    page = browser.new_context(
        base_url=URL,
        viewport={"width": 1440, "height": 900},
        color_scheme="light",
        locale="en-GB",
        reduced_motion="reduce",
    ).new_page()
    page.goto(link)
    page.get_by_role("button").first.click()
    return page


if __name__ == "__main__":
    main()
