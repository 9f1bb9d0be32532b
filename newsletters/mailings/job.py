"""The job "newsletters.mailings": starts what is due, and sends it with several senders at once."""

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from newsletters.mailings import ledger, preparing, selectors, services
from newsletters.mailings.models import Mailing
from newsletters.mailings.sending import Sender

logger = structlog.get_logger(__name__)

State = Mailing.State


def is_due() -> bool:
    """Whether any mailing waits for a step that can be taken now."""
    now = timezone.now()
    checks: tuple[Callable[[], bool], ...] = (
        selectors.ready_to_send().exists,
        selectors.to_start(now).exists,
        selectors.to_resume(now).exists,
        Mailing.objects.filter(state=State.PREPARING).exists,
        ledger.lost(now).exists,
        ledger.abandoned().exists,
        selectors.all_done().exists,
    )
    return any(check() for check in checks)


def run(deadline: Deadline) -> bool:
    """Take every step that is due until the deadline; return whether more is due."""
    now = timezone.now()
    ledger.recover(now)
    ledger.close_cancelled()
    services.resume_rested(now)
    services.start_due(now)
    services.stop_forbidden()
    preparing.prepare_all(deadline)
    send_all(deadline)
    services.finish_done(timezone.now())
    return is_due()


def send_all(deadline: Deadline) -> None:
    """Send with MAIL_SENDERS connections, the first of them in this thread."""
    if not selectors.ready_to_send().exists():
        return
    threads = [
        threading.Thread(target=_send_in_thread, args=[deadline], name=f"sender-{number}")
        for number in range(1, settings.MAIL_SENDERS)
    ]
    for thread in threads:
        thread.start()
    try:
        Sender(deadline).run()
    finally:
        for thread in threads:
            thread.join()


def _send_in_thread(deadline: Deadline) -> None:
    try:
        Sender(deadline).run()
    except Exception:  # nobody is above in this thread; what it had claimed comes back by its lease
        logger.exception("sender_failed")
    finally:
        connection.close()


JOB = Job(name=services.JOB_NAME, run=run, is_due=is_due)
