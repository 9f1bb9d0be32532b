"""Write the documents of pages: the only code that changes `Document`.

Every function here must run inside the transaction that changed the page, and takes the sequence
lock before it reads (cms/documents/sequence.py).
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone, translation

from cms.api.kinds import serializer_for
from cms.basepage.models import BasePage
from cms.documents.liveness import is_public, own_path
from cms.documents.media import release_unused
from cms.documents.reads import Reads, key_of
from cms.documents.sequence import lock_sequence, next_number, next_revision
from cms.documents.signals import documents_changed
from cms.jobs.wakeups import wake
from cms.models.documents import (
    Document,
    DocumentDependency,
    DocumentFacet,
    FormerAddress,
    Sequence,
)
from cms.models.published import DocumentPage
from cms.search.index import VERSION as SEARCH_VERSION
from cms.search.index import remove_entries, store_entry

SCHEMA_NUMBER = 4
# Above this many, what withdraws is hidden at once and rewritten by the background job.
MOST_AT_ONCE = 200
# Attempts of the background job after which a document is left to a person.
MOST_ATTEMPTS = 5


def schema_stamp() -> str:
    """Return what a document's form depends on beside the data: our code, address and words."""
    surroundings = f"{settings.SITE_URL} {settings.MEDIA_URL} {catalogue_digest()} {SEARCH_VERSION}"
    return f"{SCHEMA_NUMBER}.{hashlib.sha256(surroundings.encode()).hexdigest()[:8]}"


@cache
def catalogue_digest() -> str:
    """Return what stands for the Polish words that payloads hold (labels of choices)."""
    catalogues = (Path(folder) / "pl/LC_MESSAGES/django.mo" for folder in settings.LOCALE_PATHS)
    return hashlib.sha256(b"".join(file.read_bytes() for file in catalogues)).hexdigest()


@transaction.atomic
def refresh_page(page_id: int) -> None:
    """Bring the page's document to what the database says of the page now."""
    sequence = lock_sequence()
    page = BasePage.objects.filter(pk=page_id).first()
    if page is None:
        return
    specific = page.specific
    if not isinstance(specific, DocumentPage):
        refresh_links(sequence, page)
    elif is_public(specific):
        if write(sequence, specific):
            mark_dirty(dependents_of(BasePage, page_id))
    elif withdraw(sequence, Document.objects.filter(page_id=page_id, is_live=True)):
        cut_out_of_dependents(sequence, dependents_of(BasePage, page_id))


def refresh_links(sequence: Sequence, page: BasePage) -> None:
    """Bring the documents up to date that link to a page which is no document itself."""
    if is_public(page):
        mark_dirty(dependents_of(BasePage, page.pk))
    else:
        cut_out_of_dependents(sequence, dependents_of(BasePage, page.pk))


def write(sequence: Sequence, page: DocumentPage) -> bool:
    """Write the document of a public page.

    Return whether what embeds it is due: its content is new, or it expires at another time.
    """
    document = Document.objects.filter(page_id=page.pk).first() or Document(
        page_id=page.pk, type=page.document_type
    )
    reads = Reads()
    content, columns = serialize(page, document, reads)
    now = timezone.now()
    remember_former_address(document, columns["path"], now)
    # Once its time was over readers were told that it is gone, before any tombstone said so.
    was_expired = document.expires_at is not None and document.expires_at <= now
    is_new = not document.is_live or was_expired or not shows(document, content)
    if is_new:
        document.sequence = next_number(sequence)
        document.revision = next_revision(document.revision)
        document.updated_at = now
        document.payload = render(content, version=document.sequence, updated_at=now)
    concerns_others = is_new or document.expires_at != columns["expires_at"]
    for name, value in columns.items():
        setattr(document, name, value)
    document.is_live = True
    document.dirty_at = None
    document.rewrite_attempts = 0
    document.save()
    store_reads(document, reads)
    store_facets(document, page)
    store_entry(document, content)
    if is_new:
        documents_changed.send(sender=Document)
    return concerns_others


def serialize(
    page: DocumentPage, document: Document, reads: Reads
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document's content, without version and time of change, and its columns."""
    reads.note(page)
    document.published_at = page.first_published_at or document.published_at or timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        serializer = serializer_for(page)(page, context={"reads": reads, "document": document})
        content = dict(serializer.data)
    is_sample = page.is_sample or reads.has_sample
    content["is_sample"] = is_sample
    starts_on, ends_on = page.period()
    return content, {
        "payload_hash": hashlib.sha256(orjson.dumps(content)).hexdigest(),
        "schema": schema_stamp(),
        "slug": page.slug,
        "title": page.title,
        "path": own_path(page) or "",
        "is_sample": is_sample,
        "published_at": document.published_at,
        "expires_at": page.expire_at,
        "changes_at": reads.changes_at,
        "sort_key": serializer.sort_key(page),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def shows(document: Document, content: dict[str, Any]) -> bool:
    """Whether the content is what the document's payload says already."""
    same = render(content, version=document.sequence, updated_at=document.updated_at)
    return bytes(document.payload) == same


def render(content: dict[str, Any], *, version: int, updated_at: datetime) -> bytes:
    """Return the payload: the content with its version and time of change, as JSON."""
    return orjson.dumps(content | {"version": version, "updated_at": updated_at.isoformat()})


def store_reads(document: Document, reads: Reads) -> None:
    """Make the dependency rows those of the latest writing."""
    rows = {(row.content_type_id, row.object_id): row.pk for row in document.dependencies.all()}
    gone = rows.keys() - reads.keys
    DocumentDependency.objects.filter(pk__in=[rows[key] for key in gone]).delete()
    DocumentDependency.objects.bulk_create(
        DocumentDependency(document=document, content_type_id=content_type_id, object_id=object_id)
        for content_type_id, object_id in reads.keys - rows.keys()
    )
    release_unused(gone)


def store_facets(document: Document, page: DocumentPage) -> None:
    """Make the rows that lists filter by those of the latest writing."""
    wanted = set(serializer_for(page).facets(page))
    kept = set(document.facets.values_list("name", "value"))
    for name, value in kept - wanted:
        document.facets.filter(name=name, value=value).delete()
    DocumentFacet.objects.bulk_create(
        DocumentFacet(document=document, name=name, value=value) for name, value in wanted - kept
    )


def remember_former_address(document: Document, path: str, now: datetime) -> None:
    """Keep the address that a published document leaves, and forget it when it returns there."""
    if document.path and document.path != path:
        document.former.filter(path=path).delete()
        FormerAddress.objects.update_or_create(
            document=document,
            path=document.path,
            defaults={"type": document.type, "slug": document.slug, "left_at": now},
        )


def withdraw(sequence: Sequence, documents: Iterable[Document], *, is_hidden: bool = False) -> bool:
    """Turn live documents into tombstones; return whether there was one.

    A hidden one is marked dirty as well, so that the background job brings it back.
    """
    now = timezone.now()
    documents = list(documents)
    withdrawn = [
        Document(
            pk=document.pk,
            sequence=next_number(sequence),
            is_live=False,
            payload=b"",
            payload_hash="",
            updated_at=now,
            expires_at=None,
            changes_at=None,
            dirty_at=now if is_hidden else None,
            rewrite_attempts=0,
        )
        for document in documents
    ]
    Document.objects.bulk_update(
        withdrawn,
        [
            "sequence",
            "is_live",
            "payload",
            "payload_hash",
            "updated_at",
            "expires_at",
            "changes_at",
            "dirty_at",
            "rewrite_attempts",
        ],
        batch_size=500,
    )
    if withdrawn:
        remove_entries(documents)
        read_by = DocumentDependency.objects.filter(
            document__in=[document.pk for document in documents]
        )
        release_unused(read_by.values_list("content_type_id", "object_id"))
        documents_changed.send(sender=Document)
    if is_hidden and withdrawn:
        wake("documents")
    return bool(withdrawn)


def dependents_of(model: type[Model], *object_ids: int) -> Q:
    """Return the condition for documents, other than the objects' own, that read one of them."""
    content_type_id = key_of(model, 0)[0]
    condition = Q(
        pk__in=DocumentDependency.objects.filter(
            content_type_id=content_type_id, object_id__in=object_ids
        ).values("document_id")
    )
    if issubclass(model, BasePage):
        condition &= ~Q(page_id__in=object_ids)
    return condition


def mark_dirty(condition: Q) -> None:
    """Have the background job rewrite the live documents that meet the condition."""
    changed = Document.objects.filter(condition, is_live=True).update(
        dirty_at=timezone.now(), rewrite_attempts=0
    )
    if changed:
        wake("documents")


def cut_out_of_dependents(sequence: Sequence, condition: Q) -> None:
    """Take something withdrawn out of all documents that embed it, before the commit.

    They are rewritten here, or hidden here and rewritten by the background job.
    """
    affected = list(Document.objects.filter(condition, is_live=True).order_by("sequence"))
    if len(affected) > MOST_AT_ONCE:
        withdraw(sequence, affected, is_hidden=True)
        return
    for document in affected:
        page = document.page.specific if document.page else None
        if page and is_public(page):
            write(sequence, page)
        else:
            withdraw(sequence, [document])


@transaction.atomic
def mark_address_changed(document_id: UUID) -> None:
    """Have a document and all that link to it rewritten, since its public address changed."""
    lock_sequence()
    page_id = Document.objects.filter(pk=document_id).values_list("page_id", flat=True).first()
    if page_id:
        mark_dirty(Q(pk=document_id) | dependents_of(BasePage, page_id))
