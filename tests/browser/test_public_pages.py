"""The centre's own pages in a real browser: axe-core, small windows, keyboard, no third party."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect, sync_playwright
from wagtail.models import PageViewRestriction

from cms.basepage.models import BasePage
from cms.models import DeclarationPage, Document, OperatorTerm
from cms.structure import ensure_site
from tests.accessibility import run_axe
from tests.cms.api.content import add_rich_content
from tests.factories import (
    DeclarationFactory,
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    StandardPageFactory,
    TopicFactory,
    in_days,
    make_private,
)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

PAGES = [
    *("/", "/wydarzenia/", "/wydarzenia/?archiwum=2", "/organizacje/"),
    *("/szukaj/", "/szukaj/?q=wydarzenie", "/szukaj/?q=nie-ma", "/szukaj/?q=gala&rodzaj=event"),
    *("/projekt/", "/organizacje/swit/", "/o-nas/", "/o-nas/kontakt/"),
    *(
        "/wydarzenia/gala/",
        "/wydarzenia/odwolane/",
        "/wydarzenia/online/",
        "/wydarzenia/przelozone/",
    ),
]
ERRORS = ["/nie-ma/", "/wydarzenia/wycofane/"]
FORMS = ["/tajne/", "/z-haslem/"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Django's development server, which serves the files of these tests, leaves them open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def site(transactional_db, live_server) -> str:
    """Fill a site with every kind of page in every state; return its address."""
    body = [
        ("heading", "Nagłówek"),
        (
            "paragraph",
            "<p>Akapit z <a href='https://example.org/'>odnośnikiem</a></p><h3>Więcej</h3>",
        ),
        ("quote", {"text": "Razem łatwiej", "source": "sąsiadka"}),
    ]
    image = ImageFactory(description="Ludzie przy stole")
    partner = PartnerFactory()
    project = ProjectFactory(slug="projekt", partners=[(partner, "leader")], body=body, image=image)
    swit = OrganizationFactory(
        slug="swit",
        locality=LocalityFactory(),
        spheres=SphereFactory.create_batch(3),
        nip="9990000014",
        seeks_volunteers=True,
        body=body,
        verified_at=in_days(-10),
    )
    OrganizationFactory(status="in_liquidation")
    everything = {"project": project, "organizers": [swit], "partners": [partner]}
    place = PlaceFactory(name="Dom Kultury w miejscowości o bardzo długiej nazwie")
    EventFactory(
        slug="gala",
        title="Gala Wolontariusza i Najdłuższegobezprzerwywyrazu w Czerwionce-Leszczynach",
        timed=True,
        proposed=True,
        image=image,
        body=body,
        place=place,
        topics=[TopicFactory()],
        registration_url="https://zapisy.example.org/",
        is_sample=True,
        **everything,
    )
    EventFactory(slug="odwolane", cancelled=True)
    EventFactory(slug="przelozone", postponed=True)
    EventFactory(slug="online", moved_online=True, full=True)
    EventFactory(slug="przesuniete", rescheduled=True, long=True)
    EventFactory.create_batch(31, past=True)
    EventFactory(slug="wycofane").unpublish()
    about = StandardPageFactory(slug="o-nas", body=body, summary="Kim jesteśmy.")
    StandardPageFactory(slug="kontakt", parent=about)
    make_private(StandardPageFactory(slug="tajne"))
    PageViewRestriction.objects.create(
        page_id=StandardPageFactory(slug="z-haslem").pk,
        restriction_type=PageViewRestriction.PASSWORD,
        password="razem",
    )
    return live_server.url


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    """Start the browser when the content is there: its event loop keeps Django's ORM out."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def window(browser: Browser, *, width: int = 1280, **options) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    yield context.new_page()
    context.close()


def assert_accessible(page: Page, name: str, width: int) -> None:
    results = run_axe(page, options=WCAG)
    assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_every_public_page_passes_axe_and_fits_its_window(site, browser, width, scheme):
    # bypass_csp, so that axe-core may run its script.
    with window(browser, width=width, color_scheme=scheme, bypass_csp=True) as page:
        for path in [*PAGES, *ERRORS, *FORMS]:
            page.goto(site + path)
            assert_accessible(page, path, width)


@pytest.fixture
def whole_centre(transactional_db, live_server) -> list[str]:
    """Fill a site with a document of every type, each as full as it can be; return addresses."""
    ensure_site()
    add_rich_content()
    DeclarationFactory()
    OperatorTerm.objects.update(
        brand_colour="#1f5f8b", logo=ImageFactory(), contact_phone="32 000 00 00", funding="Gmina."
    )
    documents = Document.objects.exclude(page=None).select_related("page")
    pages = [document.page.specific for document in documents]
    pages += [page.specific for page in DeclarationPage.objects.all()]
    pages += [page.specific for page in BasePage.objects.filter(depth=3)]
    return [f"{live_server.url}{page.get_url()}" for page in pages]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_page_of_every_type_of_document_passes_axe(whole_centre, width, scheme):
    assert len({address.split("/")[3] for address in whole_centre}) > 6
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with window(browser, width=width, color_scheme=scheme, bypass_csp=True) as page:
            for address in whole_centre:
                page.goto(address)
                assert_accessible(page, address, width)
        browser.close()


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "500.html"])
def test_error_page_passes_axe_and_leads_onward(site, template, rf):
    html = render_to_string(template, request=rf.get("/") if template == "403.html" else None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with window(browser, width=320, bypass_csp=True) as page:
            page.route("**/blad/", lambda route: route.fulfill(body=html, content_type="text/html"))
            page.goto(f"{site}/blad/")
            assert_accessible(page, template, 320)
            page.click("main a")
            assert page.url == f"{site}/"
        browser.close()


def test_pages_ask_only_this_site_and_break_no_policy(site, browser):
    with window(browser) as page:
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(f"{message.type} {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error {error}"))
        for path in [*PAGES, *FORMS]:
            page.goto(site + path, wait_until="networkidle")

    assert [one for one in complaints if one.startswith(("error", "warning"))] == []
    assert all(url.startswith(f"{site}/") for url in asked)
    assert any(url.startswith(f"{site}/media/") for url in asked), "no page showed its image"


def test_pages_are_whole_without_scripts(site, browser):
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{site}/wydarzenia/gala/")
        assert page.get_by_text("termin proponowany").first.is_visible()
        assert page.get_by_role("link", name="Zapisz się").is_visible()


def test_keyboard_skips_the_menu_and_shows_where_it_is(site, browser):
    with window(browser) as page:
        page.goto(f"{site}/wydarzenia/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Przejdź do treści")
        assert skip.evaluate("link => link === document.activeElement")
        # It slides in.
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert inside
        # Of a card the whole is outlined, of other links the words.
        outlines = page.evaluate(
            "[null, '::after'].map("
            "part => getComputedStyle(document.activeElement, part).outlineStyle)"
        )
        assert "solid" in outlines


def test_every_focusable_element_has_a_visible_focus(site, browser):
    with window(browser) as page:
        page.goto(f"{site}/wydarzenia/gala/")
        count = page.locator("a[href], button, input").count()
        for _ in range(count):
            page.keyboard.press("Tab")
            style = page.evaluate(
                "(() => { const style = getComputedStyle(document.activeElement);"
                " return [style.outlineStyle, parseFloat(style.outlineWidth)] })()"
            )
            assert style == ["solid", 3], page.evaluate("document.activeElement.outerHTML")
