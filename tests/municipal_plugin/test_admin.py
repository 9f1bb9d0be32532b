"""What the administrator sets, sees and starts, and what is left when they remove the plugin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from tests.factories import EventFactory, ImageFactory, OrganizationFactory, publish
from tests.municipal_example.servers import OTHER_SECRET, SECRET, wait_until
from tests.municipal_plugin.front import LOST, only
from tests.municipal_plugin.site import Site, assert_exact
from tests.municipal_plugin.test_themes import CHROMIUM, QUIET

PAGE = "/wp-admin/options-general.php?page=razem"
ASK = """
wp_set_current_user(get_user_by('login', $arguments[0])->ID);
$_REQUEST['_wpnonce'] = wp_create_nonce('razem_pull');
add_filter('wp_die_handler', fn () => function () { throw new Exception('refused'); });
require_once WP_PLUGIN_DIR . '/razem/includes/admin.php';
try { Razem\\check_request('razem_pull'); } catch (Exception $error) { return 'refused'; }
return 'allowed';
"""
UNINSTALL = (
    "require ABSPATH . 'wp-admin/includes/plugin.php';"
    "require ABSPATH . 'wp-admin/includes/file.php';"
    "deactivate_plugins('razem/razem.php'); uninstall_plugin('razem/razem.php'); return 1;"
)

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


class Person:
    """Somebody logged in to the admin."""

    def __init__(self, site: Site, user: str) -> None:
        self.url = site.wordpress.url
        self.session = requests.Session()
        login = {
            "log": site.wordpress.settings[f"{user}_USER"],
            "pwd": site.wordpress.settings[f"{user}_PASSWORD"],
        }
        self.session.get(f"{self.url}/wp-login.php", timeout=30)
        self.session.post(f"{self.url}/wp-login.php", data=login, timeout=30)

    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.session.get(self.url + PAGE, timeout=60).text, "html.parser")

    def state(self) -> dict[str, str]:
        """Return the table of how the copy is."""
        rows = self.page().select("table.widefat tr")
        return {row.th.get_text(): row.td.get_text() for row in rows}

    def submit(self, action: str, **changes: Any) -> BeautifulSoup:
        """Submit the form of that action with what stands in it, and the changes."""
        page = self.page()
        form = next(
            form for form in page.find_all("form") if form.find("input", attrs={"value": action})
        )
        fields = {
            field["name"]: field.get("value", "")
            for field in form.find_all(["input", "select"])
            if field.get("name") and field.get("type") not in {"submit", "checkbox"}
        }
        fields |= {f"razem_settings[{name}]": value for name, value in changes.items()}
        address = requests.compat.urljoin(self.url + "/wp-admin/", form["action"])
        answer = self.session.post(address, data=fields, timeout=60)
        return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture
def administrator(site: Site) -> Iterator[Person]:
    person = Person(site, "ADMIN")
    yield person
    person.session.close()


def test_page_says_how_the_copy_is_and_pulls_at_a_click(site: Site, administrator: Person):
    EventFactory(image=ImageFactory())
    state = administrator.state()
    assert state["Ostatnie udane pobranie"] == "jeszcze nie było"
    assert state["Kopia"] == "jeszcze jej nie ma"

    page = administrator.submit("razem_pull")

    assert "kopia jest aktualna" in page.find(class_="notice").get_text()
    state = administrator.state()
    assert re.search(r"\d{4}\u00a0r\., \d\d:\d\d:\d\d", state["Ostatnie udane pobranie"])
    assert state["Ostatni błąd"] == "brak"
    assert state["Dokumenty"] == "1 (wycofane: 0)"
    assert state["Kopia"] == "pełna"
    assert_exact(site)

    site.front.instead = only("/api/", (500, {}, b""))
    page = administrator.submit("razem_pull")
    assert "Nie udało się pobrać" in page.find(class_="notice").get_text()
    assert "awarię (HTTP 500)" in administrator.state()["Ostatni błąd"]


def test_everything_anew_mends_what_somebody_changed_in_the_table(
    site: Site, administrator: Person
):
    EventFactory(title="Prawdziwy")
    OrganizationFactory()
    site.pull()
    site.wordpress.rows("UPDATE wp_razem_documents SET document = '{}' WHERE type = 'event'")
    site.wordpress.rows("DELETE FROM wp_razem_documents WHERE type = 'organization'")

    administrator.submit("razem_anew")

    assert_exact(site)
    assert "Prawdziwy" in site.page()


def test_settings_are_checked_and_a_secret_is_never_shown_again(site: Site, administrator: Person):
    stored = "return get_option('razem_settings');"
    assert SECRET not in str(administrator.page())

    page = administrator.submit(
        "razem", address="http://razem.example.org", secret="whsec_x", minutes="0"
    )
    assert "musi zaczynać się od https" in page.get_text()
    assert "Sekret ma postać" in page.get_text()
    settings = site.wordpress.php(stored)
    assert (settings["address"], settings["secret"]) == (site.front.url, SECRET)
    assert settings["minutes"] == 1

    administrator.submit("razem", secret=OTHER_SECRET, minutes="30")
    settings = site.wordpress.php(stored)
    assert (settings["secret"], settings["minutes"]) == (OTHER_SECRET, 30)
    assert site.wordpress.php("return wp_get_schedules()['razem']['interval'];") == 1800
    assert OTHER_SECRET not in str(administrator.page())


def test_only_administrators_with_a_nonce_may_start_a_run(site: Site, administrator: Person):
    official = Person(site, "STAFF")
    address = f"{site.wordpress.url}/wp-admin/admin-post.php"
    for action in ("razem_pull", "razem_anew"):
        assert official.session.post(address, data={"action": action}).status_code == 403
        assert administrator.session.post(address, data={"action": action}).status_code == 403
        requests.post(address, data={"action": action}, timeout=30)
    assert official.session.get(site.wordpress.url + PAGE).status_code == 403
    assert site.front.asked == []
    official.session.close()
    names = [site.wordpress.settings[f"{user}_USER"] for user in ("STAFF", "ADMIN")]
    assert [site.wordpress.php(ASK, name) for name in names] == ["refused", "allowed"]


def test_visits_keep_the_copy_fresh_by_themselves(site: Site):
    page = EventFactory()
    mu_plugin = site.wordpress.folder / "wp-content" / "mu-plugins" / "razem-tests.php"
    mu_plugin.write_text("<?php define('RAZEM_ALLOW_LOOPBACK', true);")

    site.page()  # a visit starts what is due, in the background
    wait_until(lambda: len(site.shown()) == 1)
    assert_exact(site)

    assert site.wordpress.php("return wp_next_scheduled('razem_pull') > time() + 200;")
    publish(page, title="Nowy tytuł")
    site.wordpress.php(
        "wp_clear_scheduled_hook('razem_pull'); delete_transient('doing_cron'); return 1;"
    )
    wait_until(lambda: "Nowy tytuł" in site.page())  # planned again by a visit, as if it were time


def left_behind(site: Site) -> dict[str, Any]:
    """Return what of the plugin is in the database and on the disk."""
    wordpress = site.wordpress
    return {
        "tables": wordpress.rows("SHOW TABLES LIKE 'wp_razem%'"),
        "options": wordpress.rows(
            "SELECT option_name FROM wp_options WHERE option_name LIKE '%razem%'"
            " OR option_name = 'cron' AND option_value LIKE '%razem%'"
        ),
        "media": wordpress.rows("SELECT ID FROM wp_posts WHERE post_type = 'attachment'"),
        "meta": wordpress.rows("SELECT meta_key FROM wp_postmeta WHERE meta_key LIKE '%razem%'"),
        "files": site.files(),
    }


def test_removed_plugin_leaves_nothing(site: Site):
    EventFactory(image=ImageFactory())
    site.pull()
    assert all(left_behind(site).values())

    site.wordpress.php(UNINSTALL)

    assert not any(left_behind(site).values())
    assert not (site.wordpress.folder / "wp-content" / "uploads" / "razem").exists()


def test_removed_plugin_leaves_the_content_by_choice_and_takes_it_up_again(site: Site):
    EventFactory(image=ImageFactory())
    site.pull()
    site.enter(keeps_content=1)
    held, images = site.held(), site.images()

    site.wordpress.php(UNINSTALL)
    left = left_behind(site)
    assert left["options"] == []
    assert (site.held(), site.images()) == (held, images)

    site.install()
    asked = len(site.front.images_asked())
    site.pull()
    assert (site.held(), site.images()) == (held, images)
    assert len(site.front.images_asked()) == asked


def test_deactivated_plugin_asks_nothing_more(site: Site):
    site.wordpress.php(
        "require ABSPATH . 'wp-admin/includes/plugin.php';"
        "deactivate_plugins('razem/razem.php'); return 1;"
    )
    cron = site.wordpress.rows("SELECT option_value FROM wp_options WHERE option_name = 'cron'")
    assert "razem" not in str(cron)


@pytest.mark.browser
def test_page_in_the_admin_passes_axe(site: Site, tmp_path):
    EventFactory()
    site.front.instead = only("/api/", LOST)
    site.pull()
    login = site.wordpress.settings
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        page.goto(f"{site.wordpress.url}/wp-login.php")
        page.fill("#user_login", login["ADMIN_USER"])
        page.fill("#user_pass", login["ADMIN_PASSWORD"])
        page.click("#wp-submit")
        page.goto(site.wordpress.url + PAGE)
        page.screenshot(path=tmp_path / "admin.png", full_page=True)
        # Of the page only what is ours.
        found = Axe().run(page, context=".wrap", options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert found.violations_count == 0, found.generate_report()
        browser.close()
