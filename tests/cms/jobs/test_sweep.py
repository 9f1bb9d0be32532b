from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from django_q.models import OrmQ, Task

from cms.jobs import heartbeat, wake, wakeups
from cms.jobs.sweep import sweep_once
from cms.jobs.tasks import run_slice
from cms.models import JobState
from tests.cms.jobs.conftest import RegisterJob

pytestmark = pytest.mark.django_db


def test_sweep_wakes_only_what_is_due(register_job: RegisterJob) -> None:
    register_job("due", is_due=lambda: True)
    register_job("quiet")

    assert sweep_once() == ["due"]
    assert OrmQ.objects.count() == 1


def test_sweep_leaves_a_fresh_wakeup_alone_and_repeats_a_lost_one(
    register_job: RegisterJob,
) -> None:
    register_job("due", is_due=lambda: True)
    wake("due")
    assert sweep_once() == []

    JobState.objects.update(queued_at=timezone.now() - timedelta(seconds=21))
    OrmQ.objects.all().delete()

    assert sweep_once() == ["due"]
    assert OrmQ.objects.count() == 1


def test_sweep_with_a_failing_job_still_wakes_the_others(register_job: RegisterJob) -> None:
    def fail() -> bool:
        raise RuntimeError

    register_job("broken", is_due=fail)
    register_job("due", is_due=lambda: True)

    assert sweep_once() == ["due"]


def test_sweep_while_no_cluster_runs_does_not_fill_the_queue(register_job: RegisterJob) -> None:
    register_job("due", is_due=lambda: True)

    for _ in range(30):
        sweep_once()
        JobState.objects.update(queued_at=timezone.now() - timedelta(hours=1))

    assert OrmQ.objects.count() == wakeups.WAITING_ROWS_PER_JOB + 1


def test_heartbeat_is_due_until_it_has_run(register_job: RegisterJob) -> None:
    heartbeat_job = register_job(heartbeat.NAME, run=heartbeat.run, is_due=heartbeat.is_due)
    old = Task.objects.create(
        id="old",
        name="old",
        func="f",
        started=timezone.now() - timedelta(days=8),
        stopped=timezone.now(),
    )
    assert heartbeat_job.is_due()

    run_slice(heartbeat.NAME)

    assert not heartbeat_job.is_due()
    assert heartbeat.last_beat_at() == JobState.objects.get(pk=heartbeat.NAME).finished_at
    assert not Task.objects.filter(pk=old.pk).exists()


def test_sweep_command_says_what_it_woke(
    register_job: RegisterJob, capsys: pytest.CaptureFixture[str]
) -> None:
    register_job("due", is_due=lambda: True)

    call_command("sweep")
    call_command("sweep")

    assert capsys.readouterr().out.splitlines() == ["due", "Nothing was due."]


def test_sweep_command_with_no_time_between_is_refused() -> None:
    with pytest.raises(CommandError, match="above 0"):
        call_command("sweep", every=0)
