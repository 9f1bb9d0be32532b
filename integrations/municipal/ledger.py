"""Changes of SyncStates: waiting → sending → done | waiting | parked.

Each is a conditional update by state or token, so that two workers cannot both win, and a worker
that slept past its lease, or whose destination was changed meanwhile, writes nothing.
"""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.documents.writing import mark_address_changed
from cms.models.centre import CentreSettings
from cms.models.documents import Document
from cms.stored_words import say
from integrations.municipal.changes import Change
from integrations.municipal.connectors.base import ConnectorError, HeldError, Receipt
from integrations.municipal.mapping import mapping_of
from integrations.municipal.models import Destination, RemoteCopy, SyncState

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
MOST_PERMANENT_ATTEMPTS = 4
# How soon a document that has expired, but is not withdrawn yet, is looked at again.
POSTPONE = timedelta(seconds=30)

State, Action = SyncState.State, SyncState.Action


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


def claim(destination_id: int, *, is_probe: bool) -> list[SyncState]:
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
        ids = list(rows.values_list("pk", flat=True)[: 1 if is_probe else BATCH])
        ready.filter(pk__in=ids).update(
            state=State.SENDING,
            token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            last_attempt_at=now,
        )
    return list(SyncState.objects.filter(token=token).order_by(*order))


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


def begin(state: SyncState, change: Change, *, settles_within: timedelta) -> bool:
    """Note that content is about to be sent; return False when the claim is not ours any more.

    Should the worker end without a word, nothing is sent until what it sent has settled.
    """
    now = timezone.now()
    was_sent = state.was_sent or change.action == Action.UPSERT
    doubt = now + LEASE + settles_within if settles_within else None
    held = _held(state).filter(lease_until__gt=now)
    return held.update(was_sent=was_sent, in_doubt_until=doubt) == 1


@transaction.atomic
def delivered(state: SyncState, change: Change, receipt: Receipt) -> bool:
    """Record that the destination has the change; return False when the claim is not ours.

    Where the document's public page is there, its address has changed with its first arrival or
    its removal.
    """
    now = timezone.now()
    is_upsert = change.action == Action.UPSERT
    is_recorded = _settle(
        state,
        change.version,
        state=State.DONE,
        acked_version=change.version,
        acked_action=change.action,
        was_sent=is_upsert,
        attempts=0,
        last_success_at=now,
        last_error=receipt.lack,
        in_doubt_until=None,
        remote_id=receipt.remote_id,
        remote_url=receipt.remote_url,
        remote_version=change.version if is_upsert else None,
        sent_hash=receipt.sent_hash,
        answer_hash=receipt.answer_hash,
        image_ids=receipt.image_ids,
        finding="",
        is_forced=False,
    )
    if is_recorded:
        _keep_copy(state, receipt)
    if is_recorded and is_upsert != (state.acked_action == Action.UPSERT):
        _tell_of_address(state)
    return is_recorded


def _keep_copy(state: SyncState, receipt: Receipt) -> None:
    if receipt.stored:
        values = {"ours": receipt.stored, "theirs": "", "theirs_hash": ""}
        RemoteCopy.objects.update_or_create(state=state, defaults=values)
    else:
        RemoteCopy.objects.filter(state=state).delete()


@transaction.atomic
def held(state: SyncState, change: Change, error: HeldError) -> bool:
    """Set the document aside until a person has decided, or there is a newer version to try."""
    is_recorded = _settle(
        state,
        change.version,
        state=State.PARKED,
        parked_at=timezone.now(),
        attempts=0,
        in_doubt_until=None,
        finding=error.finding,
        last_error=error.reason,
    )
    if is_recorded:
        keep_theirs(state.pk, theirs=error.theirs, theirs_hash=error.theirs_hash)
    return is_recorded


def keep_theirs(state_id: int, *, theirs: str, theirs_hash: str) -> None:
    """Keep what somebody made of our content there, to be compared."""
    values = {"theirs": theirs, "theirs_hash": theirs_hash}
    RemoteCopy.objects.update_or_create(state_id=state_id, defaults=values)


def _tell_of_address(state: SyncState) -> None:
    centre = CentreSettings.load()
    names = Destination.objects.filter(pk=state.destination_id).values_list("name", flat=True)
    if centre.public_url_pattern and centre.public_destination in names:
        mark_address_changed(state.document_id)


def skipped(state: SyncState, version: int) -> bool:
    """There is nothing to send: nothing is there, and nothing may be."""
    return _settle(
        state,
        version,
        state=State.DONE,
        acked_version=version,
        attempts=0,
        last_error="",
        finding="",
    )


def postponed(state: SyncState, version: int) -> bool:
    """Nothing may be sent now; look again soon."""
    return _settle(
        state,
        version,
        state=State.WAITING,
        attempts=state.attempts - 1,
        next_attempt_at=timezone.now() + POSTPONE,
    )


def failed(
    state: SyncState,
    change: Change,
    error: ConnectorError,
    *,
    was_failing: bool,
    settles_within: timedelta,
) -> bool:
    """Record a failure: try again later, or set the document aside for a person.

    Where the change may have arrived, or may still do so, that time is waited for. Removals are
    never set aside. What the destination is to blame for, once it is known to be in
    trouble, does not count as the document's attempt.
    """
    now = timezone.now()
    is_excused = error.is_gone or (error.is_about_destination and was_failing)
    attempts = state.attempts - 1 if is_excused else state.attempts
    most = MOST_PERMANENT_ATTEMPTS if error.permanent else MOST_ATTEMPTS
    if attempts >= most and change.action == Action.UPSERT:
        values: dict[str, Any] = {"state": State.PARKED, "parked_at": now}
    else:
        attempts = min(attempts, len(DELAYS))
        values = {"state": State.WAITING, "next_attempt_at": now + delay_after(attempts)}
    values["in_doubt_until"] = now + settles_within if error.is_unclear else None
    return _settle(state, change.version, attempts=attempts, last_error=error.reason, **values)


def released(state: SyncState) -> None:
    """It was claimed and not tried, so it is not the latest tried one either."""
    _held(state).update(
        state=State.WAITING,
        attempts=F("attempts") - 1,
        last_attempt_at=state.last_success_at,
        token=None,
        lease_until=None,
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


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    if attempts < 1:
        return timedelta(0)
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nothing secret)


def _held(state: SyncState) -> QuerySet[SyncState]:
    return SyncState.objects.filter(pk=state.pk, state=State.SENDING, token=state.token)


def _settle(tried: SyncState, version: int, **values: Any) -> bool:
    """End a claim with these values; return False when it is not ours any more.

    If a version newer than the one tried is wanted by now, that one waits, with attempts anew.
    """
    now = timezone.now()
    is_newer_wanted = Q(wanted_version__gt=version)
    anew = {"state": State.WAITING, "attempts": 0, "next_attempt_at": now, "parked_at": None}
    for name, value in anew.items():
        field = SyncState._meta.get_field(name)
        otherwise = Value(values[name], output_field=_plain(field)) if name in values else F(name)
        values[name] = Case(
            When(is_newer_wanted, then=Value(value, output_field=_plain(field))),
            default=otherwise,
        )
    return _held(tried).update(token=None, lease_until=None, **values) == 1


def _plain(field: Any) -> Any:
    """Return a field of the same kind for a literal value."""
    return field.__class__(max_length=field.max_length) if field.max_length else field.__class__()
