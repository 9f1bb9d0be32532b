"""Razem fails, lies, falls silent; PHP is killed; the site goes away. The copy stays right."""

import json
import signal

import pytest

from cms.documents.sequence import start_epoch
from tests.factories import EventFactory, ImageFactory, OrganizationFactory, publish
from tests.integrations.municipal.helpers import add, let_time_pass, sync
from tests.municipal_example.servers import SECRET
from tests.municipal_plugin.front import LOST, Answer, only
from tests.municipal_plugin.site import Site, assert_exact

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]

FEED = "/api/v1/changes/"
# Ends the connection to the database just before a statement that begins so, the n-th time.
PULL_WITH_CONNECTION_LOST = """
    [$beginning, $left] = $arguments;
    add_filter('query', function ($query) use ($beginning, &$left) {
        global $wpdb;
        if (strpos($query, $beginning) === 0 && --$left === 0) {
            $other = new wpdb(DB_USER, DB_PASSWORD, DB_NAME, DB_HOST);
            $other->query('KILL ' . mysqli_thread_id($wpdb->dbh));
        }
        return $query;
    });
    return [Razem\\pull(), $left < 1];
"""
NOT_A_CHANGE = json.dumps(
    {
        "epoch": "00000000-0000-4000-8000-000000000000",
        "sequence": 2**50,
        "next": None,
        "results": [{"id": "../x", "type": "event", "version": 1, "action": "upsert"}],
    }
).encode()


def test_every_fault_of_razem_leaves_the_copy_says_why_and_heals(site: Site):
    event = EventFactory()
    site.pull()
    held = site.held()
    publish(event, title="Nowy tytuł")

    faults: list[tuple[Answer, str]] = [
        ((500, {}, b"{}"), "awarię (HTTP 500)"),
        ((404, {}, b"{}"), "nie ma Razem (HTTP 404)"),
        ((301, {"Location": "http://127.0.0.1:1/"}, b""), "przekierowanie (HTTP 301)"),
        ((200, {}, b"<html>Trwa sprawdzanie</html>"), "nie pochodzi z Razem"),
        ((200, {}, b'{"epoch": "x", "results": []}'), "nie pochodzi z Razem"),
        ((200, {}, NOT_A_CHANGE), "nie da się odczytać"),
        (LOST, "Nie można połączyć się z Razem"),
    ]
    for answer, words in faults:
        site.front.instead = only(FEED, answer)
        assert site.pull() == "failed"
        assert words in site.status()["error"]
        assert site.held() == held

    site.front.instead = only(FEED, LOST, times=0)
    assert site.pull() == "done"
    assert site.status()["error"] == ""
    assert_exact(site)


def test_pause_that_razem_asks_for_is_kept(site: Site):
    EventFactory()
    for asked, status in enumerate((429, 503), start=1):
        site.front.instead = only(FEED, (status, {"Retry-After": "120"}, b"{}"), times=1)
        assert site.pull() == "failed"
        assert site.pull() == "resting"
        assert len(site.front.feed_questions()) == asked
        site.let_time_pass()

    assert site.pull() == "done"
    assert_exact(site)


def test_two_runs_at_once_are_one(site: Site):
    EventFactory()
    with site.front.hold() as is_asked:
        first = site.start_pull()
        assert is_asked.wait(30)
        assert site.pull() == "busy"
    first.communicate(timeout=60)

    assert len(site.front.feed_questions()) == 1
    assert_exact(site)


def test_killed_run_gives_its_lock_up_and_is_done_again(site: Site):
    EventFactory(image=ImageFactory())
    with site.front.hold() as is_asked:
        killed = site.start_pull()
        assert is_asked.wait(30)
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=60)
    assert site.pull() == "busy"

    site.let_time_pass()
    assert site.pull() == "done"
    assert_exact(site)
    assert len(site.images()) == 1


def test_run_killed_while_a_picture_comes_makes_no_second_copy(site: Site):
    EventFactory(image=ImageFactory())
    kill = (
        "add_action('add_attachment', function () { posix_kill(getmypid(), SIGKILL); });"
        "return Razem\\pull();"
    )
    process = site.wordpress.start_php(kill)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL

    site.let_time_pass()
    assert site.pull() == "done"
    assert len(site.images()) == 1
    rows = site.wordpress.rows("SELECT ID FROM wp_posts WHERE post_type = 'attachment'")
    assert len(rows) == 1
    assert "<img" in site.page()


def test_run_that_slept_past_its_lease_writes_nothing(site: Site):
    event = EventFactory()
    site.pull()
    publish(event, title="Pierwsza zmiana")
    with site.front.hold() as is_asked:
        sleeper = site.start_pull()
        assert is_asked.wait(30)
        site.let_time_pass()
        # Another run has the lock now.
        site.wordpress.php("return (bool) Razem\\Lock::take();")
    said, _ = sleeper.communicate(timeout=60)

    assert said.endswith('"busy"')
    assert "Pierwsza zmiana" not in site.page()


@pytest.mark.parametrize(
    ("beginning", "number"),
    [
        ("INSERT INTO wp_razem_documents (id, type, slug, document", 52),  # on the second page
        ("DELETE FROM wp_razem_documents WHERE is_old", 1),
        ("INSERT INTO wp_razem_documents (id, type, slug, version", 2),
    ],
)
def test_connection_lost_within_a_page_loses_no_document(site: Site, beginning, number):
    organizations = OrganizationFactory.create_batch(55)
    site.pull()
    before = site.held()
    start_epoch()
    for page in organizations[:2]:
        publish(page, title=f"{page.title} po zmianie")

    lost = site.wordpress.php(PULL_WITH_CONNECTION_LOST, beginning, number)
    assert lost == ["failed", True]
    assert "zerwało się" in site.status()["error"]
    assert site.held().keys() == before.keys()
    assert site.pull() == "done"
    assert_exact(site)


def test_pictures_that_are_not_what_they_should_be_are_not_kept(site: Site):
    event = EventFactory(image=ImageFactory())
    script = b"<?php echo 1; ?>" * 100
    site.front.instead = only("/media/", (200, {"Content-Type": "image/webp"}, script))
    assert site.pull() == "done"
    assert "to nie jest obraz" in site.status()["image_error"]

    publish(event)
    site.front.instead = only("/media/", (200, {}, b"\xff" * (8 * 1024 * 1024 + 2)))
    site.pull()
    assert "większy niż 8 MB" in site.status()["image_error"]
    assert site.files() == set()
    assert site.images() == {}
    assert_exact(site)

    publish(event)
    site.front.instead = only("/nothing", LOST)
    site.pull()
    assert len(site.images()) == 1


def test_database_that_fails_to_tell_which_pictures_are_shown_costs_none(site: Site):
    EventFactory(image=ImageFactory())
    site.pull()
    images = site.images()
    broken = (
        "add_filter('query', function ($query) {"
        " return strpos($query, 'SELECT images FROM') === 0 ? 'SELECT broken' : $query; });"
        "return Razem\\pull();"
    )

    assert site.wordpress.php(broken) == "failed"
    assert "zgłosiła błąd" in site.status()["error"]
    assert site.images() == images
    assert site.pull() == "done"


def test_pictures_from_another_server_are_not_fetched(site: Site, settings):
    settings.SITE_URL = site.front.server_url  # another port than the one that was set
    EventFactory(image=ImageFactory())

    assert site.pull() == "done"
    assert "innym serwerze" in site.status()["image_error"]
    assert site.images() == {}
    assert site.front.images_asked() == []


def test_picture_that_fails_five_times_is_set_aside_until_a_person_asks(site: Site):
    EventFactory(image=ImageFactory())
    site.front.instead = only("/media/", (404, {}, b""))
    for _ in range(6):
        site.pull()
    assert len(site.front.images_asked()) == 5

    site.front.instead = only("/nothing", LOST)
    site.wordpress.php("Razem\\retry_images(); return 1;")
    site.pull()
    assert len(site.images()) == 1


def test_failure_of_all_pictures_is_counted_against_none(site: Site):
    EventFactory(image=ImageFactory())
    site.front.instead = only("/media/", (500, {}, b""))
    for _ in range(6):
        assert site.pull() == "failed"
    assert len(site.front.images_asked()) == 6
    assert "awarię (HTTP 500)" in site.status()["image_error"]

    site.front.instead = only("/nothing", LOST)
    assert site.pull() == "done"
    assert len(site.images()) == 1


def test_picture_at_which_razem_fails_each_time_does_not_hold_up_those_of_others(site: Site):
    for _ in range(2):
        EventFactory(image=ImageFactory())
    bad: list[str] = []

    def first_one_fails(path: str):
        if not path.startswith("/media/"):
            return None
        bad.append(path)
        return (500, {}, b"") if path == bad[0] else None

    site.front.instead = first_one_fails
    assert site.pull() == "failed"
    assert site.images() == {}
    assert site.pull() == "failed"
    assert len(site.images()) == 1


def test_picture_that_is_refused_does_not_withhold_the_others_of_its_document(site: Site):
    partner = OrganizationFactory(logo=ImageFactory(), image=ImageFactory())
    asked: list[str] = []

    def first_one_is_missing(path: str):
        if not path.startswith("/media/"):
            return None
        asked.append(path)
        return (404, {}, b"") if path == asked[0] else None

    site.front.instead = first_one_is_missing
    assert site.pull() == "done"
    assert len(site.images()) == 1
    assert partner.title in site.status()["image_error"]

    site.front.instead = only("/nothing", LOST)
    assert site.pull() == "done"
    assert len(site.images()) == 2


def test_pushed_changes_arrive_after_the_site_was_away(site: Site, settings):
    settings.IS_DEMO = True
    EventFactory()
    site.pull()
    address = f"{site.wordpress.settings['API']}/razem/v1/webhook"
    destination = add(url=address, secret=SECRET)
    page = OrganizationFactory()
    sync(destination)
    assert_exact(site)

    for fault in ("site-down", "db-down", "php-down"):
        site.wordpress.fault(fault)
        publish(page, title=f"Nazwa po {fault}")
        sync(destination)
        site.wordpress.fault("off")
        let_time_pass()
        sync(destination)

        assert_exact(site)
        assert f"Nazwa po {fault}" in site.page()


def test_address_without_https_is_refused_outside_loopback(site: Site):
    for address in ("http://razem.example.org", "ftp://127.0.0.1", "https://u:p@razem.example.org"):
        site.enter(address=address)
        assert site.wordpress.php("return Razem\\setting('address');") == site.front.url
    site.enter(address="https://razem.example.org/api/v1/")
    assert site.wordpress.php("return Razem\\setting('address');") == "https://razem.example.org"


def test_private_addresses_are_not_asked_and_a_closed_site_says_what_to_open(site: Site):
    ask = (
        "try { Razem\\ask($arguments[0], 10); }"
        "catch (Razem\\Trouble $e) { return $e->getMessage(); }"
    )
    private, outside = (
        site.wordpress.php(ask, url) for url in ("http://10.0.0.1/", "http://192.0.2.1/")
    )

    assert "WP_ACCESSIBLE_HOSTS" in outside  # the stand-in may not call the internet
    assert "Nie można połączyć się z Razem" in private
