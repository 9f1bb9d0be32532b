"""Worker processes that do every job that is due, until they are killed.

Run as `python -m tests.integrations.municipal.worker`: each line on its input forks one, whose
process id it prints. Time is shorter than in production, in the same proportions (a claim outlasts
a request), so that a test need not wait for what a killed worker had in hand: a claim lasts 6 s
instead of 45, a request at most 2.5 s instead of 20, a document waits 0.1 to 1 s instead of 5 s to
a day, and a destination in trouble rests 0.1 to 0.2 s instead of 5 s to 5 min.
"""

import os
import sys
import time
from datetime import timedelta

import django

LEASE_SECONDS = 6.0
READ_SECONDS = 2.0


def hurry() -> None:
    from django.conf import settings

    from integrations.municipal import claims, health
    from integrations.municipal.connectors import guarded

    settings.IS_DEMO = True
    claims.LEASE = health.LEASE = timedelta(seconds=LEASE_SECONDS)
    claims.DELAYS = tuple(timedelta(seconds=min(1.0, 0.1 * 2**n)) for n in range(8))
    health.FIRST_REST = timedelta(seconds=0.1)
    health.LONGEST_REST = health.LONGEST_REST_OF_LONG_ILL = timedelta(seconds=0.2)
    guarded.CONNECT_SECONDS, guarded.READ_SECONDS, guarded.TOTAL_SECONDS = 1.0, READ_SECONDS, 2.5


def work(host: int) -> None:
    """Do what is due, as long as the host lives: who ends a test by force leaves nobody behind."""
    from cms.jobs import registry
    from cms.jobs.tasks import run_slice

    while os.getppid() == host:
        for job in registry.all():
            if job.is_due():
                run_slice(job.name)
        time.sleep(0.05)


def main() -> None:
    django.setup()
    hurry()
    host = os.getpid()
    for _line in sys.stdin:
        while _has_ended():
            pass
        pid = os.fork()
        if pid == 0:
            work(host)
            return
        print(pid, flush=True)


def _has_ended() -> bool:
    """Take leave of a worker that was killed, if there is one."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()
