"""A worker process that does nothing but the job of the KRS, until it is killed.

Run as `python -m tests.integrations.registers.worker ADDRESS`. Leases and delays are shorter than
in production, so that a test need not wait for what a killed worker had in hand.
"""

import sys
import time
from datetime import timedelta

import django


def main(address: str) -> None:
    from django.conf import settings

    from cms.jobs.tasks import run_slice
    from integrations.registers import job, limiter, refreshing

    settings.IS_DEMO = True
    settings.KRS_API_URL = address
    limiter.INTERVAL = timedelta(milliseconds=20)
    job.LEASE = timedelta(seconds=1)
    refreshing.FIRST_DELAY = timedelta(seconds=1)
    while True:
        run_slice(job.NAME)
        time.sleep(0.05)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
