import multiprocessing
import socket
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from structlog.testing import capture_logs

from cms.jobs.deadline import Deadline
from cms.models import CentreSettings
from cms.models.documents import Document
from integrations.municipal import job, ledger, services
from integrations.municipal.connectors import webhook
from integrations.municipal.delivery import Delivery
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
from tests.integrations.municipal.receivers import OTHER_SECRET, SECRET, hang, lose_answer, status

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
    [state] = ledger.claim(destination.pk, is_probe=False)
    tried = document_of(page)

    publish(page, title="Nowszy tytuł")
    fan_out(destination.pk)
    assert ledger.claim(destination.pk, is_probe=False) == []
    assert ledger.skipped(state, tried.sequence)

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


@pytest.mark.parametrize("code", [500, 408, 425, 502])
def test_failure_that_passes_heals_by_itself(code, receiver):
    page = EventFactory()
    destination = add(receiver)
    receiver.script.append(status(code))

    assert sync(destination) == {"failed": 1}
    destination.refresh_from_db()
    assert str(code) in destination.last_error
    assert destination.rest_until > timezone.now()
    assert str(code) in state_of(document_of(page), destination).last_error

    assert sync(destination) == {}
    let_time_pass()
    assert sync(destination) == {"upsert": 1}
    destination.refresh_from_db()
    assert (destination.failures, destination.rest_until) == (0, None)


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_lets_the_whole_destination_rest(code, receiver):
    EventFactory.create_batch(3)
    destination = add(receiver)
    receiver.script.append(status(code, Retry_After="3600"))

    sync(destination)

    destination.refresh_from_db()
    assert len(receiver.messages) == 1
    assert destination.rest_until > timezone.now() + timedelta(minutes=59)
    assert not job.is_due()


def test_destination_in_trouble_is_tried_with_one_document_and_another_each_time(receiver):
    EventFactory.create_batch(3)
    destination = add(receiver)
    receiver.always = status(500)

    for attempt in range(1, 4):
        sync(destination)
        assert len(receiver.messages) == attempt
        let_time_pass()

    assert len({message.change["id"] for message in receiver.messages}) == 3
    receiver.always = None
    assert sync(destination)["upsert"] == 3


def test_trouble_of_the_destination_is_never_blamed_on_documents(receiver):
    page = EventFactory()
    destination = add(receiver)
    receiver.always = status(500)
    for _ in range(2 * ledger.MOST_ATTEMPTS):
        sync(destination)
        let_time_pass()

    assert state_of(document_of(page), destination).state == State.WAITING
    receiver.always = None
    assert sync(destination) == {"upsert": 1}


def refuse(slug):
    """Refuse one document for good, and take the others."""

    def fault(handler):
        message = handler.server.receiver.messages.pop()
        if message.change["slug"] == slug:
            handler.answer(422)
        else:
            handler.server.receiver.take(message)
            handler.answer(200)

    return fault


def test_document_refused_for_good_is_set_aside_and_the_others_go_on(receiver):
    bad, good = EventFactory(), EventFactory()
    destination = add(receiver)
    receiver.always = refuse(bad.slug)

    tallies = []
    for _ in range(ledger.MOST_PERMANENT_ATTEMPTS + 2):
        tallies.append(sync(destination))
        let_time_pass()

    assert receiver.slugs == {good.slug}
    assert sum(tally["failed"] for tally in tallies) == ledger.MOST_PERMANENT_ATTEMPTS
    state = state_of(document_of(bad), destination)
    assert state.state == State.PARKED
    assert "422" in state.last_error
    destination.refresh_from_db()
    assert destination.failures == 0


def test_document_set_aside_is_tried_again_when_it_is_published_anew(receiver):
    page = EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    SyncState.objects.update(state=State.PARKED, last_error="nie")

    publish(page, title="Poprawiony tytuł")
    sync(destination)

    state = state_of(document_of(page), destination)
    assert (state.state, state.last_error, state.parked_at) == (State.DONE, "", None)


def test_document_that_ends_its_worker_is_set_aside(receiver):
    EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    for _ in range(ledger.MOST_ATTEMPTS):
        assert len(ledger.claim(destination.pk, is_probe=False)) == 1
        let_time_pass()

    assert ledger.claim(destination.pk, is_probe=False) == []
    state = SyncState.objects.get()
    assert (state.state, state.token) == (State.PARKED, None)
    assert state.last_error


def test_removal_is_never_set_aside(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    page.unpublish()
    receiver.always = status(422)
    for _ in range(2 * ledger.MOST_ATTEMPTS):
        sync(destination)
        let_time_pass()

    assert state_of(document_of(page), destination).state == State.WAITING
    receiver.always = None
    sync(destination)
    assert receiver.slugs == set()


def test_gone_destination_is_switched_off(receiver):
    EventFactory.create_batch(2)
    destination = add(receiver)
    receiver.always = status(410)

    sync(destination)
    let_time_pass()
    sync(destination)

    destination.refresh_from_db()
    assert destination.is_enabled is False
    assert "410" in destination.last_error
    assert len(receiver.messages) == 1
    assert not job.is_due()


def test_destination_that_is_not_there_is_tried_again_when_it_is(receiver):
    page = EventFactory()
    destination = add(receiver)
    receiver.stop()
    assert sync(destination) == {"failed": 1}

    receiver.start()
    let_time_pass()
    sync(destination)

    assert receiver.slugs == {page.slug}


def deliver_and_be_killed(destination_id):
    connection.connect()
    Delivery(destination_id).run(Deadline(job.NAME, seconds=60))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("restored_database")
def test_worker_killed_while_it_waits_for_an_answer_is_replaced_after_its_lease(receiver):
    page = EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    receiver.script.append(hang)
    connection.close()
    worker = multiprocessing.get_context("fork").Process(
        target=deliver_and_be_killed, args=[destination.pk]
    )
    worker.start()
    while not receiver.messages:
        assert worker.is_alive()
    worker.kill()
    worker.join()

    assert sync(destination) == {}
    state = state_of(document_of(page), destination)
    assert state.state == State.SENDING
    assert state.lease_until - timezone.now() <= timedelta(seconds=45)
    let_time_pass()
    assert sync(destination) == {"upsert": 1}

    assert receiver.slugs == {page.slug}
    assert len({message.headers["webhook-id"] for message in receiver.messages}) == 1


def test_worker_that_slept_past_its_lease_sends_and_writes_nothing(receiver):
    page = EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    [asleep] = ledger.claim(destination.pk, is_probe=False)
    let_time_pass()
    sync(destination)
    publish(page, title="Nowszy")
    sync(destination)

    destination.refresh_from_db()
    woken = Delivery(destination.pk)
    woken._connect(destination)
    assert woken._deliver(destination, asleep)

    assert receiver.versions == sorted(set(receiver.versions))
    assert state_of(document_of(page), destination).acked_version == document_of(page).sequence


def test_versions_never_go_back_at_the_receiver_under_faults(receiver, impatient):
    pages = EventFactory.create_batch(3)
    destination = add(receiver)
    faults = [status(500), lose_answer, status(429), status(422), lose_answer, status(302)]
    for number, fault in enumerate(faults):
        receiver.script.append(fault)
        publish(pages[number % 3], title=f"Zmiana {number}")
        sync(destination)
        let_time_pass()
    sync(destination)

    for page in pages:
        document = document_of(page)
        versions = [m.version for m in receiver.messages if m.change["id"] == str(document.pk)]
        assert versions == sorted(versions)
        assert receiver.copy[str(document.pk)]["version"] == document.sequence


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
    monkeypatch.setattr(
        "integrations.municipal.connectors.guarded.is_loopback", lambda address: False
    )

    assert sync(destination) == {"remove": 1}
    assert receiver.slugs == set()


def test_changed_address_gets_everything_and_what_was_under_way_counts_for_nothing(receiver):
    pages = EventFactory.create_batch(2)
    destination = add(receiver)
    sync(destination)
    publish(pages[0], title="Zmiana")
    fan_out(destination.pk)
    [under_way] = ledger.claim(destination.pk, is_probe=False)
    receiver.copy.clear()

    destination.url = receiver.url + "/new"
    services.store(destination)
    assert ledger.skipped(under_way, under_way.wanted_version) is False
    sync(destination)

    assert receiver.slugs == {page.slug for page in pages}
    assert set(receiver.paths[-2:]) == {"/webhook/new"}


def test_new_secret_signs_at_once_and_the_old_one_for_a_day(receiver):
    page = EventFactory()
    destination = add(receiver)
    services.store(destination, new_secret=OTHER_SECRET)
    receiver.secrets = (OTHER_SECRET, SECRET)
    assert sync(destination) == {"upsert": 1}

    Destination.objects.update(previous_secret_until=timezone.now())
    receiver.secrets = (OTHER_SECRET,)
    publish(page, title="Dzień później")
    assert sync(destination) == {"upsert": 1}
    assert " " not in receiver.messages[-1].headers["webhook-signature"]


def test_secret_that_cannot_be_read_stops_only_until_it_can(receiver, settings):
    EventFactory()
    destination = add(receiver)
    keys = settings.SECRETS_KEYS
    settings.SECRETS_KEYS = ["another key"]
    assert sync(destination) == {"failed": 1}
    destination.refresh_from_db()
    assert "SECRETS_KEY" in destination.last_error

    settings.SECRETS_KEYS = keys
    let_time_pass()
    assert sync(destination) == {"upsert": 1}


def test_logs_and_error_texts_hold_no_secret_no_address_and_no_title(receiver):
    page = EventFactory(title="Tytuł, którego nie ma w dzienniku")
    destination = add(receiver)
    receiver.script.extend([status(500), status(422)])
    with capture_logs() as logs:
        for _ in range(3):
            sync(destination)
            let_time_pass()

    written = f"{logs} {destination!r} {state_of(document_of(page), destination)!r}"
    assert "sync_delivered" in written
    for word in (SECRET, SECRET.removeprefix("whsec_"), receiver.url, page.title):
        assert word not in written


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
    with patch("integrations.municipal.connectors.guarded.is_loopback", return_value=False):
        sync(destination)
    assert rewritten() == {organization.pk, event.pk}


def test_arrival_at_another_destination_changes_no_public_address(receiver):
    EventFactory()
    make_public_pages_those_of("inna")
    rewritten()

    sync(add(receiver))

    assert rewritten() == set()
