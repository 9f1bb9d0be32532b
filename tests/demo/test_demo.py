"""The whole product at once: web, worker, both municipal sites, a browser. All real."""

import os
import signal
import subprocess
import sys
import time

import pytest
import requests
from playwright.sync_api import Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.demo.running import CHROMIUM_OPTIONS, RunningDemo, wait_until

# One process runs them all, so that the demo is started once.
pytestmark = pytest.mark.xdist_group("demo")

CHANGE_TITLE = """
from cms.models import EventPage
page = EventPage.objects.get(slug="gotowi-do-startu")
page.title = {title!r}
page.save_revision().publish()
"""


def title_of(documents: dict, slug: str) -> str | None:
    return next((item["title"] for item in documents.values() if item["slug"] == slug), None)


def log_in(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.url('web')}/admin/login/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill(demo.kept()["admin_password"])
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/")


@pytest.mark.browser
def test_edit_in_the_admin_published_reaches_api_and_both_sites(demo: RunningDemo) -> None:
    title = f"Gala Wolontariusza {time.time():.0f}"
    document = next(item for item in demo.live().values() if item["slug"] == "gala-wolontariusza")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        log_in(page, demo)
        page.goto(f"{demo.url('web')}/admin/pages/search/?q=Gala")
        page.locator("main").get_by_role("link", name=document["title"]).first.click()
        page.locator("[name=title]").fill(title)
        page.locator("footer").get_by_role("button", name="Więcej akcji").click()
        page.locator("footer").get_by_role("button", name="Opublikuj").click()
        page.get_by_text(f"„{title}”").or_(page.locator(".messages .success")).first.wait_for()
        arrived = wait_until(lambda: title_of(demo.copy("pull"), "gala-wolontariusza") == title, 15)
        arrived = arrived and wait_until(demo.all_agree, 15)
        for mode in ("pull", "push"):
            page.goto(f"{demo.url(mode)}/event/gala-wolontariusza/")
            assert page.get_by_role("heading", level=1).inner_text() == title
        browser.close()
    assert arrived
    answer = requests.get(f"{demo.url('web')}/api/v1/events/gala-wolontariusza/", timeout=10)
    assert answer.json()["title"] == title


def test_sites_stopped_while_edited_agree_again_after_start(demo: RunningDemo) -> None:
    """Ten edits, a deletion and a restriction while both sites are down."""
    sites = demo.processes("example_site")
    for process in sites:
        os.kill(process, signal.SIGSTOP)
    demo.edit(
        "from wagtail.models import PageViewRestriction\n"
        "from cms.models import EventPage, OrganizationPage\n"
        "for page in EventPage.objects.all()[:10]:\n"
        "    page.summary = 'Zmieniona zajawka'\n"
        "    page.save_revision().publish()\n"
        "EventPage.objects.get(slug='mecz-przyjazni').delete()\n"
        "page = OrganizationPage.objects.get(slug='zielony-zegar')\n"
        "PageViewRestriction.objects.create(page=page, restriction_type='login')\n"
    )
    for process in sites:
        os.kill(process, signal.SIGKILL)
    assert wait_until(demo.all_agree, 90)
    live = demo.live()
    assert title_of(live, "mecz-przyjazni") is None
    assert title_of(live, "zielony-zegar") is None
    summaries = [item["summary"] for item in live.values() if item["type"] == "event"]
    assert summaries.count("Zmieniona zajawka") >= 9
    assert "Zielony Zegar" not in str(live)


@pytest.mark.parametrize("victim", ["granian", "qcluster", "lifeline"])
def test_processes_killed_while_publishing_lose_no_change(demo: RunningDemo, victim: str) -> None:
    before = {item["id"]: item["version"] for item in demo.copy("push").values()}
    demo.edit(CHANGE_TITLE.format(title=f"Gotowi do startu ({victim})"))
    for process in demo.processes(victim):
        if process not in demo.processes("example_site"):
            kill(process)
    assert wait_until(demo.all_agree, 90)
    copy = demo.copy("push")
    assert title_of(copy, "gotowi-do-startu") == f"Gotowi do startu ({victim})"
    assert all(copy[key]["version"] >= version for key, version in before.items() if key in copy)


def test_demo_killed_and_started_again_keeps_what_was_edited(demo: RunningDemo) -> None:
    assert demo.process is not None
    demo.edit(CHANGE_TITLE.format(title="Gotowi do startu (mój tytuł)"))
    demo.process.kill()
    demo.process.wait()
    assert wait_until(lambda: not demo.processes(), 15)
    demo.start()
    assert wait_until(demo.all_agree, 60)
    assert title_of(demo.live(), "gotowi-do-startu") == "Gotowi do startu (mój tytuł)"


def test_second_demo_in_the_same_folder_says_so(demo: RunningDemo) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "demo"],
        env=demo.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "Another demo is running" in outcome.stderr


def kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
