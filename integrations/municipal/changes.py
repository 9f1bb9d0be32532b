"""The change object that is pushed: the one of the change feed, with the epoch."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from cms.models.documents import Document
from integrations.municipal.models import Destination, SyncState


@dataclass(frozen=True)
class Known:
    """What our record says of a document at a destination; nothing of what was never there.

    `answer_hash` is of the destination's own answer to our writing `version`. `is_forced`: our
    version counts, whatever somebody did there. `finding` is what somebody did, as found last.
    `attempts` counts this one too.
    `is_unsent`: nothing of the document was ever on its way there, as far as this record reaches;
    a record made anew, or out of a backup, reaches less far than what is there.
    """

    remote_id: str = ""
    version: int | None = None
    sent_hash: str = ""
    answer_hash: str = ""
    image_ids: str = ""
    is_forced: bool = False
    finding: str = ""
    attempts: int = 1
    is_unsent: bool = False

    @property
    def images(self) -> list[str]:
        """Return the ids of the pictures that were uploaded with it."""
        return [one for one in self.image_ids.split(",") if one]

    @property
    def is_to_be_once(self) -> bool:
        """Whether a person has decided that copies of it go."""
        return self.is_forced and self.finding == SyncState.Finding.TWICE


@dataclass(frozen=True)
class Change:
    """What a destination is told of one document. `payload` is its finished JSON.

    `version` is the document's. `told_version` is the one to tell a receiver that goes by versions:
    the same, or the later number at which what goes there was changed (`version_floor`).
    """

    document_id: UUID
    type: str
    slug: str
    version: int
    sequence: int
    epoch: UUID
    action: str
    payload: bytes
    known: Known = Known()
    version_floor: int = 0

    @property
    def told_version(self) -> int:
        return max(self.version, self.version_floor)

    def as_json(self) -> bytes:
        is_upsert = self.action == SyncState.Action.UPSERT
        return orjson.dumps(
            {
                "sequence": self.sequence,
                "id": self.document_id,
                "type": self.type,
                "slug": self.slug,
                "version": self.told_version,
                "action": self.action,
                "document": orjson.Fragment(self.payload) if is_upsert else None,
                "epoch": self.epoch,
            }
        )


def change_of(
    document: Document, action: str, destination: Destination, state: SyncState | None = None
) -> Change:
    """Return the change that brings the document's state to the destination.

    Its sequence is not below where the destination's epoch began: after a restore the first
    message must be above all that the receiver saw before, though the document be an old one.
    """
    if destination.epoch is None:
        raise ValueError("Nothing is known to be wanted at this destination yet.")
    return Change(
        document_id=document.pk,
        type=document.type,
        slug=document.slug,
        version=document.sequence,
        sequence=max(document.sequence, destination.epoch_sequence),
        epoch=destination.epoch,
        action=action,
        payload=bytes(document.payload) if action == SyncState.Action.UPSERT else b"",
        known=known_of(state) if state else Known(),
        version_floor=destination.version_floor,
    )


def known_of(state: SyncState) -> Known:
    """Return what our record says. What we took away ourselves we may also bring back."""
    return Known(
        remote_id=state.remote_id,
        version=state.remote_version,
        sent_hash=state.sent_hash,
        answer_hash=state.answer_hash,
        image_ids=state.image_ids,
        is_forced=state.is_forced or state.acked_action == SyncState.Action.REMOVE,
        finding=state.finding,
        attempts=state.attempts,
        is_unsent=not (state.was_sent or state.acked_action),
    )
