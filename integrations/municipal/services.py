"""Every change of a destination by a person: from the admin or from a command."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cms import encryption
from cms.documents.sequence import lock_sequence, next_number
from cms.documents.writing import mark_dirty
from cms.models.centre import CentreSettings
from integrations.municipal import health, job, ledger
from integrations.municipal.addresses import site_of
from integrations.municipal.mapping import mapping_of
from integrations.municipal.models import PURPOSE, Destination, SyncState

# After a change of one of these it is worth trying again what failed.
CAUSES_OF_TROUBLE = ("kind", "url", "username", "secret_encrypted", "is_enabled")


@transaction.atomic
def store(destination: Destination, *, new_secret: str = "", is_retry: bool = False) -> None:
    """Save a validated destination as a person filled it in, and have it served.

    Only what people edit is written, never the job's cursor. Another website or kind means that
    nothing is known to be there; after it, or where the same website's address is written
    otherwise, everything is sent. The present secret given again is not a
    new one. Raises ValueError where the stored one would go to another host.
    """
    before = Destination.objects.filter(pk=destination.pk).first() if destination.pk else None
    is_moved = before is not None and not before.takes_secret_along(
        kind=destination.kind, url=destination.url
    )
    if is_moved and not new_secret:
        raise ValueError("A secret is not taken along to another host; it has to be given again.")
    if new_secret and (is_moved or not _is_present(destination, new_secret)):
        destination.replace_secret(new_secret, is_moved=is_moved)
    if before is None:
        destination.save()
    else:
        destination.save(update_fields=Destination.EDITABLE)
        _follow_changes(before, destination, is_retry=is_retry)
    job.wake_if_needed()


@transaction.atomic
def retry_document(*, destination_id: int, document_id: UUID) -> bool:
    """Have one document tried at once; a destination that rests is tried with it or another.

    Return False when there was nothing to try: it is under way, or has arrived.
    """
    if not ledger.retry_now(destination_id, document_id):
        return False
    health.end_rest(destination_id)
    job.wake_if_needed()
    return True


@transaction.atomic
def decide(*, destination_id: int, document_id: UUID, is_ours: bool) -> bool:
    """Carry out a person's decision about a document that was set aside there.

    Ours: our version is sent, whatever is there. Else it stays as it is there until there is a
    newer version. Return False when nothing waits for a decision any more.
    """
    states = SyncState.objects.filter(destination_id=destination_id, document_id=document_id)
    state = states.first()
    if state is None or not ledger.decide(state.pk, is_ours=is_ours):
        return False
    job.wake_if_needed()
    return True


@transaction.atomic
def sync_now(destination: Destination) -> None:
    """Have everything tried at once that waits for a later attempt, also what was set aside."""
    health.forget_trouble(destination.pk)
    ledger.retry_now(destination.pk)
    job.wake_if_needed()


@transaction.atomic
def pause(destination: Destination, *, is_paused: bool) -> None:
    """Stop sending there, or go on with what has changed meanwhile."""
    Destination.objects.filter(pk=destination.pk).update(is_enabled=not is_paused)
    if not is_paused:
        health.forget_trouble(destination.pk)
        job.wake_if_needed()


@transaction.atomic
def follow_deletion(destination: Destination) -> None:
    """After a destination was deleted: its pages are nobody's public ones any more."""
    _tell_of_addresses(destination.name)


def rotate_secrets() -> tuple[int, list[int]]:
    """Encrypt all secrets with the first key; return how many, and the ids of the unreadable."""
    count, unreadable = 0, []
    for destination in Destination.objects.exclude(secret_encrypted="").order_by("pk"):
        try:
            _rotate(destination)
        except encryption.UnreadableSecretError:
            unreadable.append(destination.pk)
        else:
            count += 1
    return count, unreadable


def _is_present(destination: Destination, secret: str) -> bool:
    try:
        return bool(destination.secret_encrypted) and destination.secrets()[0] == secret
    except encryption.UnreadableSecretError:
        return False


def _rotate(destination: Destination) -> None:
    """Encrypt one destination's secrets anew, unless somebody changes them at the same time."""
    previous = destination.previous_secret_encrypted
    Destination.objects.filter(
        pk=destination.pk, secret_encrypted=destination.secret_encrypted
    ).update(
        secret_encrypted=encryption.reencrypt(destination.secret_encrypted, purpose=PURPOSE),
        previous_secret_encrypted=(
            encryption.reencrypt(previous, purpose=PURPOSE) if previous else ""
        ),
    )


def _follow_changes(before: Destination, after: Destination, *, is_retry: bool) -> None:
    is_elsewhere = before.kind != after.kind or site_of(before.url) != site_of(after.url)
    if is_elsewhere or before.url != after.url or mapping_of(before) != mapping_of(after):
        Destination.objects.filter(pk=after.pk).update(scanned_sequence=0)
        ledger.forget_acknowledged(after.pk)
        ledger.forget_left_outside(after.pk, mapping_of(after).scope())
    if mapping_of(before) != mapping_of(after):
        # A number that no document has: above all that was told there, below all to come.
        floor = next_number(lock_sequence())
        Destination.objects.filter(pk=after.pk).update(version_floor=floor)
    if is_elsewhere:
        ledger.forget_remote(after.pk)
    if is_retry or any(getattr(before, name) != getattr(after, name) for name in CAUSES_OF_TROUBLE):
        health.forget_trouble(after.pk)
        ledger.retry_now(after.pk)
    if before.name != after.name:
        _tell_of_addresses(before.name, after.name)


def _tell_of_addresses(*names: str) -> None:
    """Have all documents rewritten where the public pages were, or now are, at these names."""
    centre = CentreSettings.load()
    if centre.public_url_pattern and centre.public_destination in names:
        lock_sequence()
        mark_dirty(Q())
