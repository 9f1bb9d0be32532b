"""What time does: addresses and proofs go when nobody needs them, hashes follow the first key."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletters.subscribers.addresses import hash_key
from newsletters.subscribers.limits import ADDRESS_WINDOW
from newsletters.subscribers.models import Consent, SignUp, Subscriber
from newsletters.subscribers.selectors import CONFIRMATION_LASTS
from newsletters.subscribers.services.suppressions import bring_to_first_key

KEEP_LEFT = timedelta(days=30)
# As long as somebody may ask for the proof that a mail was wanted.
KEEP_PROOF = timedelta(days=3 * 365)
CHUNK = 200


def has_care_due(now: datetime) -> bool:
    """Whether there is anything to purge or to hash anew: four look-ups by index at most."""
    return any(rows.exists() for rows in (*_purgeable(now), _stale()))


def purge(now: datetime, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Delete what need not be kept any more, in chunks until `is_over`; return how many rows."""
    return sum(
        _delete_chunk(rows) for rows in _purgeable(now) for _chunk in _while_any(rows, is_over)
    )


def rehash(*, is_over: Callable[[], bool] = lambda: False) -> int:
    """Hash with the first key whoever is hashed with an older one; return how many."""
    count = 0
    for _chunk in _while_any(_stale(), is_over):
        for email in list(_stale().values_list("email", flat=True)[:CHUNK]):
            bring_to_first_key(email)
            count += 1
    return count


def _purgeable(now: datetime) -> tuple[QuerySet[SignUp], QuerySet[Subscriber], QuerySet[Consent]]:
    return (_old_sign_ups(now), _long_gone(now), _old_proofs(now))


def _old_sign_ups(now: datetime) -> QuerySet[SignUp]:
    """Those nobody confirmed in time; of the others, those that count for no limit any more."""
    is_done = Q(confirmed_at__isnull=False) | Q(mailed_at__isnull=True)
    return SignUp.objects.filter(
        Q(created_at__lte=now - CONFIRMATION_LASTS)
        | (is_done & Q(created_at__lte=now - ADDRESS_WINDOW))
    )


def _long_gone(now: datetime) -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(left_at__lte=now - KEEP_LEFT)


def _old_proofs(now: datetime) -> QuerySet[Consent]:
    """Withdrawals that are old enough, and everything before them of the same subscription."""
    ended = Consent.objects.filter(kind=Consent.Kind.WITHDRAWN, at__lte=now - KEEP_PROOF)
    in_force = Subscriber.objects.filter(consent_id=OuterRef("pk"))
    return Consent.objects.filter(
        Exists(ended.filter(subscriber_id=OuterRef("subscriber_id"), at__gte=OuterRef("at"))),
        ~Exists(in_force),
    )


def _stale() -> QuerySet[Subscriber]:
    # Two ranges of the index, where "not equal" would read the whole table.
    return Subscriber.objects.filter(Q(hash_key__lt=hash_key()) | Q(hash_key__gt=hash_key()))


def _while_any(rows: QuerySet, is_over: Callable[[], bool]) -> Iterator[None]:
    while not is_over() and rows.exists():
        yield None


@transaction.atomic
def _delete_chunk(rows: QuerySet) -> int:
    """Delete some rows, each only if it is still due when it is locked."""
    ids = [row.pk for row in rows.select_for_update()[:CHUNK]]
    rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
