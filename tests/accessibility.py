"""axe-core, asked once the page stands still: what fades in has less contrast meanwhile."""

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Animations without an end, such as a spinner's, are not waited for.
STILL = """() => Promise.all(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => {}))
)"""


def run_axe(page: Page, options: dict[str, Any]) -> AxeResults:
    """Return what axe finds on the page."""
    page.evaluate(STILL)
    return Axe().run(page, options=options)
