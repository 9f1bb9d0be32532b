"""What a draft would read as a document; nothing is stored."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from cms.api.kinds import serializer_for
from cms.documents.media import FILTER_SPECS
from cms.documents.reads import Reads
from cms.models.documents import Document
from cms.models.images import CentreImage
from cms.models.published import DocumentPage

# The public id of what was never published (RFC 9562 §5.9).
NO_ID = UUID(int=0)
# The sizes of an image: each has `url`, `width` and `height`.
Copies = Callable[[CentreImage], Iterable[Any]]


def staff_copies(image: CentreImage) -> Iterable[Any]:
    """Return the sizes under addresses that only staff can open."""
    return image.get_renditions(*FILTER_SPECS).values()


def preview_of(
    page: DocumentPage, *, copies: Copies = staff_copies, reads: Reads | None = None
) -> dict[str, Any]:
    """Return the draft's content. What it read is noted in `reads`."""
    reads = reads or Reads()
    document = Document.objects.filter(page_id=page.pk).first() if page.pk else None
    context = {"reads": reads, "document": document or Document(pk=NO_ID), "preview_copies": copies}
    with translation.override(settings.LANGUAGE_CODE):
        content = dict(serializer_for(page)(page, context=context).data)
    return content | {"is_sample": page.is_sample or reads.has_sample}
