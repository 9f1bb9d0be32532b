"""The job "registers.krs": reads the bulletins, and looks up the profiles that are due.

One run works at a time, by a lease in the database that ends by itself when its process is killed.
What is done is in the tables: the next run goes on with what is left.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from integrations.registers import health, limiter, planning, refreshing, selectors
from integrations.registers.krs.client import KrsClient
from integrations.registers.krs.errors import KrsError
from integrations.registers.models import Bulletin, KrsEntry, KrsState

logger = structlog.get_logger(__name__)

NAME = "registers.krs"
# Longer than the two requests and waits that one step may take.
LEASE = timedelta(seconds=40)


def is_due() -> bool:
    """Whether there is something to ask now, and the register may be asked, and nobody does."""
    if not refreshing.is_on() or not _is_free():
        return False
    return _is_anything_due() or planning.is_anything_to_plan()


def run(deadline: Deadline) -> bool:
    """Do what is due until the deadline; return whether more is."""
    if not refreshing.is_on() or not _is_free():
        return False
    with _lease() as token:
        if token is None:
            return False
        planning.plan()
        _work(token, deadline)
    return is_due()


def _work(token: uuid.UUID, deadline: Deadline) -> None:
    def pace() -> None:
        deadline.beat()
        limiter.wait()

    with refreshing.client(pace) as asking:
        while not deadline.is_over() and _holds(token) and _step(token, asking):
            pass


def _step(token: uuid.UUID, asking: KrsClient) -> bool:
    """Read one bulletin, or look up one profile. False: nothing is left, or the register rests."""
    now = timezone.now()
    bulletin = selectors.due_bulletins(now).first()
    entry = None if bulletin else selectors.due_entries(now).select_related("profile").first()
    try:
        if bulletin:
            _read(bulletin, asking)
        elif entry:
            _look_up(entry, token, asking)
    except limiter.BusyError:
        return False
    except KrsError as error:
        return not error.is_about_register
    return bool(bulletin or entry)


def _read(bulletin: Bulletin, asking: KrsClient) -> None:
    planning.begin(bulletin)
    try:
        numbers = asking.bulletin(bulletin.day)
    except limiter.BusyError:
        raise
    except KrsError as error:
        health.failed(error)
        planning.bulletin_failed(bulletin, error.reason)
        raise
    health.answered()
    ours = planning.note_changes(bulletin.day, numbers)
    logger.info("krs_bulletin_read", day=str(bulletin.day), changed=len(numbers), ours=ours)


def _look_up(entry: KrsEntry, token: uuid.UUID, asking: KrsClient) -> None:
    refreshing.refresh(entry.profile, asking=asking, may_record=lambda: _holds(token))


def _is_anything_due() -> bool:
    now = timezone.now()
    return selectors.due_bulletins(now).exists() or selectors.due_entries(now).exists()


def _is_free() -> bool:
    """Whether the register may be asked, and no run is going on."""
    return not KrsState.objects.exclude(_past("run_until", "rest_until", "blocked_until")).exists()


def _past(*names: str) -> Q:
    now = timezone.now()
    condition = Q()
    for name in names:
        condition &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": now})
    return condition


@contextmanager
def _lease() -> Iterator[uuid.UUID | None]:
    """Become the only run, or get None."""
    KrsState.load()
    token = uuid.uuid4()
    free = KrsState.objects.filter(_past("run_until"), pk=1)
    is_mine = free.update(run_token=token, run_until=timezone.now() + LEASE) == 1
    try:
        yield token if is_mine else None
    finally:
        if is_mine:
            KrsState.objects.filter(pk=1, run_token=token).update(run_token=None, run_until=None)


def _holds(token: uuid.UUID) -> bool:
    """Lengthen the lease; False when it has ended and another run took over."""
    mine = KrsState.objects.filter(pk=1, run_token=token)
    return mine.update(run_until=timezone.now() + LEASE) == 1


JOB = Job(name=NAME, run=run, is_due=is_due)
