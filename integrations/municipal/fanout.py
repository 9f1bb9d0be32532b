"""Copies the commit-ordered sequence into the ledger: what each destination ought to have.

A document whose number was committed is never missed, because numbers commit in order
(cms/documents/sequence.py). The cursor moves in the transaction that writes the ledger, and only
from where its reader saw it, so any number of workers may do this at once.
"""

from django.db import transaction
from django.db.models import QuerySet

from cms.models.documents import Document, Sequence
from integrations.municipal import ledger
from integrations.municipal.models import Destination

CHUNK = 500


def fan_out(destination_id: int) -> None:
    """Bring the destination's part of the ledger up to the end of the sequence."""
    while _advance(destination_id):
        pass


def unscanned(destination: Destination) -> QuerySet[Document]:
    """Return the documents whose newest change is not in the destination's ledger yet."""
    sequence = Sequence.objects.filter(pk=1).first()
    is_same_epoch = sequence is not None and sequence.epoch == destination.epoch
    since = destination.scanned_sequence if is_same_epoch else 0
    return Document.objects.filter(sequence__gt=since)


def _advance(destination_id: int) -> bool:
    """Take one step; return whether there may be another."""
    # Everything up to this number is committed: it has to be read before the documents are.
    sequence = Sequence.objects.filter(pk=1).first()
    destination = Destination.objects.filter(pk=destination_id, is_enabled=True).first()
    if sequence is None or destination is None:
        return False
    if destination.epoch != sequence.epoch:
        _begin_epoch(destination, sequence)
        return True
    if destination.scanned_sequence >= sequence.value:
        return False
    _scan(destination, sequence)
    return True


@transaction.atomic
def _begin_epoch(destination: Destination, sequence: Sequence) -> None:
    """Start from 0: after a restore nobody knows what the destination has."""
    seen = Destination.objects.filter(pk=destination.pk, epoch=destination.epoch)
    if seen.update(epoch=sequence.epoch, epoch_sequence=sequence.value, scanned_sequence=0):
        ledger.forget_acknowledged(destination.pk)


@transaction.atomic
def _scan(destination: Destination, sequence: Sequence) -> None:
    """Put the next documents of the sequence into the ledger, and move the cursor behind them."""
    changed = Document.objects.filter(
        sequence__gt=destination.scanned_sequence, sequence__lte=sequence.value
    ).order_by("sequence")
    documents = list(changed.values_list("pk", "sequence", "is_live")[:CHUNK])
    reached = documents[-1][1] if len(documents) == CHUNK else sequence.value
    seen = Destination.objects.filter(
        pk=destination.pk,
        epoch=destination.epoch,
        scanned_sequence=destination.scanned_sequence,
        is_enabled=True,
    )
    if seen.update(scanned_sequence=reached):
        ledger.want(destination.pk, documents)
