"""The job "newsletters.care": purges what need not be kept, and follows a rotation of keys."""

import structlog
from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from newsletters.subscribers import services

logger = structlog.get_logger(__name__)

NAME = "newsletters.care"


def is_due() -> bool:
    return services.has_care_due(timezone.now())


def run(deadline: Deadline) -> bool:
    """Purge and hash anew until the deadline; return whether more is due."""

    def is_over() -> bool:
        deadline.beat()
        return deadline.is_over()

    purged = services.purge(timezone.now(), is_over=is_over)
    rehashed = services.rehash(is_over=is_over)
    logger.info("subscribers_cared_for", purged=purged, rehashed=rehashed)
    return is_due()


JOB = Job(name=NAME, run=run, is_due=is_due)
