"""What browser tests wait for: a page built beforehand stands there sooner than it answers, and then still moves."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Scheme = Literal["light", "dark"]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])

_IS_STILL = """
() => {
  const asked = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const isOfTheApp = document.querySelector(".radix-themes") !== null;
  const isAtRest = () =>
    (!isOfTheApp || ("__reflex" in window && document.documentElement.classList.contains(asked))) &&
    document.fonts.status === "loaded" &&
    document.getAnimations().every((one) => one.playState !== "running");
  const frame = () => new Promise(requestAnimationFrame);
  return frame().then(isAtRest).then((first) => frame().then(() => first && isAtRest()));
}
"""


def arrive(page: Page, address: str) -> None:
    """Open a page of the team, and wait until the server has said who looks at it."""
    page.goto(address)
    expect_live(page)


def expect_live(page: Page) -> None:
    """Wait until somebody is signed in and the page answers: what was built before says neither."""
    expect(page.get_by_test_id("live")).to_be_attached()


def settle(page: Page) -> None:
    """Wait until a page runs, has the colours that its reader asked for, and stands still for two frames in a row."""
    page.wait_for_function(_IS_STILL)


def violations(page: Page) -> list[str]:
    """List what axe calls serious or critical on a page as it stands when it has settled."""
    settle(page)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['any'][:1]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
