"""The JobState rows, whose locks a transaction that wakes a job holds until it ends.

Nobody here waits for such a lock for long: an import may hold one for a minute.
"""

import time
from typing import Any

from django.db import transaction

from cms.models import JobState

POLL_SECONDS = 0.1


def ensure(name: str) -> None:
    """Make sure that the job has its row."""
    if not JobState.objects.filter(pk=name).exists():
        JobState.objects.bulk_create([JobState(name=name)], ignore_conflicts=True)


def lock(name: str) -> JobState | None:
    """Lock the row until the transaction ends; None when another transaction holds it."""
    return JobState.objects.select_for_update(skip_locked=True).filter(pk=name).first()


def note(name: str, *, wait_seconds: float = 0.0, **values: Any) -> bool:
    """Write to the row; return False if other transactions held it for all of `wait_seconds`."""
    gives_up_at = time.monotonic() + wait_seconds
    while not _write(name, values):
        if time.monotonic() >= gives_up_at:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _write(name: str, values: dict[str, Any]) -> bool:
    with transaction.atomic():
        return lock(name) is not None and bool(JobState.objects.filter(pk=name).update(**values))
