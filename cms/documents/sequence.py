"""The one commit-ordered sequence of changes.

Whoever writes documents locks the counter row *first* and reads pages after that: so nobody can
write a state that he read before somebody else's newer state was committed.
"""

import time
import uuid

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from cms.models.documents import Document, Sequence

# Revisions count seconds from here (2020-01-01 UTC), and so end in 2088.
REVISIONS_BEGIN = 1_577_836_800


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


def next_revision(previous: int = 0) -> int:
    """Return the number of a document's next state, for those who have 32 bits for it.

    It is the time in seconds, or one more than the previous. So, as with the numbers of an epoch,
    what is published after a restore stands above all that was published before it.
    """
    return max(previous + 1, int(time.time()) - REVISIONS_BEGIN)


@transaction.atomic
def start_epoch() -> Sequence:
    """Begin a new epoch: readers with a cursor of the old one are told to start from 0.

    All states count as newer than those that calendars have seen before the restore.
    """
    sequence = lock_sequence()
    Document.objects.update(revision=Greatest("revision", next_revision()))
    sequence.value = max(sequence.value, first_number())
    sequence.epoch = uuid.uuid4()
    sequence.epoch_started_at = timezone.now()
    sequence.save()
    return sequence
