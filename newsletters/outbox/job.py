"""The job "outbox": sends the mails that are due, in batches, until the deadline."""

import structlog
from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from newsletters.outbox import queue
from newsletters.outbox.models import OutgoingMail
from newsletters.outbox.transport import Transport, TransportError

logger = structlog.get_logger(__name__)

NAME = "outbox"


def is_due() -> bool:
    now = timezone.now()
    return queue.due(now).exists() or queue.expired(now).exists()


def run(deadline: Deadline) -> bool:
    """Send what is due; return whether more is."""
    queue.expired(timezone.now()).delete()
    with Transport() as transport:
        while not deadline.is_over():
            mails = queue.claim()
            if not mails:
                return False
            if not _send_all(mails, transport, deadline):
                # The server is ill: the sweep comes back in a moment.
                return False
    return queue.due(timezone.now()).exists()


def _send_all(mails: list[OutgoingMail], transport: Transport, deadline: Deadline) -> bool:
    """Send a batch; return False, with the rest released, when the server can take no mail."""
    is_server_well = True
    for mail in mails:
        if deadline.is_over() or not is_server_well:
            queue.released(mail)
            continue
        deadline.beat()
        is_server_well = _send(mail, transport)
    return is_server_well


def _send(mail: OutgoingMail, transport: Transport) -> bool:
    """Send one mail and record the outcome; return False when the server is the trouble."""
    if not queue.is_mine(mail):
        return True
    if mail.attempts > queue.MOST_ATTEMPTS:
        queue.refused(mail, "too many attempts without an outcome")
        return True
    try:
        transport.send(mail)
    except TransportError as error:
        logger.warning("mail_not_accepted", mail=mail.pk, reason=error.reason)
        if error.is_permanent:
            queue.refused(mail, error.reason)
        else:
            queue.deferred(mail, error.reason)
        return not error.is_server_fault
    queue.accepted(mail)
    logger.info("mail_accepted", mail=mail.pk)
    return True


JOB = Job(name=NAME, run=run, is_due=is_due)
