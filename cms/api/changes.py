"""One change, as the feed lists it and as it is pushed to destinations."""

from datetime import datetime
from typing import Any

from cms.api.json import fragment
from cms.models.documents import Document


def change_of(document: Document, now: datetime) -> dict[str, Any]:
    """Return the change that leads to the document's present state.

    A document whose time is over by `now` is gone, even if no tombstone replaces it yet.
    """
    is_expired = document.expires_at is not None and document.expires_at <= now
    is_there = document.is_live and not is_expired
    return {
        "sequence": document.sequence,
        "id": str(document.pk),
        "type": document.type,
        "slug": document.slug,
        "version": document.sequence,
        "action": "upsert" if is_there else "remove",
        "document": fragment(document.payload) if is_there else None,
    }
