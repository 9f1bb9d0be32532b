"""The django-q2 cluster, as `manage.py worker` runs it: `python -m cms.jobs.cluster`.

It differs from `manage.py qcluster` in what it does about sudden death. A process that is killed
while it holds a lock of the cluster's inner queues (the idle worker that waits for the next
task, the monitor that waits for the next result, the pusher) leaves them shut for good: django-q2
puts a new process in its place, and the whole cluster stands still while it looks alive
(django-q2 #23). Here such a death ends the cluster, and the supervisor starts a new one. A worker
killed at work holds no such lock; django-q2 replaces it and the others go on.
"""

import multiprocessing
import os
import sys
import time
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
from django_q import cluster

logger = structlog.get_logger(__name__)

# How long the other workers may still work on their slices (which last 10 s) before the end.
DRAIN_SECONDS = 12.0
EXIT_CODE = 70
IDLE = -1


class Sentinel(cluster.Sentinel):
    """django-q2's guard, which does not trust queues that a killed process may have locked."""

    def reincarnate(self, process: BaseProcess) -> None:
        if self._may_have_held_a_lock(process):
            self._end_cluster(process)
        super().reincarnate(process)

    def _may_have_held_a_lock(self, process: BaseProcess) -> bool:
        was_killed = process.exitcode is not None and process.exitcode < 0
        return was_killed and (process in (self.monitor, self.pusher) or _timer(process) == IDLE)

    def _end_cluster(self, killed: BaseProcess) -> None:
        logger.error("cluster_queue_broken", killed_pid=killed.pid, exit_code=killed.exitcode)
        self.event_out.set()
        gives_up_at = time.monotonic() + DRAIN_SECONDS
        while self._is_any_busy() and time.monotonic() < gives_up_at:
            time.sleep(0.1)
        # No clean-up: it would wait for the broken queues. The children die with us (lifeline).
        os._exit(EXIT_CODE)

    def _is_any_busy(self) -> bool:
        return any(worker.is_alive() and _timer(worker) > 0 for worker in self.pool)


class Cluster(cluster.Cluster):
    """django-q2's main process, which may be asked to stop before it has started."""

    def stop(self) -> bool:
        if self.sentinel is None:
            sys.exit(0)
        return bool(super().stop())


def _timer(worker: Any) -> float:
    """Return a worker's timer (-1 idle, > 0 busy) without its lock, which may be held for good."""
    return float(worker.timer.get_obj().value)


def main() -> None:
    # django-q2 forks its processes: its events and queues must be of the same kind, also where
    # Python's default is another (3.14, macOS).
    multiprocessing.set_start_method("fork", force=True)
    cluster.Sentinel = Sentinel  # `Cluster.start` takes it from there.
    running = Cluster()
    running.start()
    running.sentinel.join()


if __name__ == "__main__":
    main()
