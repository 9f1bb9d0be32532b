"""What is not public appears in no byte of a fragment: see also cms/api/test_leaks."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import (
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    PlaceFactory,
    make_private,
)

pytestmark = pytest.mark.django_db
SECRET = "Szyszkownik"  # a word that stands nowhere else
PATHS = [
    "/embed/",
    "/embed/events.html?images=1&limit=50",
    "/embed/events.html?from=1900-01-01&limit=50",
    "/embed/events.html?upcoming=false",
    "/embed/organizations.html?limit=50",
    "/embed/news.html?images=1&limit=50",
]
KINDS = [EventFactory, OrganizationFactory, NewsFactory]


def assert_silent() -> None:
    for path in PATHS:
        response = Client().get(path)
        assert response.status_code == 200
        said = (response.serialize_headers() + response.content).decode()
        assert SECRET.lower() not in said.lower(), path


@pytest.fixture(autouse=True)
def shown():
    """Something public, so that silence means something."""
    return [factory(title="Jawne") for factory in KINDS]


@pytest.mark.parametrize("factory", KINDS)
def test_what_is_public_is_told_so_that_these_tests_can_fail(factory):
    factory(title=SECRET)
    with pytest.raises(AssertionError, match=r"\.html"):
        assert_silent()


@pytest.mark.parametrize("factory", KINDS)
@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_document_that_is_not_published_yet_is_not_told(state, factory):
    factory(title=SECRET, summary=SECRET, **{state: True}).save_revision()
    assert_silent()


def test_draft_of_a_live_page_is_not_told(shown):
    for page in shown:
        page.title = page.summary = page.staff_notes = SECRET
        page.save_revision()
    assert_silent()


@pytest.mark.parametrize("factory", KINDS)
def test_expired_document_is_not_told_even_before_its_tombstone(factory):
    factory(title=SECRET, expire_at=timezone.now() + timedelta(hours=1))
    tags = {path: Client().get(path).headers.get("ETag", "") for path in PATHS}
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert_silent()
        for path, tag in tags.items():
            assert Client().get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("factory", KINDS)
@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_withdrawn_document_is_not_told_although_it_was_before(way, factory):
    page = factory(title=SECRET)
    for path in PATHS:
        Client().get(path)
    getattr(page, way)()
    assert_silent()


@pytest.mark.parametrize("factory", KINDS)
def test_private_document_is_not_told(factory):
    make_private(factory(title=SECRET, slug=SECRET.lower()))
    assert_silent()


def test_private_fields_are_not_told():
    EventFactory(staff_notes=SECRET, place=PlaceFactory(name="Sala"))
    OrganizationFactory(
        informal=True,
        staff_notes=SECRET,
        address=SECRET,
        email=f"{SECRET.lower()}@example.org",
    )
    assert_silent()


@pytest.mark.parametrize("name", ["events", "organizations"])
def test_address_of_a_private_list_is_not_told(name, shown):
    page = shown[["events", "organizations"].index(name)].get_parent().specific
    page.slug = SECRET.lower()
    page.save()
    make_private(page)
    assert_silent()
