"""Changes reach a destination, each in its newest state."""

import socket
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from cms.models import CentreSettings
from cms.models.documents import Document
from integrations.municipal import claims, outcomes, services
from integrations.municipal.connectors import webhook
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    document_of,
    make_private,
    publish,
)
from tests.integrations.municipal.helpers import add, let_time_pass, resolving_to, state_of, sync
from tests.integrations.municipal.receivers import lose_answer

pytestmark = pytest.mark.django_db
State = SyncState.State


def test_documents_arrive_as_they_are_published(receiver):
    pages = EventFactory.create_batch(3)
    destination = add(receiver)

    assert sync(destination) == {"upsert": 3}

    assert receiver.slugs == {page.slug for page in pages}
    for page in pages:
        document = document_of(page)
        state = state_of(document, destination)
        assert (state.state, state.acked_version) == (State.DONE, document.sequence)
        assert receiver.copy[str(document.pk)]["document"]["title"] == page.title
    assert sync(destination) == {}


def test_newest_changes_go_first(receiver):
    EventFactory.create_batch(3)
    destination = add(receiver)

    sync(destination)

    assert receiver.versions == sorted(receiver.versions, reverse=True)


def test_newest_state_wins_over_those_between(receiver):
    page = EventFactory()
    destination = add(receiver)
    for number in range(3):
        publish(page, title=f"Tytuł {number}")
        fan_out(destination.pk)

    sync(destination)

    [message] = receiver.messages
    assert message.change["document"]["title"] == "Tytuł 2"


def test_version_published_while_another_is_under_way_follows_it(receiver):
    page = EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    [state] = claims.claim(destination.pk, is_probe=False)
    tried = document_of(page)

    publish(page, title="Nowszy tytuł")
    fan_out(destination.pk)
    assert claims.claim(destination.pk, is_probe=False) == []
    assert outcomes.skipped([(state, tried.sequence)]) == {state.pk}

    sync(destination)
    assert receiver.versions == [document_of(page).sequence]


def test_withdrawn_document_is_removed_where_it_was_sent(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)

    make_private(page)
    assert sync(destination) == {"remove": 1}

    assert receiver.slugs == set()
    state = state_of(document_of(page), destination)
    assert (state.state, state.acked_action) == (State.DONE, "remove")


def test_withdrawn_document_that_was_never_sent_is_not_mentioned(receiver):
    page = EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)

    make_private(page)
    assert sync(destination) == {"skip": 1}

    assert receiver.messages == []


def test_withdrawn_document_whose_first_answer_was_lost_is_removed(receiver):
    page = EventFactory()
    destination = add(receiver)
    receiver.script.append(lose_answer)
    sync(destination)
    assert receiver.slugs == {page.slug}

    page.unpublish()
    let_time_pass()
    sync(destination)

    assert receiver.slugs == set()


def test_expired_document_is_removed_before_cms_withdraws_it(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    publish(page, title="Zmieniony")
    Document.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert sync(destination) == {"remove": 1}
    assert receiver.slugs == set()


def test_expired_document_never_sent_waits_for_what_becomes_of_it(receiver):
    page = EventFactory()
    destination = add(receiver)
    Document.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sync(destination) == {"postpone": 1}

    Document.objects.update(expires_at=timezone.now() + timedelta(days=1))
    let_time_pass()
    sync(destination)

    assert receiver.slugs == {page.slug}


def test_sample_content_goes_to_loopback(receiver):
    page = EventFactory(is_sample=True)
    destination = add(receiver)

    sync(destination)

    assert receiver.slugs == {page.slug}


@pytest.mark.parametrize("addresses", [("8.8.8.8",), ("127.0.0.1", "8.8.8.8")])
def test_sample_content_never_goes_to_a_host_that_is_not_loopback_only(
    addresses, receiver, monkeypatch
):
    sample, real = EventFactory(is_sample=True), EventFactory()
    destination = add(url=f"http://municipality.test:{receiver.port}/webhook")
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(*addresses))
    sent = []
    monkeypatch.setattr(
        webhook.WebhookConnector, "_exchange", lambda *args: sent.append(args[2]) or (200, {})
    )

    assert sync(destination) == {"upsert": 1, "skip": 1}

    assert real.slug.encode() in sent[0]
    assert not any(sample.slug.encode() in body for body in sent)
    assert state_of(document_of(sample), destination).was_sent is False


def test_sample_content_is_removed_where_it_was_sent_once_the_host_is_not_loopback(
    receiver, monkeypatch
):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    publish(page, is_sample=True)
    monkeypatch.setattr("integrations.http.guarded.is_loopback", lambda address: False)

    assert sync(destination) == {"remove": 1}
    assert receiver.slugs == set()


def test_changed_address_gets_everything_and_what_was_under_way_counts_for_nothing(receiver):
    pages = EventFactory.create_batch(2)
    destination = add(receiver)
    sync(destination)
    publish(pages[0], title="Zmiana")
    fan_out(destination.pk)
    [under_way] = claims.claim(destination.pk, is_probe=False)
    receiver.copy.clear()

    destination.url = receiver.url + "/new"
    services.store(destination)
    assert outcomes.skipped([(under_way, under_way.wanted_version)]) == set()
    sync(destination)

    assert receiver.slugs == {page.slug for page in pages}
    assert set(receiver.paths[-2:]) == {"/webhook/new"}


def test_bug_in_a_connector_is_contained(receiver, monkeypatch):
    EventFactory()
    destination = add(receiver)
    monkeypatch.setattr(webhook.WebhookConnector, "upsert", lambda *args: 1 / 0)

    assert sync(destination) == {"failed": 1}
    destination.refresh_from_db()
    assert "ZeroDivisionError" in destination.last_error


def make_public_pages_those_of(name):
    centre = CentreSettings.load()
    centre.public_destination = name
    centre.public_url_pattern = "https://www.gmina.example/{type}/{slug}/"
    centre.save()


def rewritten() -> set:
    """Return the documents that were to be rewritten since the last call, and clear their marks."""
    dirty = set(Document.objects.filter(dirty_at__isnull=False).values_list("page_id", flat=True))
    Document.objects.update(dirty_at=None)
    return dirty


def test_first_arrival_and_removal_change_the_public_address_of_the_document_and_its_dependents(
    receiver,
):
    organization = OrganizationFactory()
    event = EventFactory(organizers=[organization])
    make_public_pages_those_of("gmina")
    destination = add(receiver)
    rewritten()

    SyncState.objects.all().delete()
    sync(destination)
    assert rewritten() == {organization.pk, event.pk}

    publish(organization, title="Druga wersja")
    rewritten()
    sync(destination)
    assert rewritten() == set()

    Destination.objects.update(scanned_sequence=0)
    Document.objects.filter(page_id=organization.pk).update(is_sample=True)
    SyncState.objects.update(acked_version=None)
    with patch("integrations.http.guarded.is_loopback", return_value=False):
        sync(destination)
    assert rewritten() == {organization.pk, event.pk}


def test_arrival_at_another_destination_changes_no_public_address(receiver):
    EventFactory()
    make_public_pages_those_of("inna")
    rewritten()

    sync(add(receiver))

    assert rewritten() == set()
