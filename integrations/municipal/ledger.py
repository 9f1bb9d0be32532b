"""What each destination ought to have, as changes of SyncStates: wanted, tried anew, forgotten.

A claim (claims.py) takes what waits, an outcome (outcomes.py) ends the claim.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from cms.models.documents import Document
from integrations.municipal.models import SyncState

State = SyncState.State


def unfinished() -> QuerySet[SyncState]:
    """Return the states of documents that a destination does not have as it should."""
    return SyncState.objects.exclude(state__in=[State.DONE, State.LEFT])


def want(destination_id: int, documents: list[tuple[uuid.UUID, int, bool]]) -> None:
    """Note that the destination ought to have the (id, version, is_live) that it lacks.

    Tombstones are wanted only where there is a state already, so maybe something to remove.
    """
    now = timezone.now()
    ids = [document_id for document_id, _version, _is_live in documents]
    states = SyncState.objects.filter(destination_id=destination_id, document_id__in=ids)
    known = set(states.values_list("document_id", flat=True))
    _want_newer(states, now)
    SyncState.objects.bulk_create(
        SyncState(
            destination_id=destination_id,
            document_id=document_id,
            wanted_version=version,
            wanted_at=now,
            next_attempt_at=now,
        )
        for document_id, version, is_live in documents
        if is_live and document_id not in known
    )


def _want_newer(states: QuerySet[SyncState], now: datetime) -> None:
    """Begin anew, with the newest version, where what is known to be there is older."""
    version = Document.objects.filter(pk=OuterRef("document_id")).values("sequence")
    is_sending = Q(state=State.SENDING)
    states.filter(
        Q(acked_version__isnull=True) | Q(acked_version__lt=F("document__sequence"))
    ).update(
        wanted_version=Subquery(version),
        wanted_at=Case(
            When(state__in=[State.DONE, State.LEFT], then=Value(now)), default=F("wanted_at")
        ),
        state=Case(When(is_sending, then=F("state")), default=Value(State.WAITING)),
        attempts=Case(When(is_sending, then=F("attempts")), default=Value(0)),
        next_attempt_at=now,
        parked_at=None,
    )


def retry_now(destination_id: int, document_id: uuid.UUID | None = None) -> bool:
    """Try at once what waits for a later attempt or was set aside, with all attempts anew.

    Also what arrived, but not whole. With a document, only that one. Return whether there was
    anything to try.
    """
    states = SyncState.objects.filter(destination_id=destination_id)
    if document_id is not None:
        states = states.filter(document_id=document_id)
    anew = {"state": State.WAITING, "attempts": 0, "parked_at": None}
    waiting = states.filter(state__in=[State.WAITING, State.PARKED])
    count = waiting.update(next_attempt_at=timezone.now(), **anew)
    return bool(check_again(incomplete(states)) + count)


def incomplete(states: QuerySet[SyncState]) -> QuerySet[SyncState]:
    """Return those of the documents that are there, but not whole: `last_error` says what lacks."""
    return states.filter(state=State.DONE).exclude(last_error="")


def forget_acknowledged(destination_id: int) -> None:
    """Forget which versions are there, and what is under way: everything will be wanted again.

    Not what a person left as it is there: that lasts until our next version.
    """
    now = timezone.now()
    states = SyncState.objects.filter(destination_id=destination_id)
    states.filter(state=State.SENDING).update(
        state=State.WAITING, token=None, lease_until=None, attempts=0, next_attempt_at=now
    )
    states.exclude(state=State.LEFT).update(acked_version=None)


def forget_left_outside(destination_id: int, scope: Q) -> None:
    """Have looked at again what a person left as it is there, and what goes there no more."""
    inside = Document.objects.filter(scope).values("pk")
    left = SyncState.objects.filter(destination_id=destination_id, state=State.LEFT)
    left.exclude(document__in=inside).update(acked_version=None)


def forget_remote(destination_id: int) -> None:
    """Forget the records of what is there, and people's decisions: it is another website now."""
    SyncState.objects.filter(destination_id=destination_id).update(
        acked_version=None,
        is_forced=False,
        remote_id="",
        remote_url="",
        remote_version=None,
        sent_hash="",
        answer_hash="",
        image_ids="",
        finding="",
        in_doubt_until=None,
    )


def decide(state_id: int, *, is_ours: bool) -> bool:
    """Carry out what a person decided about a document that was set aside.

    Ours: our version is sent, whatever is there. Else it is left as it is there, until there is
    a new version of ours; what is there then counts as what we know. False: nothing is set aside.
    """
    parked = SyncState.objects.filter(pk=state_id, state=State.PARKED)
    if is_ours:
        return bool(
            parked.update(
                state=State.WAITING,
                is_forced=True,
                attempts=0,
                parked_at=None,
                next_attempt_at=timezone.now(),
            )
        )
    state = parked.select_related("copy").first()
    if state is None:
        return False
    copy = getattr(state, "copy", None)
    seen = copy.theirs_hash if copy and state.finding == SyncState.Finding.EDITED else ""
    return bool(
        parked.update(
            state=State.LEFT,
            is_forced=False,
            acked_version=F("wanted_version"),
            answer_hash=seen or F("answer_hash"),
            parked_at=None,
        )
    )


def check_again(states: QuerySet[SyncState], **values: Any) -> int:
    """Have documents sent anew that are said to be there, and are not as they should be."""
    now = timezone.now()
    return states.filter(state__in=[State.DONE, State.PARKED, State.LEFT]).update(
        state=State.WAITING,
        acked_version=None,
        attempts=0,
        parked_at=None,
        wanted_at=now,
        next_attempt_at=now,
        **values,
    )
