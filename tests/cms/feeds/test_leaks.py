"""What is not public appears in no byte of a calendar or a feed: see also cms/api/test_leaks."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms.models import EventIndexPage
from tests.cms.feeds.reading import unfolded
from tests.factories import EventFactory, OrganizationFactory, PlaceFactory, make_private, publish

pytestmark = pytest.mark.django_db
SECRET = "Szyszkownik"  # a word that stands nowhere else
PATHS = [
    "/api/v1/events.ics",
    "/api/v1/events.ics?from=1900-01-01",
    "/api/v1/events/sekret.ics",
    "/feeds/events.rss",
    "/feeds/events.atom",
    "/feeds/events.json",
]


def assert_silent() -> None:
    for path in PATHS:
        response = Client().get(path)
        said = unfolded(response.serialize_headers() + response.content).decode()
        assert SECRET.lower() not in said.lower(), path
        if "sekret" not in path:
            assert "Jawne" in said


@pytest.fixture(autouse=True)
def shown():
    """Something public, so that silence means something."""
    return EventFactory(title="Jawne")


def secret_event(**fields):
    return EventFactory(slug="sekret", title=SECRET, summary=SECRET, **fields)


def test_what_is_public_is_told_so_that_these_tests_can_fail():
    secret_event()
    with pytest.raises(AssertionError, match=r"events\.ics"):
        assert_silent()


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_event_that_is_not_published_yet_is_not_told(state):
    secret_event(**{state: True}).save_revision()
    assert_silent()


def test_draft_of_a_live_event_is_not_told(shown):
    shown.title = shown.summary = shown.staff_notes = SECRET
    shown.place = PlaceFactory(name=SECRET)
    shown.body = [("paragraph", f"<p>{SECRET}</p>")]
    shown.save_revision()
    assert_silent()


def test_expired_event_is_not_told_even_before_its_tombstone():
    secret_event(expire_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert_silent()


@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_withdrawn_event_is_not_told_although_it_was_written_before(way):
    page = secret_event()
    for path in PATHS:
        Client().get(path)
    getattr(page, way)()
    assert_silent()


def test_private_event_is_not_told():
    make_private(secret_event())
    assert_silent()


def test_private_organizer_is_not_told(shown):
    organization = OrganizationFactory(title=SECRET)
    publish(shown, organizers=[organization])
    make_private(organization)
    assert_silent()


def test_address_of_a_private_list_of_events_is_not_told():
    index = EventIndexPage.objects.get()
    index.slug = SECRET.lower()
    index.save()
    make_private(index)
    for path in PATHS:
        assert SECRET.lower().encode() not in Client().get(path).content


def test_staff_notes_are_not_told():
    EventFactory(title="Jawne", staff_notes=SECRET)
    assert_silent()
