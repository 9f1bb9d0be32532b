"""The job "municipal.stale": mails staff when a section is out of date for long, and when it heals.

One mail each: who has been told is noted on the destination before the mail is queued, in the same
transaction.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from integrations.municipal import selectors
from integrations.municipal.models import Destination, SyncState

logger = structlog.get_logger(__name__)

NAME = "municipal.stale"
CHANGE = "municipal.change_destination"


def is_due() -> bool:
    return bool(fallen_behind()) or healed().exists()


def run(deadline: Deadline) -> bool:
    """Tell of every destination whose state has changed since the last mail."""
    for destination in fallen_behind():
        _tell(destination, is_stale=True)
    for destination in healed():
        _tell(destination, is_stale=False)
    return False


def fallen_behind() -> list[Destination]:
    """Return the destinations that are late, and of which staff have not been told."""
    untold = Destination.objects.filter(
        is_enabled=True, stale_minutes__gt=0, stale_mailed_at__isnull=True
    )
    waiting = untold.filter(sync_states__state__in=selectors.OPEN)
    now = timezone.now()
    return [
        one
        for one in waiting.annotate(since=Min("sync_states__wanted_at"))
        if one.since <= now - timedelta(minutes=one.stale_minutes)
    ]


def healed() -> QuerySet[Destination]:
    """Return those of which staff have been told, and that have got everything since."""
    is_waiting = SyncState.objects.filter(destination=OuterRef("pk"), state__in=selectors.OPEN)
    told = Destination.objects.filter(stale_mailed_at__isnull=False)
    return told.filter(~Exists(is_waiting), failures=0)


@transaction.atomic
def _tell(destination: Destination, *, is_stale: bool) -> None:
    told = timezone.now() if is_stale else None
    untold = Destination.objects.filter(
        pk=destination.pk, stale_mailed_at=destination.stale_mailed_at
    )
    if untold.update(stale_mailed_at=told) != 1:
        return
    progress = selectors.progress_of(destination.pk)
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "destination": destination,
            "progress": progress,
            "since": selectors.moment(progress.waiting_since),
            "address": settings.SITE_URL + reverse("destination_dashboard", args=[destination.pk]),
        }
        name = "stale" if is_stale else "healed"
        words = render_to_string(f"municipal/mails/{name}.txt", context)
        subject = (
            _("%(place)s is out of date") if is_stale else _("%(place)s is up to date again")
        ) % {"place": destination.name}
    for address in _addresses():
        send_mail(subject, words, None, [address])
    logger.info("sync_staleness_told", destination=destination.pk, is_stale=is_stale)


def _addresses() -> list[str]:
    """Return the addresses of who may change destinations."""
    people = get_user_model().objects.with_perm(
        CHANGE, backend="django.contrib.auth.backends.ModelBackend"
    )
    return list(people.exclude(email="").values_list("email", flat=True).distinct())


JOB = Job(name=NAME, run=run, is_due=is_due)
