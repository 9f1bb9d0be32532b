"""Reads of documents that every channel shares."""

import orjson
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from cms.models.documents import Document, FormerAddress


def live_documents() -> QuerySet[Document]:
    """Return what the world may see now: live and not expired.

    (Django writes `is_live=True` as a bare `is_live`, for which SQLite uses no index.)
    """
    return Document.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), is_live__in=[True]
    )


def find_by_slug(document_type: str, slug: str) -> Document | None:
    """Return the document with the slug: a live one first, then who had the slug before."""
    return _find(
        Document.objects.filter(type=document_type, slug=slug),
        FormerAddress.objects.filter(type=document_type, slug=slug),
    )


def find_by_path(path: str) -> Document | None:
    """Return the document whose own page is, or was, at the path: a live one first."""
    return _find(Document.objects.filter(path=path), FormerAddress.objects.filter(path=path))


def _find(present: QuerySet[Document], former: QuerySet[FormerAddress]) -> Document | None:
    # Few share an address. Ordered by the database, SQLite would read all documents of the type.
    document = max(present, key=lambda one: (one.is_live, one.sequence), default=None)
    if document and document.is_live:
        return document
    address = former.select_related("document").order_by("-document__is_live", "-left_at").first()
    if address and (address.document.is_live or document is None):
        return address.document
    return document


def address_elsewhere(page_id: int) -> str | None:
    """Return the public address of a page's document when it is not our own page."""
    document = live_documents().filter(page_id=page_id).first()
    if document is None:
        return None
    url: str = orjson.loads(document.payload)["url"]
    return None if url.startswith(f"{settings.SITE_URL}/") else url
