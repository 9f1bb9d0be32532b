"""Changes of Deliveries: pending → claimed → sending → accepted | deferred | failed | uncertain.

Each is a conditional update by state and token, so that two workers cannot both win, and a worker
that slept past its lease writes nothing. A mail is in "sending", committed, only from right before
its transfer until its outcome: whatever is found there after the lease is uncertain, whatever is
found in "claimed" was not sent.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cms.stored_words import say
from newsletters.mailings import crash_mark, statements, words
from newsletters.mailings.models import Delivery, Mailing

# Longer than any slice: only a lost worker's claims outlive it.
LEASE = timedelta(seconds=60)
DELAYS = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
# A fifth less or more, so that what was deferred together does not come back together.
JITTER = 0.2
GIVE_UP_AFTER = timedelta(hours=48)
HONEST_ATTEMPTS = 16
# Honest attempts of two days are fewer: this one ends the workers that try it.
MOST_ATTEMPTS = 40

State = Delivery.State


def claimable(now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that may be tried now, of mailings in any state."""
    return Delivery.objects.filter(state__in=[State.PENDING, State.DEFERRED], next_at__lte=now)


def unfinished() -> QuerySet[Delivery]:
    """Return the deliveries without a final outcome."""
    return Delivery.objects.filter(state__in=Delivery.OPEN)


def lost(now: datetime) -> QuerySet[Delivery]:
    """Return what workers had in hand that are gone, or slept too long."""
    return Delivery.objects.filter(
        token__isnull=False, lease_until__lte=now, state__in=[State.CLAIMED, State.SENDING]
    )


def recover(now: datetime) -> int:
    """Give back what was claimed and not begun, mark as uncertain what was; return how many."""
    gone = {"token": None, "lease_until": None, "changed_at": now}
    held = lost(now)
    if not held.exists():
        return 0
    may_be_begun = Q(state=State.SENDING) | ~crash_mark.is_since_the_crash()
    begun = held.filter(may_be_begun).update(
        state=State.UNCERTAIN, reason=say(words.WORKER_LOST), **gone
    )
    too_often = held.filter(state=State.CLAIMED, attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, reason=say(words.LOST_TOO_OFTEN), **gone
    )
    returned = held.filter(state=State.CLAIMED).update(state=State.PENDING, next_at=now, **gone)
    return begun + too_often + returned


def claim(mailing_id: int, size: int) -> list[Delivery]:
    """Take the next deliveries of a mailing that is being sent, each counted as an attempt."""
    now = timezone.now()
    with transaction.atomic():
        token = crash_mark.new_token()
        rows = claimable(now).filter(mailing_id=mailing_id, mailing__state=Mailing.State.SENDING)
        rows = rows.order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True)[:size])
        claimable(now).filter(pk__in=ids).update(
            state=State.CLAIMED, token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    taken = Delivery.objects.filter(pk__in=ids, token=token).order_by("next_at", "pk")
    return list(taken.select_related("subscriber__consent__clause"))


def begin(delivery: Delivery, *, accepted: Delivery | None = None) -> bool:
    """Commit that the transfer begins now; return False when it must not.

    It must not when the claim is not ours any more, the mailing was paused or cancelled, or the
    person has left or was blocked since the claim. `accepted` is one that the server has confirmed
    before: it is recorded in the same commit, whether or not this one begins.
    """
    now = timezone.now()
    if accepted is None:
        return statements.begin(delivery, now)
    return statements.accept_and_begin(accepted, delivery, now)


def accepted(delivery: Delivery) -> bool:
    """The server has confirmed it: never again."""
    return statements.accept(delivery, timezone.now())


def failed(delivery: Delivery, reason: str) -> bool:
    """The server will never take it for this recipient."""
    return _settle(delivery, State.FAILED, reason=reason)


def uncertain(delivery: Delivery, reason: str) -> bool:
    """Nobody can know; it is not sent again by itself."""
    return _settle(delivery, State.UNCERTAIN, reason=reason)


def suppressed(delivery: Delivery, reason: str) -> bool:
    """This person may not be mailed (any more)."""
    return _settle(delivery, State.SUPPRESSED, reason=reason)


def deferred(delivery: Delivery, reason: str, *, since: datetime) -> bool:
    """Try again later, or give up after two days and as many attempts as these allow."""
    now = timezone.now()
    if now >= since + GIVE_UP_AFTER and delivery.attempts >= HONEST_ATTEMPTS:
        return failed(delivery, say(words.GIVEN_UP, reason=reason)[:300])
    next_at = now + delay_after(delivery.attempts)
    return _settle(delivery, State.DEFERRED, reason=reason, next_at=next_at)


def released(deliveries: Iterable[Delivery]) -> None:
    """They were claimed and not tried: as they were before."""
    by_token = Q(pk__in=[delivery.pk for delivery in deliveries])
    tokens = {delivery.token for delivery in deliveries}
    Delivery.objects.filter(by_token, token__in=tokens, state=State.CLAIMED).update(
        state=State.PENDING, attempts=F("attempts") - 1, token=None, lease_until=None
    )


def put_last(delivery: Delivery) -> None:
    """Let the others come first: the server's trouble may be with this one alone."""
    _held(delivery, State.CLAIMED).update(next_at=timezone.now())


def close_cancelled() -> int:
    """Mark what a cancelled mailing never tried; return how many."""
    return abandoned().update(state=State.CANCELLED, changed_at=timezone.now())


def abandoned() -> QuerySet[Delivery]:
    """Return what waits in cancelled mailings."""
    return Delivery.objects.filter(
        mailing__state=Mailing.State.CANCELLED, state__in=[State.PENDING, State.DEFERRED]
    )


def try_again(mailing_id: int, state: str) -> int:
    """Have all deliveries in an ended state tried again, because a person said so."""
    return Delivery.objects.filter(mailing_id=mailing_id, state=state).update(
        state=State.PENDING, attempts=0, next_at=timezone.now(), changed_at=timezone.now()
    )


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    delay = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)


def _held(delivery: Delivery, *states: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, token=delivery.token, state__in=states)


def _settle(delivery: Delivery, state: str, reason: str = "", **values: datetime) -> bool:
    """End a claim; return False when it is not ours any more, and nothing was written."""
    now = timezone.now()
    held = _held(delivery, State.CLAIMED, State.SENDING)
    return (
        held.update(
            state=state, reason=reason, token=None, lease_until=None, changed_at=now, **values
        )
        == 1
    )
