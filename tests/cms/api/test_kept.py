"""Answers that are kept: given again as they were, and never once anything has changed."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.api import clients
from cms.api.freshness import Validators
from cms.api.kept import SHARES, Answer, KeptAnswers, kept_answers, size_of
from cms.documents.sequence import start_epoch
from cms.models import ApiClient
from cms.previews.links import make
from tests.cms.documents.test_concurrency import database_url
from tests.cms.documents.world import plant_site
from tests.factories import (
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    TopicFactory,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"
LATER = date(2040, 1, 1)
KEPT = [
    "/api/v1/",
    "/api/v1/events/",
    "/api/v1/events/?upcoming=true&limit=5&count=true",
    "/api/v1/events/gala/",
    "/api/v1/changes/?since=0",
    "/api/v1/search/?q=gala",
]


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_answers.clear()


def queries(client, path: str, **extra) -> tuple[int, object]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, **extra)
    return len(captured), response


def titles(client, path: str = EVENTS) -> list[str]:
    return [document["title"] for document in client.get(path).json()["results"]]


def without_rate(response) -> dict[str, str]:
    return dict(response.headers) | {"RateLimit": ""}


@pytest.mark.parametrize("path", KEPT)
def test_kept_answer_is_the_same_to_the_byte_and_costs_one_query(path, client):
    EventFactory(title="Gala", slug="gala")
    first = client.get(path)
    count, second = queries(client, path)
    assert count == 1
    assert (second.status_code, second.content) == (200, first.content)
    assert without_rate(second) == without_rate(first)


@pytest.mark.parametrize("path", KEPT)
def test_kept_answer_is_304_for_who_has_it_at_one_query(path, client):
    EventFactory(title="Gala", slug="gala")
    first = client.get(path)
    count, second = queries(client, path, headers={"If-None-Match": first.headers["ETag"]})
    assert (count, second.status_code, second.content) == (1, 304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "X-Content-Type-Options"):
        assert second.headers[name] == first.headers[name]
    assert "Content-Type" not in second.headers
    assert "Content-Length" not in second.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", KEPT)
def test_head_of_a_kept_answer_has_its_headers_and_no_body(path, client):
    EventFactory(title="Gala", slug="gala")
    first = client.get(path)
    head = client.head(path)
    assert head.content == b""
    assert without_rate(head) == without_rate(first)
    assert client.get(path).content == first.content


def test_head_alone_lets_nothing_empty_be_kept(client):
    EventFactory(title="Gala")
    client.head(EVENTS)
    assert titles(client) == ["Gala"]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda event: publish(event, title="Nowy"), ["Nowy"]),
        (lambda event: event.unpublish(), []),
        (lambda event: event.delete(), []),
        (make_private, []),
        (
            lambda event: EventFactory(title="Drugie", start_date=date(2040, 1, 1)),
            ["Gala", "Drugie"],
        ),
    ],
    ids=["changed", "unpublished", "deleted", "private", "another"],
)
def test_change_is_in_the_very_next_answer(change, left, client):
    event = EventFactory(title="Gala", slug="gala", start_date=date(2030, 1, 1))
    paths = [EVENTS, "/api/v1/changes/", "/api/v1/search/?q=gala", "/api/v1/events/gala/"]
    for path in paths * 2:
        client.get(path)
    before = {path: client.get(path).content for path in paths}
    change(event)
    assert titles(client) == left
    assert client.get("/api/v1/changes/").content != before["/api/v1/changes/"]
    one = client.get("/api/v1/events/gala/")
    assert one.status_code == (200 if left else 410)
    assert ("Nowy" in one.content.decode()) is ("Nowy" in left)
    found = [hit["title"] for hit in client.get("/api/v1/search/?q=gala").json()["results"]]
    assert found == [title for title in left if title == "Gala"]


def test_change_of_another_type_is_seen_as_well(client):
    organization = OrganizationFactory(title="Dawna nazwa")
    EventFactory(organizers=[organization])
    assert b"Dawna nazwa" in client.get(EVENTS).content
    assert b"Dawna nazwa" in client.get(EVENTS).content
    organization.unpublish()
    assert b"Dawna nazwa" not in client.get(EVENTS).content


def test_new_epoch_ends_what_was_kept(client):
    EventFactory()
    before = client.get("/api/v1/").json()
    client.get("/api/v1/")
    start_epoch()
    assert client.get("/api/v1/").json()["epoch"] != before["epoch"]
    assert client.get(f"/api/v1/changes/?since=0&epoch={before['epoch']}").status_code == 410


def test_expiry_alone_ends_what_was_kept(client):
    now = timezone.now()
    EventFactory(title="Gala", slug="gala", expire_at=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert titles(client) == titles(client) == ["Gala"]
        assert client.get("/api/v1/events/gala/").status_code == 200
    with time_machine.travel(now + timedelta(hours=1, seconds=1), tick=False):
        assert titles(client) == []
        assert client.get("/api/v1/events/gala/").status_code == 410


def test_polish_midnight_ends_what_was_kept(client):
    EventFactory(title="Gala", start_date=date(2018, 9, 14))
    NewsFactory(title="Wieść")
    midnight = datetime(2018, 9, 14, 22, 0, tzinfo=UTC)
    upcoming, past = f"{EVENTS}?upcoming=true", f"{EVENTS}?past=true"
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        for _ in range(2):
            assert (titles(client, upcoming), titles(client, past)) == (["Gala"], [])
    with time_machine.travel(midnight, tick=False):
        assert (titles(client, upcoming), titles(client, past)) == ([], ["Gala"])


def test_answer_begun_before_midnight_is_not_kept_for_the_day_after(client, monkeypatch):
    EventFactory(title="Gala", start_date=date(2018, 9, 14))
    evening = datetime(2018, 9, 14, 21, 59, 59, tzinfo=UTC)
    upcoming = f"{EVENTS}?upcoming=true"
    with time_machine.travel(evening, tick=False) as clock:
        keep = kept_answers.keep
        # The clock passes midnight after the answer was made, and before it is kept.
        monkeypatch.setattr(kept_answers, "keep", lambda *args: (clock.shift(2), keep(*args)))
        assert titles(client, upcoming) == ["Gala"]
        assert titles(client, upcoming) == []


def test_order_of_parameters_does_not_count_but_each_question_has_its_own_answer(client):
    for number in range(3):
        EventFactory(title=f"W{number}", start_date=date(2030, 1, 1 + number))
    client.get(f"{EVENTS}?limit=1&count=true")
    assert queries(client, f"{EVENTS}?count=true&limit=1")[0] == 1
    answers = {
        path: client.get(path).content
        for path in (EVENTS, f"{EVENTS}?limit=1", f"{EVENTS}?limit=2", "/api/v1/news/")
    }
    assert len(set(answers.values())) == 4
    for path, content in answers.items():
        assert client.get(path).content == content
    assert client.get(f"{EVENTS}?limit=1&limit=1").status_code == 400
    assert client.get(f"{EVENTS}?limit=1&x=1").status_code == 400


def test_other_host_has_its_own_answers_and_a_wrong_one_none(client):
    EventFactory()
    assert client.get(EVENTS).status_code == 200
    assert queries(client, EVENTS, headers={"Host": "localhost"})[0] > 1
    assert client.get(EVENTS, headers={"Host": "zly.example.org"}).status_code == 400


def test_who_does_not_take_json_does_not_get_what_was_kept(client):
    EventFactory()
    client.get(EVENTS)
    assert client.get(EVENTS, headers={"Accept": "image/png"}).status_code == 406
    assert client.post(EVENTS).status_code == 405
    assert client.options(EVENTS).status_code == 204


def test_kept_answers_are_counted_and_tell_nobody_of_others(client, settings):
    settings.API_RATES = {"default": (3, 60), "trusted": (50, 60)}
    EventFactory()
    trusted = ApiClient(name="Strona", contact="it@example.org")
    headers = {"Authorization": f"Bearer {clients.create(trusted)}"}
    with time_machine.travel("2018-03-16T09:00:10+00:00", tick=False):
        assert client.get(EVENTS, headers=headers).headers["RateLimit"].startswith('"trusted";r=49')
        told = [client.get(EVENTS).headers["RateLimit"] for _ in range(3)]
        assert told == [f'"default";r={left};t=50' for left in (2, 1, 0)]
        assert client.get(EVENTS).status_code == 429
        assert client.get(EVENTS, headers=headers).status_code == 200
    assert client.get(EVENTS, headers={"Authorization": "Bearer razem_x"}).status_code == 401


def test_cross_origin_headers_are_for_who_asks(client):
    EventFactory()
    first = client.get(EVENTS, headers={"Origin": "https://a.example.org"})
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get(EVENTS).headers
    again = client.get(EVENTS, headers={"Origin": "https://a.example.org"})
    assert without_rate(again) == without_rate(first)


def test_drafts_vocabularies_and_errors_are_not_kept(client, admin_user):
    event = EventFactory(slug="gala")
    event.title = "Szkic"
    event.save_revision()
    token = make(event, admin_user).token
    TopicFactory(slug="rodo", name="RODO")
    for path in (
        f"/api/v1/preview/{token}/",
        "/api/v1/vocabularies/topics/",
        "/api/v1/problems/withdrawn/",
        "/api/v1/events/nie-ma/",
        "/api/v1/events/?x=1",
        "/api/v1/openapi.json",
        "/api/v1/docs/",
    ):
        client.get(path)
        assert not kept_answers._answers, path


def test_empty_list_is_asked_anew_since_its_filter_may_have_become_wrong(client):
    topic = TopicFactory(slug="rodo")
    path = f"{EVENTS}?topic=rodo"
    assert titles(client, path) == titles(client, path) == []
    topic.delete()
    assert client.get(path).status_code == 400


def test_nothing_is_kept_where_no_memory_is_given(client, settings):
    settings.API_KEPT_BYTES = 0
    EventFactory()
    client.get(EVENTS)
    assert queries(client, EVENTS)[0] > 1


def test_release_ends_what_was_kept(client, monkeypatch):
    EventFactory()
    client.get("/api/v1/")
    monkeypatch.setattr("cms.api.freshness.API_VERSION", "9.9.9")
    assert queries(client, EVENTS)[0] > 1


# --- The store ------------------------------------------------------------------------------------


def answer(length: int = 1000) -> Answer:
    return Answer(b"x" * length, (), Validators('"x"'))


def test_store_stays_within_its_bound_and_forgets_what_nobody_asked_for():
    kept = KeptAnswers()
    room = 10 * size_of(answer())
    for number in range(10):
        kept.keep(number, "state", answer(), room)
    kept.get(0, "state")
    kept.keep(10, "state", answer(), room)
    assert kept.get(0, "state")
    assert kept.get(1, "state") is None
    for number in range(100):
        kept.keep(number % 20, "state", answer(number), room)
        assert kept._bytes == sum(map(size_of, kept._answers.values())) <= room


def test_store_takes_no_answer_that_would_drive_out_all_others():
    kept = KeptAnswers()
    kept.keep("large", "state", answer(100_000), SHARES * 100_000)
    assert not kept.has("large")


def test_store_forgets_all_of_another_state():
    kept = KeptAnswers()
    kept.keep("a", "old", answer(), 10**6)
    assert kept.get("a", "new") is None
    assert not kept.has("a")
    kept.keep("a", "old", answer(), 10**6)
    kept.keep("b", "new", answer(), 10**6)
    assert kept.get("a", "old") is None


# --- Several processes ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_change_made_by_another_process_is_in_the_very_next_answer(client):
    plant_site()
    event = EventFactory(title="Gala")
    assert titles(client) == titles(client) == ["Gala"]
    code = (
        "import django; django.setup()\n"
        "from cms.models import EventPage\n"
        f"event = EventPage.objects.get(pk={event.pk})\n"
        "event.title = 'Z innego procesu'\n"
        "event.save_revision().publish()\n"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(str(connection.settings_dict["NAME"])),
    }
    subprocess.run(
        [sys.executable, "-c", code], cwd=django_settings.BASE_DIR, env=environment, check=True
    )
    assert titles(client) == ["Z innego procesu"]
