from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.cms.api.answers import ask
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    document_of,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


def test_detail_by_id_and_by_slug_is_the_stored_payload(client):
    event = EventFactory(slug="gala")
    document = document_of(event)
    for key in ("gala", document.pk, str(document.pk).upper()):
        response = client.get(f"/api/v1/events/{key}/")
        assert response.status_code == 200
        assert response.content == bytes(document.payload)


def test_former_slug_leads_to_the_present_address(client):
    event = EventFactory(slug="gala-2018")
    publish(event, slug="gala-wolontariusza")
    response = client.get("/api/v1/events/gala-2018/")
    assert response.status_code == 301
    assert response.headers["Location"] == "http://testserver/api/v1/events/gala-wolontariusza/"
    assert client.get(f"/api/v1/events/{document_of(event).pk}/").status_code == 200


def test_former_slug_that_another_document_took_over_shows_that_one():
    first = publish(EventFactory(slug="gala"), slug="gala-2018")
    second = EventFactory(slug="gala")
    assert ask("/events/gala/")["id"] == str(document_of(second).pk)
    assert ask("/events/gala-2018/")["id"] == str(document_of(first).pk)


@pytest.mark.parametrize("by", ["slug", "id", "former slug"])
@pytest.mark.parametrize("way", ["unpublished", "deleted", "private", "expired"])
def test_withdrawn_document_is_410_and_says_nothing_of_it(way, by, client):
    event = EventFactory(slug="dawny", title="Tajemnica")
    event = publish(event, slug="gala")
    pk = document_of(event).pk
    now = timezone.now()
    if way == "unpublished":
        event.unpublish()
    elif way == "deleted":
        event.delete()
    elif way == "private":
        make_private(event)
    else:
        publish(event, expire_at=now + timedelta(hours=1))
    key = {"slug": "gala", "id": pk, "former slug": "dawny"}[by]
    with time_machine.travel(now + timedelta(hours=2)):
        response = client.get(f"/api/v1/events/{key}/")
    assert response.status_code == 410
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "http://testserver/api/v1/problems/withdrawn/"
    assert b"Tajemnica" not in response.content


@pytest.mark.parametrize(
    "key",
    [
        "nie-ma",
        "8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b",
        "%00",
        "a%0Ab",
        "żółw",
        "a" * 5000,
        "'; drop table",
    ],
)
def test_unknown_key_is_404(key):
    EventFactory()
    problem = ask(f"/events/{key}/", status=404)
    assert problem["detail"] == "There is no event with this id or slug."


def test_document_of_another_type_is_404():
    organization = OrganizationFactory(slug="zegar")
    ask("/events/zegar/", status=404)
    ask(f"/events/{document_of(organization).pk}/", status=404)


def test_draft_that_was_never_published_is_404():
    EventFactory(slug="szkic", draft=True)
    ask("/events/szkic/", status=404)


def test_detail_takes_no_parameters():
    EventFactory(slug="gala")
    assert ask("/events/gala/?lang=en", status=400)["errors"][0]["name"] == "lang"


@pytest.mark.parametrize(("key", "queries"), [("gala", 2), ("dawna", 3), ("nie-ma", 3)])
def test_detail_costs_two_queries_and_one_more_to_look_for_former_slugs(
    key, queries, client, django_assert_num_queries
):
    publish(EventFactory(slug="dawna"), slug="gala")
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/events/{key}/")


def test_detail_is_304_for_its_etag_until_the_document_itself_changes(
    client, django_assert_num_queries
):
    event = EventFactory(slug="gala")
    etag = client.get("/api/v1/events/gala/").headers["ETag"]
    EventFactory()
    with django_assert_num_queries(2):  # what was kept is of an older state
        client.get("/api/v1/events/gala/", headers={"If-None-Match": etag})
    with django_assert_num_queries(1):
        response = client.get("/api/v1/events/gala/", headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    publish(event, title="Nowa gala")
    response = client.get("/api/v1/events/gala/", headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response.headers["ETag"] != etag
