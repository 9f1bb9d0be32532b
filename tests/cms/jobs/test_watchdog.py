from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ

from cms.jobs import wake, wakeups, watchdog
from cms.jobs.tasks import run_slice
from cms.jobs.watchdog import Progress, Watchdog, progress
from tests.cms.jobs.conftest import RegisterJob

STARTED_AT = 1000.0
LONG_AFTER = STARTED_AT + 1000


@pytest.fixture
def restarts() -> list[float]:
    return []


@pytest.fixture
def dog(restarts: list[float]) -> Watchdog:
    return Watchdog(started_at=lambda: STARTED_AT, restart=lambda: restarts.append(1))


def test_cluster_that_lets_wakeups_wait_for_20_seconds_is_restarted(
    dog: Watchdog, restarts: list[float]
) -> None:
    for second in range(0, 20, 2):
        dog.judge(Progress(is_waiting=True, last_beat_at=None), LONG_AFTER + second)
    assert restarts == []

    dog.judge(Progress(is_waiting=True, last_beat_at=None), LONG_AFTER + 20)

    assert len(restarts) == 1


def test_cluster_that_makes_progress_under_load_is_left_alone(
    dog: Watchdog, restarts: list[float]
) -> None:
    now = timezone.now()
    for second in range(0, 600, 2):
        beat_at = now + timedelta(seconds=second - second % 18)
        dog.judge(Progress(is_waiting=True, last_beat_at=beat_at), LONG_AFTER + second)

    assert restarts == []


def test_cluster_with_nothing_to_do_is_left_alone(dog: Watchdog, restarts: list[float]) -> None:
    for second in range(0, 600, 2):
        dog.judge(Progress(is_waiting=False, last_beat_at=None), LONG_AFTER + second)

    assert restarts == []


def test_cluster_that_has_just_started_gets_25_seconds(
    dog: Watchdog, restarts: list[float]
) -> None:
    for second in range(0, 25, 2):
        dog.judge(Progress(is_waiting=True, last_beat_at=None), STARTED_AT + second)
    assert restarts == []

    dog.judge(Progress(is_waiting=True, last_beat_at=None), STARTED_AT + 25)

    assert len(restarts) == 1


@pytest.mark.django_db
def test_watchdog_without_a_database_waits(
    dog: Watchdog, restarts: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(watchdog, "close_old_connections", lambda: None)
    monkeypatch.setattr(watchdog.connection, "close", lambda: None)
    monkeypatch.setattr(watchdog, "progress", fail)
    monkeypatch.setattr(wakeups, "requeue_waiting", list)
    dog.judge(Progress(is_waiting=True, last_beat_at=None), LONG_AFTER)

    dog.check()
    dog.judge(Progress(is_waiting=True, last_beat_at=None), LONG_AFTER + 30)

    assert restarts == []


@pytest.mark.django_db
def test_progress_tells_waiting_from_done(register_job: RegisterJob) -> None:
    register_job("counting")
    assert progress() == Progress(is_waiting=False, last_beat_at=None)

    wake("counting")
    assert progress().is_waiting

    OrmQ.objects.all().delete()
    assert progress().is_waiting

    run_slice("counting")
    assert not progress().is_waiting
    assert progress().last_beat_at is not None
