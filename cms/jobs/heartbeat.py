"""The echo through the queue that proves, also in quiet hours, that the worker works."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone
from django_q.models import Task

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from cms.models import JobState

NAME = "heartbeat"
EVERY = timedelta(seconds=10)
# django-q2 keeps a row for every task that it had to end; successes are not kept.
KEEP_FAILED_TASKS = timedelta(days=7)


def last_beat_at() -> datetime | None:
    """Return the last time at which any slice of any job gave a sign of life."""
    beats = JobState.objects.aggregate(Max("started_at"), Max("beat_at"), Max("finished_at"))
    return max((beat for beat in beats.values() if beat is not None), default=None)


def is_due() -> bool:
    now = timezone.now()
    fresh = JobState.objects.filter(
        pk=NAME, finished_at__gt=now - EVERY, finished_at__lte=now, last_error=""
    )
    return not fresh.exists()


def run(deadline: Deadline) -> bool:
    """Keep django-q2's own table small; that the slice ran at all is the point."""
    del deadline
    Task.objects.filter(started__lt=timezone.now() - KEEP_FAILED_TASKS).delete()
    return False


JOB = Job(name=NAME, run=run, is_due=is_due)
