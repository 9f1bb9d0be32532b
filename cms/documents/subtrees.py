"""Changes that reach all pages below one: moves, new addresses, view restrictions."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import get_page_models
from wagtail.query import PageQuerySet

from cms.basepage.models import BasePage
from cms.documents.liveness import is_restricted
from cms.documents.reads import key_of
from cms.documents.sequence import lock_sequence, next_number
from cms.documents.writing import (
    MOST_AT_ONCE,
    cut_out_of_dependents,
    dependents_of,
    mark_dirty,
    refresh_page,
    withdraw,
)
from cms.jobs.wakeups import wake
from cms.models.documents import Document, DocumentDependency, Sequence
from cms.models.published import DocumentPage


@transaction.atomic
def refresh_subtree(path: str) -> None:
    """Bring the documents of the page at a treebeard path, and of all below it, up to date.

    Up to 200 are written here. Of more, those that a restriction withdraws are hidden here, and
    the background job writes the rest.
    """
    sequence = lock_sequence()
    pages = followed_pages().filter(path__startswith=path)
    page_ids = list(pages.order_by("path").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(page_ids) <= MOST_AT_ONCE:
        for page_id in page_ids:
            refresh_page(page_id)
        return
    if is_restricted(path):
        hide(sequence, path)
    else:
        leave_to_job(sequence, path)


def hide(sequence: Sequence, path: str) -> None:
    """Withdraw all documents of a subtree, and cut its pages out of the documents of others."""
    page_ids = list(followed_pages().filter(path__startswith=path).values_list("pk", flat=True))
    withdraw(sequence, Document.objects.filter(page_id__in=page_ids, is_live=True))
    cut_out_of_dependents(sequence, dependents_of(BasePage, *page_ids))


def leave_to_job(sequence: Sequence, path: str) -> None:
    """Mark all documents of a subtree dirty, and those that its live pages still lack."""
    restricted_below = BasePage.objects.filter(
        path__startswith=path, view_restrictions__isnull=False
    ).values_list("path", flat=True)
    for restricted_path in restricted_below:
        hide(sequence, restricted_path)
    now = timezone.now()
    lacking = document_pages().filter(path__startswith=path, live=True, document__isnull=True)
    Document.objects.bulk_create(
        [
            Document(
                page_id=page.pk,
                type=page.specific_class.document_type,
                slug=page.slug,
                title=page.title,
                sequence=next_number(sequence),
                updated_at=now,
            )
            for page in lacking
        ],
        batch_size=500,
    )
    Document.objects.filter(page__path__startswith=path, page__live=True).update(
        dirty_at=now, rewrite_attempts=0
    )
    linked = followed_pages().filter(path__startswith=path)
    plain = linked.exclude(pk__in=document_pages().values("pk")).values_list("pk", flat=True)
    mark_dirty(dependents_of(BasePage, *plain))
    wake("documents")


def followed_pages() -> PageQuerySet:
    """Return all pages that become documents, and all that documents link to."""
    page_type_id = key_of(BasePage, 0)[0]
    linked = DocumentDependency.objects.filter(content_type_id=page_type_id).values("object_id")
    return document_pages() | BasePage.objects.filter(pk__in=linked)


def document_pages() -> PageQuerySet:
    """Return all pages of the types that become documents."""
    types = ContentType.objects.get_for_models(*document_page_classes()).values()
    return BasePage.objects.filter(content_type__in=types)


def document_page_classes() -> list[type[DocumentPage]]:
    """Return the page classes that become documents."""
    return [model for model in get_page_models() if issubclass(model, DocumentPage)]
