import pytest
from django.utils import translation

from cms import channels
from cms.models import CentreSettings
from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory, document_of, publish
from tests.integrations.municipal.helpers import add, sync
from tests.integrations.municipal.receivers import status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told(page):
    answers = channels.ask(document_of(page))
    [told] = [one for answer in answers for one in answer.statuses if one.place == "gmina"]
    return told


def test_status_follows_a_document_through_its_life(receiver):
    page = EventFactory()
    destination = add(receiver)
    assert (told(page).state, told(page).is_current) == ("nothing was sent there", False)

    sync(destination)
    assert (told(page).state, told(page).is_current) == ("is there", True)

    publish(page, title="Nowy")
    assert told(page).is_current is False

    receiver.script.append(status(500))
    sync(destination)
    assert told(page).state == "will be tried again by itself"
    assert "500" in told(page).error
    assert "the earlier version is there" in told(page).note

    SyncState.objects.update(state="parked")
    assert told(page).state == "set aside after several attempts"

    SyncState.objects.update(state="waiting", last_error="")
    assert told(page).state == "waits to be sent"

    Destination.objects.update(failures=0, rest_until=None)
    page.unpublish()
    sync(destination)
    assert (told(page).state, told(page).is_current) == ("was removed there", True)

    Destination.objects.update(is_enabled=False)
    assert told(page).state == "was removed there (switched off)"


def test_document_is_there_from_its_first_delivery_until_its_removal(receiver):
    page = EventFactory()
    destination = add(receiver)
    document = document_of(page)
    assert not channels.is_at_destination(document.pk, "gmina")

    sync(destination)
    assert channels.is_at_destination(document.pk, "gmina")
    assert not channels.is_at_destination(document.pk, "inna")

    page.unpublish()
    assert channels.is_at_destination(document.pk, "gmina")
    sync(destination)
    assert not channels.is_at_destination(document.pk, "gmina")


def test_address_is_told_where_the_public_pages_are(receiver):
    page = EventFactory(slug="festyn")
    sync(add(receiver))
    assert told(page).address == ""

    centre = CentreSettings.load()
    centre.public_destination = "gmina"
    centre.public_url_pattern = "https://www.gmina.example/{type}/{slug}/"
    centre.save()

    assert told(page).address == "https://www.gmina.example/event/festyn/"
