"""How a destination fares: in trouble it rests, is probed, and recovers by itself."""

import random
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from integrations.municipal.claims import LEASE
from integrations.municipal.connectors import ConnectorError
from integrations.municipal.models import Destination

FIRST_REST = timedelta(seconds=5)
# Long enough to be no burden on a site that is ill, short enough to be well soon after it.
LONGEST_REST = timedelta(minutes=1)
LONGEST_REST_OF_LONG_ILL = timedelta(minutes=5)
LONG_ILL_FAILURES = 60
JITTER = 0.2


def is_ready() -> Q:
    """Return the condition for destinations to which something may be sent now."""
    return Q(is_enabled=True) & (Q(rest_until__isnull=True) | Q(rest_until__lte=timezone.now()))


def ready() -> QuerySet[Destination]:
    return Destination.objects.filter(is_ready())


def take_probe(destination: Destination) -> datetime | None:
    """Become the only one to try a destination in trouble, until then; None when others do."""
    until = timezone.now() + LEASE
    still = ready().filter(pk=destination.pk, failures=destination.failures)
    return until if still.update(rest_until=until) else None


def probe_unused(destination_id: int, until: datetime) -> None:
    """There was nothing to try it with: the next probe may be at once.

    Not where another worker has heard meanwhile how long it is to rest.
    """
    ours = Destination.objects.filter(pk=destination_id, rest_until=until)
    ours.update(rest_until=timezone.now())


def end_rest(destination_id: int) -> None:
    """Let a destination that rests be tried at once; it stays in trouble until it answers."""
    resting = Destination.objects.filter(pk=destination_id, rest_until__isnull=False)
    resting.update(rest_until=timezone.now())


def failed(destination: Destination, error: ConnectorError) -> None:
    """Let the destination rest as long as it asked for, or longer with each failure.

    Never shorter than it has asked another worker for meanwhile.
    """
    now = timezone.now()
    rest = max(error.retry_after or timedelta(0), rest_after(destination.failures + 1))
    noted = {
        "failures": F("failures") + 1,
        "failing_since": destination.failing_since or now,
        "last_error": error.reason,
        "last_error_at": now,
    }
    if not _as_seen(destination).update(rest_until=now + rest, **noted):
        until = Greatest(Coalesce("rest_until", now + rest), now + rest)
        Destination.objects.filter(pk=destination.pk).update(rest_until=until, **noted)
    if error.is_gone:
        Destination.objects.filter(pk=destination.pk).update(is_enabled=False)


def _as_seen(destination: Destination) -> QuerySet[Destination]:
    """Return the destination unless another worker found it in trouble, or well, meanwhile."""
    return Destination.objects.filter(pk=destination.pk, failures=destination.failures)


def refused_one(destination: Destination, error: ConnectorError) -> None:
    """It answered, and refused one document: noted, but it is well."""
    Destination.objects.filter(pk=destination.pk).update(
        last_error=error.reason, last_error_at=timezone.now()
    )
    answered(destination)


def answered(destination: Destination) -> None:
    """It is well: everything may be sent at full speed."""
    if destination.failures and _forget(_as_seen(destination)):
        destination.failures = 0


def forget_trouble(destination_id: int) -> None:
    """Try the destination at once, as if it had never failed."""
    _forget(Destination.objects.filter(pk=destination_id))


def _forget(destinations: QuerySet[Destination]) -> bool:
    return bool(destinations.update(failures=0, failing_since=None, rest_until=None))


def rest_after(failures: int) -> timedelta:
    """Return for how long a destination is left alone after so many failures in a row."""
    longest = LONGEST_REST if failures < LONG_ILL_FAILURES else LONGEST_REST_OF_LONG_ILL
    rest = min(FIRST_REST * 2 ** min(failures - 1, 10), longest)
    return rest * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)
