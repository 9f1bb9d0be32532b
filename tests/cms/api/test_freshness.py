from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from cms.documents.sequence import start_epoch
from tests.factories import EventFactory, LocalityFactory, OrganizationFactory, publish

pytestmark = pytest.mark.django_db


def etag(client, path: str = "/events/") -> str:
    response = client.get(f"/api/v1{path}")
    assert response.status_code == 200
    return response.headers["ETag"]


def status(client, tag: str, path: str = "/events/") -> int:
    return client.get(f"/api/v1{path}", headers={"If-None-Match": tag}).status_code


def test_etag_is_strong_and_the_same_as_long_as_nothing_changes(client):
    EventFactory()
    assert etag(client) == etag(client)
    assert etag(client).startswith('"')


def test_304_has_validators_and_no_body(client):
    EventFactory()
    first = client.get("/api/v1/events/")
    response = client.get("/api/v1/events/", headers={"If-None-Match": first.headers["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control"):
        assert response.headers[name] == first.headers[name]
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '{} , "other"', "*"])
def test_if_none_match_is_read_in_all_its_forms(form, client):
    assert status(client, form.format(etag(client))) == 304


@pytest.mark.parametrize("tag", ["", '"other"', "other", '"', "W/", ",,,", "\x7f"])
def test_other_tags_get_the_full_answer(tag, client):
    assert status(client, tag) == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda event: publish(event, title="Nowy tytuł"),
        lambda event: event.unpublish(),
        lambda event: event.delete(),
        lambda event: OrganizationFactory(),
        lambda event: start_epoch(),
    ],
    ids=["changed", "unpublished", "deleted", "other document", "new epoch"],
)
def test_any_change_of_documents_makes_lists_new(change, client):
    event = EventFactory()
    before = etag(client)
    change(event)
    assert status(client, before) == 200
    assert etag(client) != before


def test_draft_leaves_lists_as_they_are(client):
    event = EventFactory()
    before = etag(client)
    event.title = "Szkic"
    event.save_revision()
    assert status(client, before) == 304


def test_expiry_alone_makes_lists_and_the_feed_new(client):
    now = timezone.now()
    EventFactory(expire_at=now + timedelta(hours=1))
    before = {path: etag(client, path) for path in ("/events/", "/changes/", "/events/?count=true")}
    with time_machine.travel(now + timedelta(hours=2)):
        for path, tag in before.items():
            assert status(client, tag, path) == 200


def test_each_question_has_its_own_tag_whatever_the_order_of_parameters(client):
    EventFactory()
    paths = ["/events/", "/events/?limit=1", "/events/?limit=2", "/projects/", "/changes/"]
    assert len({etag(client, path) for path in paths}) == len(paths)
    assert etag(client, "/events/?limit=1&count=true") == etag(
        client, "/events/?count=true&limit=1"
    )


def test_only_answers_that_depend_on_the_day_are_new_at_polish_midnight(client):
    EventFactory(start_date=date(2018, 9, 15))
    evening = datetime(2018, 9, 14, 21, 30, tzinfo=UTC)
    with time_machine.travel(evening, tick=False):
        upcoming, everything = etag(client, "/events/?upcoming=true"), etag(client)
    with time_machine.travel(evening + timedelta(minutes=29), tick=False):
        assert status(client, upcoming, "/events/?upcoming=true") == 304
    with time_machine.travel(evening + timedelta(minutes=31), tick=False):
        assert status(client, upcoming, "/events/?upcoming=true") == 200
        assert status(client, everything) == 304


def test_tags_change_with_the_release(client, monkeypatch):
    EventFactory(slug="gala")
    before = {path: etag(client, path) for path in ("/events/", "/events/gala/", "/changes/")}
    monkeypatch.setattr("cms.api.freshness.API_VERSION", "9.9.9")
    for path, tag in before.items():
        assert status(client, tag, path) == 200


def test_last_modified_is_when_the_newest_change_was_written(client):
    moment = datetime(2018, 3, 16, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        EventFactory()
    response = client.get("/api/v1/events/")
    assert response.headers["Last-Modified"] == "Fri, 16 Mar 2018 09:00:00 GMT"


def test_vocabulary_is_new_only_when_its_content_is(client):
    locality = LocalityFactory(slug="belk", name="Bełk")
    before = etag(client, "/vocabularies/localities/")
    EventFactory()
    assert status(client, before, "/vocabularies/localities/") == 304
    locality.name_locative = "w Bełku"
    locality.save()
    assert status(client, before, "/vocabularies/localities/") == 200


@pytest.mark.parametrize("path", ["/", "/events/", "/events/gala/", "/vocabularies/topics/"])
def test_answers_may_be_kept_by_caches_for_seconds_and_know_no_visitor(path, client):
    EventFactory(slug="gala")
    response = client.get(f"/api/v1{path}")
    assert response.headers["Cache-Control"].startswith("public, max-age=")
    assert "stale-while-revalidate=" in response.headers["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies


def test_change_feed_is_asked_anew_each_time(client):
    assert client.get("/api/v1/changes/").headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["/events/nie-ma/", "/events/?x=1", "/nic/", "/changes/?since=9"])
def test_errors_are_not_kept(path, client):
    response = client.get(f"/api/v1{path}")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", ["/", "/events/", "/events/gala/", "/changes/", "/openapi.json"])
def test_head_has_the_headers_of_get_and_no_body(path, client):
    EventFactory(slug="gala")
    got, asked = client.get(f"/api/v1{path}"), client.head(f"/api/v1{path}")
    assert asked.status_code == 200
    assert asked.content == b""
    # RateLimit counts each request, so it is the one that differs.
    assert dict(asked.headers) | {"RateLimit": ""} == dict(got.headers) | {"RateLimit": ""}
    assert int(asked.headers["Content-Length"]) == len(got.content)


@pytest.mark.parametrize("path", ["/", "/events/", "/events/nie-ma/", "/changes/"])
def test_options_says_which_methods_there_are(path, client):
    response = client.options(f"/api/v1{path}")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
