"""The plugin's pages and its blocks in a browser, in a classic theme and in a block theme."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.municipal_plugin.content import NAMES, add_all_kinds
from tests.municipal_plugin.site import Site

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
THEMES = Path("/usr/share/wordpress/wp-content/themes")
LISTS = ("events", "organizations", "project", "activities", "news", "contests", "resources")
PAGED = """
[razem_events limit=1 heading='Wydarzenia']
[razem_organizations limit=1 heading='Katalog organizacji']
[razem_project heading='Projekty']
[razem_activities limit=1 heading='Działania']
[razem_news heading='Aktualności']
[razem_contests limit=2 heading='Konkursy']
[razem_resources heading='Materiały']
[razem_newsletters heading='Newsletter']
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.wordpress,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(params=["gmina", "twentytwentythree"])
def theme(request: pytest.FixtureRequest, site: Site) -> str:
    """The theme that is switched to: the classic one of the tests, or Debian's block theme."""
    name: str = request.param
    there = site.wordpress.folder / "wp-content" / "themes" / name
    if not there.exists():
        assert (THEMES / name).exists(), "scripts/install-debian-packages"
        shutil.copytree(THEMES / name, there)
    site.wordpress.php("switch_theme($arguments[0]); return 1;", name)
    assert site.wordpress.php("return wp_get_theme()->exists() ? get_stylesheet() : '';") == name
    return name


@pytest.fixture
def full(site: Site) -> Site:
    add_all_kinds()
    assert site.pull() == "done"
    return site


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser.new_page()
        browser.close()


def write(site: Site, content: str) -> None:
    code = "return wp_update_post(['ID' => $arguments[0], 'post_content' => $arguments[1]]);"
    site.wordpress.php(code, site.page_id, content)


def test_pages_pass_axe_and_fit_their_window(
    full: Site, theme: str, browser_page: Page, tmp_path: Path
):
    write(full, PAGED)
    for width in (320, 1280):
        browser_page.set_viewport_size({"width": width, "height": 800})
        for name in ("", *NAMES, "event/nie-ma"):
            address = f"{full.wordpress.url}/dzial/" + (f"?razem={name}" if name else "")
            browser_page.goto(address)
            assert browser_page.locator(".razem").count() > 0, name
            picture = tmp_path / f"{width}-{name.replace('/', '-')}.png"
            browser_page.screenshot(path=picture, full_page=True)
            found = Axe().run(browser_page, options=WCAG)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
            assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, name
            styles = browser_page.locator("head link[href*='/razem/style.css']")
            assert styles.count() == 1, f"{name}: styles that come late move what is read"


def test_pages_of_a_list_are_turned_by_keyboard(full: Site, theme: str, browser_page: Page):
    write(full, PAGED)
    browser_page.goto(f"{full.wordpress.url}/dzial/")
    first = browser_page.locator(".razem-contests .razem-item h3").all_inner_texts()

    browser_page.locator(".razem-contests a[rel=next]").focus()
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**razem-contests-*=2*")

    second = browser_page.locator(".razem-contests .razem-item h3").all_inner_texts()
    assert not set(first) & set(second)
    top = browser_page.evaluate(
        "document.querySelector('.razem-contests').getBoundingClientRect().y"
    )
    assert top < 100  # one is where the list begins, not at the page's top
    assert "strona 2 z 2" in browser_page.title()


def test_blocks_are_offered_and_previewed_in_the_editor(
    full: Site, theme: str, browser_page: Page, tmp_path: Path
):
    login = full.wordpress.settings
    browser_page.goto(f"{full.wordpress.url}/wp-login.php")
    browser_page.fill("#user_login", login["ADMIN_USER"])
    browser_page.fill("#user_pass", login["ADMIN_PASSWORD"])
    browser_page.click("#wp-submit")
    blocks = "".join(f"<!-- wp:razem/{name} /-->" for name in (*LISTS, "newsletters"))
    write(full, '<!-- wp:razem/events {"topic":"rodo"} /-->' + blocks)

    browser_page.goto(f"{full.wordpress.url}/wp-admin/post.php?post={full.page_id}&action=edit")

    for name in (*LISTS, "newsletters"):
        browser_page.wait_for_selector(f".wp-block-razem-{name} .razem-item")
    assert "Festyn" in browser_page.locator(".wp-block-razem-events").first.inner_text()
    assert browser_page.locator(".block-editor-warning").count() == 0
    browser_page.screenshot(path=tmp_path / "editor.png")
