"""Changes of an OutgoingMail's state: waiting → claimed → gone | waiting | failed.

Each is a conditional update by state or token, so that two workers cannot both win, and a worker
that slept past its lease writes nothing.
"""

import random
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from newsletters.outbox.models import OutgoingMail

BATCH = 10
# Far longer than a slice may last: only a lost worker's claims outlive it.
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
# Half of the time less or more, so that mails that failed together do not come back together.
JITTER = 0.5
GIVE_UP_AFTER = timedelta(days=3)
KEEP_FAILED = timedelta(days=30)
# Three days of honest attempts are fewer: this mail ends the workers that try it.
MOST_ATTEMPTS = 200

State = OutgoingMail.State


def due(now: datetime) -> QuerySet[OutgoingMail]:
    """Return the mails that should be sent now, those of lost workers included."""
    return OutgoingMail.objects.filter(
        Q(state=State.WAITING, next_at__lte=now) | Q(state=State.CLAIMED, lease_until__lte=now)
    )


def expired(now: datetime) -> QuerySet[OutgoingMail]:
    """Return the failed mails whose content is no longer kept for anyone to look at."""
    return OutgoingMail.objects.filter(state=State.FAILED, created_at__lte=now - KEEP_FAILED)


def claim() -> list[OutgoingMail]:
    """Take the next due mails for this worker, the longest due first."""
    now, token = timezone.now(), uuid.uuid4()
    with transaction.atomic():
        rows = due(now).order_by("next_at", "pk").select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        due(now).filter(pk__in=ids).update(
            state=State.CLAIMED, token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(OutgoingMail.objects.filter(token=token).order_by("next_at", "pk"))


def is_mine(mail: OutgoingMail) -> bool:
    """Return whether the claim still holds; ask right before sending."""
    return mail.lease_until is not None and timezone.now() < mail.lease_until


def accepted(mail: OutgoingMail) -> None:
    """The mail server has taken it: nothing of it is kept."""
    _claimed(mail).delete()


def refused(mail: OutgoingMail, reason: str) -> None:
    """It can never be sent; the row stays, with the reason."""
    _claimed(mail).update(state=State.FAILED, reason=reason, token=None, lease_until=None)


def deferred(mail: OutgoingMail, reason: str) -> None:
    """Try again later, or give up when it has been tried for three days."""
    now = timezone.now()
    if now >= mail.created_at + GIVE_UP_AFTER:
        refused(mail, reason)
        return
    _claimed(mail).update(
        state=State.WAITING,
        reason=reason,
        next_at=now + retry_after(mail.attempts),
        token=None,
        lease_until=None,
    )


def released(mail: OutgoingMail) -> None:
    """It was claimed and not tried."""
    _claimed(mail).update(
        state=State.WAITING, attempts=F("attempts") - 1, token=None, lease_until=None
    )


def retry_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, with a limit and jitter."""
    wait = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)


def _claimed(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk=mail.pk, state=State.CLAIMED, token=mail.token)
