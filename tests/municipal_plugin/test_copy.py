"""The copy in the municipality's WordPress equals what Razem publishes, whatever happens there."""

import pytest
from django.core.files.base import ContentFile

from cms.documents.media import make_renditions
from cms.documents.sequence import start_epoch
from cms.models import Document
from tests.factories import (
    ContestFactory,
    EventFactory,
    ImageFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    document_of,
    jpeg,
    publish,
)
from tests.municipal_plugin.front import LOST, only
from tests.municipal_plugin.site import Site, assert_exact, published

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


def test_two_hundred_documents_are_copied_and_follow_every_change(site: Site):
    events = EventFactory.create_batch(30)
    EventFactory.create_batch(10, past=True)
    organizations = OrganizationFactory.create_batch(150)
    news = NewsFactory.create_batch(5)
    ProjectFactory.create_batch(3)
    ContestFactory.create_batch(2)

    assert site.pull() == "done"
    assert len(site.held()) == 200
    assert_exact(site)

    publish(events[0], title="Festyn w nowym miejscu")
    events[1].unpublish()
    organizations[0].delete()
    publish(news[0], is_alert=True)
    assert site.pull() == "done"

    assert_exact(site)
    assert "Festyn w nowym miejscu" in site.page()
    assert len(published(site.front)) == 198


def test_picture_is_copied_once_and_withdrawn_with_the_last_document_that_shows_it(site: Site):
    image = ImageFactory()
    event, news = EventFactory(image=image), NewsFactory(image=image)
    assert site.pull() == "done"
    [(url, copy)] = site.images().items()
    asked = len(site.front.images_asked())

    assert copy["alt"] == "Ludzie przy stole"
    assert f"/wp-content/uploads/{copy['file']}" in site.page().replace("-300x200", "")
    assert site.front.url not in site.page()

    publish(event, title="Inny tytuł")
    site.pull()
    assert site.images() == {url: copy}
    assert len(site.front.images_asked()) == asked

    publish(event, image=None)
    site.pull()
    assert set(site.images()) == {url}

    news.unpublish()
    site.pull()
    assert site.images() == {}
    assert site.files() == set()


def test_changed_picture_and_description_replace_the_old(site: Site):
    event = EventFactory(image=ImageFactory())
    site.pull()
    [before] = site.images()

    event.image.file = ContentFile(jpeg(colour="maroon"), name="inne.jpg")
    event.image.renditions.all().delete()
    event.image.description = "Ludzie na scenie"
    event.image.save()
    make_renditions(event.image)
    publish(event)
    site.pull()

    [(after, copy)] = site.images().items()
    assert after != before
    assert copy["alt"] == "Ludzie na scenie"
    assert 'alt="Ludzie na scenie"' in site.page()


def test_wiped_table_is_filled_again_and_pictures_are_found_again(site: Site):
    EventFactory(image=ImageFactory())
    OrganizationFactory.create_batch(2)
    site.pull()
    images = site.images()

    for wipe in ("TRUNCATE wp_razem_documents", "DROP TABLE wp_razem_documents"):
        site.wordpress.rows(wipe)
        assert site.shown() == []
        site.pull()

        assert_exact(site)
        assert site.images() == images


def test_restored_razem_is_copied_anew_and_nothing_is_lost_until_it_is_in(site: Site):
    kept, gone = EventFactory(), EventFactory()
    site.pull()
    before = dict(site.shown())

    Document.objects.filter(pk=document_of(gone).pk).delete()  # published after the backup
    start_epoch()
    OrganizationFactory.create_batch(55)  # more than a page
    publish(kept, title="Po przywróceniu")
    # The first page comes, the second does not.
    asked: list[str] = []

    def second_page_is_lost(path: str):
        asked.append(path)
        return LOST if len(asked) == 3 else None  # 410, first page, second page

    site.front.instead = second_page_is_lost
    assert site.pull() == "failed"
    during = dict(site.shown())
    assert before.keys() <= during.keys()
    assert len(during) > len(before)

    site.front.instead = only("/nothing", LOST)
    assert site.pull() == "done"
    assert_exact(site)


def test_server_that_never_published_anything_does_not_empty_the_copy(site: Site):
    EventFactory()
    site.pull()
    held = site.held()
    empty = (
        b'{"epoch":"00000000-0000-4000-8000-000000000000","sequence":0,"next":null,"results":[]}'
    )
    site.front.instead = lambda path: (
        (410, {}, b"{}") if "epoch=" in path else (200, {"Content-Type": "application/json"}, empty)
    )

    assert site.pull() == "failed"
    assert "właściwy adres" in site.status()["error"]
    assert site.held() == held


def test_unchanged_feed_is_a_short_answer(site: Site):
    EventFactory()
    for _ in range(3):
        site.pull()

    assert [status for _, status in site.front.feed_questions()] == [200, 200, 304]


def test_run_whose_time_is_up_is_continued_by_the_next(site: Site):
    OrganizationFactory.create_batch(55)

    assert site.wordpress.php("return Razem\\pull(0);") == "more"
    assert 0 < len(site.held()) < 55
    assert site.wordpress.php("return (bool) wp_next_scheduled('razem_pull_soon');")

    assert site.pull() == "done"
    assert_exact(site)
