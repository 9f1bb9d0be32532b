"""Many new documents at once at a real WordPress: in batches, and never twice."""

import pytest
from django.utils import timezone

from integrations.municipal import ledger, outcomes
from integrations.municipal.connectors.wordpress import ours as ours_module
from integrations.municipal.connectors.wordpress import shelf
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.models import Destination, SyncState
from tests.factories import ImageFactory, NewsFactory, TopicFactory, document_of, publish
from tests.integrations.municipal.helpers import let_time_pass, settle, state_of, sync
from tests.integrations.municipal.sites import at, ours, post_of, published, shown, with_categories

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State = SyncState.State


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What is asked of WordPress, as "POST batch/v1"."""
    requests: list[str] = []
    ask = Client._request

    def noting(self, method, route, **options):
        requests.append(f"{method} {route}")
        return ask(self, method, route, **options)

    monkeypatch.setattr(Client, "_request", noting)
    return requests


def forget_records(destination: Destination) -> None:
    """Have nothing known of what is there, as after the destination was added anew."""
    SyncState.objects.all().delete()
    Destination.objects.filter(pk=destination.pk).update(scanned_sequence=0)


def test_new_documents_arrive_ten_a_request_without_a_look_up_for_each(site, asked):
    own = site.own_posts()
    NewsFactory.create_batch(12, topics=[TopicFactory(slug="granty")])
    pictured = NewsFactory(image=ImageFactory())
    destination = at(site)

    assert sync(destination) == {"upsert": 13}

    assert asked.count("POST wp/v2/posts") <= 1, "the picture has to be there before its post"
    assert asked.count("POST batch/v1") == 2
    assert asked.count("GET wp/v2/posts") == 1
    assert shown(site) == published()
    assert site.own_posts() == own
    posts = {post["id"]: post for post in ours(site)}
    for state in SyncState.objects.all():
        post = posts[int(state.remote_id.removeprefix("posts/"))]
        assert state.remote_url == post["link"]
        assert post["date"][:10] == f"{state.document.published_at:%Y-%m-%d}"
    asked.clear()
    publish(pictured, title="Nowy")
    ledger.check_again(SyncState.objects.all())
    assert sync(destination) == {"upsert": 13}
    changed = state_of(document_of(pictured), destination).remote_id
    written = [one for one in asked if one.startswith("POST")]
    assert written == [f"POST wp/v2/{changed}"], "what is as it ought to be is not written again"


@pytest.mark.parametrize("fault", ["lost", "notice", "drop"])
def test_lost_answer_of_a_batch_leaves_one_post_of_each(site, fault):
    destination = with_categories(site)
    NewsFactory.create_batch(4)
    site.fault(fault, only="writes", count=1)

    assert sync(destination) == {"failed": 4}

    site.fault("off")
    destination.refresh_from_db()
    assert destination.failures == 1, "one request failed, whatever was in it"
    assert sync(destination) == {}, "they may still be written there"
    settle(destination)
    assert not ledger.unfinished().exists()
    assert shown(site) == published()


def test_worker_killed_in_a_batch_leaves_one_post_of_each(site, monkeypatch):
    destination = with_categories(site)
    NewsFactory.create_batch(3)

    class KilledError(BaseException):
        pass

    def killed(*_arguments, **_fields):
        raise KilledError

    with monkeypatch.context() as context:
        context.setattr(outcomes, "delivered", killed)
        with pytest.raises(KilledError):
            sync(destination)
    assert len(shown(site)) == 3
    SyncState.objects.filter(state=State.SENDING).update(lease_until=timezone.now())
    assert sync(destination) == {}, "they may still be written there"

    settle(destination)

    assert not ledger.unfinished().exists()
    assert shown(site) == published()


def test_posts_of_which_our_records_know_nothing_are_found(site):
    NewsFactory.create_batch(3)
    destination = at(site)
    sync(destination)
    before = {post["id"] for post in ours(site)}
    forget_records(destination)
    NewsFactory.create_batch(3)

    assert sync(destination) == {"upsert": 6}

    assert shown(site) == published()
    assert before < {post["id"] for post in ours(site)}


def test_more_unknown_posts_than_can_be_read_at_once_are_found(site, monkeypatch):
    NewsFactory.create_batch(4)
    destination = at(site)
    sync(destination)
    forget_records(destination)
    for module in (ours_module, shelf):
        monkeypatch.setattr(module, "IDS_A_PAGE", 3)

    assert sync(destination) == {"upsert": 4}

    assert shown(site) == published()


def test_list_from_which_somebody_deletes_meanwhile_is_not_believed(site, monkeypatch):
    """Two parts of two ids: the third post would slip into the part that was read already."""
    destination = at(site)
    NewsFactory.create_batch(4)
    sync(destination)
    first, *_others = sorted(post["id"] for post in ours(site))
    forget_records(destination)
    monkeypatch.setattr(shelf, "IDS_A_PAGE", 2)
    read = shelf._ids

    def deleting(answer):
        found = read(answer)
        site.rest("DELETE", f"/wp/v2/posts/{first}", "STAFF", params={"force": "true"})
        return found

    monkeypatch.setattr(shelf, "_ids", deleting)

    sync(destination)

    assert shown(site) == published()


def test_long_list_is_given_up_at_once_and_not_begun_again(site, asked, monkeypatch):
    destination = with_categories(site)
    NewsFactory.create_batch(2)
    sync(destination)
    NewsFactory.create_batch(12)
    monkeypatch.setattr(shelf, "MOST_IDS", 1)
    asked.clear()

    assert sync(destination) == {"upsert": 12}

    assert asked.count("GET wp/v2/posts") == 1 + 12, "one part of the list, and a look-up for each"
    assert shown(site) == published()


@pytest.mark.parametrize(
    "without",
    [
        "add_filter('rest_endpoints', function ($all) { unset($all['/batch/v1']); return $all; });",
        "add_filter('rest_pre_dispatch', function ($answer, $server, $request) {"
        " return $request->get_route() === '/batch/v1' ? new WP_Error('large', '', ['status' =>"
        " 413]) : $answer; }, 10, 3);",
    ],
)
def test_website_that_takes_no_batches_is_filled_one_by_one(site, asked, without):
    destination = with_categories(site)
    NewsFactory.create_batch(12)
    plugin = site.folder / "wp-content" / "mu-plugins" / f"no-batches-{len(without)}.php"
    plugin.write_text(f"<?php {without}")
    asked.clear()

    assert sync(destination) == {"upsert": 12}

    plugin.unlink()
    assert asked.count("POST batch/v1") == 1
    assert shown(site) == published()


def test_document_that_is_refused_keeps_none_of_its_batch_back(site):
    destination = with_categories(site)
    NewsFactory.create_batch(3)
    bad = NewsFactory(title="Odrzucona")
    guard = site.folder / "wp-content" / "mu-plugins" / "one-refused.php"
    guard.write_text(
        "<?php add_filter('rest_pre_insert_post', function ($post) {"
        " return strpos($post->post_title ?? '', 'Odrzucona') === false ? $post"
        " : new WP_Error('no', '', ['status' => 400]); });"
    )

    assert sync(destination) == {"upsert": 3, "failed": 1}

    destination.refresh_from_db()
    assert destination.failures == 0
    assert len(shown(site)) == 3
    guard.unlink()
    let_time_pass()
    sync(destination)
    assert shown(site) == published()
    assert bad.title in published().values()


def test_changed_document_beside_new_ones_keeps_its_post(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    before = post_of(site, page)["id"]
    NewsFactory.create_batch(2)
    publish(page, title="Nowy")

    assert sync(destination) == {"upsert": 3}

    assert post_of(site, page)["id"] == before
    assert shown(site) == published()
