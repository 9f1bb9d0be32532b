"""The job "municipal.sync": fans changes out to the destinations, and delivers what is due."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cms.jobs import wake
from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from cms.models.documents import Sequence
from integrations.municipal import claims, health, lanes
from integrations.municipal.delivery import Delivery
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination

NAME = "municipal.sync"
POLL_SECONDS = 0.25
# How long the slice waits past its end for lanes to end: they stop after the current document.
GRACE_SECONDS = 5.0


def is_due() -> bool:
    """Whether a destination lacks a part of the sequence, or has something to be sent now."""
    sequence = Sequence.objects.filter(pk=1)
    is_behind = Q(scanned_sequence__lt=Subquery(sequence.values("value"))) | ~Q(
        epoch=Subquery(sequence.values("epoch"))
    )
    has_work = health.is_ready() & Q(_is_anything_due())
    lacks_changes = Q(is_enabled=True) & Q(Exists(sequence)) & is_behind
    return Destination.objects.filter(has_work | lacks_changes).exists()


def due_destinations() -> QuerySet[Destination]:
    """Return the destinations to which something should be sent now, those in trouble last."""
    return health.ready().filter(_is_anything_due()).order_by("failures", "pk")


def _is_anything_due() -> Exists:
    return Exists(claims.due(timezone.now()).filter(destination=OuterRef("pk")))


def run(deadline: Deadline) -> bool:
    """Send what is due until the deadline; return whether more is.

    New changes are noticed while slow destinations are waited for, also within one slice.
    """
    while not deadline.is_over():
        fan_out_to_all()
        lanes.start(due_destinations().values_list("pk", flat=True), deliver, deadline)
        if not lanes.wait(POLL_SECONDS):
            break
        deadline.beat()
    _let_lanes_end()
    lanes.raise_errors()
    return is_due()


def fan_out_to_all() -> None:
    for destination_id in Destination.objects.filter(is_enabled=True).values_list("pk", flat=True):
        fan_out(destination_id)


def deliver(destination_id: int, deadline: Deadline) -> None:
    Delivery(destination_id).run(deadline)


def wake_if_needed() -> None:
    """Have the job run soon, as part of the caller's transaction, if there is any destination."""
    if Destination.objects.filter(is_enabled=True).exists():
        wake(NAME)


def _let_lanes_end() -> None:
    grace = Deadline(NAME, seconds=GRACE_SECONDS)
    while not grace.is_over() and lanes.wait(POLL_SECONDS):
        pass


JOB = Job(name=NAME, run=run, is_due=is_due)
