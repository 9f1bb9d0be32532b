"""Home, „Gdzie to jest” and „Dodaj …” in a real browser: by keyboard, by axe, counted in clicks."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cms.models import EventIndexPage, EventPage
from cms.structure import ensure_site
from integrations.municipal.models import Destination, SyncState
from tests.accessibility import run_axe
from tests.factories import (
    ContestFactory,
    EventFactory,
    ProjectFactory,
    document_of,
    in_days,
    publish,
)
from tests.newsletters.mailings import ledgers

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Django's development server, which serves the files of these tests, leaves them open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def admin(transactional_db, live_server) -> str:
    """Make the site and somebody who may do everything; return the admin's address."""
    get_user_model().objects.create_superuser("redakcja", "ja@example.org", "haslo")
    ensure_site()
    return f"{live_server.url}/admin"


@pytest.fixture
def event(admin) -> EventPage:
    """Give an event that went out by mail, and that a destination refused."""
    event = EventFactory(title="Gala (przykład)", slug="gala", start_date=in_days(5))
    document = document_of(event)
    destination = Destination.objects.create(name="gmina", url="http://127.0.0.1:1/")
    SyncState.objects.create(
        destination=destination,
        document=document,
        state="parked",
        wanted_version=document.sequence,
        last_error="Odmowa 422.",
    )
    people = [ledgers.subscriber("anna@example.org")]
    ledgers.mailing(people, subject="Biuletyn 7", documents={str(document.pk): document.sequence})
    return event


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Give a browser; the tests read the database while it runs (Playwright's loop is idle)."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def logged_in(browser: Browser, admin: str, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="pl").new_page()
    page.goto(f"{admin}/login/")
    page.fill("[name=username]", "redakcja")
    page.fill("[name=password]", "haslo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{admin}/")
    return page


def check(page: Page, width: int) -> None:
    # Wagtail's sidebar is drawn by its script.
    page.wait_for_selector("#wagtail-sidebar:not(.sidebar-loading)", state="attached")
    results = run_axe(page, options=WCAG)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def wait_until_edits_count(page: Page) -> None:
    """Wagtail compares the form with what it holds two seconds after it was opened."""
    page.wait_for_timeout(2500)


@dataclass
class Effort:
    """What a task takes: clicks, fields filled in, and pages loaded, the first one aside."""

    page: Page
    clicks: int = 0
    fields: int = 0
    loads: int = 0
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._note)

    def _note(self, frame: Any) -> None:
        if frame == self.page.main_frame:
            self.loads += 1
            self.seen.append(frame.url)

    def click(self, locator: Any) -> None:
        locator.click()
        self.clicks += 1

    def fill(self, locator: Any, value: str) -> None:
        locator.fill(value)
        self.fields += 1


@pytest.mark.parametrize("width", [400, 1280])
def test_pages_of_editors_pass_axe_and_fit_their_window(admin, event, browser, width):
    for number in range(7):
        EventFactory(title=f"Spotkanie {number}", start_date=in_days(3), proposed=bool(number % 2))
    ContestFactory(opens_on=in_days(-90), closes_on=in_days(-30), results_on=in_days(-2))
    ProjectFactory()
    ProjectFactory()
    page = logged_in(browser, admin, width)
    for path in ("", "do-zrobienia/", "dodaj/dzialanie/", f"pages/{event.pk}/gdzie/"):
        page.goto(f"{admin}/{path}")
        check(page, width)

    page.goto(f"{admin}/pages/{event.pk}/edit/")
    page.get_by_role("button", name="Pokaż, gdzie to jest").click()
    expect(page.locator("[data-side-panel=places]")).to_contain_text("Odmowa 422.")
    check(page, width)


def test_places_are_opened_retried_and_asked_again_by_keyboard_only(admin, event, browser):
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{event.pk}/edit/")
    panel = page.locator("[data-side-panel=places]")
    said = panel.get_by_role("status")

    page.get_by_role("button", name="Pokaż, gdzie to jest").press("Enter")
    expect(panel).to_contain_text("Biuletyn 7")
    panel.get_by_role("button", name="Spróbuj teraz: gmina").press("Enter")
    expect(said).to_have_text("Za chwilę wyślemy to ponownie: gmina.")
    expect(panel.get_by_role("button", name="Sprawdź ponownie")).to_be_focused()
    assert SyncState.objects.get().state == "waiting"

    SyncState.objects.update(state="done", last_error="", acked_action="upsert")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("jest na miejscu")
    expect(said).to_have_text("Sprawdzono przed chwilą.")
    expect(panel.get_by_role("button", name="Spróbuj teraz: gmina")).to_have_count(0)


def test_places_without_an_answer_say_so_and_keep_what_they_showed(admin, event, browser):
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{event.pk}/edit/")
    page.get_by_role("button", name="Pokaż, gdzie to jest").click()
    panel = page.locator("[data-side-panel=places]")
    expect(panel).to_contain_text("Biuletyn 7")

    page.route("**/gdzie/", lambda route: route.abort())
    panel.get_by_role("button", name="Sprawdź ponownie").click()
    expect(panel.locator("[data-places-problem]")).to_contain_text("Nie udało się sprawdzić")
    expect(panel).to_contain_text("Biuletyn 7")

    page.unroute("**/gdzie/")
    panel.get_by_role("button", name="Sprawdź ponownie").click()
    expect(panel.locator("[data-places-problem]")).to_have_count(0)


def test_autosave_saves_and_leaves_the_open_panel_as_it_is(admin, event, browser):
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{event.pk}/edit/")
    page.get_by_role("button", name="Pokaż, gdzie to jest").click()
    panel = page.locator("[data-side-panel=places]")
    expect(panel).to_contain_text("Biuletyn 7")
    wait_until_edits_count(page)

    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "/edit/" in answer.url
    ) as saved:
        page.locator("[name=title]").fill("Gala Wolontariatu (przykład)")
    assert saved.value.ok
    expect(panel).to_contain_text("Biuletyn 7")
    panel.get_by_role("button", name="Sprawdź ponownie").click()
    expect(panel).to_contain_text("Ostatnie zmiany są szkicem")
    assert EventPage.objects.get().get_latest_revision().object_str.startswith("Gala Wol")


def test_panel_of_a_new_page_fills_in_after_its_first_autosave(admin, browser):
    page = logged_in(browser, admin)
    page.goto(f"{admin}/dodaj/wydarzenie/")
    page.get_by_role("button", name="Pokaż, gdzie to jest").click()
    panel = page.locator("[data-side-panel=places]")
    expect(panel).to_contain_text("Strona nie jest jeszcze zapisana")
    wait_until_edits_count(page)

    # Key by key: Wagtail derives the address part from the title as it is typed.
    page.locator("[name=title]").press_sequentially("Spotkanie (przykład)")
    expect(panel).to_contain_text("To szkic, nigdy nie był publiczny.", timeout=15_000)


def test_new_event_takes_a_title_a_date_and_three_clicks(admin, browser):
    page = logged_in(browser, admin)
    effort = Effort(page)

    effort.click(page.locator("main").get_by_role("link", name="Dodaj wydarzenie"))
    effort.fill(page.locator("[name=title]"), "Spotkanie organizacji (przykład)")
    effort.fill(page.locator("[name=start_date]"), in_days(20).isoformat())
    page.keyboard.press("Escape")  # the calendar that the field opens
    effort.click(page.get_by_role("button", name="Więcej akcji"))
    effort.click(page.get_by_role("button", name="Opublikuj"))
    expect(page.get_by_text(re.compile("został[ao]? .*opublikowan"))).to_be_visible()

    event = EventPage.objects.get()
    assert event.live
    assert event.get_parent().specific == EventIndexPage.objects.get()
    assert document_of(event).is_live
    assert (effort.clicks, effort.fields) == (3, 2)
    assert effort.loads <= 3, effort.seen


@pytest.mark.parametrize("width", [400, 1280])
def test_guide_is_accessible_and_its_chapters_are_reached_by_keyboard(admin, browser, width):
    page = logged_in(browser, admin, width)
    page.goto(f"{admin}/przewodnik/")
    check(page, width)
    chapter = page.get_by_role("link", name="Gdzie to jest")
    chapter.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{admin}/przewodnik/#gdzie-to-jest")


def test_home_is_one_click_from_the_fix_and_the_row_goes_when_it_is_done(admin, browser):
    event = EventFactory(title="Warsztat (przykład)", start_date=in_days(4))
    page = logged_in(browser, admin)
    effort = Effort(page)

    effort.click(page.get_by_role("link", name="Warsztat (przykład)").first)
    expect(page.locator("[name=start_time]")).to_be_visible()
    assert page.url == f"{admin}/pages/{event.pk}/edit/"
    assert (effort.clicks, effort.loads) == (1, 1)

    publish(event, start_time="17:00", online_url="https://meet.example.org/warsztat")
    page.goto(f"{admin}/")
    expect(page.get_by_text("Najbliższe 14 dni")).to_have_count(0)
