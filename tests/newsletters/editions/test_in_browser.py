"""Editions in a real browser: the archive and the mail by axe-core, and the editor's preview."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cms.accounts.models import User
from newsletters.editions.models import NewsletterPage
from tests.accessibility import run_axe
from tests.browser.test_public_pages import CHROMIUM, QUIET, assert_accessible, window
from tests.factories import NewsletterFactory
from tests.newsletters.editions.helpers import full_edition, mail_of

MAIL_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
WINDOWS = [(320, "light"), (640, "light"), (640, "dark"), (360, "dark")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Django's development server, which serves the files of these tests, leaves them open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def edition(transactional_db) -> NewsletterPage:
    return full_edition()


@pytest.fixture
def session(edition, client: Client) -> str:
    """Return the session of somebody of the editorial staff."""
    client.force_login(User.objects.create_superuser("redakcja"))
    return client.cookies["sessionid"].value


@pytest.fixture
def wrong_draft(edition) -> str:
    """Return the address at which a draft is edited that cannot be published."""
    buttons = [{"label": "Dalej", "url": url} for url in ("dalej", "/wydarzenia/")]
    page = NewsletterFactory(draft=True, body=[("button", button) for button in buttons])
    return f"/admin/pages/{page.pk}/edit/"


@pytest.fixture
def html(edition) -> str:
    return mail_of(edition).html


def test_archive_passes_axe_and_fits_its_window(edition, live_server, browser):
    for width, scheme in ((320, "light"), (1280, "light"), (1280, "dark")):
        with window(browser, width=width, color_scheme=scheme, bypass_csp=True) as page:
            for path in ("/newsletter/", "/newsletter/jesien/"):
                page.goto(live_server.url + path)
                assert_accessible(page, path, width)


def test_mail_passes_axe_and_fits_its_window_in_light_and_dark(html, browser):
    for width, scheme in WINDOWS:
        with window(browser, width=width, color_scheme=scheme) as page:
            page.route("**/*", lambda route: route.fulfill(body=""))
            page.set_content(html)
            results = run_axe(page, options=MAIL_RULES)
            assert results.violations_count == 0, f"{width} {scheme} {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def log_in(page: Page, address: str, session: str) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def test_editor_sees_page_mail_and_text_beside_the_form(edition, session, live_server, browser):
    with window(browser, width=1500) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{message.type} {message.text}"))
        log_in(page, live_server.url, session)
        page.goto(f"{live_server.url}/admin/pages/{edition.pk}/edit/")
        page.get_by_role("button", name="Przełącz podgląd").click()
        frame = page.frame_locator("iframe#w-preview-iframe, [data-preview-panel] iframe").first

        expect(frame.locator("header.site-header")).to_be_visible()
        page.get_by_label("Tryb podglądu").select_option("mail")
        expect(frame.locator("h1.title")).to_have_css("font-weight", "700")
        expect(frame.locator("h1.title")).to_have_css("color", "rgb(35, 32, 29)")
        page.get_by_label("Tryb podglądu").select_option("text")
        expect(frame.locator("pre")).to_contain_text("JESIEŃ W CENTRUM")

    refused = [one for one in complaints if "Content Security Policy" in one or "X-Frame" in one]
    assert refused == []


def test_editor_reads_what_hinders_publishing(wrong_draft, session, live_server, browser):
    with window(browser, width=1500) as page:
        log_in(page, live_server.url, session)
        page.goto(f"{live_server.url}{wrong_draft}")
        page.get_by_role("button", name="Więcej akcji").click()
        page.get_by_role("button", name="Opublikuj").click()
        for block in ("Blok 1 (przycisk)", "Blok 2 (przycisk)"):
            expect(page.get_by_text(f"{block}: Adres przycisku jest błędny.")).to_be_visible()
