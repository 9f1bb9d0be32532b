"""axe-core, asked once the page stands still: what fades in has less contrast meanwhile."""

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# For a second at most: some are paused, have no end, or stand still out of sight.
STILL = """() => Promise.race([
  new Promise((resolve) => setTimeout(resolve, 1000)),
  Promise.all(
    document.getAnimations()
      .filter((one) => one.playState === "running")
      .map((one) => one.finished.catch(() => {}))
  ),
])"""


def run_axe(page: Page, options: dict[str, Any]) -> AxeResults:
    """Return what axe finds on the page."""
    page.evaluate(STILL)
    return Axe().run(page, options=options)
