"""Bring documents up to date that time, a release, or a dependency has made old."""

from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cms.documents.media import make_renditions
from cms.documents.reads import key_of
from cms.documents.sequence import lock_sequence
from cms.documents.writing import MOST_ATTEMPTS, refresh_page, schema_stamp, withdraw
from cms.jobs.deadline import Deadline
from cms.models.documents import Document, DocumentDependency
from cms.models.images import CentreImage
from cms.search.lemmas import prepare as prepare_dictionary

logger = structlog.get_logger(__name__)


def due_documents() -> QuerySet[Document]:
    """Return the documents to be rewritten: dirty, past their time, or of an older schema."""
    stamp = schema_stamp()
    return Document.objects.filter(
        Q(dirty_at__isnull=False)
        | Q(is_live=True, changes_at__lte=timezone.now())
        | Q(is_live=True, schema__lt=stamp)
        | Q(is_live=True, schema__gt=stamp),
        rewrite_attempts__lt=MOST_ATTEMPTS,
    )


def rewrite_due(deadline: Deadline) -> bool:
    """Rewrite what is due until time is over; return whether more is due."""
    prepare_dictionary()
    for document_id in due_documents().order_by("dirty_at").values_list("pk", flat=True)[:500]:
        if deadline.is_over():
            return True
        rewrite(document_id)
        deadline.beat()
    return due_documents().exists()


def rewrite(document_id: UUID) -> None:
    """Rewrite one document. The attempt is counted first, so that none is tried for ever."""
    Document.objects.filter(pk=document_id).update(rewrite_attempts=F("rewrite_attempts") + 1)
    complete_renditions(document_id)
    try:
        refresh_document(document_id)
    except Exception as error:  # one page must not hold up the others; it was counted above
        logger.exception(
            "document_not_rewritten", document_id=str(document_id), error=type(error).__name__
        )


@transaction.atomic
def refresh_document(document_id: UUID) -> None:
    """Bring one document to what the database says of its page now; clear its dirty mark."""
    sequence = lock_sequence()
    document = Document.objects.get(pk=document_id)
    if document.page_id is None:
        withdraw(sequence, Document.objects.filter(pk=document_id, is_live=True))
    else:
        refresh_page(document.page_id)
    Document.objects.filter(pk=document_id).update(dirty_at=None, rewrite_attempts=0)


def complete_renditions(document_id: UUID) -> None:
    """Render what the document's images lack, before any lock is taken."""
    image_type = key_of(CentreImage, 0)[0]
    image_ids = DocumentDependency.objects.filter(
        document_id=document_id, content_type_id=image_type
    ).values_list("object_id", flat=True)
    for image in CentreImage.objects.filter(pk__in=list(image_ids), rendition_error=""):
        make_renditions(image)
