"""Our lists in a page of somebody else, on another origin, under a strict policy."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from cms.embed.script import INTEGRITY
from tests.accessibility import run_axe
from tests.factories import EventFactory, ImageFactory, OrganizationFactory

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

POLICY = (
    "default-src 'none'; script-src {razem}; connect-src {razem}; style-src {razem}; "
    "img-src {razem}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
BOX = '<div class="razem-embed"><a href="{razem}/wydarzenia/">Wydarzenia Centrum</a></div>'
SCRIPT = (
    '<script async src="{razem}/embed/v1.js" integrity="{integrity}" crossorigin="anonymous" '
    "{data}></script>"
)
PAGE = (
    '<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Gmina</title></head><body>'
    '<main><h1>Gmina (przykład)</h1>{content}<p><a href="#dalej">Dalej</a></p></main></body></html>'
)
CONTENTS = {
    "/": BOX + SCRIPT.replace("{data}", 'data-section="events" data-images="1" data-css="1"'),
    "/kilka/": BOX
    + SCRIPT.replace("{data}", 'data-section="events" data-limit="1" data-no-optimize="1"')
    + SCRIPT.replace("{data}", 'data-section="organizations" data-heading="3"'),
    "/zla-sekcja/": BOX + SCRIPT.replace("{data}", 'data-section="../admin"'),
    "/nie-ma-sekcji/": BOX + SCRIPT.replace("{data}", 'data-section="nic"'),
    "/zly-parametr/": BOX + SCRIPT.replace("{data}", 'data-section="events" data-sfera="13"'),
    "/bez-sekcji/": BOX + SCRIPT.replace("{data}", ""),
    "/zla-suma/": BOX
    + SCRIPT.replace("{integrity}", "sha384-" + "A" * 64).replace(
        "{data}", 'data-section="events"'
    ),
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Django's development server, which serves the files of these tests, leaves them open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@contextmanager
def website(razem: str) -> Iterator[str]:
    """Serve the pages of somebody else on a port of their own; return the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = CONTENTS.get(self.path, "").replace("{razem}", razem)
            body = PAGE.format(content=content.replace("{integrity}", INTEGRITY)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(razem=razem))
            if self.path == "/kilka/":  # it asks for neither images nor the stylesheet
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def gmina(transactional_db, live_server, settings) -> Iterator[str]:
    settings.SITE_URL = live_server.url
    EventFactory(title="Gala <b>", slug="gala", proposed=True, image=ImageFactory())
    EventFactory(title="Odwołane", cancelled=True)
    OrganizationFactory(title="Lipa")
    with website(live_server.url) as address:
        yield address


@pytest.fixture
def browser(gmina) -> Iterator[Browser]:
    """Start the browser when the content is there: its event loop keeps Django's ORM out."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def window(browser: Browser, **options) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    yield context.new_page()
    context.close()


def complaints_of(page: Page) -> list[str]:
    """Return the list into which everything goes that the page's console says."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type} {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error {error}"))
    return said


def link_of(page: Page):
    return page.get_by_role("link", name="Wydarzenia Centrum")


def test_list_takes_the_place_of_the_link_and_breaks_no_policy(gmina, browser, live_server):
    with window(browser) as page:
        said = complaints_of(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(gmina)
        expect(page.get_by_role("heading", name="Wydarzenia")).to_be_visible()
        expect(page.get_by_text("termin proponowany")).to_be_visible()
        expect(page.get_by_text("odwołane", exact=True)).to_be_visible()
        gala = page.get_by_role("link", name="Gala <b>")
        assert gala.get_attribute("href") == f"{live_server.url}/wydarzenia/gala/"
        expect(link_of(page)).to_have_count(0)
        assert page.locator(".razem-embed[aria-busy]").count() == 0
        page.wait_for_load_state("networkidle")
        assert page.evaluate("getComputedStyle(document.querySelector('.razem-list')).display") == (
            "grid"
        )
        assert page.evaluate("document.activeElement === document.body")
        assert page.context.cookies() == []
    assert said == []
    assert all(url.startswith((f"{gmina}/", f"{live_server.url}/")) for url in asked)
    assert any(url.startswith(f"{live_server.url}/media/") for url in asked)


@pytest.mark.parametrize("width", [320, 1280])
def test_page_with_lists_passes_axe_and_fits_its_window(width, gmina, browser):
    # bypass_csp, so that axe-core may run its script.
    with window(browser, bypass_csp=True) as page:
        page.set_viewport_size({"width": width, "height": 800})
        for path, heading in (("/", "Wydarzenia"), ("/kilka/", "Organizacje")):
            page.goto(gmina + path)
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
            page.wait_for_load_state("networkidle")
            results = run_axe(page, options=WCAG)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_page_of_snippets_passes_axe_and_fits_its_window(width, gmina, browser, live_server):
    with window(browser, bypass_csp=True) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/embed/")
        results = run_axe(page, options=WCAG)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_several_lists_stand_where_their_scripts_are(gmina, browser):
    with window(browser) as page:
        said = complaints_of(page)
        page.goto(f"{gmina}/kilka/")
        expect(page.get_by_role("heading", level=3, name="Organizacje")).to_be_visible()
        expect(page.get_by_role("heading", level=2, name="Wydarzenia")).to_be_visible()
        headings = page.get_by_role("heading").all_inner_texts()
        assert [one for one in headings if one in {"Wydarzenia", "Organizacje"}] == [
            "Wydarzenia",
            "Organizacje",
        ]
        assert page.locator(".razem-events .razem-item").count() == 1
    assert said == []


def test_link_stays_without_scripts(gmina, browser):
    with window(browser, java_script_enabled=False) as page:
        page.goto(gmina)
        expect(link_of(page)).to_be_visible()
        assert page.locator("section.razem").count() == 0


@pytest.mark.parametrize(
    ("path", "warning"),
    [
        ("/zla-sekcja/", "data-section is missing or wrong"),
        ("/bez-sekcji/", "data-section is missing or wrong"),
        ("/nie-ma-sekcji/", "the list is not shown (404)"),
        ("/zly-parametr/", "sfera: This parameter is unknown here."),
        ("/zla-suma/", "integrity"),
    ],
)
def test_link_stays_and_the_console_says_why_when_something_is_wrong(path, warning, gmina, browser):
    with window(browser) as page:
        said = complaints_of(page)
        page.goto(gmina + path, wait_until="networkidle")
        expect(link_of(page)).to_be_visible()
        assert page.locator("[aria-busy], section.razem").count() == 0
    assert any(warning in one for one in said), said


def test_link_stays_when_the_list_cannot_be_had(gmina, browser):
    with window(browser) as page:
        said = complaints_of(page)
        page.route("**/embed/events.html*", lambda route: route.abort())
        page.goto(gmina, wait_until="networkidle")
        expect(link_of(page)).to_be_visible()
        assert page.locator("[aria-busy]").count() == 0
    assert any(one.startswith("warning Razem: the list is not shown (0)") for one in said), said


def test_list_waits_for_who_is_on_the_link(gmina, browser):
    held: list[Route] = []
    with window(browser) as page:
        page.route("**/embed/events.html*", lambda route: held.append(route))
        page.goto(gmina)
        box = page.locator(".razem-embed")
        expect(box).to_have_attribute("aria-busy", "true")
        link_of(page).focus()
        held[0].continue_()
        expect(box).not_to_have_attribute("aria-busy", "true")
        expect(link_of(page)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("heading", name="Wydarzenia")).to_be_visible()
        expect(page.get_by_role("link", name="Dalej")).to_be_focused()
