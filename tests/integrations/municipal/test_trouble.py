"""Destinations that fail, documents that are refused, workers that die: all of it heals."""

import multiprocessing
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cms.jobs.deadline import Deadline
from integrations.municipal import claims, health, job, outcomes, services
from integrations.municipal.connectors import ConnectorError
from integrations.municipal.delivery import Delivery
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState
from tests.factories import (
    EventFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import add, let_time_pass, state_of, sync
from tests.integrations.municipal.receivers import hang, lose_answer, status

pytestmark = pytest.mark.django_db
State = SyncState.State


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
    for _ in range(2 * claims.MOST_ATTEMPTS):
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
    for _ in range(outcomes.MOST_PERMANENT_ATTEMPTS + 2):
        tallies.append(sync(destination))
        let_time_pass()

    assert receiver.slugs == {good.slug}
    assert sum(tally["failed"] for tally in tallies) == outcomes.MOST_PERMANENT_ATTEMPTS
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
    for _ in range(claims.MOST_ATTEMPTS):
        assert len(claims.claim(destination.pk, is_probe=False)) == 1
        let_time_pass()

    assert claims.claim(destination.pk, is_probe=False) == []
    state = SyncState.objects.get()
    assert (state.state, state.token) == (State.PARKED, None)
    assert state.last_error


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_removal_that_ends_its_worker_is_tried_again_a_day_later(receiver, is_withdrawn):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    if is_withdrawn:
        page.unpublish()
    else:
        destination.mapping = {"types": ["news"]}
        services.store(destination)
    fan_out(destination.pk)
    for _ in range(claims.MOST_ATTEMPTS):
        assert len(claims.claim(destination.pk, is_probe=False)) == 1
        let_time_pass()

    assert claims.claim(destination.pk, is_probe=False) == []

    state = state_of(document_of(page), destination)
    assert (state.state, state.token) == (State.WAITING, None)
    assert state.next_attempt_at > timezone.now() + timedelta(hours=12)
    let_time_pass()
    assert sync(destination) == {"remove": 1}


def test_removal_is_never_set_aside(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    page.unpublish()
    receiver.always = status(422)
    for _ in range(2 * claims.MOST_ATTEMPTS):
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
    [asleep] = claims.claim(destination.pk, is_probe=False)
    let_time_pass()
    sync(destination)
    publish(page, title="Nowszy")
    sync(destination)

    destination.refresh_from_db()
    woken = Delivery(destination.pk)
    woken._connect(destination)
    assert woken._deliver(destination, [asleep], Deadline(job.NAME, seconds=60))

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


def test_probe_without_work_leaves_the_rest_that_another_worker_heard_of(receiver):
    destination = add(receiver)
    Destination.objects.update(failures=1)
    destination.refresh_from_db()
    until = health.take_probe(destination)
    assert until
    health.failed(destination, ConnectorError("zajęta", retry_after=timedelta(hours=1)))

    health.probe_unused(destination.pk, until)

    destination.refresh_from_db()
    assert destination.rest_until > timezone.now() + timedelta(minutes=59)
