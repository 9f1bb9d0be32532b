"""Addresses of single documents: those of before lead to where the document is now."""

import pytest

from cms.documents.sequence import start_epoch
from cms.models import Document
from tests.factories import EventFactory, NewsFactory, publish
from tests.municipal_example.servers import SECRET, signed
from tests.municipal_plugin.site import Site
from tests.municipal_plugin.test_webhook import as_body, newest_change

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


def visit(site: Site, name: str) -> tuple[int, str]:
    """Return the status of an address, and where it leads ("" if nowhere)."""
    answer = site.wordpress.get(f"/dzial/?razem={name}", allow_redirects=False)
    return answer.status_code, answer.headers.get("Location", "").rpartition("?razem=")[2]


def move(site: Site, page: object, slug: str) -> None:
    publish(page, slug=slug)
    site.pull()


def test_former_addresses_lead_to_the_present_one(site: Site):
    event = EventFactory(slug="festyn")
    NewsFactory(slug="festyn")
    site.pull()
    move(site, event, "festyn-rodzinny")
    move(site, event, "piknik")

    for former in ("event/festyn", "event/festyn-rodzinny"):
        assert visit(site, former) == (301, "event/piknik")
    assert visit(site, "event/piknik") == (200, "")
    assert visit(site, "news/festyn") == (200, "")
    assert visit(site, "news/piknik") == (404, "")
    answer = site.wordpress.get("/dzial/?razem=event/festyn", allow_redirects=False)
    assert "no-cache" in answer.headers["Cache-Control"]  # the slug may be another's tomorrow
    by_slug = "return do_shortcode('[razem_events slug=festyn]');"
    assert event.title in site.wordpress.php(by_slug)

    move(site, event, "festyn")
    assert visit(site, "event/festyn") == (200, "")
    assert visit(site, "event/piknik") == (301, "event/festyn")


def test_slug_belongs_to_who_has_it_then_to_who_had_it_last(site: Site):
    first = EventFactory(slug="gala")
    site.pull()
    move(site, first, "gala-2030")
    second = EventFactory(slug="gala")
    site.pull()
    assert visit(site, "event/gala") == (200, "")

    move(site, second, "gala-2031")
    assert visit(site, "event/gala") == (301, "event/gala-2031")

    second.unpublish()
    site.pull()
    assert visit(site, "event/gala-2031") == (410, "")
    assert visit(site, "event/gala") == (301, "event/gala-2030")

    first.unpublish()
    site.pull()
    assert visit(site, "event/gala") == (410, "")
    assert "Ta strona została wycofana" in site.page("/dzial/?razem=event/gala")


def test_pushed_change_of_the_slug_is_remembered_once_and_an_older_one_is_not(site: Site):
    event = EventFactory(slug="pierwszy")
    site.pull()
    older = as_body(newest_change(site))
    publish(event, slug="drugi")
    body = as_body(newest_change(site))
    headers = signed(body, secret=SECRET)

    for _ in range(2):
        site.push(body, headers)
    assert visit(site, "event/pierwszy") == (301, "event/drugi")
    assert site.push(older).json()["status"] == "ignored: not newer"

    assert visit(site, "event/drugi") == (200, "")
    kept = site.wordpress.rows("SELECT slug FROM wp_razem_slugs")
    assert kept == [{"slug": "pierwszy"}]


def test_former_addresses_outlive_a_wiped_copy_and_go_with_a_document_that_is_unknown(site: Site):
    kept, lost = EventFactory(slug="trwa"), EventFactory(slug="zniknie")
    site.pull()
    move(site, kept, "trwa-nadal")
    move(site, lost, "znika")

    site.wordpress.rows("DELETE FROM wp_razem_documents")
    site.pull()
    assert visit(site, "event/trwa") == (301, "event/trwa-nadal")

    start_epoch()
    Document.objects.filter(slug="znika").delete()
    site.pull()
    site.pull()

    assert visit(site, "event/trwa") == (301, "event/trwa-nadal")
    assert visit(site, "event/zniknie") == (404, "")
    assert site.wordpress.rows("SELECT slug FROM wp_razem_slugs") == [{"slug": "trwa"}]


def test_copy_made_by_an_older_plugin_gets_its_table_of_slugs(site: Site):
    event = EventFactory(slug="festyn")
    site.pull()
    site.wordpress.rows("DROP TABLE wp_razem_slugs")

    assert visit(site, "event/festyn") == (200, "")
    assert visit(site, "event/nie-ma") == (404, "")
    move(site, event, "piknik")

    assert visit(site, "event/festyn") == (301, "event/piknik")
