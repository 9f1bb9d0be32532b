"""What a link shows: the draft as its document would read, images under the link's own address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.files import FieldFile
from django.urls import reverse

from cms.documents.media import FILTER_SPECS
from cms.documents.previews import preview_of
from cms.documents.reads import Reads, key_of
from cms.models.images import CentreImage
from cms.models.published import DocumentPage


@dataclass(frozen=True)
class LinkedCopy:
    """One size of an image, as long as the link is good."""

    url: str
    width: int
    height: int


def shared_draft(draft: DocumentPage, token: str) -> dict[str, Any]:
    """Return the draft as a document."""

    def copies(image: CentreImage) -> Iterable[LinkedCopy]:
        renditions = image.get_renditions(*FILTER_SPECS)
        for number, spec in enumerate(FILTER_SPECS):
            address = reverse("preview_image", args=(token, image.pk, number))
            yield LinkedCopy(address, renditions[spec].width, renditions[spec].height)

    return preview_of(draft, copies=copies)


def as_answer(draft: DocumentPage, token: str) -> dict[str, Any]:
    """Return the draft in the form of a published document.

    Its version is 0, below that of any published state, so that nobody keeps it over one; the id
    of what was never published is all zeros.
    """
    content = shared_draft(draft, token)
    saved_at = draft.latest_revision_created_at or draft.first_published_at
    return content | {
        "version": 0,
        "updated_at": saved_at.isoformat() if saved_at else content["published_at"],
    }


def image_file(draft: DocumentPage, image_id: int, size: int) -> FieldFile | None:
    """Return the file of one size of an image that the draft shows, or None. Never an original."""
    reads = Reads()
    preview_of(draft, reads=reads)
    if key_of(CentreImage, image_id) not in reads.keys or size >= len(FILTER_SPECS):
        return None
    image = CentreImage.objects.get(pk=image_id)
    if image.is_withheld:
        return None
    file: FieldFile = image.get_rendition(FILTER_SPECS[size]).file
    return file
