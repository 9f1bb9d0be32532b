"""The channel of what is fetched: API, own page, calendar and feeds."""

import pytest
from django.utils import timezone

from cms.channels.delivery import DeliveryChannel
from cms.documents.writing import MOST_ATTEMPTS
from cms.models import Document
from tests.cms.home.staff import EDITOR, person
from tests.factories import (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
    document_of,
    home_page,
)

pytestmark = pytest.mark.django_db

FACTORIES = (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
)


def told(page):
    return {one.place: one for one in DeliveryChannel().status(document_of(page))}


def test_published_event_is_in_api_on_its_page_and_in_the_calendar(settings, client):
    page = EventFactory(slug="gala")
    found = told(page)
    document = document_of(page)

    assert set(found) == {"API", "Strona w tym serwisie", "Kalendarz i kanały"}
    assert all(one.is_current and not one.error for one in found.values())
    assert found["API"].note == f"wersja {document.sequence}"
    assert found["API"].when == document.updated_at
    assert found["Strona w tym serwisie"].address == f"{settings.SITE_URL}/wydarzenia/gala/"
    for one in found.values():
        assert client.get(one.address.removeprefix(settings.SITE_URL)).status_code == 200


def test_withdrawn_event_has_no_address_anywhere():
    page = EventFactory()
    page.unpublish()
    found = told(page)
    assert found["API"].state.startswith("wycofane")
    assert [one.address for one in found.values()] == ["", "", ""]


def test_document_that_waits_to_be_rewritten_is_not_current():
    page = EventFactory()
    Document.objects.update(dirty_at=timezone.now())
    assert told(page)["API"].is_current is False
    assert told(page)["API"].error == ""


def test_document_that_cannot_be_rewritten_waits_for_who_may_edit_it():
    page = OrganizationFactory(title="Koło (przykład)")
    Document.objects.update(dirty_at=timezone.now(), rewrite_attempts=MOST_ATTEMPTS)
    elsewhere = EventFactory()
    theirs, others = person("redaktorka", may=EDITOR), person("gość", may=(), below=home_page())

    [todo] = DeliveryChannel().todo(theirs)

    assert told(page)["API"].error
    assert "Koło (przykład)" in todo.text
    assert todo.url == f"/admin/pages/{page.pk}/edit/"
    assert list(DeliveryChannel().todo(others)) == []
    assert elsewhere.pk != page.pk


@pytest.mark.parametrize("make", FACTORIES)
def test_every_type_has_an_address_in_the_api_that_answers(make, settings, client):
    page = make()
    address = told(page)["API"].address
    assert address
    answer = client.get(address.removeprefix(settings.SITE_URL))
    assert answer.json()["id"] == str(document_of(page).pk)
