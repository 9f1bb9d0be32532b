"""How the register fares: in trouble the job leaves it alone, longer each time, and comes back."""

import random
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from integrations.registers.krs.errors import KrsError
from integrations.registers.models import KrsState

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=1)
JITTER = 0.2


def failed(error: KrsError) -> None:
    """Note that the register did not answer. What it asked for (Retry-After) binds everybody."""
    if not error.is_about_register:
        return
    state = KrsState.load()
    now = timezone.now()
    rest = max(error.retry_after or timedelta(0), rest_after(state.failures + 1))
    KrsState.objects.filter(pk=1).update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", now),
        rest_until=now + rest,
        last_error=error.reason,
    )
    if error.retry_after:
        KrsState.objects.filter(pk=1).update(blocked_until=now + error.retry_after)


def answered() -> None:
    """Note that the register is well."""
    KrsState.load()
    KrsState.objects.filter(pk=1).update(
        failures=0, failing_since=None, rest_until=None, last_error="", answered_at=timezone.now()
    )


def rest_after(failures: int) -> timedelta:
    """Return for how long the job asks nothing after so many failures in a row."""
    rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST)
    return rest * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)
