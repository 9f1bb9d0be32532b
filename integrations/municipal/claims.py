"""Claims on SyncStates: waiting → sending, until an outcome or the end of the lease.

Each change is a conditional update by state and token, so that two workers cannot both win, and
a worker that slept past its lease, or whose destination was changed meanwhile, writes nothing.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.documents import Document
from cms.stored_words import say
from integrations.municipal.mapping import mapping_of
from integrations.municipal.models import Destination, SyncState

# Longer than one request may take with its name look-up; after that another worker may try.
LEASE = timedelta(seconds=45)
BATCH = 10
DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=24),
)
# A fifth less or more, so that what failed together does not come back together.
JITTER = 0.2
MOST_ATTEMPTS = len(DELAYS) + 1

State = SyncState.State


def due(now: datetime) -> QuerySet[SyncState]:
    """Return the states to work on now, those of lost workers included.

    What was sent last, without an answer, may still be written there: it is waited for.
    """
    is_settled = Q(in_doubt_until__isnull=True) | Q(in_doubt_until__lte=now)
    return SyncState.objects.filter(
        Q(state=State.WAITING, next_attempt_at__lte=now)
        | Q(state=State.SENDING, lease_until__lte=now),
        is_settled,
    )


def claim(destination_id: int, *, is_probe: bool, most: int = BATCH) -> list[SyncState]:
    """Take what to send next: the newest changes, or as a probe the least recently tried one.

    The attempt is counted here, before the work, so that a document whose delivery ends its
    worker is set aside in the end. Removals are not: they are tried more and more rarely.
    """
    now, token = timezone.now(), uuid.uuid4()
    ready = due(now).filter(destination_id=destination_id)
    order = (
        [F("last_attempt_at").asc(nulls_first=True), "-wanted_version"]
        if is_probe
        else ["-wanted_version"]
    )
    with transaction.atomic():
        _stop_killers(destination_id, ready.filter(state=State.SENDING), now)
        rows = ready.order_by(*order).select_for_update(skip_locked=True, of=("self",))
        ids = _together(list(rows.values_list("pk", "state")[: 1 if is_probe else most]))
        ready.filter(pk__in=ids).update(
            state=State.SENDING,
            token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            last_attempt_at=now,
        )
    return list(SyncState.objects.filter(token=token).order_by(*order))


def _together(rows: list[tuple[int, str]]) -> list[int]:
    """Return which to take of the next ones.

    What a lost worker had is taken one by one: if one of it ends this worker as well, the others
    are not to blame.
    """
    fresh = list(takewhile(lambda row: row[1] == State.WAITING, rows))
    return [pk for pk, _state in fresh or rows[:1]]


def _stop_killers(destination_id: int, lost: QuerySet[SyncState], now: datetime) -> None:
    """Deal with what ended its worker so often that it may well do so again."""
    killers = list(lost.filter(attempts__gte=MOST_ATTEMPTS).values_list("pk", flat=True))
    if not killers:
        return
    mapping = mapping_of(Destination.objects.get(pk=destination_id))
    wanted = Document.objects.filter(mapping.scope(), is_live=True).exclude(expires_at__lte=now)
    values: dict[str, Any] = {
        "token": None,
        "lease_until": None,
        "last_error": say(_("Too many attempts ended without an outcome.")),
    }
    states = SyncState.objects.filter(pk__in=killers)
    states.filter(document__in=wanted).update(state=State.PARKED, parked_at=now, **values)
    states.filter(state=State.SENDING).update(
        state=State.WAITING,
        attempts=len(DELAYS),
        next_attempt_at=now + delay_after(len(DELAYS)),
        **values,
    )


def begin(states: Sequence[SyncState], *, settles_within: timedelta) -> set[int]:
    """Note that content of claimed documents is about to be sent; return whose claim is ours still.

    Should the worker end without a word, nothing is sent until what it sent has settled.
    """
    now = timezone.now()
    doubt = now + LEASE + settles_within if settles_within else None
    return _update(states, Q(lease_until__gt=now), was_sent=True, in_doubt_until=doubt)


def released(states: Sequence[SyncState]) -> None:
    """They were claimed and not tried, so they are not the latest tried ones, and in no doubt."""
    for was_sent in (False, True):
        _update(
            [state for state in states if state.was_sent == was_sent],
            state=State.WAITING,
            was_sent=was_sent,
            attempts=F("attempts") - 1,
            last_attempt_at=F("last_success_at"),
            in_doubt_until=None,
            token=None,
            lease_until=None,
        )


def held(states: Sequence[SyncState]) -> QuerySet[SyncState]:
    """Return those of the states, claimed together, on which the claim is in force."""
    ids = [state.pk for state in states]
    tokens = {state.token for state in states}
    return SyncState.objects.filter(pk__in=ids, state=State.SENDING, token__in=tokens)


def at_once(states: Sequence[SyncState]) -> QuerySet[SyncState]:
    """Return, locked, those held on which nobody else is working just now.

    Whoever locks many rows and waits for others may wait for somebody who waits for him. So the
    rows left out are to be changed one by one, each in a transaction of its own.
    """
    return held(states).select_for_update(skip_locked=True, of=("self",))


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    if attempts < 1:
        return timedelta(0)
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)


def _update(states: Sequence[SyncState], condition: Q = Q(), **values: Any) -> set[int]:  # noqa: B008
    """Write values into those held that meet the condition; return which."""
    if not states:
        return set()
    with transaction.atomic():
        done = set(at_once(states).filter(condition).values_list("pk", flat=True))
        SyncState.objects.filter(pk__in=done).update(**values)
    for state in states:
        if state.pk not in done and held([state]).filter(condition).update(**values):
            done.add(state.pk)
    return done
