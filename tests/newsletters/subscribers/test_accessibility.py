"""The pages in a real browser: axe-core, small windows, dark, and without scripts."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from newsletters.subscribers import services, tokens
from tests.accessibility import run_axe
from tests.factories import TopicFactory, home_page
from tests.newsletters.subscribers.helpers import (
    link,
    make_clause,
    sign_up,
    subscribe,
    token_of,
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
SUBSCRIBE = "/newsletter/zapisz-sie/"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def paths(transactional_db, live_server) -> dict[str, str]:
    """Make everything that the pages show; return their addresses by name."""
    home_page()
    make_clause()
    TopicFactory.create_batch(3)
    person, left = subscribe("anna@example.org"), subscribe("jan@example.org")
    services.leave(subscriber_id=left.pk, source="link")
    data = tokens.data_token(person.pk)
    found = {
        "subscribe": SUBSCRIBE,
        "sent": "/newsletter/zapisz-sie/wyslano/",
        "confirm": link("confirm", tokens.sign_up_token(sign_up("ola@example.org").pk)),
        "gone": link("confirm", "x"),
        "unsubscribe": link("unsubscribe", token_of(person)),
        "broken": link("unsubscribe", "x"),
        "preferences": link("preferences", token_of(person)),
        "left": link("preferences", token_of(left)),
        "data": link("data", data),
        "erase": link("data_erase", data),
    }
    return {name: live_server.url + path for name, path in found.items()}


@pytest.fixture
def browser(paths) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


def assert_accessible(page: Page, name: str, width: int) -> None:
    results = run_axe(page, options=WCAG)
    assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_every_page_passes_axe_and_fits_its_window(paths, browser, width, scheme):
    viewport = {"width": width, "height": 800}
    page = browser.new_page(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    for name, url in paths.items():
        page.goto(url)
        assert_accessible(page, name, width)

    page.goto(paths["subscribe"])
    page.fill("#id_email", "anna")
    page.get_by_role("button", name="Zapisz się").click()
    expect(page).to_have_title(re.compile("^Błąd: "))
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page, "errors", width)
    page.get_by_role("link", name="pełny adres").click()
    expect(page.locator("#id_email")).to_be_focused()


def test_pages_work_without_scripts_and_break_no_policy(paths, browser):
    page = browser.new_page(java_script_enabled=False)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    assert page.goto(paths["subscribe"]).ok
    assert page.locator(".trap").bounding_box()["x"] < 0
    page.get_by_label("Adres e-mail").fill("zofia@example.org")
    page.get_by_label("Chcę otrzymywać newsletter.").check()
    page.get_by_role("button", name="Zapisz się").click()
    expect(page.get_by_role("heading", name="Sprawdź skrzynkę")).to_be_visible()

    page.goto(paths["confirm"])
    page.get_by_role("button", name="Tak, chcę newsletter").click()
    expect(page.get_by_role("heading", name="Zapisaliśmy Cię")).to_be_visible()
    page.get_by_role("link", name="Zmień wybór").click()
    page.get_by_label("Imię").fill("Ola")
    page.get_by_role("button", name="Zapisz zmiany").click()
    expect(page.get_by_text("Zapisaliśmy Twój wybór.")).to_be_visible()
    page.get_by_role("link", name="Nie chcę już").click()
    page.get_by_role("button", name="Wypisz się").click()
    expect(page.get_by_role("heading", name="Wypisano")).to_be_visible()
    assert complaints == []
