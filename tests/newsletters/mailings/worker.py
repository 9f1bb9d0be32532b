"""A worker process that does nothing but the job of mailings, until it is killed.

Run as `python -m tests.newsletters.mailings.worker SMTP_PORT LEASE_SECONDS`. The lease is shorter
than in production, so that a test need not wait a minute for what a killed worker had in hand.
"""

import sys
import time
from datetime import timedelta

import django


def main(port: int, lease_seconds: float) -> None:
    from django.conf import settings

    from cms.jobs.tasks import run_slice
    from newsletters.mailings import ledger, services

    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.MAIL_SENDERS = 2
    ledger.LEASE = timedelta(seconds=lease_seconds)
    while True:
        run_slice(services.JOB_NAME)
        time.sleep(0.05)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), float(sys.argv[2]))
