"""What was done at a destination and when, for its page in the admin."""

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from integrations.municipal.models import Destination, Run

# Longer ago nobody asks.
KEPT = timedelta(days=30)
COUNTED = ("upsert", "remove", "failed", "held")


def note(destination_id: int, tally: Counter[str], *, started_at: datetime) -> None:
    """Note what a turn of sending did, if it did anything, and forget what is old."""
    if not any(tally[name] for name in COUNTED):
        return
    now = timezone.now()
    if not Destination.objects.filter(pk=destination_id).exists():
        return  # it was deleted meanwhile
    Run.objects.create(
        destination_id=destination_id,
        kind=Run.Kind.SYNC,
        started_at=started_at,
        ended_at=now,
        tally=dict(tally),
    )
    Run.objects.filter(destination_id=destination_id, started_at__lt=now - KEPT).delete()
