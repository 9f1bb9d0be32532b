"""What the tests of this app do again and again."""

import socket
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.models.documents import Document
from integrations.municipal import job, services
from integrations.municipal.changes import Change
from integrations.municipal.delivery import Delivery
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState
from tests.integrations.municipal.receivers import SECRET, Receiver


def add(receiver: Receiver | None = None, **fields: Any) -> Destination:
    """Add a destination as a person would, at the receiver unless a `url` is given."""
    secret = fields.pop("secret", SECRET)
    defaults = {"name": "gmina"} | ({"url": receiver.url} if receiver else {})
    destination = Destination(**defaults | fields)
    services.store(destination, new_secret=secret)
    return destination


def sync(destination: Destination) -> Counter[str]:
    """Work on one destination until nothing is due there."""
    fan_out(destination.pk)
    return Delivery(destination.pk).run(Deadline(job.NAME, seconds=60))


def run_job(seconds: float = 60) -> bool:
    return job.run(Deadline(job.NAME, seconds=seconds))


def let_time_pass() -> None:
    """Have all rests, delays and leases end now."""
    past = timezone.now() - timedelta(seconds=1)
    Destination.objects.filter(rest_until__isnull=False).update(rest_until=past)
    SyncState.objects.update(next_attempt_at=past)
    SyncState.objects.filter(in_doubt_until__isnull=False).update(in_doubt_until=past)
    SyncState.objects.filter(lease_until__isnull=False).update(lease_until=past)


def state_of(document: Document, destination: Destination) -> SyncState:
    return SyncState.objects.get(document=document, destination=destination)


def a_change(**fields: Any) -> Change:
    """Return a change of an event, as it might be pushed."""
    return Change(
        **{
            "document_id": uuid.UUID(int=7),
            "type": "event",
            "slug": "festyn",
            "version": 12,
            "sequence": 12,
            "epoch": uuid.UUID(int=9),
            "action": "upsert",
            "payload": b'{"title":"\xc5\xbb\xc3\xb3\xc5\x82w","version":12}',
        }
        | fields
    )


def resolving_to(*addresses: str):
    """Return a getaddrinfo that gives these addresses for every name."""

    def getaddrinfo(host, port, *args, **kwargs):
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    return getaddrinfo


def settle(destination: Destination) -> Counter[str]:
    """Have everything tried that may be tried later, until nothing changes."""
    let_time_pass()
    return sync(destination)
