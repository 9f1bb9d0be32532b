import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from cms.jobs import wake
from cms.jobs.deadline import Deadline
from cms.jobs.tasks import describe, run_slice
from cms.models import JobState
from tests.cms.jobs.conftest import RegisterJob

pytestmark = pytest.mark.django_db


def test_slice_notes_start_and_end(register_job: RegisterJob) -> None:
    register_job("counting")
    JobState.objects.create(name="counting", queued_at=timezone.now(), last_error="KeyError: x")

    run_slice("counting")

    state = JobState.objects.get(pk="counting")
    assert state.queued_at is None
    assert state.started_at is not None
    assert state.finished_at is not None
    assert state.started_at <= state.finished_at
    assert state.last_error == ""


def test_slice_with_more_to_do_wakes_itself(register_job: RegisterJob) -> None:
    register_job("counting", run=lambda deadline: True)

    run_slice("counting")

    assert OrmQ.objects.count() == 1
    assert JobState.objects.get(pk="counting").queued_at is not None


def test_slice_that_fails_records_the_error_and_is_not_repeated(register_job: RegisterJob) -> None:
    def run(deadline: Deadline) -> bool:
        raise ValueError("no answer from anna.kowalska@example.org (+48 601 234 567)")

    register_job("counting", run=run)

    run_slice("counting")

    state = JobState.objects.get(pk="counting")
    assert state.last_error == "ValueError: no answer from …@… (…)"
    assert state.last_error_at is not None
    assert state.finished_at is not None
    assert OrmQ.objects.count() == 0


def test_slice_that_times_out_records_it_and_lets_django_q_replace_the_worker(
    register_job: RegisterJob,
) -> None:
    def run(deadline: Deadline) -> bool:
        raise TimeoutException("Task exceeded maximum timeout value (30 seconds)")

    register_job("counting", run=run)

    with pytest.raises(TimeoutException):
        run_slice("counting")

    assert "TimeoutException" in JobState.objects.get(pk="counting").last_error


def test_slice_of_a_job_that_is_gone_does_nothing(register_job: RegisterJob) -> None:
    run_slice("renamed-since")

    assert not JobState.objects.exists()


def test_describe_leaves_out_what_postgresql_quotes() -> None:
    error = IntegrityError(
        'duplicate key value violates unique constraint "email"\nDETAIL:  Key (name)=(Anna) exists'
    )

    assert describe(error) == (
        'IntegrityError: duplicate key value violates unique constraint "email"'
    )


def test_deadline_is_over_after_its_seconds() -> None:
    assert Deadline("counting", seconds=0).is_over()
    assert not Deadline("counting", seconds=60).is_over()
    assert 59 < Deadline("counting", seconds=60).remaining_seconds() <= 60


def test_beat_is_written_once_a_second(register_job: RegisterJob) -> None:
    register_job("counting")
    wake("counting")
    deadline = Deadline("counting")

    with CaptureQueriesContext(connection) as queries:
        deadline.beat()
        deadline.beat()

    assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1
    assert JobState.objects.get(pk="counting").beat_at is not None
