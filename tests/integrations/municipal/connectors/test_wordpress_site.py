"""The connector against a real WordPress: what is there equals what we published."""

import random
import re
import time
import uuid
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone
from wagtail.rich_text import RichText

from cms.models.documents import Document, Sequence
from integrations.municipal import claims, ledger, outcomes, services
from integrations.municipal.changes import change_of
from integrations.municipal.connectors import connect, guarded
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import SyncState
from tests.factories import (
    EventFactory,
    ImageFactory,
    NewsFactory,
    TopicFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import add, settle, state_of, sync
from tests.integrations.municipal.sites import at, copy, ours, post_of, published, shown

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State, Finding = SyncState.State, SyncState.Finding
FAULTS = (
    ("status", "500"),
    ("status", "429", "1"),
    ("lost",),
    ("drop",),
    ("html",),
    ("notice",),
    ("crash",),
)


def copies_of(document: Document, *, count: int) -> None:
    """Publish documents like this one, as pages would, only faster."""
    content = orjson.loads(document.payload)
    sequence = Sequence.objects.get()
    for number in range(1, count + 1):
        document.pk, document.page_id = uuid.uuid4(), None
        document.slug, document.title = f"kopia-{number}", f"Kopia {number}"
        document.sequence = sequence.value + number
        document.payload = orjson.dumps(
            content | {"id": document.pk, "title": document.title, "slug": document.slug}
        )
        document.save(force_insert=True)
    Sequence.objects.update(value=sequence.value + count)


def test_documents_become_posts_in_the_category_of_their_type(site):
    own = site.own_posts()
    event = EventFactory(
        title="Gala & bal", status="cancelled", topics=[TopicFactory(slug="granty")]
    )
    news = NewsFactory(body=[("paragraph", RichText("<p>Treść <b>ważna</b></p>"))])
    destination = at(site)

    assert sync(destination) == {"upsert": 2}

    post = post_of(site, event)
    site.fault("off")
    page = site.get(post["link"].removeprefix(site.url)).text
    assert "ODWOŁANE: Gala &amp; bal" in page
    assert re.search(r"<li[^>]*>odwołane</li>", page)
    terms = {
        kind: {one["id"]: one["name"] for one in site.rest("GET", f"/wp/v2/{kind}").json()}
        for kind in ("categories", "tags")
    }
    assert [terms["categories"][one] for one in post["categories"]] == ["Wydarzenia"]
    assert [terms["tags"][one] for one in post["tags"]] == ["Granty"]
    assert "<b>ważna</b>" in post_of(site, news)["content"]["raw"]
    state = state_of(document_of(event), destination)
    assert (state.remote_id, state.remote_url) == (f"posts/{post['id']}", post["link"])
    assert site.own_posts() == own


def test_edit_unpublish_and_delete_arrive_and_nothing_is_written_needlessly(site):
    first, second, third = NewsFactory.create_batch(3)
    destination = at(site)
    sync(destination)
    before = post_of(site, first)

    publish(first, title="Nowy tytuł")
    second.unpublish()
    third.delete()
    assert sync(destination) == {"upsert": 1, "remove": 2}

    assert shown(site) == published() == {str(document_of(first).pk): "Nowy tytuł"}
    assert post_of(site, first)["id"] == before["id"]
    assert ours(site, status="any,trash") == ours(site)
    edited = post_of(site, first)["modified_gmt"]
    services.store(destination, is_retry=True)
    ledger.forget_acknowledged(destination.pk)
    ledger.check_again(SyncState.objects.all())
    SyncState.objects.update(state=State.WAITING)
    time.sleep(1.1)  # the resolution of its clock
    assert sync(destination) == {"upsert": 1, "skip": 2}
    assert post_of(site, first)["modified_gmt"] == edited


def test_document_withdrawn_and_published_again_has_one_post(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    page.unpublish()
    sync(destination)
    publish(page)

    assert sync(destination) == {"upsert": 1}

    assert shown(site) == published()


def test_picture_is_uploaded_once_described_and_goes_with_its_last_document(site):
    image = ImageFactory(description="Ludzie przy stole")
    first, second = NewsFactory.create_batch(2, image=image)
    destination = at(site)
    sync(destination)

    [picture] = site.rest("GET", "/wp/v2/media").json()
    assert picture["alt_text"] == "Ludzie przy stole"
    assert site.get(picture["source_url"].removeprefix(site.url)).status_code == 200
    assert post_of(site, first)["featured_media"] == picture["id"]
    assert post_of(site, second)["featured_media"] == picture["id"]

    publish(first, image=ImageFactory(description="Inne"))
    sync(destination)
    alts = {one["id"]: one["alt_text"] for one in site.rest("GET", "/wp/v2/media").json()}
    assert alts[picture["id"]] == "Ludzie przy stole"
    assert alts[post_of(site, first)["featured_media"]] == "Inne"
    second.unpublish()
    publish(first, image=None)
    sync(destination)
    assert site.rest("GET", "/wp/v2/media").json() == []


def test_picture_of_a_post_that_was_refused_goes_with_the_document(site):
    page = NewsFactory(image=ImageFactory(description="Ludzie przy stole"))
    destination = at(site)
    guard = site.folder / "wp-content" / "mu-plugins" / "no-posts.php"
    guard.write_text(
        "<?php add_filter('rest_pre_insert_post', function () {"
        " return new WP_Error('no', '', ['status' => 400]); });"
    )
    assert sync(destination) == {"failed": 1}
    guard.unlink()
    [picture] = site.rest("GET", "/wp/v2/media").json()
    assert "razem-document" not in re.sub("<!--.*?-->", "", picture["description"]["rendered"])
    other = site.rest(
        "POST",
        "/wp/v2/media",
        "STAFF",
        params={"description": f"razem-document:{document_of(page).pk}"},
        data=site.get(picture["source_url"].removeprefix(site.url)).content,
        headers={"Content-Disposition": 'attachment; filename="ratusz.jpg"'},
    ).json()
    page.unpublish()

    assert settle(destination) == {"remove": 1}

    assert [one["id"] for one in site.rest("GET", "/wp/v2/media").json()] == [other["id"]]


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_picture_whose_deletion_fails_is_deleted_later(site, is_withdrawn):
    page = NewsFactory(image=ImageFactory(description="Ludzie przy stole"))
    destination = at(site)
    sync(destination)
    guard = site.folder / "wp-content" / "mu-plugins" / f"no-deletion-{is_withdrawn}.php"
    guard.write_text(
        "<?php add_filter('pre_delete_attachment', function () { http_response_code(500); exit; });"
    )
    if is_withdrawn:
        page.unpublish()
    else:
        publish(page, image=None)

    assert sync(destination) == {"failed": 1}

    assert ledger.unfinished().count() == 1
    guard.unlink()
    settle(destination)
    assert site.rest("GET", "/wp/v2/media").json() == []
    assert shown(site) == published()
    assert not ledger.unfinished().exists()


@pytest.mark.parametrize("fault", ["lost", "notice", "slow-after"])
def test_lost_answer_ends_with_one_post(site, fault, monkeypatch):
    monkeypatch.setattr(guarded, "TOTAL_SECONDS", 2.0)
    destination = at(site)
    gone = NewsFactory()
    sync(destination)
    gone.unpublish()
    sync(destination)
    page = NewsFactory()  # its category is there already
    site.fault(*([fault, "4"] if fault == "slow-after" else [fault]), only="writes", count=9)
    assert sync(destination)["failed"] == 1
    site.fault("off")
    assert sync(destination) == {}, "it is not looked up before the target's own time is over"

    settle(destination)

    assert shown(site) == published()
    assert post_of(site, page)["status"] == "publish"


def test_worker_killed_after_the_post_was_written_leaves_one_post(site):
    page = NewsFactory()
    destination = at(site)
    fan_out(destination.pk)
    destination.refresh_from_db()
    [state] = claims.claim(destination.pk, is_probe=False)
    change = change_of(document_of(page), "upsert", destination, state)
    connector = connect(destination)
    assert claims.begin([state], settles_within=connector.settles_within)
    connector.upsert(change)
    connector.close()  # …and the worker is no more
    SyncState.objects.update(lease_until=timezone.now())
    assert sync(destination) == {}, "its request might still be at work there"

    settle(destination)

    assert shown(site) == published()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (["status", "429", "120"], "HTTP 429"),
        (["status", "500"], "HTTP 500"),
        (["html"], "stroną internetową"),
        (["maintenance"], "HTTP 503"),
        (["php-down"], "HTTP 502"),
        (["db-down"], "HTTP 500"),
        (["site-down"], "połączyć"),
    ],
)
def test_site_in_trouble_rests_and_all_arrive_afterwards(site, fault, words):
    NewsFactory()
    destination = at(site)
    site.fault(*fault)

    sync(destination)

    destination.refresh_from_db()
    assert destination.failures == 1
    assert words in destination.last_error
    if fault[-1] == "120":
        assert destination.rest_until > timezone.now() + timedelta(seconds=100)
    site.fault("off")
    settle(destination)
    assert shown(site) == published()


def test_wrong_password_stops_everything_in_words_and_changes_nothing(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    services.store(destination, new_secret="aaaa bbbb cccc dddd eeee ffff")
    page.unpublish()

    sync(destination)

    destination.refresh_from_db()
    assert "hasła aplikacji" in destination.last_error
    assert len(shown(site)) == 1
    services.store(destination, new_secret=site.settings["APP_PASSWORD"])
    sync(destination)
    assert shown(site) == {}


def test_account_with_too_few_rights_is_told_before_anything_is_sent(site):
    NewsFactory()
    account = {
        "username": site.settings["AUTHOR_USER"],
        "password": site.settings["AUTHOR_APP_PASSWORD"],
    }
    destination = at(site, **account)

    sync(destination)

    destination.refresh_from_db()
    assert "redaktora" in destination.last_error
    assert ours(site, status="any,trash") == []


def test_search_that_answers_with_other_posts_leads_to_none_of_them(site):
    """Some sites switch searching by strangers' words off: every look-up finds everything."""
    own = site.own_posts()
    plugin = site.folder / "wp-content" / "mu-plugins" / "no-search.php"
    plugin.write_text(
        "<?php add_filter('rest_post_query', function ($asked) {"
        " unset($asked['s']); return $asked; });"
    )
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    publish(page, title="Nowy")
    sync(destination)
    plugin.unlink()

    assert shown(site) == published()
    assert site.own_posts() == own


@pytest.mark.parametrize("can_delete", [True, False])
def test_site_that_drops_our_mark_is_not_filled_with_posts(site, can_delete):
    NewsFactory()
    destination = at(site)
    plugin = site.folder / "wp-content" / "mu-plugins" / f"no-marks-{can_delete}.php"
    forbid = (
        " add_filter('rest_pre_dispatch', function ($answer, $server, $request) {"
        " return $request->get_method() === 'DELETE' ? new WP_Error('no', '', ['status' => 503])"
        " : $answer; }, 10, 3);"
    )
    plugin.write_text(
        "<?php add_filter('wp_insert_post_data', function ($post) { $post['post_content'] ="
        " str_replace('razem-document', '', $post['post_content']); return $post; });"
        + ("" if can_delete else forbid)
    )
    query = "SELECT ID FROM wp_posts WHERE post_author <> 1 AND post_type = 'post'"

    for _try in range(7):
        settle(destination)
    left = site.rows(query)
    plugin.unlink()

    destination.refresh_from_db()
    if can_delete:
        assert left == []
        assert "znacznik" in destination.last_error
        settle(destination)
        assert shown(site) == published()
    else:
        assert len(left) == outcomes.MOST_PERMANENT_ATTEMPTS
        state = SyncState.objects.get()
        assert state.state == State.PARKED
        assert f"posts/{left[-1]['ID']}" in state.last_error


def test_copies_of_a_post_go_to_the_trash_and_the_oldest_stays(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    copy(site, post)
    SyncState.objects.update(remote_id="")
    publish(page, title="Nowy")

    sync(destination)

    assert post_of(site, page)["id"] == post["id"]
    assert shown(site) == published()


def test_destination_of_another_kind_gets_everything_anew(site, receiver):
    NewsFactory()
    destination = add(receiver)
    sync(destination)

    destination.kind, destination.url = "wordpress", site.url
    destination.username = site.settings["USER"]
    services.store(destination, new_secret=site.settings["APP_PASSWORD"])

    assert sync(destination) == {"upsert": 1}
    assert shown(site) == published()


def test_section_equals_what_is_published_after_any_faults(site):
    """Edit, withdraw, publish again and delete while answers are lost, wrong or late; seeded."""
    chance = random.Random(20260601)
    own = site.own_posts()
    pages = NewsFactory.create_batch(6)
    destination = at(site)
    for number in range(40):
        page = chance.choice(pages)
        match chance.choice(("edit", "edit", "edit", "withdraw", "again", "delete", "new")):
            case "edit" | "again":
                publish(page, title=f"Tytuł {number}")
            case "withdraw":
                page.unpublish()
            case "delete" if len(pages) > 3:
                pages.remove(page)
                page.delete()
            case _:
                pages.append(NewsFactory(title=f"Nowa {number}"))
        only = chance.choice(("all", "writes", "reads"))
        site.fault(*chance.choice(FAULTS), count=chance.randint(1, 3), only=only)
        settle(destination)
    site.fault("off")
    while ledger.unfinished().exists():
        settle(destination)

    assert shown(site) == published()
    assert site.own_posts() == own


def test_section_of_two_hundred_is_filled(site):
    copies_of(document_of(NewsFactory()), count=199)
    destination = at(site)

    assert sync(destination) == {"upsert": 200}

    own = connect(destination)
    listed = [item for page in own.list_remote() for item in page.items]
    own.close()
    assert {str(item.document_id) for item in listed} == set(published())
    hashes = SyncState.objects.values_list("remote_id", "answer_hash")
    assert dict(hashes) == {item.remote_id: item.answer_hash for item in listed}
