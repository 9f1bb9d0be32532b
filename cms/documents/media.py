"""Public copies of images and files: there while a live document uses them, gone when none does.

Rows commit with the document. Files follow right after the commit; the job `media` does what a
crash left undone.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import PurePath

import structlog
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.images.models import Filter

from cms.documents.reads import Reads
from cms.jobs.deadline import Deadline
from cms.models.copies import PublishedCopy, public_storage, unguessable_name
from cms.models.documents import DocumentDependency
from cms.models.files import CentreFile, PublishedFile, public_name
from cms.models.images import CentreImage, PublishedRendition, Rendition

logger = structlog.get_logger(__name__)

COPIES: tuple[type[PublishedCopy], ...] = (PublishedRendition, PublishedFile)
# Widths in CSS pixels that pages, embeds and mails choose from; never larger than the original.
FILTER_SPECS = ("width-400|format-webp", "width-800|format-webp", "width-1600|format-webp")
# For newsletters: Outlook shows no WebP. Twice the width of a mail's column.
MAIL_SPEC = "width-1200|nometadata|format-jpeg"


def make_renditions(image: CentreImage) -> None:
    """Render the sizes of documents and mails. Takes 0.2–0.5 s each for a photo: never in a lock.

    A file that cannot be rendered is noted on the image, so that it is not tried for ever. What is
    there already is looked up in the database: Wagtail's `get_renditions` believes its cache, which
    may still hold what another process deleted.
    """
    there = set(image.renditions.values_list("filter_spec", flat=True))
    lacking = [Filter(spec=spec) for spec in (*FILTER_SPECS, MAIL_SPEC) if spec not in there]
    try:
        image.create_renditions(*lacking)
    except DatabaseError as error:
        # The image was deleted meanwhile, or the database has trouble: nothing wrong with the file.
        logger.warning("renditions_not_stored", image_id=image.pk, error=type(error).__name__)
    except Exception as error:  # noqa: BLE001  (decoders raise what they like, SyntaxError too)
        logger.warning("image_not_rendered", image_id=image.pk, error=type(error).__name__)
        CentreImage.objects.filter(pk=image.pk).update(rendition_error=type(error).__name__)


def public_copies(image: CentreImage, reads: Reads) -> list[PublishedRendition]:
    """Return the image's public copies, narrowest first, made public by this call if need be.

    Those whose rendition does not exist yet are left out; the document is then due again.
    """
    renditions = {
        rendition.filter_spec: rendition
        for rendition in image.renditions.filter(filter_spec__in=FILTER_SPECS)
    }
    if len(renditions) < len(FILTER_SPECS) and not image.rendition_error:
        reads.true_until(timezone.now())
    ordered = [renditions[spec] for spec in FILTER_SPECS if spec in renditions]
    return [reads.note(public_copy(rendition)) for rendition in ordered]


def public_copy(rendition: Rendition) -> PublishedRendition:
    """Return the public copy of a rendition; a new one gets its file after the commit."""
    copy, is_new = PublishedRendition.objects.get_or_create(
        rendition=rendition,
        withdrawn_at=None,
        defaults={
            "name": unguessable_name(PurePath(rendition.file.name).suffix),
            "width": rendition.width,
            "height": rendition.height,
        },
    )
    if is_new:
        after_commit(store_file, PublishedRendition, copy.pk)
    return copy


def public_file(file: CentreFile, reads: Reads) -> PublishedFile:
    """Return the public copy of a file, made public by this call if need be."""
    copy, is_new = PublishedFile.objects.get_or_create(
        file=file,
        source=file.file.name,
        withdrawn_at=None,
        defaults={"name": public_name(file)},
    )
    if is_new:
        after_commit(store_file, PublishedFile, copy.pk)
    return reads.note(copy)


def release_unused(read: Iterable[tuple[int, int]]) -> None:
    """Withdraw those of the objects read that are public copies which no live document uses."""
    read = set(read)
    for model in COPIES:
        content_type = ContentType.objects.get_for_model(model)
        ids = {object_id for type_id, object_id in read if type_id == content_type.pk}
        if ids:
            withdraw_unused(model, content_type, ids)


def withdraw_unused(model: type[PublishedCopy], content_type: ContentType, ids: set[int]) -> None:
    """Withdraw those of the copies that no live document uses."""
    used = DocumentDependency.objects.filter(
        content_type=content_type, object_id__in=ids, document__is_live=True
    ).values_list("object_id", flat=True)
    unused = ids - set(used)
    model._default_manager.filter(pk__in=unused).update(withdrawn_at=timezone.now())
    for copy_id in unused:
        after_commit(remove_file, model, copy_id)


def after_commit(
    act: Callable[[type[PublishedCopy], int], None], model: type[PublishedCopy], copy_id: int
) -> None:
    """Do it right after the commit. What fails is logged, and done later by the job `media`."""
    transaction.on_commit(lambda: act(model, copy_id), robust=True)


def store_file(model: type[PublishedCopy], copy_id: int) -> None:
    """Write the file of a public copy. Running it twice is harmless."""
    copies = model._default_manager
    copy = copies.filter(pk=copy_id, withdrawn_at=None, stored_at=None).first()
    original = copy and copy.original()
    if copy is None or not original:
        return
    try:
        with original.open("rb") as source:
            data = source.read()
    except FileNotFoundError:
        copy.note_loss()
        return
    storage = public_storage()
    storage.delete(copy.name)
    storage.save(copy.name, ContentFile(data))
    present = copies.filter(pk=copy_id, withdrawn_at__isnull=True)
    if not present.update(stored_at=timezone.now()):
        storage.delete(copy.name)  # it was withdrawn while it was being written


def remove_file(model: type[PublishedCopy], copy_id: int) -> None:
    """Delete the file of a withdrawn copy, then its row."""
    copy = model._default_manager.filter(pk=copy_id, withdrawn_at__isnull=False).first()
    if copy:
        public_storage().delete(copy.name)
        copy.delete()


def finish_files(deadline: Deadline) -> bool:
    """Store and remove what a crash left undone; return whether time ran out before the end."""
    for copy in chain.from_iterable(unfinished(model)[:500] for model in COPIES):
        if deadline.is_over():
            return True
        try:
            finish_file(copy)
        except Exception as error:  # one file must not hold up the others
            logger.exception(
                "public_copy_not_finished", copy_id=copy.pk, error=type(error).__name__
            )
        deadline.beat()
    return False


def finish_file(copy: PublishedCopy) -> None:
    """Bring the file of one public copy to what its row says."""
    if copy.withdrawn_at:
        remove_file(type(copy), copy.pk)
    else:
        store_file(type(copy), copy.pk)


def unfinished(model: type[PublishedCopy]) -> QuerySet[PublishedCopy]:
    """Return the copies whose file is not yet where it belongs, or still where it does not."""
    original = "rendition" if model is PublishedRendition else "file"
    waiting = {"stored_at": None, "withdrawn_at": None, f"{original}__isnull": False}
    copies = model._default_manager
    return copies.filter(**waiting) | copies.filter(withdrawn_at__isnull=False)


def has_unfinished() -> bool:
    """Whether any public copy is not what its row says."""
    return any(unfinished(model).exists() for model in COPIES)
