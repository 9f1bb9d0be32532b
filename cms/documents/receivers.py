"""Connects what happens to pages, restrictions and embedded objects to their documents."""

from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageViewRestriction, Site

from cms.basepage.models import BasePage
from cms.basepage.signals import (
    descendants_moved,
    page_deleting,
    page_writing,
    page_written,
)
from cms.documents.media import make_renditions
from cms.documents.sequence import lock_sequence
from cms.documents.subtrees import refresh_subtree
from cms.documents.writing import (
    cut_out_of_dependents,
    dependents_of,
    mark_dirty,
    refresh_page,
    withdraw,
)
from cms.models.documents import Document
from cms.models.embedded import embedded_object_changed, embedded_object_changing
from cms.models.images import CentreImage, Rendition


@receiver([page_writing, embedded_object_changing])
def lock_before_writing(**kwargs: Any) -> None:
    """Every writer takes the sequence lock first: nobody waits for it while he holds a row."""
    lock_sequence()


@receiver(page_written)
def write_document(page_id: int, **kwargs: Any) -> None:
    refresh_page(page_id)


@receiver(descendants_moved)
def write_documents_below(path: str, **kwargs: Any) -> None:
    refresh_subtree(path)


@receiver(page_deleting)
@transaction.atomic
def withdraw_document(page_id: int, **kwargs: Any) -> None:
    withdraw(lock_sequence(), Document.objects.filter(page_id=page_id, is_live=True))


@receiver(post_delete, sender=BasePage)
@transaction.atomic
def cut_deleted_page_out(instance: BasePage, **kwargs: Any) -> None:
    cut_out_of_dependents(lock_sequence(), dependents_of(BasePage, instance.pk))


@receiver(post_save, sender=PageViewRestriction)
def follow_restriction(instance: PageViewRestriction, **kwargs: Any) -> None:
    refresh_subtree(BasePage.objects.get(pk=instance.page_id).path)


@receiver(post_delete, sender=PageViewRestriction)
def follow_lifted_restriction(
    instance: PageViewRestriction, origin: Model | QuerySet[Model], **kwargs: Any
) -> None:
    """Restore what a restriction withheld, unless it goes because its page is being deleted."""
    deleted = origin.model if isinstance(origin, QuerySet) else type(origin)
    if issubclass(deleted, PageViewRestriction):
        follow_restriction(instance=instance)


@receiver(embedded_object_changed)
@transaction.atomic
def follow_embedded_object(
    sender: type[Model], object_id: int, is_withdrawal: bool, **kwargs: Any
) -> None:
    sequence = lock_sequence()
    condition = dependents_of(sender, object_id)
    if is_withdrawal:
        cut_out_of_dependents(sequence, condition)
    else:
        mark_dirty(condition)


@receiver(post_save, sender=CentreImage)
def render_uploaded_image(instance: CentreImage, **kwargs: Any) -> None:
    transaction.on_commit(lambda: make_renditions(instance), robust=True)


@receiver(post_delete, sender=Rendition)
@transaction.atomic
def follow_deleted_rendition(instance: Rendition, **kwargs: Any) -> None:
    """Its public copies show a picture that was replaced: what shows them is due."""
    lock_sequence()
    mark_dirty(dependents_of(CentreImage, instance.image_id))


@receiver([post_save, post_delete], sender=Site)
@transaction.atomic
def follow_site(**kwargs: Any) -> None:
    """A site's root decides every path: all documents are due."""
    lock_sequence()
    mark_dirty(Q())
