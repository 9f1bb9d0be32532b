"""Freezes the audience of a mailing that starts: one ledger row for each recipient, in chunks.

A kill between two chunks loses nothing: `prepared_up_to` says how far it came, and nothing is sent
before `prepared_at` is there.
"""

from django.db import transaction
from django.utils import timezone

from cms.jobs.deadline import Deadline
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import audience_of_mailing

CHUNK = 1000

State = Mailing.State


def prepare_all(deadline: Deadline) -> None:
    """Go on with every mailing that is being prepared until the deadline."""
    for mailing in Mailing.objects.filter(state=State.PREPARING).order_by("created_at"):
        while not deadline.is_over() and _prepare_chunk(mailing.pk):
            deadline.beat()


@transaction.atomic
def _prepare_chunk(mailing_id: int) -> bool:
    """Add the next recipients; return whether there may be more."""
    preparing = Mailing.objects.select_for_update().filter(pk=mailing_id, state=State.PREPARING)
    mailing = preparing.first()
    if mailing is None:
        return False
    people = audience_of_mailing(mailing)
    if mailing.prepared_up_to:
        people = people.filter(pk__gt=mailing.prepared_up_to)
    ids = list(people.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    now = timezone.now()
    Delivery.objects.bulk_create(
        (Delivery(mailing=mailing, subscriber_id=pk, next_at=now) for pk in ids),
        ignore_conflicts=True,
    )
    if ids:
        Mailing.objects.filter(pk=mailing_id).update(prepared_up_to=ids[-1])
        return True
    Mailing.objects.filter(pk=mailing_id).update(
        state=State.SENDING, prepared_at=now, audience=mailing.deliveries.count()
    )
    return False
