"""A newsletter sent from the admin in a real browser, to a real mail server, watched to its end."""

import os
import re
import threading
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cms.jobs.tasks import run_slice
from newsletters.mailings import services
from newsletters.mailings.models import Mailing
from tests.accessibility import run_axe
from tests.factories import NewsletterFactory
from tests.newsletters.mailings import ledgers
from tests.newsletters.smtp_server import Script, SmtpServer

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COUNT = 12

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Django's development server, which serves the files of these tests, leaves them open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def smtp(settings) -> Iterator[SmtpServer]:
    """Give a mail server that takes its time over each mail, so that progress can be seen."""
    with SmtpServer(Script(dot_seconds=0.5)) as server:
        settings.OUTBOX_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.MAILING_GRACE_SECONDS = 4
        yield server


@pytest.fixture
def admin(transactional_db, live_server, smtp) -> str:
    """Fill the site with subscribers and somebody who may send; return the admin's address."""
    get_user_model().objects.create_superuser("redakcja", "ja@example.org", "haslo")
    ledgers.subscribers(COUNT)
    return f"{live_server.url}/admin"


@pytest.fixture
def worker(admin) -> Iterator[None]:
    """Do the worker's part for the mailings, in a thread of its own."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(0.3):
            run_slice(services.JOB_NAME)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    is_over.set()
    thread.join()


def logged_in(browser: Browser, admin: str, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{admin}/login/")
    page.fill("[name=username]", "redakcja")
    page.fill("[name=password]", "haslo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{admin}/")
    return page


@pytest.fixture
def edition(admin) -> int:
    return ledgers.edition(title="Biuletyn 1/2026").pk


def test_edition_is_ordered_in_its_editor_and_watched_until_everybody_has_it(
    admin, edition, worker, smtp
):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = logged_in(browser, admin)
        page.goto(f"{admin}/pages/{edition}/edit/")
        page.get_by_role("link", name="Wyślij…").first.click()
        page.get_by_role("button", name=f"Wyślij do {COUNT} osób").dblclick()

        state = page.locator("#mailing-state")
        expect(state).to_have_text(re.compile(r"Wyjdzie za [1-4] s"))
        assert not smtp.mails
        expect(page.get_by_role("button", name="Zatrzymaj")).to_be_visible()
        expect(state).to_have_text(re.compile(r"Wysyłanie: \d+ z\s12"), timeout=20_000)
        page.get_by_label("Adres lub jego część").fill("osoba-1")

        expect(state).to_have_text(re.compile("Zakończona"), timeout=30_000)
        expect(page.locator("span", has_text="100%")).to_be_visible()
        expect(page.get_by_text("Przyjęta przez serwer poczty: 12")).to_be_visible()
        # What was typed meanwhile is still there, and nothing asks the server any more.
        assert page.get_by_label("Adres lub jego część").input_value() == "osoba-1"
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(3000)
        assert asked == []
        browser.close()

    assert sorted(smtp.recipients()) == sorted(f"osoba-{n}@example.org" for n in range(COUNT))
    assert Mailing.objects.count() == 1


def test_stopped_mailing_sends_nothing_until_it_is_resumed(admin, edition, worker, smtp):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = logged_in(browser, admin)
        page.goto(f"{admin}/newsletter/wyslij/{edition}/")
        page.get_by_role("button", name="Wyślij do").click()
        page.get_by_role("button", name="Zatrzymaj").click()
        expect(page.locator("#mailing-state")).to_have_text("Zatrzymana, zanim się zaczęła")
        page.wait_for_timeout(5000)
        assert smtp.mails == []

        page.get_by_role("button", name="Wznów").click()
        expect(page.locator("#mailing-state")).to_have_text(
            re.compile("Zakończona"), timeout=30_000
        )
        browser.close()

    assert len(smtp.mails) == COUNT


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_mailings_pass_axe_and_fit_their_window(admin, width):
    people = [ledgers.subscriber(f"wynik-{number}@example.org") for number in range(4)]
    made = ledgers.mailing(people, page=ledgers.edition(title="Numer"))
    rows = list(made.deliveries.order_by("pk"))
    for row, state in zip(rows, ("accepted", "failed", "uncertain", "pending"), strict=True):
        made.deliveries.filter(pk=row.pk).update(state=state)
    sendable, draft = ledgers.edition(title="Inny"), NewsletterFactory(draft=True)
    paths = [
        "wysylki/",
        f"wysylki/{made.pk}/",
        f"wysylki/{made.pk}/odwolaj/",
        f"wyslij/{sendable.pk}/",
        f"wyslij/{draft.pk}/",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = logged_in(browser, admin, width)
        for path in paths:
            page.goto(f"{admin}/newsletter/{path}")
            # Wagtail's sidebar is drawn by its script.
            page.wait_for_selector("#wagtail-sidebar:not(.sidebar-loading)", state="attached")
            results = run_axe(page, options=WCAG)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        browser.close()
