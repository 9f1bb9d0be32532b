"""The only thing that django-q2 runs: one slice of a job."""

import re
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone
from django_q.exceptions import TimeoutException

from cms.jobs import heartbeat, registry, state, wakeups
from cms.jobs.deadline import Deadline

logger = structlog.get_logger(__name__)

registry.register(heartbeat.JOB)

ERROR_LENGTH = 300
NOTE_WAIT_SECONDS = 5.0
_ADDRESS = re.compile(r"[^\s<>\"'()]+@[^\s<>\"'()]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d -]{7,}\d")


def run_slice(name: str) -> None:
    """Run the job for at most one slice; it is woken again if it says that more is due.

    Errors are recorded in JobState and end the slice, not the task: django-q2 must not repeat it,
    the sweep wakes the job while it is due.
    """
    try:
        _run_slice(registry.get(name))
    except registry.UnknownJobError:
        # A wake-up from before an upgrade that renamed or removed the job.
        logger.warning("job_unknown", job=name)
    except Exception:  # django-q2 would only run the wake-up again; the sweep wakes the job anyway
        logger.exception("job_bookkeeping_failed", job=name)


def _run_slice(job: registry.Job) -> None:
    if not wakeups.begin_slice(job.name):
        wakeups.enqueue(job.name)
        return
    try:
        is_more_due = job.run(Deadline(job.name))
    except TimeoutException as error:
        # django-q2 raises it in the worker, and replaces the worker afterwards.
        _record_failure(job.name, error)
        raise
    except Exception as error:  # noqa: BLE001  (recorded and logged; see run_slice)
        _record_failure(job.name, error)
    else:
        _note_end(job.name, last_error="")
        if is_more_due:
            wakeups.wake(job.name)


def _record_failure(name: str, error: BaseException) -> None:
    logger.error("job_failed", job=name, exc_info=error)
    values = {"last_error": describe(error), "last_error_at": timezone.now()}
    try:
        _note_end(name, **values)
    except DatabaseError:
        # The error may have been the connection's own: once more, on a new one.
        connection.close()
        _note_end(name, **values)


def _note_end(name: str, **values: Any) -> None:
    now = timezone.now()
    if not state.note(name, wait_seconds=NOTE_WAIT_SECONDS, finished_at=now, **values):
        logger.warning("job_end_not_noted", job=name)


def describe(error: BaseException) -> str:
    """Return the error's type and the first line of its message without personal data.

    The lines after the first are left out: PostgreSQL quotes a row's values there.
    """
    message = (str(error).strip().splitlines() or [""])[0]
    message = _LONG_NUMBER.sub("…", _ADDRESS.sub("…@…", message))
    return f"{type(error).__name__}: {message}"[:ERROR_LENGTH]
