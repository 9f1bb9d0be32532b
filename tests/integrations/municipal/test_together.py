"""Many documents are sent in one go, and each of them is as safe as if it were alone."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.jobs.deadline import Deadline
from integrations.municipal import claims, delivery, health, job, outcomes, services
from integrations.municipal.changes import change_of
from integrations.municipal.connectors import ConnectorError, webhook
from integrations.municipal.connectors.base import Receipt
from integrations.municipal.delivery import Delivery
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState
from integrations.municipal.outcomes import Sent
from tests.factories import EventFactory, document_of, publish
from tests.integrations.municipal.helpers import add, let_time_pass, state_of, sync
from tests.integrations.municipal.receivers import Receiver, status

State = SyncState.State


def sent(destination: Destination, states: list[SyncState]) -> list[Sent]:
    """Return what it is for the destination to have taken these in their present versions."""
    return [
        Sent(state, change_of(state.document, "upsert", destination, state), Receipt(200))
        for state in states
    ]


def claimed(destination: Destination) -> list[SyncState]:
    fan_out(destination.pk)
    destination.refresh_from_db()
    states = claims.claim(destination.pk, is_probe=False)
    claims.begin(states, settles_within=timedelta(0))
    return states


@pytest.mark.django_db
@pytest.mark.parametrize(("types", "step"), [([], "upsert"), (["news"], "skip")])
def test_fifty_documents_cost_fewer_queries_than_that(types, step, receiver, monkeypatch):
    monkeypatch.setattr(delivery, "TOGETHER_SECONDS", 60)
    EventFactory.create_batch(50)
    destination = add(receiver, mapping={"types": types})
    fan_out(destination.pk)

    with CaptureQueriesContext(connection) as queries:
        assert Delivery(destination.pk).run(Deadline(job.NAME, seconds=60)) == {step: 50}

    assert len(queries) < 50


@pytest.mark.django_db
def test_version_wanted_meanwhile_waits_and_the_others_are_done(receiver):
    pages = EventFactory.create_batch(3)
    destination = add(receiver)
    taken = sent(destination, claimed(destination))
    before = document_of(pages[1]).sequence
    publish(pages[1], title="Nowszy")
    fan_out(destination.pk)

    assert outcomes.delivered(taken) == {one.state.pk for one in taken}

    assert [state_of(document_of(page), destination).state for page in pages] == [
        State.DONE,
        State.WAITING,
        State.DONE,
    ]
    assert state_of(document_of(pages[1]), destination).acked_version == before


@pytest.mark.django_db
def test_claims_taken_away_meanwhile_are_neither_begun_nor_recorded(receiver):
    EventFactory.create_batch(3)
    destination = add(receiver)
    states = claimed(destination)
    taken = sent(destination, states)

    destination.url = receiver.url + "/new"
    services.store(destination)

    assert claims.begin(states, settles_within=timedelta(0)) == set()
    assert outcomes.delivered(taken) == set()
    claims.released(states)
    assert set(SyncState.objects.values_list("state", "attempts", "acked_version")) == {
        (State.WAITING, 0, None)
    }


@pytest.mark.django_db
def test_trouble_in_the_middle_records_what_arrived_and_gives_back_the_rest(receiver):
    EventFactory.create_batch(6)
    destination = add(receiver)
    receiver.script.extend([taken_by(receiver), taken_by(receiver), status(500)])

    assert sync(destination) == {"upsert": 2, "failed": 1}

    rows = SyncState.objects.order_by("-wanted_version")
    assert list(rows.values_list("state", "attempts", "was_sent")) == [
        (State.DONE, 0, True),
        (State.DONE, 0, True),
        (State.WAITING, 1, True),
        *[(State.WAITING, 0, False)] * 3,
    ]


def taken_by(receiver: Receiver):
    """Do what a receiver does that is well."""

    def take(handler) -> None:
        receiver.take(receiver.messages.pop())
        handler.answer(200)

    return take


@pytest.mark.django_db
def test_document_refused_in_the_middle_stops_no_other(receiver):
    EventFactory.create_batch(4)
    destination = add(receiver)
    receiver.script.extend([taken_by(receiver), status(422)])

    assert sync(destination) == {"upsert": 3, "failed": 1}

    failed = SyncState.objects.exclude(state=State.DONE).get()
    assert (failed.attempts, "422" in failed.last_error) == (1, True)


@pytest.mark.django_db
def test_worker_that_is_stopped_in_the_middle_records_what_arrived(receiver, monkeypatch):
    EventFactory.create_batch(3)
    destination = add(receiver)
    fan_out(destination.pk)
    upsert = webhook.WebhookConnector.upsert

    def stop_at_the_third(connector, change):
        if len(receiver.copy) == 2:
            raise KeyboardInterrupt
        return upsert(connector, change)

    monkeypatch.setattr(webhook.WebhookConnector, "upsert", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        Delivery(destination.pk).run(Deadline(job.NAME, seconds=60))

    assert SyncState.objects.filter(state=State.DONE).count() == 2


@pytest.mark.django_db
def test_what_a_lost_worker_had_is_taken_one_by_one(receiver):
    EventFactory.create_batch(4)
    destination = add(receiver)
    claimed(destination)
    let_time_pass()
    newest = publish(EventFactory(), title="Nowe")

    assert [state.document for state in claimed(destination)] == [document_of(newest)]
    assert [len(claimed(destination)) for _ in range(5)] == [1, 1, 1, 1, 0]


@pytest.mark.django_db
def test_document_that_ends_its_workers_is_blamed_alone(receiver):
    pages = EventFactory.create_batch(5)
    destination = add(receiver)
    killer = document_of(pages[0])
    fan_out(destination.pk)
    for _ in range(100):
        states = claims.claim(destination.pk, is_probe=False)
        if killer.pk not in {state.document_id for state in states}:
            outcomes.delivered(sent(Destination.objects.get(), states))
        let_time_pass()

    parked = SyncState.objects.filter(state=State.PARKED)
    assert [state.document_id for state in parked] == [killer.pk]
    assert SyncState.objects.filter(state=State.DONE).count() == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("restored_database")
def test_document_withdrawn_while_others_are_sent_is_not_sent(receiver):
    pages = EventFactory.create_batch(4)
    destination = add(receiver)
    fan_out(destination.pk)
    receiver.seconds_per_message = delivery.TOGETHER_SECONDS
    worker = threading.Thread(target=deliver_and_close, args=[destination.pk])
    worker.start()
    while not receiver.messages:
        time.sleep(0.005)
    pages[0].unpublish()  # the oldest change, so it would go last
    worker.join()

    assert [message.change["slug"] for message in receiver.messages] == [
        page.slug for page in reversed(pages[1:])
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("restored_database")
def test_worker_that_slept_past_its_lease_in_the_middle_sends_nothing_more(receiver, monkeypatch):
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=0.5))
    monkeypatch.setattr(delivery, "TOGETHER_SECONDS", 60)
    EventFactory.create_batch(3)
    destination = add(receiver)
    fan_out(destination.pk)
    is_awake = threading.Event()
    receiver.script.append(lambda handler: (is_awake.wait(30), handler.answer(200)))
    sleeper = threading.Thread(target=deliver_and_close, args=[destination.pk])
    sleeper.start()
    while not receiver.messages:
        time.sleep(0.005)
    time.sleep(0.6)
    assert sync(destination) == {"upsert": 3}

    is_awake.set()
    sleeper.join()
    assert len(receiver.messages) == 1 + 3


def deliver_and_close(destination_id: int) -> None:
    try:
        Delivery(destination_id).run(Deadline(job.NAME, seconds=60))
    finally:
        connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("restored_database")
def test_row_in_somebody_elses_hands_is_waited_for_after_the_others(receiver):
    """Who held some rows while waiting for more could wait for somebody who waits for him."""
    EventFactory.create_batch(3)
    destination = add(receiver)
    states = claimed(destination)
    taken = sent(destination, states)
    recorder = threading.Thread(target=record_and_close, args=[taken])
    with transaction.atomic():
        SyncState.objects.select_for_update().get(pk=states[0].pk)
        recorder.start()
        ends_at = time.monotonic() + 30
        while SyncState.objects.filter(state=State.DONE).count() < 2:
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        # It holds none of them any more.
        SyncState.objects.select_for_update(nowait=True).get(pk=states[1].pk)
    recorder.join()

    assert SyncState.objects.filter(state=State.DONE).count() == 3


def record_and_close(taken: list[Sent]) -> None:
    try:
        outcomes.delivered(taken)
    finally:
        connection.close()


@pytest.mark.django_db
def test_failure_that_another_worker_met_does_not_shorten_retry_after(receiver):
    one, other = add(receiver), Destination.objects.get()
    asked = ConnectorError("", is_about_destination=True, retry_after=timedelta(hours=1))

    health.failed(one, asked)
    health.failed(other, ConnectorError("", is_about_destination=True))

    one.refresh_from_db()
    assert one.failures == 2
    assert one.rest_until > timezone.now() + timedelta(minutes=59)


@pytest.mark.django_db
def test_answer_to_a_probe_does_not_end_the_rest_that_another_worker_was_asked_for(receiver):
    add(receiver)
    Destination.objects.update(failures=1)
    prober, other = Destination.objects.get(), Destination.objects.get()
    asked = ConnectorError("", is_about_destination=True, retry_after=timedelta(hours=1))

    health.failed(other, asked)
    health.answered(prober)

    other.refresh_from_db()
    assert other.rest_until > timezone.now() + timedelta(minutes=59)
