"""Subscribers in any number, who do not exist: written in bulk, at example.org."""

import uuid
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from demo.newsletter import content
from newsletters.subscribers import services
from newsletters.subscribers.addresses import address_hash, hash_key, key
from newsletters.subscribers.models import Consent, ConsentClause, Subscriber
from newsletters.subscribers.selectors import clause_in_force

BATCH = 1000


def load(count: int) -> Iterator[int]:
    """Add so many samples with consent in force; yield how many there are so far."""
    if not count:
        return
    clause = clause_in_force() or services.add_clause(
        **content.CLAUSE, in_force_from=timezone.now()
    )
    for start in range(0, count, BATCH):
        subscribed(min(BATCH, count - start), clause=clause, is_sample=True)
        yield min(start + BATCH, count)


@transaction.atomic
def subscribed(count: int, *, clause: ConsentClause, is_sample: bool) -> list[Subscriber]:
    """Return so many new subscribers with consent in force."""
    source = Consent.Source.SAMPLE if is_sample else Consent.Source.FORM
    made = [_subscriber(is_sample) for _ in range(count)]
    for one in made:
        one.consent = Consent(
            subscriber_id=one.pk,
            address_hash=one.address_hash,
            clause=clause,
            kind=Consent.Kind.GIVEN,
            source=source,
        )
    Consent.objects.bulk_create(one.consent for one in made if one.consent)
    return Subscriber.objects.bulk_create(made)


def _subscriber(is_sample: bool) -> Subscriber:
    address = f"reader-{uuid.uuid4().hex[:12]}@example.org"
    return Subscriber(
        email=address,
        address_key=key(address),
        address_hash=address_hash(address),
        hash_key=hash_key(),
        is_sample=is_sample,
    )
