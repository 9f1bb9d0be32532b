"""Outcomes of claims: sending → done | waiting | parked.

Each is written only where the claim is still ours. Where a version newer than the one tried is
wanted by now, that one waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from cms.documents.writing import mark_address_changed
from cms.models.centre import CentreSettings
from integrations.municipal import claims
from integrations.municipal.changes import Change
from integrations.municipal.claims import DELAYS, MOST_ATTEMPTS, delay_after
from integrations.municipal.connectors.base import ConnectorError, HeldError, Receipt
from integrations.municipal.models import Destination, RemoteCopy, SyncState

MOST_PERMANENT_ATTEMPTS = 4
# How soon a document that has expired, but is not withdrawn yet, is looked at again.
POSTPONE = timedelta(seconds=30)

State, Action = SyncState.State, SyncState.Action


@dataclass(frozen=True)
class Sent:
    """A change of a claimed document that its destination has taken."""

    state: SyncState
    change: Change
    receipt: Receipt

    @property
    def is_plain(self) -> bool:
        """Whether the destination said nothing to be kept."""
        return self.receipt == Receipt(self.receipt.status)

    @property
    def is_upsert(self) -> bool:
        return self.change.action == Action.UPSERT

    @property
    def comes_or_goes(self) -> bool:
        """Whether it was the document's first arrival or its removal."""
        return self.is_upsert != (self.state.acked_action == Action.UPSERT)


def delivered(sent: Sequence[Sent]) -> set[int]:
    """Record what the destination has; return of which states: the other claims are not ours.

    Where the documents' public pages are there, the address of one changes with its first arrival
    or its removal.
    """
    if not sent:
        return set()
    is_public = _is_public(sent[0].state.destination_id)
    plain = [one for one in sent if one.is_plain and not (is_public and one.comes_or_goes)]
    recorded = _delivered_together(plain)
    for one in sent:
        if one.state.pk not in recorded and _delivered_alone(one, is_public=is_public):
            recorded.add(one.state.pk)
    return recorded


@transaction.atomic
def _delivered_together(sent: Sequence[Sent]) -> set[int]:
    """Record in a few statements all that can be; return of which states."""
    usual = _unsurpassed([(one.state, one.change.version) for one in sent])
    for is_upsert in (True, False):
        alike = [one for one in sent if one.is_upsert == is_upsert and one.state.pk in usual]
        if alike:
            SyncState.objects.filter(pk__in=[one.state.pk for one in alike]).update(
                **_ended(alike[0], F("wanted_version")), token=None, lease_until=None
            )
    RemoteCopy.objects.filter(state__in=usual).delete()
    return usual


@transaction.atomic
def _delivered_alone(one: Sent, *, is_public: bool) -> bool:
    version = one.change.version
    if not _settle(one.state, version, **_ended(one, version)):
        return False
    if one.receipt.stored:
        values = {"ours": one.receipt.stored, "theirs": "", "theirs_hash": ""}
        RemoteCopy.objects.update_or_create(state=one.state, defaults=values)
    else:
        RemoteCopy.objects.filter(state=one.state).delete()
    if is_public and one.comes_or_goes:
        mark_address_changed(one.state.document_id)
    return True


def _ended(one: Sent, version: int | F) -> dict[str, Any]:
    return {
        "state": State.DONE,
        "acked_version": version,
        "acked_action": one.change.action,
        "was_sent": one.is_upsert,
        "attempts": 0,
        "last_success_at": timezone.now(),
        "last_error": one.receipt.lack,
        "in_doubt_until": None,
        "remote_id": one.receipt.remote_id,
        "remote_url": one.receipt.remote_url,
        "remote_version": version if one.is_upsert else None,
        "sent_hash": one.receipt.sent_hash,
        "answer_hash": one.receipt.answer_hash,
        "image_ids": one.receipt.image_ids,
        "finding": "",
        "is_forced": False,
    }


def _is_public(destination_id: int) -> bool:
    """Whether the public pages of documents are those of the destination."""
    centre = CentreSettings.load()
    names = Destination.objects.filter(pk=destination_id).values_list("name", flat=True)
    return bool(centre.public_url_pattern) and centre.public_destination in names


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


def skipped(tried: Sequence[tuple[SyncState, int]]) -> set[int]:
    """There is nothing to send of these versions: nothing is there, and nothing may be.

    Return of which states that was recorded: the other claims are not ours.
    """
    if not tried:
        return set()
    values = {"state": State.DONE, "attempts": 0, "last_error": "", "finding": ""}
    with transaction.atomic():
        recorded = _unsurpassed(tried)
        SyncState.objects.filter(pk__in=recorded).update(
            **values, acked_version=F("wanted_version"), token=None, lease_until=None
        )
    for state, version in tried:
        if state.pk not in recorded and _settle(state, version, acked_version=version, **values):
            recorded.add(state.pk)
    return recorded


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


def _unsurpassed(tried: Sequence[tuple[SyncState, int]]) -> set[int]:
    """Return, locked, those held of which no other version than the one tried is wanted."""
    versions = {state.pk: version for state, version in tried}
    rows = claims.at_once([state for state, _version in tried]).values_list("pk", "wanted_version")
    return {pk for pk, wanted in rows if wanted == versions[pk]}


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
    return claims.held([tried]).update(token=None, lease_until=None, **values) == 1


def _plain(field: Any) -> Any:
    """Return a field of the same kind for a literal value."""
    return field.__class__(max_length=field.max_length) if field.max_length else field.__class__()
