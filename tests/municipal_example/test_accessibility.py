"""The example site in a real browser: axe-core finds nothing, the keyboard finds its way."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.accessibility import run_axe
from tests.municipal_example.documents import event, in_days, organization, project, upsert
from tests.municipal_example.servers import SECRET, Site, site

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

pytestmark = pytest.mark.browser


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Site]:
    documents = [
        project(partners=[{"name": "GaSzo", "role_label": "lider", "website": None}]),
        event("odwolane", 2, start_date=in_days(3), status="cancelled", is_sample=True),
        event("przelozone", 3, status="postponed"),
        event("festiwal", 4, date_certainty="proposed", is_full=True),
        organization(version=5, email="kontakt@example.org"),
    ]
    with site(tmp_path, "--push", SECRET) as running:
        for document in documents:
            running.deliver(upsert(document, epoch="epoch-1"))
        yield running


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser.new_page(bypass_csp=True)  # so that axe-core may run its script
        browser.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_kind_of_page_passes_axe_and_fits_its_window(running, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    paths = ["/", "/project/razem-mozemy-wiecej/", "/event/odwolane/", "/nie-ma/"]
    for path in [*paths, "/event/festiwal/", "/organization/zielony-zegar/"]:
        page.goto(running.url + path)
        results = run_axe(page, options=WCAG)

        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_first_tab_shows_the_skip_link_which_leads_to_the_content(running, page):
    page.goto(running.url)
    page.keyboard.press("Tab")
    skip = page.get_by_text("Przejdź do treści")

    assert skip.bounding_box()["x"] >= 0

    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tresc"
