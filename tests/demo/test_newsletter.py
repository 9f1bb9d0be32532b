"""The demo's newsletter: loaded once, sent once, to whom it should go and nobody else."""

from collections import Counter
from pathlib import Path

import pytest
import requests
from django.core.management import call_command
from playwright.sync_api import Page, sync_playwright
from pytest_django.fixtures import Settings

from cms.models import EventPage
from demo import loading
from demo.newsletter import content
from demo.newsletter.mails import Mails
from newsletters.editions.models import NewsletterPage
from newsletters.mailings.models import Mailing
from newsletters.subscribers.models import ConsentClause, SignUp, Subscriber
from tests.conftest import CHROMIUM
from tests.demo.mailbox import RunningMailbox
from tests.demo.running import CHROMIUM_OPTIONS, RunningDemo, own_database, wait_until

pytestmark = pytest.mark.xdist_group("demo")

TITLE = content.EDITION["title"]
CONFIRMED = {one.email for one in content.READERS if one.standing == content.Standing.CONFIRMED}
OTHERS = {one.email for one in content.READERS} - CONFIRMED
ORDER = """
from uuid import uuid4
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings import services
from demo.publishing import publish
page = NewsletterPage(title={title!r}, body=[("paragraph", "<p>Tekst</p>")], is_sample=True)
page = publish(NewsletterIndexPage.objects.get(), page)
services.order(page=page, user=None, starts_at=None, request_id=uuid4())
"""


def recipients(demo: RunningDemo, subject: str) -> Counter[str]:
    return Counter(mail["to"] for mail in demo.mails() if mail["subject"] == subject)


def test_edition_arrived_once_at_each_confirmed_reader_and_nobody_else(demo: RunningDemo) -> None:
    assert recipients(demo, TITLE) == Counter(CONFIRMED)
    assert f"„{TITLE}” arrived in {len(CONFIRMED)} mailboxes" in demo.log()
    mail = next(mail for mail in demo.mails() if mail["subject"] == TITLE)
    page = requests.get(demo.url("mail") + mail["address"], timeout=10).text
    events = [item for item in demo.live().values() if item["slug"] == content.CHOSEN_EVENT]
    for words in ("Dyżur księgowej", "Zielony Zegar", content.CLAUSE["controller"]):
        assert words in page
    assert any(events[0]["slug"] in link for link in mail["links"])
    archive = requests.get(f"{demo.url('web')}/newsletter/", timeout=10).text
    assert TITLE in archive


@pytest.mark.browser
def test_newcomer_subscribes_confirms_reads_and_leaves(demo: RunningDemo) -> None:
    address = "nowa@example.org"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        subscribe(page, demo, address)
        assert wait_until(lambda: demo.mails(address), 30)
        press_button_of(page, demo, address, "/potwierdz/")
        demo.edit(ORDER.format(title="Numer dla nowej osoby"))
        assert wait_until(lambda: recipients(demo, "Numer dla nowej osoby")[address], 30)
        press_button_of(page, demo, address, "/wypisz/")
        browser.close()
    demo.edit(ORDER.format(title="Numer po wypisaniu"))
    assert wait_until(lambda: set(recipients(demo, "Numer po wypisaniu")) >= CONFIRMED, 30)
    demo.edit(
        "from newsletters.mailings.models import Mailing\n"
        "assert Mailing.objects.get(subject='Numer po wypisaniu').state == 'finished'"
    )
    assert recipients(demo, "Numer po wypisaniu") == Counter(CONFIRMED)


def subscribe(page: Page, demo: RunningDemo, address: str) -> None:
    page.goto(f"{demo.url('web')}/newsletter/zapisz-sie/")
    form = page.locator("main form")
    form.locator("input[type=email]").fill(address)
    for box in form.locator("input[type=checkbox][required]").all():
        box.check()
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def press_button_of(page: Page, demo: RunningDemo, address: str, path: str) -> None:
    """Open the newest mail in the mailbox, follow its link, press the button of that page."""
    page.goto(demo.url("mail") + demo.mails(address)[0]["address"])
    link = page.frame_locator("iframe").locator(f"a[href*='{path}']").first
    with page.context.expect_page() as opened:
        link.click()
    opened.value.locator("main form button").first.click()
    opened.value.wait_for_load_state()
    opened.value.close()


def test_restart_sends_nothing_again(demo: RunningDemo) -> None:
    before = len(demo.mails())
    assert demo.process is not None
    demo.process.kill()
    demo.process.wait()
    assert wait_until(lambda: not demo.processes(), 15)
    demo.start()
    assert len(demo.mails()) == before


def test_demo_once_follows_a_newcomer_and_cleans_up(tmp_path: Path) -> None:
    with own_database(tmp_path) as database_url:
        demo = RunningDemo(tmp_path, database_url)
        for _run in range(2):
            outcome = demo.run_once()
            assert outcome.returncode == 0, outcome.stdout + outcome.stderr
            assert "one more edition is sent, which must spare that person" in outcome.stdout
            assert f"arrived in {len(CONFIRMED)} mailboxes" in outcome.stdout
        demo.edit(
            "from newsletters.editions.models import NewsletterPage\n"
            "from newsletters.mailings.models import Mailing\n"
            "from newsletters.subscribers.models import Subscriber\n"
            "assert NewsletterPage.objects.count() == Mailing.objects.count() == 1\n"
            "assert not Subscriber.objects.filter(is_sample=False).exists()\n"
        )


def test_differences_name_missing_doubled_and_unwanted_copies(tmp_path: Path) -> None:
    mailbox = RunningMailbox(tmp_path / "mails")
    mailbox.start()
    try:
        for recipient in ("a@example.org", "b@example.org", "b@example.org", "c@example.org"):
            mailbox.send_newsletter(recipient, subject="Numer")
        mailbox.send_newsletter("d@example.org", subject="Inny numer")
        wanted = ["a@example.org", "b@example.org", "d@example.org"]
        assert Mails(mailbox.url).differences("Numer", wanted) == [
            "„Numer” has not arrived at d@example.org",
            "„Numer” arrived 2 times at b@example.org",
            "„Numer” arrived at c@example.org, which should not get it",
        ]
        assert Mails(mailbox.url).differences("Inny numer", ["d@example.org"]) == []
    finally:
        mailbox.kill()


@pytest.fixture
def at_home(db: None, settings: Settings) -> None:
    """An address of the site that a button of the edition may lead to, as in the demo."""
    settings.SITE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def loaded(at_home: None) -> None:
    call_command("load_demo")


@pytest.mark.usefixtures("loaded")
def test_load_demo_again_keeps_what_was_edited_and_adds_nothing() -> None:
    edition = NewsletterPage.objects.get()
    edition.title = "Mój numer"
    edition.save_revision().publish()
    Subscriber.objects.filter(email="remiza@example.org").delete()
    people = set(Subscriber.objects.values_list("email", flat=True))
    call_command("load_demo")
    assert NewsletterPage.objects.get().title == "Mój numer"
    assert set(Subscriber.objects.values_list("email", flat=True)) == people
    assert ConsentClause.objects.count() == SignUp.objects.count() == 1


@pytest.mark.usefixtures("at_home")
def test_load_demo_adds_newsletter_to_a_demo_of_before() -> None:
    loading.load()
    EventPage.objects.get(slug=content.CHOSEN_EVENT).delete()
    number = EventPage.objects.count()
    call_command("load_demo")
    assert NewsletterPage.objects.get().live
    assert EventPage.objects.count() == number
    assert not Mailing.objects.exists()


@pytest.mark.usefixtures("loaded")
def test_readers_live_at_example_org_and_content_names_samples() -> None:
    assert all(person.email.endswith("@example.org") for person in Subscriber.objects.all())
    samples = Subscriber.objects.filter(is_sample=True)
    assert samples.count() == Subscriber.objects.count() == len(content.READERS) - 1
    assert "(przykład)" in ConsentClause.objects.get().controller
    assert NewsletterPage.objects.get().is_sample
