"""What is pushed to the plugin counts only if Razem signed it, and only if it is newer."""

import json
from typing import Any

import pytest
import requests

from tests.factories import EventFactory, ImageFactory, publish
from tests.municipal_example.servers import OTHER_SECRET, SECRET, signed
from tests.municipal_plugin.site import Site, assert_exact

OTHER_ID = "00000000-0000-4000-8000-000000000000"

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


def newest_change(site: Site) -> dict[str, Any]:
    """Return the change that Razem would push now."""
    address = f"{site.front.server_url}/api/v1/changes/?since=0&limit=500"
    page = requests.get(address, timeout=30).json()
    change: dict[str, Any] = page["results"][-1]
    return change | {"epoch": page["epoch"]}


def as_body(change: dict[str, Any]) -> bytes:
    return json.dumps(change).encode()


def test_signed_change_is_shown_at_once_and_its_picture_by_the_next_run(site: Site):
    page = EventFactory()
    site.pull()
    publish(page, title="Przysłane", image=ImageFactory())

    answer = site.push(as_body(newest_change(site)))

    assert (answer.status_code, answer.json()["status"]) == (200, "stored")
    assert "Przysłane" in site.page()
    assert_exact(site)
    assert site.wordpress.php("return (bool) wp_next_scheduled('razem_pull_soon');")
    site.pull()
    assert len(site.images()) == 1


def test_replayed_older_and_unsigned_changes_change_nothing(site: Site):
    page = EventFactory(title="Pierwszy")
    site.pull()
    older = as_body(newest_change(site))
    publish(page, title="Drugi")
    body = as_body(newest_change(site))
    forged = body.replace(b"Drugi", b"Trzeci")
    headers = signed(body)

    assert site.push(body, headers).json()["status"] == "stored"
    assert site.push(body, headers).json()["status"] == "ignored: not newer"
    assert site.push(older).json()["status"] == "ignored: not newer"
    refused = [
        site.push(forged, headers),
        site.push(body, signed(body, secret=OTHER_SECRET)),
        site.push(body, signed(body, age_seconds=301)),
        site.push(body, signed(body, age_seconds=-301)),
        site.push(body, headers | {"webhook-id": "msg_2"}),
        site.push(body, {"webhook-id": "msg_1", "webhook-timestamp": headers["webhook-timestamp"]}),
    ]
    assert [answer.status_code for answer in refused] == [401] * 6
    assert "Drugi" in site.page()
    assert_exact(site)


def test_both_secrets_count_while_one_is_exchanged_for_the_other(site: Site):
    EventFactory()
    site.pull()
    body = as_body(newest_change(site))

    site.enter(secret=OTHER_SECRET, old_secret=SECRET)
    assert site.push(body, signed(body, secret=SECRET)).status_code == 200
    assert site.push(body, signed(body, secret=OTHER_SECRET)).status_code == 200

    site.enter(no_old_secret=1)
    assert site.push(body, signed(body, secret=SECRET)).status_code == 401
    site.enter(no_secret=1)
    assert site.push(body, signed(body, secret=OTHER_SECRET)).status_code == 503


def test_what_is_not_a_change_is_refused_and_another_epoch_is_only_a_reason_to_pull(site: Site):
    EventFactory()
    site.pull()
    held = site.held()
    change = newest_change(site)
    wrong: list[Any] = [
        [],
        {**change, "epoch": "nie"},
        {**change, "version": "1"},
        {**change, "type": "../"},
        {**change, "document": {**change["document"], "id": OTHER_ID}},
        {**change, "action": "remove"},
    ]
    for one in wrong:
        assert site.push(as_body(one)).status_code == 400, one
    large = as_body({**change, "slug": "x" * (2 * 1024 * 1024)})
    assert site.push(large).status_code == 413

    other = {**change, "epoch": OTHER_ID, "version": 2**50}
    assert site.push(as_body(other)).json()["status"] == "will be read from the feed"
    assert site.held() == held


def test_pull_that_read_before_a_push_does_not_bring_the_older_state_back(site: Site):
    page = EventFactory(title="Pierwszy")
    site.pull()
    publish(page, title="Drugi")
    older = requests.get(
        f"{site.front.server_url}/api/v1/changes/?since=0&limit=500", timeout=30
    ).json()
    publish(page, title="Trzeci")
    site.push(as_body(newest_change(site)))

    # As if the answer of before were stored only now.
    site.wordpress.php(
        "$page = $arguments[0] + ['has_more' => false, 'changes' => $arguments[0]['results']];"
        "Razem\\store_page(Razem\\Lock::take(), $page, true); return 1;",
        older,
    )

    assert "Trzeci" in site.page()
