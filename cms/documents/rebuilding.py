"""Check that the documents equal a fresh serialization, and make them equal."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from django.db import transaction

from cms.api.kinds import serializer_for
from cms.basepage.models import BasePage
from cms.documents.liveness import is_public
from cms.documents.reads import Reads
from cms.documents.rewriting import refresh_document
from cms.documents.sequence import lock_sequence, start_epoch
from cms.documents.subtrees import document_pages
from cms.documents.writing import refresh_page, serialize, shows
from cms.models.documents import Document
from cms.models.published import DocumentPage
from cms.search import index
from cms.search.index import has_right_entry


@dataclass(frozen=True)
class Difference:
    """A document that is not what its page says now."""

    page_id: int | None
    document: str
    reason: str


def differences() -> Iterator[Difference]:
    """Compare every document with a fresh serialization of its page. Nothing is changed.

    Dirty documents are about to be rewritten and do not count.
    """
    for page_id in document_pages().order_by("path").values_list("pk", flat=True).iterator():
        if difference := compare(page_id):
            yield difference
    for document in Document.objects.filter(page__isnull=True, is_live=True):
        yield Difference(None, str(document), "live, but its page is deleted")
    for document in Document.objects.filter(is_live=False, search_entry__isnull=False):
        yield Difference(document.page_id, str(document), "withdrawn, but in the search index")
    if not index.is_whole():
        yield Difference(None, "the search index", "its full-text table differs from its rows")


def compare(page_id: int) -> Difference | None:
    """Compare one page's document with what a fresh serialization says."""
    with transaction.atomic():
        lock_sequence()
        page = BasePage.objects.filter(pk=page_id).specific().first()
        document = Document.objects.filter(page_id=page_id).first()
        if page is None or (document and document.dirty_at):
            return None
        name = str(document) if document else f"{page.document_type} {page.slug}"
        if not is_public(page):
            is_wrong = document is not None and document.is_live
            return (
                Difference(page_id, name, "live, but its page is not public") if is_wrong else None
            )
        if document is None or not document.is_live:
            return Difference(page_id, name, "its page is public, but it has no live document")
        changed = list(changed_parts(page, document))
        transaction.set_rollback(True)  # serializing may have made a public copy of an image
    return Difference(page_id, name, f"differs in {', '.join(changed)}") if changed else None


def changed_parts(page: DocumentPage, document: Document) -> Iterator[str]:
    """Name what a fresh serialization of the page has otherwise than its document."""
    reads = Reads()
    content, columns = serialize(page, copy(document), reads)
    yield from (name for name, value in columns.items() if getattr(document, name) != value)
    if not shows(document, content):
        yield "payload"
    if set(document.facets.values_list("name", "value")) != set(serializer_for(page).facets(page)):
        yield "facets"
    if not has_right_entry(document, content):
        yield "search"
    if reads.keys != set(document.dependencies.values_list("content_type_id", "object_id")):
        yield "dependencies"


def rebuild() -> Iterator[int]:
    """Rewrite every document that differs, page by page; yield each page's id.

    Where no document exists at all (the table was lost), a new epoch begins, so that readers
    start from 0.
    """
    if not Document.objects.exists() and document_pages().filter(live=True).exists():
        start_epoch()
    for page_id in document_pages().order_by("path").values_list("pk", flat=True).iterator():
        refresh_page(page_id)
        yield page_id
    orphans = Document.objects.filter(page__isnull=True, is_live=True)
    for document_id in orphans.values_list("pk", flat=True):
        refresh_document(document_id)
    index.remove_entries(Document.objects.filter(is_live=False, search_entry__isnull=False))
    if not index.is_whole():
        index.rebuild()
