"""Publish and expire pages at the time that editors set.

One page at a time, each in its own transaction: a page that cannot be published (its data became
wrong since) is logged and left to its editors, and the others go out.
"""

from collections.abc import Callable
from functools import partial

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Revision

from cms.basepage.models import BasePage
from cms.documents.sequence import lock_sequence
from cms.jobs.deadline import Deadline

logger = structlog.get_logger(__name__)


def has_due_pages() -> bool:
    """Whether a page waits to go live or to expire now."""
    return _due_revisions().exists() or _expired_pages().exists()


def run_due_pages(deadline: Deadline) -> bool:
    """Expire and publish what is due until time is over; return whether more is due."""
    steps = [partial(expire, pk) for pk in _expired_pages().values_list("pk", flat=True)]
    steps += [partial(publish, pk) for pk in _due_revisions().values_list("pk", flat=True)]
    for step in steps:
        if deadline.is_over():
            return True
        _keep_apart(step)
        deadline.beat()
    return False


@transaction.atomic
def expire(page_id: int) -> None:
    """Unpublish a page whose expiry time has passed, unless an editor was faster."""
    lock_sequence()
    page = _expired_pages().filter(pk=page_id).first()
    if page:
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        logger.info("page_expired", page_id=page_id)


def publish(revision_id: int) -> None:
    """Publish a revision whose time has come.

    One that no longer passes the page's rules stays a draft: its schedule is taken off, so that it
    is not tried for ever.
    """
    try:
        _publish(revision_id)
    except ValidationError as error:
        Revision.objects.filter(pk=revision_id).update(approved_go_live_at=None)
        logger.warning(
            "scheduled_page_not_published",
            revision_id=revision_id,
            fields=sorted(error.message_dict),
        )


@transaction.atomic
def _publish(revision_id: int) -> None:
    """Publish the revision if it is still due: another worker or an editor may have been faster."""
    lock_sequence()
    revision = _due_revisions().filter(pk=revision_id).first()
    if revision:
        revision.publish(log_action="wagtail.publish.scheduled")
        logger.info("scheduled_page_published", page_id=revision.object_id)


def _keep_apart(step: Callable[[], None]) -> None:
    """Run one step; what goes wrong with one page must not stop the others."""
    try:
        step()
    except Exception as error:  # one page must not hold up the others
        logger.exception("scheduled_change_failed", error=type(error).__name__)


def _due_revisions() -> QuerySet[Revision]:
    return Revision.page_revisions.filter(approved_go_live_at__lte=timezone.now()).order_by(
        "approved_go_live_at"
    )


def _expired_pages() -> QuerySet[BasePage]:
    return BasePage.objects.filter(live=True, expire_at__lte=timezone.now()).order_by("expire_at")
