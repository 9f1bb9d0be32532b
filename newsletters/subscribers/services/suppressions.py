"""Blocking addresses. A subscriber and the suppressions of the address have the same hash, always.

So a join by hash misses nobody, whichever key wrote the rows: who writes a suppression brings all
rows of that address to the first key, and so does the care job after a rotation.
"""

from django.db import transaction

from newsletters.subscribers.addresses import address_hashes, hash_key, key
from newsletters.subscribers.models import Subscriber, Suppression

Reason = Suppression.Reason
# What staff may take back. The others are the person's own word.
UNBLOCKABLE = (Reason.STAFF, Reason.BOUNCED)


@transaction.atomic
def suppress(*, address: str, reason: str) -> bool:
    """Never mail the address again; return False if it was blocked for that reason already."""
    first, *older = address_hashes(address)
    _bring_suppressions(first, older)
    _row, is_new = Suppression.objects.get_or_create(address_hash=first, reason=reason)
    _bring_subscriber(address, first)
    return is_new


def unblock(*, suppression_id: int) -> bool:
    """Take one reason back; return False if there is none that staff may take back."""
    rows = Suppression.objects.filter(pk=suppression_id, reason__in=UNBLOCKABLE)
    return rows.delete()[0] == 1


def lift(address: str) -> None:
    """Forget every reason but the decision of staff: the person has confirmed to want mail."""
    rows = Suppression.objects.filter(address_hash__in=address_hashes(address))
    rows.exclude(reason=Reason.STAFF).delete()


@transaction.atomic
def bring_to_first_key(address: str) -> None:
    """Hash with the first key what is known of an address under older ones."""
    first, *older = address_hashes(address)
    _bring_suppressions(first, older)
    _bring_subscriber(address, first)


def _bring_suppressions(first: str, older: list[str]) -> None:
    for row in Suppression.objects.filter(address_hash__in=older):
        Suppression.objects.get_or_create(
            address_hash=first, reason=row.reason, defaults={"created_at": row.created_at}
        )
        row.delete()


def _bring_subscriber(address: str, first: str) -> None:
    people = Subscriber.objects.filter(address_key=key(address))
    people.update(address_hash=first, hash_key=hash_key())
