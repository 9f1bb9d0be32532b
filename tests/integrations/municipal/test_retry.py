"""„Spróbuj teraz”: one document is sent again, by who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.models import JobState
from integrations.municipal import job
from integrations.municipal.channel import MunicipalChannel
from integrations.municipal.models import Destination, SyncState
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import EventFactory, document_of
from tests.integrations.municipal.helpers import add, let_time_pass, state_of, sync
from tests.integrations.municipal.receivers import status

pytestmark = pytest.mark.django_db
FETCHED = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def refused(receiver):
    """Give a document that the destination refused until it was set aside."""
    page = EventFactory(title="Festyn")
    destination = add(receiver)
    receiver.script.extend([status(422)] * 4)
    for _attempt in range(4):
        sync(destination)
        let_time_pass()
    assert state_of(document_of(page), destination).state == "parked"
    return page, destination


def address(page, destination):
    return f"/admin/destinations/{destination.pk}/ponow/{document_of(page).pk}/"


def test_retry_sends_the_document_again(refused, receiver):
    page, destination = refused
    JobState.objects.update(queued_at=None, requests=0)
    answer = logged_in(person("wydawca")).post(address(page, destination), headers=FETCHED)
    assert "gmina" in answer.json()["message"]
    assert JobState.objects.get(pk=job.NAME).queued_at

    sync(destination)
    assert state_of(document_of(page), destination).state == "done"


def test_retry_ends_the_rest_of_a_destination_but_not_its_trouble(refused):
    page, destination = refused
    later = timezone.now() + timedelta(minutes=5)
    Destination.objects.update(failures=7, rest_until=later)
    logged_in(person("wydawca")).post(address(page, destination))
    destination.refresh_from_db()
    assert destination.failures == 7
    assert destination.rest_until <= timezone.now()


def test_retry_leads_back_to_where_the_person_was_and_nowhere_else(refused):
    page, destination = refused
    client = logged_in(person("wydawca"))
    here = f"/admin/pages/{page.pk}/gdzie/"
    back = client.post(address(page, destination), {"next": here})
    assert back["Location"] == here
    away = client.post(address(page, destination), {"next": "https://zle.example/"})
    assert away["Location"] == "/admin/"


def test_retry_of_what_has_arrived_changes_nothing(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    answer = logged_in(person("wydawca")).post(address(page, destination), headers=FETCHED)
    assert answer.json()["message"] == "Nie ma czego wysyłać ponownie."
    assert state_of(document_of(page), destination).state == "done"


def test_retry_is_refused_to_who_may_not_publish_and_by_get(refused):
    page, destination = refused
    url = address(page, destination)
    refusal = logged_in(person("redaktorka", may=EDITOR)).post(url, headers=FETCHED)
    assert refusal.status_code in {302, 403}
    assert logged_in(person("wydawca")).get(url).status_code == 405
    assert state_of(document_of(page), destination).state == "parked"


def test_retry_is_offered_for_what_failed_only(refused):
    page, _destination = refused
    channel, document = MunicipalChannel(), document_of(page)
    assert [one.label for one in channel.actions(document)] == ["Spróbuj teraz"]
    SyncState.objects.update(state="sending")
    assert list(channel.actions(document)) == []
    SyncState.objects.update(state="waiting", last_error="")
    assert list(channel.actions(document)) == []
    SyncState.objects.update(state="parked")
    Destination.objects.update(is_enabled=False)
    assert list(channel.actions(document)) == []


def test_todo_tells_who_runs_destinations_of_refusals_and_trouble(refused):
    _page, destination = refused
    admin = person("adminka", permissions=["municipal.change_destination"])
    [todo] = MunicipalChannel().todo(admin)
    assert todo.text == "gmina: 1 dokument nie został przyjęty"
    assert todo.url == f"/admin/destinations/{destination.pk}/stan/"

    Destination.objects.update(
        failures=3, failing_since=timezone.now(), last_error="Nikt nie odpowiada."
    )
    trouble, _refusal = MunicipalChannel().todo(admin)
    assert trouble.note == "Nikt nie odpowiada."


def test_todo_names_refused_documents_to_who_may_publish_them(refused):
    page, _destination = refused
    [todo] = MunicipalChannel().todo(person("wydawca"))
    assert todo.text == "„Festyn” – tego nie przyjął odbiorca: gmina"
    assert todo.url == f"/admin/pages/{page.pk}/gdzie/"
    assert "422" in todo.note
    assert list(MunicipalChannel().todo(person("redaktorka", may=EDITOR))) == []

    Destination.objects.update(is_enabled=False)
    assert list(MunicipalChannel().todo(person("inna"))) == []
