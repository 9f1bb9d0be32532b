import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from cms.jobs import registry, state, wake, wakeups
from cms.jobs.deadline import Deadline
from cms.jobs.tasks import run_slice
from cms.models import JobState
from tests.cms.jobs.conftest import RegisterJob

TRANSACTION = pytest.mark.django_db(transaction=True)


@contextmanager
def in_another_transaction(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Do the work in a transaction of another connection that ends when asked to, or at the end."""
    done, may_end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                may_end.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(10)
    try:
        yield may_end.set
    finally:
        may_end.set()
        thread.join()


@pytest.mark.django_db
def test_wake_twice_queues_one_wakeup(register_job: RegisterJob) -> None:
    register_job("counting")

    wake("counting")
    wake("counting")

    assert OrmQ.objects.count() == 1
    assert JobState.objects.get(pk="counting").requests == 2


@pytest.mark.django_db
def test_wake_of_an_unknown_job_is_an_error(register_job: RegisterJob) -> None:
    with pytest.raises(registry.UnknownJobError):
        wake("missing")


@TRANSACTION
def test_wake_in_a_transaction_rolled_back_leaves_nothing(register_job: RegisterJob) -> None:
    register_job("counting")

    with transaction.atomic():
        wake("counting")
        transaction.set_rollback(True)

    assert OrmQ.objects.count() == 0
    assert not JobState.objects.filter(queued_at__isnull=False).exists()


@pytest.mark.django_db
def test_wake_during_the_slice_queues_another(register_job: RegisterJob) -> None:
    """What committed after the slice looked at its tables must be looked at again."""

    def run(deadline: object) -> bool:
        wake("counting")
        return False

    register_job("counting", run=run)
    wake("counting")
    OrmQ.objects.all().delete()

    run_slice("counting")

    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("age", [timedelta(seconds=21), timedelta(minutes=-5)])
def test_wake_when_the_wakeup_waits_too_long_or_is_in_the_future_queues_another(
    register_job: RegisterJob, age: timedelta
) -> None:
    register_job("counting")
    wake("counting")
    JobState.objects.update(queued_at=timezone.now() - age)

    wake("counting")

    assert OrmQ.objects.count() == 2


@TRANSACTION
@pytest.mark.postgresql
def test_slice_waits_for_an_uncommitted_wake(register_job: RegisterJob) -> None:
    """It must see what that transaction wrote, because no other wake-up was queued for it."""
    register_job("counting")
    wake("counting")

    with in_another_transaction(lambda: wake("counting")) as commit:
        timer = threading.Timer(0.5, commit)
        timer.start()
        assert wakeups.begin_slice("counting")
        assert not timer.is_alive()
    assert JobState.objects.get(pk="counting").requests == 2
    assert JobState.objects.get(pk="counting").queued_at is None


@TRANSACTION
@pytest.mark.postgresql
def test_slice_that_waits_too_long_for_a_wake_comes_back_later(
    register_job: RegisterJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    register_job("counting", run=lambda deadline: bool(ran.append(1)))
    monkeypatch.setattr(wakeups, "CLEAR_WAIT_SECONDS", 0.2)
    wake("counting")
    OrmQ.objects.all().delete()

    with in_another_transaction(lambda: wake("counting")):
        run_slice("counting")

    assert ran == []
    assert OrmQ.objects.count() == 1


@TRANSACTION
@pytest.mark.postgresql
def test_wake_while_another_transaction_wakes_does_not_wait_for_it(
    register_job: RegisterJob,
) -> None:
    """Two transactions that wake two jobs in different order must not deadlock."""
    register_job("counting")
    wake("counting")
    OrmQ.objects.all().delete()

    with in_another_transaction(lambda: wake("counting")):
        wake("counting")
        assert OrmQ.objects.count() == 1


@TRANSACTION
@pytest.mark.postgresql
def test_beat_while_a_transaction_wakes_the_job_does_not_wait_for_it(
    register_job: RegisterJob,
) -> None:
    register_job("counting")
    wake("counting")

    with in_another_transaction(lambda: wake("counting")):
        Deadline("counting").beat()

    assert JobState.objects.get(pk="counting").beat_at is None


@pytest.mark.django_db
def test_requeue_waiting_queues_what_a_dead_cluster_took(register_job: RegisterJob) -> None:
    register_job("waiting")
    register_job("quiet")
    wake("waiting")
    state.ensure("quiet")
    OrmQ.objects.update(lock=timezone.now() + timedelta(minutes=5))

    assert wakeups.requeue_waiting() == ["waiting"]

    assert OrmQ.objects.filter(lock__lte=timezone.now()).count() == 1
