"""Addresses of our own pages where something was before: 301, 410, 404, each with a way onward."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import Document
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    StandardPageFactory,
    home_page,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["DEBUG off", "DEBUG on"])
def debug(request, settings):
    settings.DEBUG = request.param
    return request.param


def test_former_address_of_a_renamed_event_leads_to_the_new_one(client, debug):
    page = EventFactory(slug="gala")
    publish(page, slug="gala-wolontariusza")

    response = client.get("/wydarzenia/gala/")

    assert response.status_code == 301
    assert response.url == "/wydarzenia/gala-wolontariusza/"
    assert client.get(response.url).status_code == 200


def test_address_of_a_withdrawn_document_is_gone_and_leads_onward(client, debug):
    page = EventFactory(slug="gala", title="Tajemnica")
    page.unpublish()

    response = client.get("/wydarzenia/gala/")

    assert response.status_code == 410
    html = response.content.decode()
    assert "Ta strona została wycofana" in html
    assert 'href="/wydarzenia/"' in html
    assert "Tajemnica" not in html


def test_former_address_of_a_withdrawn_document_is_gone(client):
    page = publish(EventFactory(slug="gala"), slug="gala-wolontariusza")
    page.unpublish()

    assert client.get("/wydarzenia/gala/").status_code == 410


def test_address_of_a_deleted_document_is_gone(client):
    EventFactory(slug="gala").delete()

    assert client.get("/wydarzenia/gala/").status_code == 410


def test_moved_page_leads_to_its_new_parent(client):
    organization = OrganizationFactory(slug="swit")
    parent = organization.get_parent()
    parent.slug = "spis"
    parent.save()

    response = client.get("/organizacje/swit/")

    assert (response.status_code, response.url) == (301, "/spis/swit/")


def test_live_document_whose_page_cannot_be_served_is_not_redirected_to_itself(client):
    page = EventFactory(slug="gala")
    Document.objects.filter(page_id=page.pk).update(page_id=None)

    assert client.get("/wydarzenia/gala/").status_code == 404


def test_expired_document_is_gone_before_the_sweep_has_seen_it(client):
    page = EventFactory(slug="gala")
    Document.objects.filter(page_id=page.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )

    assert client.get("/wydarzenia/gala/").status_code == 410


def test_hidden_document_that_waits_to_be_rewritten_is_not_called_withdrawn(client):
    page = EventFactory(slug="gala")
    Document.objects.filter(page_id=page.pk).update(
        is_live=False, payload=b"", dirty_at=timezone.now()
    )

    assert client.get("/wydarzenia/gala/").status_code == 404


def test_address_where_another_page_lives_now_serves_that_page(client):
    page = EventFactory(slug="gala")
    publish(page, slug="gala-2018")
    EventFactory(slug="gala", title="Nowa gala")

    response = client.get("/wydarzenia/gala/")

    assert response.status_code == 200
    assert "Nowa gala" in response.content.decode()


def test_unknown_address_says_so_in_words_and_leads_onward(client):
    home_page()

    response = client.get("/nie-ma-mnie/")

    assert response.status_code == 404
    html = response.content.decode()
    assert "Nie ma takiej strony" in html
    assert 'href="/organizacje/"' in html


def test_unpublished_plain_page_is_simply_not_found(client):
    page = StandardPageFactory(slug="kontakt")
    page.unpublish()

    assert client.get("/kontakt/").status_code == 404


def test_missing_page_of_the_api_is_left_to_the_api(client):
    EventFactory(slug="gala").unpublish()

    response = client.get("/api/v1/nie-ma/")

    assert response.status_code == 404
    assert "Ta strona została wycofana" not in response.content.decode()


def test_head_of_a_former_address_answers_like_get(client):
    publish(EventFactory(slug="gala"), slug="gala-2018")

    assert client.head("/wydarzenia/gala/").status_code == 301


def queries_of_address(path: str) -> int:
    """Return how many queries the second visit of an address costs (the first warms the caches)."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


@pytest.mark.parametrize(("slug", "lookups"), [("gala", 0), ("nie-ma", 2)])
def test_middleware_costs_nothing_unless_a_page_is_missing(settings, slug, lookups):
    EventFactory(slug="gala")
    path = f"/wydarzenia/{slug}/"
    with_middleware = queries_of_address(path)

    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if not name.endswith("FormerAddressMiddleware")
    ]

    assert with_middleware - queries_of_address(path) == lookups
