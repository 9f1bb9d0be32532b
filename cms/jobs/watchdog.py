"""Restarts a cluster that is alive but makes no progress."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_q.models import OrmQ

from cms.jobs import heartbeat, registry, wakeups
from cms.models import JobState

logger = structlog.get_logger(__name__)

CHECK_EVERY_SECONDS = 2.0
STILL_SECONDS = 20.0
RESTART_EVERY_SECONDS = 25.0


@dataclass(frozen=True)
class Progress:
    """What the tables say: whether any wake-up waits, and the last sign of life of any slice."""

    is_waiting: bool
    last_beat_at: datetime | None


def progress() -> Progress:
    names = [job.name for job in registry.all()]
    queue = OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], lock__lte=timezone.now())
    return Progress(
        is_waiting=JobState.objects.filter(name__in=names, queued_at__isnull=False).exists()
        or queue.exists(),
        last_beat_at=heartbeat.last_beat_at(),
    )


class Watchdog:
    """Asks for a restart after 20 s in which wake-ups waited and no slice gave a sign of life.

    It measures those seconds by its own looking, so that neither a sweep that repeats a wake-up,
    nor a suspended machine, a set clock or a database that was away makes them look longer or
    shorter. It looks from a thread of its own: a slow database blocks nobody.

    `started_at` says when the cluster was last started (monotonic seconds), `restart` asks for
    a new one.
    """

    def __init__(self, *, started_at: Callable[[], float], restart: Callable[[], None]) -> None:
        self._started_at = started_at
        self._restart = restart
        self._requeued_for = 0.0
        self._last_beat_at: datetime | None = None
        self._still_since: float | None = None

    def start(self) -> None:
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def check(self) -> None:
        """Look once. A database that is away tells nothing about the cluster."""
        close_old_connections()
        try:
            self._requeue_after_start()
            seen = progress()
        except DatabaseError as error:
            logger.warning("watchdog_without_database", error=type(error).__name__)
            self._still_since = None
            connection.close()
        else:
            self.judge(seen, time.monotonic())

    def judge(self, seen: Progress, now: float) -> None:
        """Take in what was seen at `now` (monotonic seconds), and restart if it is time to."""
        is_moving = not seen.is_waiting or seen.last_beat_at != self._last_beat_at
        self._last_beat_at = seen.last_beat_at
        if is_moving or self._still_since is None:
            self._still_since = None if is_moving else now
            return
        is_still = now - self._still_since >= STILL_SECONDS
        if is_still and now - self._started_at() >= RESTART_EVERY_SECONDS:
            logger.error("cluster_stands_still", seconds=round(now - self._still_since))
            self._still_since = None
            self._restart()

    def _watch(self) -> None:
        while True:
            try:
                self.check()
            except Exception:  # it must go on watching, whatever is wrong this time
                logger.exception("watchdog_failed")
            time.sleep(CHECK_EVERY_SECONDS)

    def _requeue_after_start(self) -> None:
        """Queue again what the cluster before this one may have taken and not done."""
        started_at = self._started_at()
        if started_at != self._requeued_for:
            wakeups.requeue_waiting()
            self._requeued_for = started_at
