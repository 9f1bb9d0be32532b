import threading
import time

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from cms.jobs import registry
from cms.jobs.deadline import Deadline
from cms.models import JobState
from integrations.municipal import job, services
from integrations.municipal.delivery import Delivery
from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory, document_of, publish
from tests.integrations.municipal.helpers import add, run_job, state_of
from tests.integrations.municipal.receivers import Receiver, hang, status

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("restored_database"),
]
URL = "https://www.gmina.example/webhook"


@pytest.fixture
def other_receiver():
    running = Receiver()
    yield running
    running.stop()


def is_woken() -> bool:
    state = JobState.objects.filter(pk=job.NAME).first()
    return bool(state and state.queued_at and OrmQ.objects.exists())


def sleep_again() -> None:
    JobState.objects.update(queued_at=None)
    OrmQ.objects.all().delete()


def test_job_is_registered_under_its_name():
    assert registry.get("municipal.sync") is job.JOB


def test_job_sends_what_was_published_and_is_no_longer_due(receiver):
    page = EventFactory()
    assert not job.is_due()
    add(receiver)
    assert job.is_due()

    assert run_job() is False

    assert receiver.slugs == {page.slug}
    assert not job.is_due()


def test_publishing_wakes_the_job_within_its_transaction():
    add(url=URL)
    sleep_again()
    page = EventFactory()
    assert is_woken()

    sleep_again()
    with transaction.atomic():
        publish(page, title="Nie dojdzie do skutku")
        transaction.set_rollback(True)
    assert not is_woken()


@pytest.mark.parametrize("is_enabled", [None, False])
def test_publishing_wakes_nobody_where_no_destination_is_switched_on(is_enabled):
    if is_enabled is not None:
        add(url=URL, is_enabled=is_enabled)
    EventFactory()

    assert JobState.objects.filter(pk=job.NAME, queued_at__isnull=False).count() == 0


def test_new_changed_and_enabled_destination_wake_the_job():
    destination = add(url=URL, is_enabled=False)
    assert not is_woken()

    destination.is_enabled = True
    services.store(destination)
    assert is_woken()

    sleep_again()
    destination.url = URL + "/new"
    services.store(destination)
    assert is_woken()


def test_silent_destination_does_not_delay_another(receiver, other_receiver):
    pages = EventFactory.create_batch(5)
    silent = add(receiver, name="milcząca")
    add(other_receiver, name="sprawna")
    receiver.always = hang
    worker = threading.Thread(target=run_and_close)
    worker.start()
    while not receiver.messages:
        time.sleep(0.01)
    late = EventFactory()
    while late.slug not in other_receiver.slugs:
        assert worker.is_alive(), "the change waited for the next slice"
        time.sleep(0.01)

    silent.refresh_from_db()
    assert silent.failures == 0, "it should still be waiting for its first answer"
    assert len(receiver.messages) == 1
    assert other_receiver.slugs == {page.slug for page in [*pages, late]}
    receiver.released.set()
    worker.join()
    silent.refresh_from_db()
    assert silent.failures == 1


def run_and_close() -> None:
    try:
        run_job()
    finally:
        connection.close()


def test_two_workers_never_send_the_same_version_at_once_and_send_all(receiver):
    pages = EventFactory.create_batch(25)
    add(receiver)
    receiver.seconds_per_message = 0.02
    destination = Destination.objects.get()
    job.fan_out_to_all()
    workers = [threading.Thread(target=deliver_and_close, args=[destination.pk]) for _ in range(3)]
    for worker in workers:
        worker.start()
    publish(pages[0], title="W trakcie")
    job.fan_out_to_all()
    for worker in workers:
        worker.join()
    run_job()

    assert receiver.overlaps == []
    assert receiver.slugs == {page.slug for page in pages}
    sent = [(message.change["id"], message.version) for message in receiver.messages]
    assert len(sent) == len(set(sent))
    assert state_of(document_of(pages[0]), destination).acked_version == (
        document_of(pages[0]).sequence
    )


def deliver_and_close(destination_id) -> None:
    try:
        Delivery(destination_id).run(Deadline(job.NAME, seconds=60))
    finally:
        connection.close()


def test_slice_ends_at_its_deadline_and_says_that_more_is_due(receiver):
    EventFactory.create_batch(12)
    add(receiver)
    receiver.seconds_per_message = 0.05

    assert run_job(seconds=0.2) is True

    assert 0 < len(receiver.copy) < 12
    states = SyncState.objects.exclude(state=SyncState.State.DONE)
    assert set(states.values_list("state", "attempts")) == {("waiting", 0)}
    run_job()
    assert len(receiver.copy) == 12


def test_slice_gives_signs_of_life(receiver):
    EventFactory()
    add(receiver)
    JobState.objects.update_or_create(pk=job.NAME)
    receiver.seconds_per_message = 1.0

    run_job()

    assert JobState.objects.get(pk=job.NAME).beat_at is not None


def test_error_of_ours_in_one_lane_is_raised_and_the_others_go_on(
    receiver, other_receiver, monkeypatch
):
    page = EventFactory()
    broken = add(receiver, name="a")
    add(other_receiver, name="b")
    original = job.deliver

    def deliver(destination_id, deadline):
        if destination_id == broken.pk:
            raise LookupError("broken")
        original(destination_id, deadline)

    monkeypatch.setattr(job, "deliver", deliver)
    with pytest.raises(LookupError):
        run_job()

    assert other_receiver.slugs == {page.slug}
    monkeypatch.setattr(job, "deliver", original)
    run_job()
    assert receiver.slugs == {page.slug}


def test_destination_in_trouble_is_due_again_when_its_rest_is_over(receiver):
    EventFactory()
    add(receiver)
    receiver.script.append(status(503))
    run_job()
    assert not job.is_due()

    Destination.objects.update(rest_until=None)
    SyncState.objects.update(next_attempt_at="2020-01-01T00:00Z")
    assert job.is_due()


def test_is_due_is_one_question(django_assert_num_queries):
    EventFactory.create_batch(2)
    add(url=URL)

    with django_assert_num_queries(1):
        assert job.is_due()
    job.fan_out_to_all()
    with django_assert_num_queries(1):
        assert job.is_due()
    SyncState.objects.update(state=SyncState.State.DONE)
    with django_assert_num_queries(1):
        assert not job.is_due()
