"""The sweep asks every job whether it has work, and wakes those whose wake-up was lost.

It only enqueues: work runs in the worker's slices.
"""

import time

import structlog
from django.db import DatabaseError, close_old_connections, connection

from cms.jobs import heartbeat, registry, wakeups

logger = structlog.get_logger(__name__)

registry.register(heartbeat.JOB)


def sweep_once() -> list[str]:
    """Wake each job that is due and has no fresh wake-up; return the names of those woken."""
    return [job.name for job in registry.all() if _wake_if_due(job)]


def sweep_forever(*, every_seconds: float) -> None:
    """Sweep until the process is ended; a database that is away is waited for."""
    while True:
        started_at = time.monotonic()
        close_old_connections()
        woken = sweep_once()
        if woken:
            logger.debug("sweep_woke", jobs=woken)
        time.sleep(max(0.0, started_at + every_seconds - time.monotonic()))


def _wake_if_due(job: registry.Job) -> bool:
    """Wake one job if it is due; its failure is logged and leaves the others alone."""
    try:
        return job.is_due() and wakeups.wake_lost(job.name)
    except DatabaseError as error:
        logger.warning("sweep_without_database", job=job.name, error=type(error).__name__)
        _drop_broken_connection()
    except Exception:  # one job that cannot say if it is due must not keep the others asleep
        logger.exception("sweep_job_failed", job=job.name)
    return False


def _drop_broken_connection() -> None:
    if not connection.in_atomic_block:
        connection.close()
