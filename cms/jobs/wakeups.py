"""Wake-ups: the rows in django-q2's queue that say "look at your tables", and nothing else.

They are coalesced through JobState: while one waits, a second is not queued. None is lost by
that, because a wake-up that found one waiting keeps the lock on the JobState row until its
transaction ends, and the slice that takes the waiting one needs that lock before it reads its
tables. On PostgreSQL a wake-up never waits for a lock: where another transaction holds it, a
second row is queued, which costs one slice that finds nothing, and can never deadlock. On SQLite
the only writer holds every lock.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from cms.jobs import registry, state
from cms.models import JobState

SLICE_TASK = "cms.jobs.tasks.run_slice"
# A wake-up that waits longer may have been lost with the process that held it.
FRESH = timedelta(seconds=20)
# How long a slice waits for the transactions whose wake-ups it is about to clear.
CLEAR_WAIT_SECONDS = 5.0
# More rows than this wait only where no cluster runs; it will not need more when it comes.
WAITING_ROWS_PER_JOB = 10


def wake(name: str) -> None:
    """Ask for a slice of the job, as part of the caller's transaction if there is one.

    Raises UnknownJobError for a name that nobody registered.
    """
    registry.get(name)
    with transaction.atomic():
        state.ensure(name)
        held = state.lock(name)
        if held is None:
            enqueue(name)
            return
        rows = JobState.objects.filter(pk=name)
        rows.update(requests=F("requests") + 1)
        now = timezone.now()
        if not _is_fresh(held, now):
            rows.update(queued_at=now)
            enqueue(name)


def wake_lost(name: str) -> bool:
    """Ask for a slice unless a fresh wake-up waits; for the sweep. Return whether it was queued."""
    with transaction.atomic():
        state.ensure(name)
        held = state.lock(name)
        now = timezone.now()
        if held is None or _is_fresh(held, now) or _is_queue_long():
            return False
        JobState.objects.filter(pk=name).update(queued_at=now)
        enqueue(name)
        return True


def requeue_waiting() -> list[str]:
    """Queue every waiting wake-up again, since a cluster that ended may have taken it along."""
    with transaction.atomic():
        waiting = JobState.objects.filter(queued_at__isnull=False).values_list("name", flat=True)
        known = {job.name for job in registry.all()}
        names = [name for name in waiting if name in known]
        if not _is_queue_long():
            for name in names:
                enqueue(name)
        return names


def begin_slice(name: str) -> bool:
    """Clear the job's wake-up, so that the next `wake` queues one, and note the start.

    Waits for uncommitted wake-ups of this job; returns False when they take too long, and the
    caller should let itself be woken once more.
    """
    state.ensure(name)
    return state.note(
        name, wait_seconds=CLEAR_WAIT_SECONDS, queued_at=None, started_at=timezone.now()
    )


def enqueue(name: str) -> None:
    """Put a wake-up in the queue, whatever waits there already."""
    async_task(SLICE_TASK, name)


def _is_fresh(held: JobState, now: datetime) -> bool:
    # A time in the future is a clock that was set back: it must not silence the job.
    return held.queued_at is not None and now - FRESH < held.queued_at <= now


def _is_queue_long() -> bool:
    waiting = OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], lock__lte=timezone.now())
    return waiting.count() > WAITING_ROWS_PER_JOB * len(registry.all())
