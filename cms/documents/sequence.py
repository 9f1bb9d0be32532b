"""The one commit-ordered sequence of changes.

Whoever writes documents locks the counter row *first* and reads pages after that: so nobody can
write a state that he read before somebody else's newer state was committed.
"""

import time
import uuid

from django.db import transaction
from django.utils import timezone

from cms.models.documents import Sequence


def lock_sequence() -> Sequence:
    """Lock the counter until the caller's transaction ends, and return it.

    On SQLite the IMMEDIATE transaction is the lock. Raises TransactionManagementError outside of
    a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Numbers are handed out in transactions only.")
    sequence, _created = Sequence.objects.select_for_update().get_or_create(
        pk=1, defaults={"value": first_number(), "epoch_started_at": timezone.now()}
    )
    return sequence


def next_number(sequence: Sequence) -> int:
    """Hand out the next number of a locked sequence."""
    sequence.value += 1
    sequence.save(update_fields=["value"])
    return sequence.value


def first_number() -> int:
    """Return where an epoch begins: Unix time in ms, above all that earlier epochs handed out.

    (An epoch would have to hand out a thousand numbers a second, all its life, to be overtaken.)
    """
    return int(time.time() * 1000)


@transaction.atomic
def start_epoch() -> Sequence:
    """Begin a new epoch: readers with a cursor of the old one are told to start from 0."""
    sequence = lock_sequence()
    sequence.value = max(sequence.value, first_number())
    sequence.epoch = uuid.uuid4()
    sequence.epoch_started_at = timezone.now()
    sequence.save()
    return sequence
