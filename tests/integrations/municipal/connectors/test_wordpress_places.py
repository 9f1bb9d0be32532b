"""Where documents go in a WordPress, as posts or as pages, and how they move."""

import pytest

from integrations.municipal import services
from tests.factories import (
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    TopicFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import settle, state_of, sync
from tests.integrations.municipal.sites import at, edit, ours, post_of

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
PARENT = "organizacje-pozarzadowe"


def test_mapping_decides_what_goes_there_and_as_what(site):
    granty, inne = TopicFactory(slug="granty"), TopicFactory(slug="inne")
    event = EventFactory(topics=[granty])
    news = NewsFactory(topics=[granty])
    organization = OrganizationFactory()
    destination = at(site)
    sync(destination)
    assert len(ours(site)) == 3

    destination.mapping = {
        "types": ["news", "event"],
        "topics": [granty.pk],
        "pages": ["event"],
        "parent": PARENT,
        "categories": {"news": "Z życia organizacji"},
        "title": "NGO: {title}",
    }
    services.store(destination)
    sync(destination)

    [page] = ours(site, "pages")
    assert page["title"]["raw"] == f"NGO: {event.title}"
    assert str(page["parent"]) == site.settings["SECTION_PAGE_ID"]
    [post] = ours(site)
    assert post["title"]["raw"] == f"NGO: {news.title}"
    assert state_of(document_of(organization), destination).acked_action == "remove"
    publish(news, topics=[inne])
    sync(destination)
    assert ours(site) == []


def test_document_that_becomes_a_page_is_there_all_the_while(site):
    event = EventFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, event)
    destination.mapping = {"pages": ["event"]}
    services.store(destination)
    guard = site.folder / "wp-content" / "mu-plugins" / "no-pages.php"
    guard.write_text(
        "<?php add_filter('rest_pre_insert_page', function () {"
        " return new WP_Error('no', '', ['status' => 400]); });"
    )

    assert sync(destination) == {"failed": 1}

    guard.unlink()
    assert post_of(site, event) == post, "there is nothing yet in its place"
    settle(destination)
    assert (len(ours(site, "pages")), ours(site)) == (1, [])


@pytest.mark.parametrize("moment", ["pre_delete_post", "deleted_post"])
def test_document_that_becomes_a_page_is_there_once_in_the_end(site, moment):
    event = EventFactory()
    destination = at(site)
    sync(destination)
    destination.mapping = {"pages": ["event"]}
    services.store(destination)
    guard = site.folder / "wp-content" / "mu-plugins" / f"{moment}.php"
    crash = "unlink(__FILE__); http_response_code(500); exit;"
    guard.write_text(f"<?php add_filter('{moment}', function () {{ {crash} }});")
    assert sync(destination) == {"failed": 1}
    assert len(ours(site, "pages")) == 1

    assert settle(destination) == {"upsert": 1}

    [page] = ours(site, "pages")
    assert ours(site, status="any,trash") == []
    assert state_of(document_of(event), destination).remote_id == f"pages/{page['id']}"


def test_edit_of_what_becomes_a_page_goes_to_the_trash(site):
    event = EventFactory()
    destination = at(site, hand_edits="ours")
    sync(destination)
    post = post_of(site, event)
    edit(site, post, title="Tytuł urzędu")
    destination.mapping = {"pages": ["event"]}
    services.store(destination)

    assert sync(destination) == {"upsert": 1}

    assert len(ours(site, "pages")) == 1
    [trashed] = ours(site, status="trash")
    assert trashed["title"]["raw"] == "Tytuł urzędu"
